// SPDX-License-Identifier: Apache-2.0
// The proof of silence in words: how long it was quiet, how long it has to be, and what that rests on.
#include <stdio.h>

#include "app/api.h"
#include "app/clock.h"
#include "incident/silence.h"
#include "model/words.h"

enum {
	SPAN_TEXT_BYTES = 24,
	SHARE_TEXT_BYTES = 16,
	PACE_TEXT_BYTES = 120,
	SILENCE_TEXT_BYTES = 1024
};

/* "12 min", "3.1 h", "2.4 d". */
static const char *span_format(uint64_t ms, char room[static SPAN_TEXT_BYTES])
{
	double min = (double)ms / 60000;
	if (min < 120)
		snprintf(room, SPAN_TEXT_BYTES, "%.0f min", min);
	else if (min < 48 * 60.)
		snprintf(room, SPAN_TEXT_BYTES, "%.1f h", min / 60);
	else
		snprintf(room, SPAN_TEXT_BYTES, "%.1f d", min / 60 / 24);
	return room;
}

/* Nothing is certain: "99.2", "99.9999". */
static const char *share_format(double share, char room[static SHARE_TEXT_BYTES])
{
	double hundredth = share * 100;
	if (hundredth > 99.9999)
		hundredth = 99.9999;
	snprintf(room, SHARE_TEXT_BYTES, "%.*f", hundredth > 99.9 ? 4 : 1, hundredth);
	return room;
}

static const char *pace_format(const struct silence *s, char room[static PACE_TEXT_BYTES])
{
	char looked[64] = "every packet is looked at";
	if (s->n_logs)
		snprintf(looked, sizeof looked, "1 probe in %u comes to %u of the logs",
			s->sampling, s->n_logs);
	else if (s->sampling > 1)
		snprintf(looked, sizeof looked, "1 packet in %u is looked at", s->sampling);
	snprintf(room, PACE_TEXT_BYTES, "%s %.3g new peers a second, %s",
		s->is_rate_assumed ? "its pace is not known, reckoned with" : "its scan had",
		s->rate_per_s, looked);
	return room;
}

/* Another sensor can only help where this one looks at a part. */
static void hopeless(const struct silence *s, char room[static SILENCE_TEXT_BYTES])
{
	char needed[SPAN_TEXT_BYTES], whole[SPAN_TEXT_BYTES], pace[PACE_TEXT_BYTES];
	uint64_t whole_ms = silence_needed_ms(s->rate_per_s, 1);
	int n = snprintf(room, SILENCE_TEXT_BYTES,
		"Its silence cannot be verified with the present sensors: it would take %s (%s).",
		span_format(s->needed_ms, needed), pace_format(s, pace));
	if (s->sampling > 1 && whole_ms <= SILENCE_MOST_MS)
		snprintf(room + n, SILENCE_TEXT_BYTES - (size_t)n,
			" Add an exporter that looks at every packet of it: then %s are enough.",
			span_format(whole_ms, whole));
}

/* Why nothing of it is proved. */
static const char *lacking(const struct board *b, const struct member *m)
{
	const struct host_row *h = board_host(b, m->host);
	const struct span *covered = h->covered.until_ms ? &h->covered : &b->covered;
	uint64_t since = m->last_ms > m->state_ms ? m->last_ms : m->state_ms;
	if (!covered->until_ms)
		return "no telemetry without a gap was told for it: is the daemon fed?";
	if (!h->alive_ms)
		return "nothing was seen of the host: a host that is switched off is silent too";
	if (covered->until_ms <= since)
		return "no telemetry without a gap was told since then";
	return "the host was not seen alive since then";
}

/* Gives `room` back. */
static const char *explain(const struct api *api, const struct board *b, const struct member *m,
	const struct silence *s, char room[static SILENCE_TEXT_BYTES])
{
	char quiet[SPAN_TEXT_BYTES], needed[SPAN_TEXT_BYTES], share[SHARE_TEXT_BYTES];
	char since[TIME_TEXT_BYTES], until[TIME_TEXT_BYTES], pace[PACE_TEXT_BYTES];
	char told[LACK_TEXT_BYTES];
	if (s->is_hopeless) {
		hopeless(s, room);
		return room;
	}
	span_format(s->needed_ms, needed);
	pace_format(s, pace);
	if (m->state != STATE_VERIFYING) {
		snprintf(room, SILENCE_TEXT_BYTES,
			"Silence counts once it is cleaned; to prove it takes %s of it under watch "
			"(%s).",
			needed, pace);
		return room;
	}
	const char *lack = api->lack ? api->lack(api->ctx, m->host, told) : "";
	if (!s->watched_ms) {
		snprintf(room, SILENCE_TEXT_BYTES,
			"No silence is proved of the %s needed: %s (%s).", needed,
			*lack ? lack : lacking(b, m), pace);
		return room;
	}
	snprintf(room, SILENCE_TEXT_BYTES,
		"%s %s %% (quiet %s of %s needed, from %s to %s, in telemetry without a gap that "
		"shows it alive; %s)%s%s.",
		s->watched_ms >= s->needed_ms ? "Its silence is verified: clean at"
					      : "Its silence is not long enough: clean at",
		share_format(s->clean, share), span_format(s->watched_ms, quiet), needed,
		time_format(s->watched.since_ms, since), time_format(s->watched.until_ms, until),
		pace, *lack ? "; it does not go on: " : "", lack);
	return room;
}

void api_write_silence(
	const struct api *api, struct json *j, const struct board *b, const struct member *m)
{
	char text[SILENCE_TEXT_BYTES];
	struct silence s = silence_of(b, m, wall_ms());
	json_key(j, "silence");
	json_open(j, '{');
	api_write_number(j, "watched_ms", s.watched_ms);
	json_key(j, "needed_ms");
	if (s.is_hopeless)
		json_null(j);
	else
		json_uint(j, s.needed_ms);
	json_key(j, "is_enough");
	json_bool(j, !s.is_hopeless && s.watched_ms >= s.needed_ms);
	api_write_time(j, "since", s.watched_ms ? s.watched.since_ms : 0);
	api_write_time(j, "until", s.watched_ms ? s.watched.until_ms : 0);
	json_key(j, "clean_probability");
	json_real(j, s.clean, 6);
	json_key(j, "peers_per_second");
	json_real(j, s.rate_per_s, 6);
	json_key(j, "is_pace_assumed");
	json_bool(j, s.is_rate_assumed);
	api_write_number(j, "samplingInterval", s.sampling);
	api_write_words(j, "text", explain(api, b, m, &s, text));
	json_close(j, '}');
}
