// SPDX-License-Identifier: Apache-2.0
// Event streams (WHATWG HTML, 9.2). A stream holds a place in the log and one block on its way; who
// reads slowly gets the rest later, and who does not read at all is closed.
#include <stdlib.h>

#include "http/parts.h"

enum { BLOCK_BYTES = 16 << 10 };

static void stream_wait(struct stream *w)
{
	MHD_suspend_connection(w->connection);
	w->is_waiting = true;
}

static ssize_t stream_read(void *stream, uint64_t at, char *room, size_t size)
{
	static const char beat[] = ": \n\n";
	struct stream *w = stream;
	struct http_server *s = w->server;
	if (s->is_ending)
		return MHD_CONTENT_READER_END_OF_STREAM;
	size_t n = s->site.event_next(s->site.ctx, &w->cursor, room, size);
	bool is_due = at == 0 || s->now_ms >= w->told_ms + HTTP_HEARTBEAT_MS;
	if (n == 0 && is_due && size >= sizeof beat) {
		n = sizeof beat - 1;
		memcpy(room, beat, n);
	}
	if (n == 0)
		stream_wait(w);
	else
		w->told_ms = s->now_ms;
	return (ssize_t)n;
}

static void stream_free(void *stream)
{
	struct stream *w = stream;
	struct http_server *s = w->server;
	if (w->before)
		w->before->next = w->next;
	else
		s->streams = w->next;
	if (w->next)
		w->next->before = w->before;
	s->health.n_streams--;
	free(w);
}

enum MHD_Result stream_begin(struct http_server *s, struct MHD_Connection *c, const char *last_id)
{
	struct stream *w = calloc(1, sizeof *w);
	if (!w)
		return MHD_NO;
	*w = (struct stream){ .server = s, .connection = c, .next = s->streams };
	w->cursor = s->site.event_begin(s->site.ctx, last_id);
	if (w->next)
		w->next->before = w;
	s->streams = w;
	s->health.n_streams++;
	s->health.counter[HTTP_STREAMS]++;
	struct peer *p = peer_of(c);
	if (p)
		p->is_streaming = true;
	struct MHD_Response *r = MHD_create_response_from_callback(
		MHD_SIZE_UNKNOWN, BLOCK_BYTES, stream_read, w, stream_free);
	if (!r) {
		stream_free(w);
		return MHD_NO;
	}
	headers_add(r, NULL);
	MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, "text/event-stream");
	MHD_add_response_header(r, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
	enum MHD_Result ok = MHD_queue_response(c, MHD_HTTP_OK, r);
	MHD_destroy_response(r);
	return ok;
}

void streams_resume(struct http_server *s, bool all)
{
	for (struct stream *w = s->streams; w; w = w->next) {
		bool is_due = all || s->now_ms >= w->told_ms + HTTP_HEARTBEAT_MS;
		if (!w->is_waiting || !is_due)
			continue;
		w->is_waiting = false;
		s->has_work = true;
		MHD_resume_connection(w->connection);
	}
}
