// SPDX-License-Identifier: Apache-2.0
// Any bytes are attacks and states of logs, or an error with words; what was taken is written and taken
// again as it was.
#include <assert.h>
#include <stdlib.h>

#include "base/hash.h"
#include "detect/attack_parcel.h"
#include "model/log_state.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { SOURCES = 64 };

struct names {
	size_t n;
	uint64_t generation[SOURCES];
};

static bool number_of(void *ctx, const struct attack_source *s, uint16_t *number)
{
	struct names *names = ctx;
	assert(s->generation && s->path.len);
	size_t i = 0;
	while (i < names->n && names->generation[i] != s->generation)
		i++;
	if (i == SOURCES)
		return false;
	names->generation[i] = s->generation;
	names->n = i == names->n ? i + 1 : names->n;
	*number = (uint16_t)i;
	return true;
}

static bool name_of(void *ctx, uint16_t number, struct attack_source *out)
{
	const struct names *names = ctx;
	if (number >= names->n)
		return false;
	*out = (struct attack_source){ names->generation[number], STR("a log") };
	return true;
}

static char *written(const struct attacks *a, struct names *names, size_t *n)
{
	struct ledger l;
	struct err e;
	char *text;
	struct attack_iter it = { .attacks = a };
	assert(ledger_open(&l, "f", &e));
	for (const struct attack *one; (one = attacks_next(&it));)
		attack_parcel_put(one, name_of, names, &l);
	assert(ledger_take(&l, &text, n, &e));
	return text;
}

static void attacks(const struct signatures *signatures, struct str text)
{
	struct err e = {};
	struct names names = {};
	uint64_t n_unknown = 0;
	struct attacks *a = attacks_new(signatures, NULL, 64, 1),
		       *b = attacks_new(signatures, NULL, 64, 1);
	const struct attack_taker to = { a, number_of, &names }, again = { b, number_of, &names };
	assert(a && b);
	assert(attack_parcel_take(text, &to, &n_unknown, &e) || e.text[0]);
	size_t n, n_again;
	char *once = written(a, &names, &n);
	assert(attack_parcel_take((struct str){ once, n }, &again, &n_unknown, &e));
	char *twice = written(b, &names, &n_again);
	assert(n == n_again && !memcmp(once, twice, n));
	struct findings f = {};
	assert(attacks_into(a, 0, &f));
	findings_free(&f);
	free(once);
	free(twice);
	attacks_free(a);
	attacks_free(b);
}

static bool on_row(void *ctx, const struct ledger_row *row, struct err *e)
{
	struct log_state s, t;
	(void)ctx;
	if ((!log_state_row_is(row) && !log_over_row_is(row)) || !log_state_get(row, &s, e))
		return true;
	assert(s.ailing < 1U << N_LOG_AILMENTS);
	if (log_over_row_is(row))
		return true;
	struct ledger_row again = { .n = row->n };
	memcpy(again.field, row->field, sizeof again.field);
	assert(log_state_get(&again, &t, e) && t.offset == s.offset && t.path.len == s.path.len);
	return true;
}

static void check(const struct signatures *signatures, struct str text)
{
	struct err e;
	attacks(signatures, text);
	(void)ledger_parse(text, "f", on_row, NULL, &e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct signatures *signatures; // read once: that takes longer than all the rest
	struct err e;
	if (!signatures)
		signatures = signatures_new(&e);
	assert(signatures);
	check(signatures, (struct str){ (const char *)data, len });
	// the same behind a checksum that fits, or no fuzzer would ever come further
	char *sealed = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&sealed, &n);
	assert(out);
	fputs("cordon state 1\n", out);
	fwrite(data, 1, len, out);
	fflush(out);
	fprintf(out, "end\t%016llx\n", (unsigned long long)hash_bytes(sealed, n, 0));
	fclose(out);
	check(signatures, (struct str){ sealed, n });
	free(sealed);
	return 0;
}
