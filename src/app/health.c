// SPDX-License-Identifier: Apache-2.0
// Ailments as sentences; and the walk of the judge, reckoned for one packet in so many.
#include "app/health.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "detect/power.h"
#include "model/words.h"

enum { SPAN_TEXT_BYTES = 24 };

static const struct {
	const char *text;
	bool is_grave;
	const char *of_interface; // NULL: the same
} ailments[N_AILMENTS] = {
	[AILMENT_SILENT] = { "nothing came for a minute or longer", true, NULL },
	[AILMENT_GAPS] = { "some of what it sent did not arrive", true,
		"the kernel dropped frames, or does not tell whether it did" },
	[AILMENT_NO_TEMPLATE] = { "some of it could not be read, its template is missing", true,
		NULL },
	[AILMENT_FAULTS] = { "some of it was malformed", true, NULL },
	[AILMENT_SKEW] = { "its clock differs by more than clock-skew allows", true, NULL },
	[AILMENT_RESTARTED] = { "it began anew, and what it had not told is lost", true, NULL },
	[AILMENT_UNHEARD] = { "nothing came of it since telemetry was lost or the daemon began",
		true, NULL },
	[AILMENT_SAMPLED] = { "it looks at a part of the packets", false, NULL },
};

static const char *text_of(const struct enlisted *m, size_t ailment)
{
	bool is_other = m->now.version == EXPORTER_INTERFACE && ailments[ailment].of_interface;
	return is_other ? ailments[ailment].of_interface : ailments[ailment].text;
}

const char *health_silence(
	const struct enlisted *m, unsigned ailing, char room[static HEALTH_TEXT_BYTES])
{
	char time[TIME_TEXT_BYTES];
	size_t n = 0;
	for (size_t i = 0; i < N_AILMENTS && n < HEALTH_TEXT_BYTES; i++)
		if (ailments[i].is_grave && ailing >> i & 1)
			n += (size_t)snprintf(room + n, HEALTH_TEXT_BYTES - n, "%s%s",
				n ? "; " : "not trusted: ", text_of(m, i));
	uint64_t missing = m->past_missing + m->now.missing;
	if (!n)
		snprintf(room, HEALTH_TEXT_BYTES,
			"trusted: nothing was lost or unreadable since %s, by its clock",
			time_format(m->heard.since_ms, time));
	else if ((ailing >> AILMENT_GAPS & 1) && n < HEALTH_TEXT_BYTES)
		snprintf(room + n, HEALTH_TEXT_BYTES - n, " (%" PRIu64 " missing in all)", missing);
	return room;
}

/* "40 s", "12 min", "3.4 h", "never". */
static const char *span_format(double s, char room[static SPAN_TEXT_BYTES])
{
	if (!isfinite(s))
		snprintf(room, SPAN_TEXT_BYTES, "never");
	else if (s < 1)
		snprintf(room, SPAN_TEXT_BYTES, "less than 1 s");
	else if (s < 120)
		snprintf(room, SPAN_TEXT_BYTES, "%.0f s", s);
	else if (s < 7200)
		snprintf(room, SPAN_TEXT_BYTES, "%.0f min", s / 60);
	else
		snprintf(room, SPAN_TEXT_BYTES, "%.1f h", s / 3600);
	return room;
}

static void reckon(uint32_t sampling, char room[static HEALTH_TEXT_BYTES])
{
	char slow[SPAN_TEXT_BYTES], seen[N_SCANS][SPAN_TEXT_BYTES];
	struct seen what = { .thinning = 1 };
	struct power p;
	what.n[sampling > 1 ? TELEMETRY_TCP_SAMPLED : TELEMETRY_TCP_TOLD] = 1;
	what.sampling_least = what.sampling_most = sampling > 1 ? sampling : 0;
	power_reckon(&what, &p);
	const struct power_row *r = &p.row[0];
	for (size_t i = 0; i < N_SCANS; i++)
		span_format(r->scan[i].seconds, seen[i]);
	char looks[64] = "it looks at every packet";
	if (sampling > 1)
		snprintf(looks, sizeof looks, "it looks at 1 packet in %" PRIu32, sampling);
	snprintf(room, HEALTH_TEXT_BYTES,
		"%s: a TCP scan of %g new peers a second shows after %s, of %g after %s, of %g "
		"(%s) after %s; one that is slower than a new peer in %s stays hidden",
		looks, p.scan[0].per_s, seen[0], p.scan[1].per_s, seen[1], p.scan[2].per_s,
		p.scan[2].name, seen[2], span_format(60 / r->slowest_per_min, slow));
}

const char *health_hides(struct hidden *h, uint32_t sampling)
{
	sampling = sampling > 1 ? sampling : 1;
	for (size_t i = 0; i < HIDDEN_MAX; i++) {
		if (h->row[i].sampling == sampling)
			return h->row[i].text;
		if (h->row[i].sampling)
			continue;
		if (h->has_reckoned)
			return NULL;
		h->has_reckoned = true;
		reckon(sampling, h->row[i].text);
		h->row[i].sampling = sampling;
		return h->row[i].text;
	}
	return NULL;
}

void health_rest(struct hidden *h)
{
	h->has_reckoned = false;
}
