// SPDX-License-Identifier: Apache-2.0
// As an exporter has: silent when nothing comes, with gaps when the kernel dropped something.
#include "app/capture_health.h"

#include "model/words.h"

enum { SILENT_MS = 60 * 1000, RECENT_MS = 5 * 60 * 1000 };

void capture_health_take(struct capture_health *c, bool has_frames, bool has_drops, uint64_t now_ms)
{
	c->frame_ms = has_frames ? now_ms : c->frame_ms;
	c->drop_ms = has_drops ? now_ms : c->drop_ms;
}

static bool is_silent(const struct capture_health *c, uint64_t now_ms)
{
	return now_ms > c->frame_ms + SILENT_MS;
}

static bool has_gaps(const struct capture_health *c, uint64_t now_ms)
{
	return c->drop_ms && now_ms < c->drop_ms + RECENT_MS;
}

bool capture_is_trusted(const struct capture_health *c, const struct settings *s, uint64_t now_ms)
{
	return !s->interface[0] || (!is_silent(c, now_ms) && !has_gaps(c, now_ms));
}

void capture_health_write(
	const struct capture_health *c, const struct settings *s, uint64_t now_ms, struct json *j)
{
	char time[TIME_TEXT_BYTES];
	json_key(j, "capture");
	if (!s->interface[0]) {
		json_null(j);
		return;
	}
	json_open(j, '{');
	json_key(j, "interface");
	json_text(j, s->interface);
	json_key(j, "last_frame");
	json_text(j, c->frame_ms ? time_format(c->frame_ms, time) : NULL);
	json_key(j, "state");
	json_open(j, '[');
	if (is_silent(c, now_ms))
		json_text(j, "silent");
	if (has_gaps(c, now_ms))
		json_text(j, "gaps");
	json_close(j, ']');
	json_key(j, "silence_is_trusted");
	json_bool(j, capture_is_trusted(c, s, now_ms));
	json_close(j, '}');
}
