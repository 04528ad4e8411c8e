// SPDX-License-Identifier: Apache-2.0
// Counters of exporters are totals, so telling them again changes nothing; what matters for silence is
// when they grew last.
#include "app/roster.h"

#include "base/hash.h"
#include "model/words.h"

enum { SILENT_MS = 60 * 1000, RECENT_MS = 5 * 60 * 1000 };

static const struct {
	const char *key;
	bool is_grave;
} ailments[] = {
#define AS_ROW(name, text, grave) [AILMENT_##name] = { .key = text, .is_grave = grave },
	AILMENTS(AS_ROW)
#undef AS_ROW
};
static_assert(countof(ailments) == N_AILMENTS);

static bool is_same(const struct exporter *a, const struct exporter *b)
{
	return addr_eq(&a->address, &b->address) && a->domain == b->domain &&
	       a->version == b->version;
}

/* The member of an exporter, a new one when it is not there; NULL when there is no room. */
static struct roster_row *find(struct roster *r, const struct exporter *x)
{
	uint64_t service = (uint64_t)x->version << 32 | x->domain;
	size_t i = hash_bytes(&x->address, sizeof x->address, service) % EXPORTER_SLOTS;
	for (; r->slot[i]; i = (i + 1) % EXPORTER_SLOTS)
		if (is_same(&r->member[r->slot[i] - 1].now, x))
			return &r->member[r->slot[i] - 1];
	if (r->n == EXPORTERS_MAX)
		return NULL;
	struct roster_row *m = &r->member[r->n++];
	r->slot[i] = (uint16_t)r->n;
	*m = (struct roster_row){
		.now = { .address = x->address, .domain = x->domain, .version = x->version }
	};
	return m;
}

/* When a counter that was `before` and is `now` grew last. */
static uint64_t grown(uint64_t before, uint64_t now, uint64_t last_ms, uint64_t now_ms)
{
	return now > before ? now_ms : last_ms;
}

void roster_put(struct roster *r, const struct exporter *x, uint64_t now_ms)
{
	struct roster_row *m = find(r, x);
	if (!m) {
		r->n_beyond++;
		return;
	}
	struct exporter before = m->now;
	if (x->datagrams < before.datagrams) {
		m->past_datagrams += before.datagrams;
		m->past_records += before.records;
		m->past_missing += before.missing;
		before = (struct exporter){};
	}
	m->gap_ms = grown(before.gaps, x->gaps, m->gap_ms, now_ms);
	m->unread_ms = grown(before.without_template, x->without_template, m->unread_ms, now_ms);
	m->fault_ms = grown(before.faults, x->faults, m->fault_ms, now_ms);
	uint64_t first_ms = m->now.first_ms ? m->now.first_ms : x->first_ms;
	m->now = *x;
	m->now.first_ms = first_ms;
}

static bool is_recent(uint64_t at_ms, uint64_t now_ms)
{
	return at_ms && now_ms - at_ms < RECENT_MS;
}

unsigned roster_ailments(const struct roster_row *m, const struct settings *s, uint64_t now_ms)
{
	int64_t skew = m->now.skew_ms < 0 ? -m->now.skew_ms : m->now.skew_ms;
	bool is_silent = now_ms > m->now.last_ms + SILENT_MS;
	bool is_skewed = (uint64_t)skew > s->clock_skew_ms;
	const bool has[] = {
		[AILMENT_SILENT] = is_silent,
		[AILMENT_GAPS] = is_recent(m->gap_ms, now_ms),
		[AILMENT_NO_TEMPLATE] = is_recent(m->unread_ms, now_ms),
		[AILMENT_FAULTS] = is_recent(m->fault_ms, now_ms),
		[AILMENT_SKEW] = is_skewed,
		[AILMENT_SAMPLED] = m->now.sampling > 1,
	};
	static_assert(countof(has) == N_AILMENTS);
	unsigned out = 0;
	for (unsigned i = 0; i < N_AILMENTS; i++)
		out |= (unsigned)has[i] << i;
	return out;
}

static bool is_trusted(unsigned ailing)
{
	for (unsigned i = 0; i < N_AILMENTS; i++)
		if (ailing >> i & 1 && ailments[i].is_grave)
			return false;
	return true;
}

size_t roster_trusted(const struct roster *r, const struct settings *s, uint64_t now_ms)
{
	size_t n = 0;
	for (size_t i = 0; i < r->n; i++)
		n += is_trusted(roster_ailments(&r->member[i], s, now_ms));
	return n;
}

static void write_counters(const struct roster_row *m, struct json *j)
{
	const struct {
		const char *key;
		uint64_t n;
	} row[] = {
		{ "observationDomainId", m->now.domain },
		{ "version", m->now.version },
		{ "samplingInterval", m->now.sampling },
		{ "datagrams", m->past_datagrams + m->now.datagrams },
		{ "records", m->past_records + m->now.records },
		{ "gaps", m->now.gaps },
		{ "missing", m->past_missing + m->now.missing },
		{ "late", m->now.late },
		{ "restarts", m->now.restarts },
		{ "without_template", m->now.without_template },
		{ "faults", m->now.faults },
	};
	for (size_t i = 0; i < countof(row); i++) {
		json_key(j, row[i].key);
		json_uint(j, row[i].n);
	}
}

static void write_member(const struct roster_row *m, unsigned ailing, struct json *j)
{
	char address[ADDR_TEXT_BYTES], time[TIME_TEXT_BYTES];
	json_open(j, '{');
	json_key(j, "exporter");
	json_text(j, addr_format(&m->now.address, address));
	write_counters(m, j);
	json_key(j, "clock_skew_s");
	json_real(j, (double)m->now.skew_ms / 1000, 3);
	json_key(j, "last_heard");
	json_text(j, time_format(m->now.last_ms, time));
	json_key(j, "state");
	json_open(j, '[');
	for (unsigned i = 0; i < N_AILMENTS; i++)
		if (ailing >> i & 1)
			json_text(j, ailments[i].key);
	json_close(j, ']');
	json_key(j, "silence_is_trusted");
	json_bool(j, is_trusted(ailing));
	json_close(j, '}');
}

void roster_write_one(
	const struct roster *r, size_t i, const struct settings *s, uint64_t now_ms, struct json *j)
{
	const struct roster_row *m = &r->member[i];
	write_member(m, roster_ailments(m, s, now_ms), j);
}

void roster_write(const struct roster *r, const struct settings *s, uint64_t now_ms, struct json *j)
{
	json_open(j, '[');
	for (size_t i = 0; i < r->n; i++)
		roster_write_one(r, i, s, now_ms, j);
	json_close(j, ']');
}
