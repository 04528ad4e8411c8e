// SPDX-License-Identifier: Apache-2.0
// Sums that must hold within an output: a digit that a hand, a scanner or a line changed shows.
#include <stdarg.h>
#include <stdio.h>

#include "audit/derive.h"

/* One sum: left + more == right. */
static const struct sum {
	enum fact_kind kind;
	enum fact_field left, more, right;
	const char *words;
} sums[] = {
	{ FACT_POOL, POOL_USED, POOL_FREE, POOL_TOTAL, "total is not used and free" },
	{ FACT_CACHE, CACHE_ENTRIES, CACHE_INVALIDATES, CACHE_ADDS,
		"entries are not adds less invalidates" },
	{ FACT_CEF, CEF_LEAVES, CEF_INVALIDATIONS, CEF_INSERTS,
		"leaves are not inserts less invalidations" },
	{ FACT_NATS, NATS_STATIC, NATS_DYNAMIC, NATS_ACTIVE,
		"active translations are not static and dynamic" },
	{ FACT_ALIGN, ALIGN_READS, ALIGN_WRITES, ALIGN_CORRECTIONS,
		"corrections are not reads and writes" },
};

[[gnu::format(printf, 3, 4)]] static void fail(
	struct audit *a, const struct fact *x, const char *words, ...)
{
	struct answer *w = &a->answer[x->answer];
	if (w->check[0])
		return;
	va_list ap;
	va_start(ap, words);
	vsnprintf(w->check, sizeof w->check, words, ap);
	va_end(ap);
	w->check_line = x->line;
}

/* After all sums: adding facts moves them. */
static void tell(struct audit *a)
{
	for (size_t i = 0; i < a->n_answers; i++) {
		const struct answer *w = &a->answer[i];
		struct fact *x =
			w->check[0] ? fact_new(&a->facts, FACT_CHECK, (uint32_t)i, w->check_line)
				    : NULL;
		if (!x)
			continue;
		fact_say(&a->facts, x, CHECK_WHAT, w->check);
		fact_say(&a->facts, x, CHECK_COMMAND, w->output->name);
	}
}

static bool number(
	const struct audit *a, const struct fact *x, enum fact_field field, uint64_t *out)
{
	const struct value *v = fact_value(&a->facts, x, field);
	*out = v->number;
	return value_known(v);
}

static void check_sum(struct audit *a, const struct fact *x, const struct sum *s)
{
	uint64_t left, more, right;
	bool has_left = number(a, x, s->left, &left), has_more = number(a, x, s->more, &more),
	     has_right = number(a, x, s->right, &right);
	if (has_left && has_more && has_right) {
		a->answer[x->answer].is_summed = true;
		if (left + more != right)
			fail(a, x, "%s: %llu, %llu, %llu", s->words, (unsigned long long)left,
				(unsigned long long)more, (unsigned long long)right);
	} else if (has_left || has_more) {
		a->answer[x->answer].is_unchecked = true;
	}
}

static void check_allocator(struct audit *a, const struct fact *x)
{
	uint64_t size, blocks, bytes, product;
	if (!number(a, x, ALLOCATOR_SIZE, &size) || !number(a, x, ALLOCATOR_BLOCKS, &blocks) ||
		!number(a, x, ALLOCATOR_BYTES, &bytes))
		return;
	if (__builtin_mul_overflow(size, blocks, &product) || product != bytes)
		fail(a, x, "bytes are not size times blocks: %llu, %llu, %llu",
			(unsigned long long)bytes, (unsigned long long)size,
			(unsigned long long)blocks);
	a->answer[x->answer].is_summed = true;
}

/*
 * Entries against the memory of the cache: a whole number of bytes an entry, 68 in all outputs that are
 * known, and of some releases one in 256 entries more.
 */
static void check_flows(struct audit *a, const struct fact *x)
{
	enum { LEAST_BYTES = 32, MOST_BYTES = 256, EXTRA = 256 };
	uint64_t bytes, active, inactive;
	bool has_entries =
		number(a, x, FLOWS_ACTIVE, &active) && number(a, x, FLOWS_INACTIVE, &inactive);
	bool has_bytes = number(a, x, FLOWS_BYTES, &bytes);
	if (!has_bytes || !has_entries) {
		a->answer[x->answer].is_unchecked |= has_entries || has_bytes;
		return;
	}
	uint64_t n = active + inactive, each = n >= active && n ? bytes / n : 0,
		 rest = each ? bytes % n : 0;
	if (each < LEAST_BYTES || each > MOST_BYTES || (rest && rest != n / EXTRA))
		fail(a, x, "%llu bytes are no cache of %llu active and %llu inactive entries",
			(unsigned long long)bytes, (unsigned long long)active,
			(unsigned long long)inactive);
	a->answer[x->answer].is_summed = true;
}

/* The rows of protocols against the row Total: flows exactly, rates within what was rounded away. */
static void check_mix(struct audit *a, const struct fact *total)
{
	enum { ROUNDED = 5 }; // hundredths, of figures with one digit behind the point
	static const struct {
		enum fact_field field;
		bool is_rounded;
		const char *words;
	} columns[] = { { MIX_FLOWS, false, "flows" }, { MIX_PER_SECOND, true, "flows a second" },
		{ MIX_PPS, true, "packets a second" } };
	size_t n;
	const uint32_t *fact = facts_beside(a, total, FACT_MIX, &n);
	for (size_t c = 0; c < countof(columns); c++) {
		uint64_t said, one, sum = 0, slack = ROUNDED, n_rows = 0;
		if (!number(a, total, columns[c].field, &said))
			continue;
		for (size_t i = 0; i < n; i++) {
			const struct fact *x = &a->facts.fact[fact[i]];
			if (x->answer != total->answer || x == total ||
				!number(a, x, columns[c].field, &one))
				continue;
			sum += one;
			slack += ROUNDED;
			n_rows++;
		}
		uint64_t off = sum > said ? sum - said : said - sum;
		if (n_rows && off > (columns[c].is_rounded ? slack : 0))
			fail(a, total, "the rows of protocols do not sum to the %s of Total",
				columns[c].words);
		a->answer[total->answer].is_summed |= n_rows > 0 && columns[c].field == MIX_FLOWS;
	}
}

/* Thousandths of a row of shares, and how many it has. */
static unsigned share_sum(struct str t, unsigned *n_shares)
{
	unsigned sum = 0, unit = 1000;
	for (size_t i = 0; i < t.len; i++) {
		char c = t.ptr[i];
		*n_shares += c == '.';
		if (c == ' ')
			unit = 1000;
		else if (c == '.')
			unit = 100;
		else {
			sum += (unsigned)(c - '0') * unit;
			unit = unit == 1000 ? unit : unit / 10;
		}
	}
	return sum;
}

/* Both rows of packet sizes together are all packets, but for what was cut behind the third digit. */
static void check_sizes(struct audit *a, const struct fact *x)
{
	enum { SIZES = 26, WHOLE = 1000 };
	const struct fact *below = x + 1, *end = a->facts.fact + a->facts.n;
	if (below == end || below->kind != FACT_SIZES || below->answer != x->answer)
		return;
	unsigned n = 0;
	unsigned sum = share_sum(get(a, x, SIZES_SHARES)->text, &n);
	sum += share_sum(get(a, below, SIZES_SHARES)->text, &n);
	if (n == SIZES && (sum > WHOLE + SIZES / 2 || sum + SIZES < WHOLE))
		fail(a, x, "the shares of packet sizes are %u thousandths in all", sum);
}

static void check_cpu(struct audit *a, const struct fact *x)
{
	uint64_t total, part;
	if (number(a, x, CPU_TOTAL, &total) && number(a, x, CPU_INTERRUPT, &part) &&
		(part > total || total > 10000))
		fail(a, x, "the interrupt share %llu %% is not part of %llu %%",
			(unsigned long long)part / 100, (unsigned long long)total / 100);
}

/* Rows against the count the device prints below them. */
static void check_rows(
	struct audit *a, const struct fact *x, enum fact_kind row, enum fact_field total)
{
	uint64_t said, n = 0;
	const struct answer *w = audit_answer(a, x);
	if (!number(a, x, total, &said) || (w->has_echo && !w->is_uncut))
		return; // some rows were asked for
	size_t n_rows;
	const uint32_t *rows = audit_facts(a, audit_answer(a, x)->device, row, &n_rows);
	for (size_t i = 0; i < n_rows; i++)
		n += a->facts.fact[rows[i]].answer == x->answer;
	if (n && n != said)
		fail(a, x, "%llu rows were read where the device counts %llu",
			(unsigned long long)n, (unsigned long long)said);
}

void audit_check(struct audit *a)
{
	for (size_t i = 0; i < a->facts.n; i++) {
		const struct fact *x = &a->facts.fact[i];
		for (size_t k = 0; k < countof(sums); k++)
			if (sums[k].kind == x->kind)
				check_sum(a, x, &sums[k]);
		if (x->kind == FACT_ALLOCATOR)
			check_allocator(a, x);
		else if (x->kind == FACT_CPU)
			check_cpu(a, x);
		else if (x->kind == FACT_FLOWS)
			check_flows(a, x);
		else if (x->kind == FACT_SIZES)
			check_sizes(a, x);
		else if (x->kind == FACT_MIX && value_is(get(a, x, MIX_NAME), "Total:"))
			check_mix(a, x);
		else if (x->kind == FACT_NATS && audit_answer(a, x)->output == &nat_output)
			check_rows(a, x, FACT_NAT, NATS_ACTIVE);
		else if (x->kind == FACT_CACHE)
			check_rows(a, x, FACT_CACHE_ROUTE, CACHE_ENTRIES);
	}
	tell(a);
}
