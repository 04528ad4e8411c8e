// SPDX-License-Identifier: Apache-2.0
// Why the silence of a host proves nothing yet, in words.
#include <stdio.h>

#include "app/coverage.h"
#include "app/health.h"
#include "model/words.h"

static bool shows(const struct covered_host *h, const struct enlisted *m)
{
	for (size_t i = 0; i < h->n_seen_by; i++)
		if (h->seen_by[i] == m->identity)
			return true;
	return false;
}

/* How many of the exporters that show it stand on the roster. */
static size_t n_known(const struct covered_host *h, const struct roster *r)
{
	size_t n = 0;
	for (size_t i = 0; i < h->n_seen_by; i++) {
		size_t k = 0;
		while (k < r->n && r->member[k].identity != h->seen_by[i])
			k++;
		n += k < r->n;
	}
	return n;
}

static const char *unheard(const struct enlisted *m, bool is_traced, const struct settings *s,
	uint64_t now_ms, char room[static COVERAGE_LACK_BYTES])
{
	char name[ENLISTED_NAME_BYTES], words[HEALTH_TEXT_BYTES];
	const char *what = is_traced ? "shows the host" : "may show the host";
	unsigned ailing = roster_ailments(m, s, now_ms);
	const char *who = enlisted_name(m, s, name), *why = health_silence(m, ailing, words);
	if (m->now.version == EXPORTER_INTERFACE)
		snprintf(room, COVERAGE_LACK_BYTES, "%s, which %s, is not heard: %s", who, what,
			why);
	else
		snprintf(room, COVERAGE_LACK_BYTES,
			"exporter %s, domain %u, which %s, is not heard: %s", who, m->now.domain,
			what, why);
	return room;
}

static const char *lack_of_logs(const struct coverage *c, const struct covered_host *h,
	char room[static COVERAGE_LACK_BYTES])
{
	char plain[LOG_FOLDER_BYTES];
	const char *folder = coverage_unheard_log(c, h);
	if (folder)
		snprintf(room, COVERAGE_LACK_BYTES,
			"the logs that showed its attack, in %s, are not heard: no line came "
			"since, "
			"or some may be missing",
			plain_format(folder, plain, sizeof plain));
	if (folder)
		return room;
	if (!h->alive.until_ms)
		return "nothing was seen of the host: is it switched off?";
	struct span covered = coverage_of_logs(c, h);
	if (!covered.until_ms)
		return "the logs that showed its attack were not heard at one time";
	if (h->alive.since_ms > covered.until_ms)
		return "it was not seen alive while the logs were heard";
	return NULL;
}

const char *coverage_lack(const struct coverage *c, const struct roster *r,
	const struct settings *s, uint64_t host, uint64_t now_ms,
	char room[static COVERAGE_LACK_BYTES])
{
	const struct covered_host *h = coverage_host(c, host);
	if (!h)
		return "there is no room to watch so many hosts";
	if (covered_by_logs(h))
		return lack_of_logs(c, h, room);
	if (r->n == 0)
		return "no exporter was ever heard";
	bool is_traced = h->is_traced && !h->is_widely;
	if (is_traced && n_known(h, r) < h->n_seen_by)
		return "an exporter that showed its attack was never heard since";
	for (size_t i = 0; i < r->n; i++) {
		const struct enlisted *m = &r->member[i];
		if (is_traced ? !shows(h, m) : roster_is_gone(m, s, now_ms))
			continue;
		if (!m->heard.until_ms)
			return unheard(m, is_traced, s, now_ms, room);
	}
	if (!h->alive.until_ms)
		return "nothing was seen of the host: is it switched off?";
	struct span covered = coverage_of(c, r, s, host, now_ms);
	if (!covered.until_ms)
		return "its exporters were not heard at one time";
	if (h->alive.since_ms > covered.until_ms)
		return "it was not seen alive while its exporters were heard";
	return NULL;
}
