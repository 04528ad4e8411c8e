// SPDX-License-Identifier: Apache-2.0
// Counters of exporters are totals, so telling them again changes nothing; what matters for silence is
// when they grew last.
#include "app/roster.h"

#include <math.h>
#include <stdio.h>

#include "app/health.h"
#include "app/tap.h"
#include "base/hash.h"
#include "decode/export.h"
#include "model/inventory.h"
#include "model/words.h"

enum { SILENT_MS = 60 * 1000, RECENT_MS = 5 * 60 * 1000, KEEP_MS = 60 * 60 * 1000 };

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
static struct enlisted *find(struct roster *r, const struct exporter *x)
{
	uint64_t service = (uint64_t)x->version << 32 | x->domain;
	size_t i = hash_bytes(&x->address, sizeof x->address, service) % EXPORTER_SLOTS;
	for (; r->slot[i]; i = (i + 1) % EXPORTER_SLOTS)
		if (is_same(&r->member[r->slot[i] - 1].now, x))
			return &r->member[r->slot[i] - 1];
	if (r->n == EXPORTERS_MAX)
		return NULL;
	struct enlisted *m = &r->member[r->n++];
	r->slot[i] = (uint16_t)r->n;
	*m = (struct enlisted){
		.now = { .address = x->address, .domain = x->domain, .version = x->version }
	};
	struct domain d = { x->address, x->domain, x->version };
	m->identity = (uint16_t)domain_identity(&d);
	return m;
}

/* When a counter that was `before` and is `now` grew last. */
static uint64_t grown(uint64_t before, uint64_t now, uint64_t last_ms, uint64_t now_ms)
{
	return now > before ? now_ms : last_ms;
}

static uint64_t size_of(int64_t ms)
{
	return ms < 0 ? -(uint64_t)ms : (uint64_t)ms;
}

static bool has_lost(const struct exporter *before, const struct exporter *x)
{
	return x->gaps > before->gaps || x->missing > before->missing ||
	       x->without_template > before->without_template || x->faults > before->faults ||
	       x->restarts > before->restarts;
}

/*
 * What it told without a gap, by the clock in its headers, for that is the clock of its flows. A gap is
 * noticed late, so what is heard begins behind the notice, not behind the gap.
 */
static void hear(struct enlisted *m, const struct exporter *before, const struct exporter *x,
	const struct settings *s)
{
	uint64_t told_ms = (uint64_t)((int64_t)x->last_ms + x->skew_ms);
	bool is_paused = x->last_ms > before->last_ms + SILENT_MS;
	bool fell_back = told_ms + SILENT_MS < m->heard.until_ms;
	bool is_skewed = size_of(x->skew_ms) > s->clock_skew_ms;
	if (has_lost(before, x) || is_paused || fell_back || is_skewed)
		m->heard = (struct span){};
	if (is_skewed || x->datagrams == before->datagrams)
		return;
	if (!m->heard.until_ms)
		m->heard.since_ms = told_ms;
	m->heard.until_ms = MOST(m->heard.until_ms, told_ms);
}

void roster_put(
	struct roster *r, const struct exporter *x, const struct settings *s, uint64_t now_ms)
{
	struct enlisted *m = find(r, x);
	if (!m) {
		r->n_beyond++;
		return;
	}
	struct exporter before = m->now;
	if (x->datagrams < before.datagrams) {
		m->past_datagrams += before.datagrams;
		m->past_records += before.records;
		m->past_missing += before.missing;
		before = (struct exporter){ .last_ms = before.last_ms };
		m->heard = (struct span){}; // between two collectors there is a gap
	}
	m->gap_ms = grown(before.gaps, x->gaps, m->gap_ms, now_ms);
	m->unread_ms = grown(before.without_template, x->without_template, m->unread_ms, now_ms);
	m->fault_ms = grown(before.faults, x->faults, m->fault_ms, now_ms);
	m->restart_ms = grown(before.restarts, x->restarts, m->restart_ms, now_ms);
	if (m->now.sampling != x->sampling)
		m->kept_ms = 0;
	hear(m, &before, x, s);
	uint64_t first_ms = m->now.first_ms ? m->now.first_ms : x->first_ms;
	m->now = *x;
	m->now.first_ms = first_ms;
}

void roster_break(struct roster *r)
{
	for (size_t i = 0; i < r->n; i++)
		r->member[i].heard = (struct span){};
}

bool roster_is_gone(const struct enlisted *m, const struct settings *s, uint64_t now_ms)
{
	return now_ms > m->now.last_ms + s->remember_ms;
}

const struct enlisted *roster_changed(struct roster *r, uint64_t now_ms)
{
	for (size_t i = 0; i < r->n; i++) {
		struct enlisted *m = &r->member[i];
		bool is_due = m->now.datagrams > 0 && now_ms >= m->kept_ms + KEEP_MS;
		if (!is_due)
			continue;
		m->kept_ms = now_ms;
		return m;
	}
	return NULL;
}

void enlisted_encode(const struct enlisted *m, uint8_t key[static ENLISTED_KEY_BYTES],
	uint8_t value[static PARCEL_EXPORTER_BYTES])
{
	parcel_put_exporter(value, &m->now);
	memcpy(key, value, ENLISTED_KEY_BYTES - 2);
	key[ENLISTED_KEY_BYTES - 2] = (uint8_t)m->now.version;
	key[ENLISTED_KEY_BYTES - 1] = (uint8_t)(m->now.version >> 8);
}

void roster_recall(struct roster *r, struct bytes value)
{
	struct exporter x;
	if (value.len != PARCEL_EXPORTER_BYTES || !parcel_get_exporter(value.ptr, &x))
		return;
	struct enlisted *m = find(r, &x);
	if (!m || m->now.datagrams)
		return;
	m->now.sampling = x.sampling;
	m->now.first_ms = x.first_ms;
	m->now.last_ms = x.last_ms;
}

static bool is_recent(uint64_t at_ms, uint64_t now_ms)
{
	return at_ms && (now_ms < at_ms || now_ms - at_ms < RECENT_MS); // our clock may be set back
}

unsigned roster_ailments(const struct enlisted *m, const struct settings *s, uint64_t now_ms)
{
	bool is_silent = now_ms > m->now.last_ms + SILENT_MS || m->now.last_ms > now_ms + SILENT_MS;
	bool is_skewed = size_of(m->now.skew_ms) > s->clock_skew_ms;
	const bool has[] = {
		[AILMENT_SILENT] = is_silent,
		[AILMENT_GAPS] = is_recent(m->gap_ms, now_ms),
		[AILMENT_NO_TEMPLATE] = is_recent(m->unread_ms, now_ms),
		[AILMENT_FAULTS] = is_recent(m->fault_ms, now_ms),
		[AILMENT_SKEW] = is_skewed,
		[AILMENT_RESTARTED] = is_recent(m->restart_ms, now_ms),
		[AILMENT_UNHEARD] = m->heard.until_ms == 0,
		[AILMENT_SAMPLED] = m->now.sampling > 1,
	};
	static_assert(countof(has) == N_AILMENTS);
	unsigned out = 0;
	for (unsigned i = 0; i < N_AILMENTS; i++)
		out |= (unsigned)has[i] << i;
	return out;
}

bool ailing_is_trusted(unsigned ailing)
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
		n += roster_is_gone(&r->member[i], s, now_ms) ||
		     ailing_is_trusted(roster_ailments(&r->member[i], s, now_ms));
	return n;
}

static void write_counters(const struct enlisted *m, struct json *j)
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
		{ "duplicates", m->now.duplicates },
	};
	for (size_t i = 0; i < countof(row); i++) {
		json_key(j, row[i].key);
		json_uint(j, row[i].n);
	}
}

const char *enlisted_name(
	const struct enlisted *m, const struct settings *s, char room[static ENLISTED_NAME_BYTES])
{
	if (m->now.version != EXPORTER_INTERFACE)
		return addr_format(&m->now.address, room);
	if (m->now.domain != tap_domain(s->interface))
		return "an interface that is not listened to any more";
	snprintf(room, ENLISTED_NAME_BYTES, "interface %s", s->interface);
	return room;
}

/* Sequence numbers count flows in NetFlow v5 and IPFIX, else datagrams (RFC 3954, 5.1; RFC 7011, 3.1). */
double enlisted_lost_share(const struct enlisted *m)
{
	bool has_flows = m->now.version == 5 || m->now.version == 10;
	uint64_t came =
		has_flows ? m->past_records + m->now.records : m->past_datagrams + m->now.datagrams;
	uint64_t missing = m->past_missing + m->now.missing;
	return came + missing ? (double)missing / (double)(came + missing) : NAN;
}

static void write_member(const struct enlisted *m, const struct roster_teller *how, struct json *j)
{
	char name[ENLISTED_NAME_BYTES], time[TIME_TEXT_BYTES], words[HEALTH_TEXT_BYTES];
	unsigned ailing = roster_ailments(m, how->settings, how->now_ms);
	bool is_address = m->now.version != EXPORTER_INTERFACE;
	struct prefix one = { m->now.address, 128 };
	json_open(j, '{');
	json_key(j, "exporter");
	json_text(j, enlisted_name(m, how->settings, name));
	json_key(j, "name");
	json_text(j, is_address ? inventory_name(how->inventory, &one) : NULL);
	write_counters(m, j);
	json_key(j, "lost_share");
	json_real(j, enlisted_lost_share(m), 4);
	json_key(j, "clock_skew_s");
	json_real(j, (double)m->now.skew_ms / 1000, 3);
	json_key(j, "last_heard");
	json_text(j, time_format(m->now.last_ms, time));
	json_key(j, "whole_since");
	json_text(j, m->heard.until_ms ? time_format(m->heard.since_ms, time) : NULL);
	json_key(j, "state");
	json_open(j, '[');
	for (unsigned i = 0; i < N_AILMENTS; i++)
		if (ailing >> i & 1)
			json_text(j, ailments[i].key);
	json_close(j, ']');
	json_key(j, "silence_is_trusted");
	json_bool(j, ailing_is_trusted(ailing));
	json_key(j, "silence");
	json_text(j, health_silence(m, ailing, words));
	json_key(j, "hides");
	json_text(j, health_hides(how->hidden, m->now.sampling));
	json_close(j, '}');
}

void roster_write_one(
	const struct roster *r, size_t i, const struct roster_teller *how, struct json *j)
{
	write_member(&r->member[i], how, j);
}

void roster_write(const struct roster *r, const struct roster_teller *how, struct json *j)
{
	health_rest(how->hidden);
	json_open(j, '[');
	for (size_t i = 0; i < r->n; i++)
		if (!roster_is_gone(&r->member[i], how->settings, how->now_ms))
			roster_write_one(r, i, how, j);
	json_close(j, ']');
}
