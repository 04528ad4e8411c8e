// SPDX-License-Identifier: Apache-2.0
// Three states: text in which a run of letters may grow, escapes behind a run, and what follows them.
// Blanks count in none of them. When a sample is over, it is put together and read as a log line.
#include "decode/weblog_paste.h"

#include <stdlib.h>

#include "decode/weblog_line.h"

enum {
	RUN_LEAST = 20,    // letters of a run; Code Red's have 224
	RUN_KEPT = 1024,   // of them in the query
	ESCAPES_LEAST = 3, // behind it
	GAP_MOST = 16,     // blanks inside a sample
	RECENT_BYTES = 1024,
	BODY_BYTES = 4096,
	TAIL_BYTES = 256,
	HEAD_BYTES = 400, // before the run, in which a log line may begin,
	HEAD_WORDS = 16,  // and at which of the last words
};

enum state { SEEK, BODY, TAIL };

struct stand {
	uint64_t line, offset;
};

struct paste {
	struct requests *out;
	struct trouble *trouble;
	uint64_t n_found;
	uint16_t source;

	enum state state;
	char letter;                      // of the run
	size_t n_run, head_end;           // letters; where in `recent` the run began
	unsigned n_gap, n_escapes;        // blanks since the last character; "%u"
	size_t n_recent, n_body, n_tail;  // bytes kept
	struct stand where[RECENT_BYTES]; // of each byte in `recent`
	char recent[RECENT_BYTES], body[BODY_BYTES], tail[TAIL_BYTES];
	char joined[RECENT_BYTES + BODY_BYTES + TAIL_BYTES + 2];
};

struct paste *paste_new(uint16_t source, struct requests *out, struct trouble *trouble)
{
	struct paste *p = calloc(1, sizeof *p);
	if (!p)
		return NULL;
	p->source = source;
	p->out = out;
	p->trouble = trouble;
	return p;
}

void paste_free(struct paste *p)
{
	free(p);
}

uint64_t paste_n_found(const struct paste *p)
{
	return p->n_found;
}

static bool is_blank(char c)
{
	return (unsigned char)c <= ' ';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_ascii(char c)
{
	return (unsigned char)c < 0x80;
}

static void forget(struct paste *p)
{
	p->state = SEEK;
	p->letter = '\0';
	p->n_run = p->head_end = p->n_recent = p->n_body = p->n_tail = 0;
	p->n_gap = p->n_escapes = 0;
}

/* Put the sample together, with what stands before it from `from` on; gives the whole. */
static struct str join(struct paste *p, size_t from, size_t head_end, struct str *query)
{
	size_t n = 0;
	for (size_t i = from; i < head_end; i++)
		p->joined[n++] = is_blank(p->recent[i]) ? ' ' : p->recent[i];
	while (n && p->joined[n - 1] == ' ')
		n--;
	if (n && p->joined[n - 1] != '?')
		p->joined[n++] = ' ';
	memcpy(p->joined + n, p->body, p->n_body);
	*query = (struct str){ p->joined + n, p->n_body };
	n += p->n_body;
	if (p->n_tail && is_digit(p->tail[0]))
		p->joined[n++] = ' '; // "=a200": the blank was lost
	memcpy(p->joined + n, p->tail, p->n_tail);
	n += p->n_tail;
	return (struct str){ p->joined, n };
}

/* Whether the sample with this head is a line of a log that tells who asked. */
static bool read_as_line(struct paste *p, size_t from, struct request *r)
{
	struct flow flow = {};
	struct str query;
	struct reading in = { .request = r, .flow = &flow, .wants_texts = true, .is_text = true };
	*r = (struct request){};
	r->line = join(p, from, p->head_end, &query);
	struct str line = r->line;
	enum line_is is = line_read(&in, line);
	bool is_server = in.kind == KIND_W3C || in.kind == KIND_HTTPERR || in.kind == KIND_ACCESS;
	r->line = line;
	return is == LINE_REQUEST && is_server && r->has & REQUEST_HAS_CLIENT && r->query.len;
}

/* Whether a word, and so perhaps a line of a log, begins at a byte: prose may be glued to it. */
static bool may_begin(const struct paste *p, size_t at)
{
	if (is_blank(p->recent[at]) || !is_ascii(p->recent[at]))
		return false;
	return at == 0 || is_blank(p->recent[at - 1]) || !is_ascii(p->recent[at - 1]);
}

static struct str last_word(struct str s)
{
	const char *blank = s.len ? memrchr(s.ptr, ' ', s.len) : NULL;
	return blank ? scan_from(s, (size_t)(blank - s.ptr) + 1) : s;
}

/* The head is lost, or tells nobody: what is left are path, query and status. */
static void read_rest(struct paste *p, struct request *r)
{
	size_t from = p->head_end;
	while (from && p->recent[from - 1] == ' ')
		from--;
	size_t end = from;
	while (from && !is_blank(p->recent[from - 1]) && is_ascii(p->recent[from - 1]))
		from--;
	bool has_path = from < end && p->recent[from] == '/';
	*r = (struct request){};
	r->line = join(p, has_path ? from : p->head_end, p->head_end, &r->query);
	if (has_path)
		r->path = (struct str){ r->line.ptr, end - from - (p->recent[end - 1] == '?') };
	struct str tail = { p->tail, p->n_tail };
	tail = scan_trim(tail);
	if (scan_begins(tail, STR("HTTP/"))) {
		scan_word(&tail, ' ');
		tail = scan_trim(tail);
	}
	request_status(r, scan_status(scan_word(&tail, ' ')));
	struct str head = scan_trim((struct str){ p->recent, from });
	struct str method = last_word(head);
	if (has_path && (scan_is(method, STR("GET")) || scan_is(method, STR("POST"))))
		r->method = scan_is(method, STR("GET")) ? STR("GET") : STR("POST");
	size_t at = has_path ? from : p->head_end;
	r->at = p->where[at].line;
	r->offset = p->where[at].offset;
}

/* The first of the last words before the run. */
static size_t first_word(const struct paste *p)
{
	size_t from = p->head_end, least = from > HEAD_BYTES ? from - HEAD_BYTES : 0;
	for (int n = 0; from > least && n < HEAD_WORDS;)
		n += may_begin(p, --from);
	return from;
}

static void emit(struct paste *p)
{
	if (p->n_escapes < ESCAPES_LEAST)
		return;
	struct request *r = requests_next(p->out);
	size_t from = first_word(p);
	while (from < p->head_end && !(may_begin(p, from) && read_as_line(p, from, r)))
		from++;
	if (from < p->head_end) {
		r->at = p->where[from].line;
		r->offset = p->where[from].offset;
	} else {
		read_rest(p, r);
	}
	r->at = place_at(p->source, r->at);
	r->has |= REQUEST_PASTED | REQUEST_MARKED;
	p->n_found++;
	p->trouble->records[KIND_PASTED_REQUEST]++;
	p->trouble->log.requests++;
	p->trouble->log.marked++;
	requests_flush(p->out); // its texts are views of what is used again
}

static void keep_recent(struct paste *p, char c, struct stand where)
{
	enum { KEPT = RECENT_BYTES / 2 };
	if (p->n_recent == RECENT_BYTES) {
		memmove(p->recent, p->recent + KEPT, KEPT);
		memmove(p->where, p->where + KEPT, KEPT * sizeof *p->where);
		p->n_recent -= KEPT;
		p->head_end = p->head_end > KEPT ? p->head_end - KEPT : 0;
	}
	p->where[p->n_recent] = where;
	p->recent[p->n_recent++] = c;
}

static void begin_body(struct paste *p)
{
	p->state = BODY;
	p->n_tail = p->n_escapes = 0;
	p->n_body = p->n_run < RUN_KEPT ? p->n_run : RUN_KEPT;
	memset(p->body, p->letter, p->n_body);
	p->body[p->n_body++] = '%';
}

static void seek(struct paste *p, char c, struct stand where)
{
	if (is_blank(c)) {
		p->n_gap++;
		if (p->n_gap > GAP_MOST)
			p->n_run = 0;
		if (p->n_recent && p->recent[p->n_recent - 1] != ' ')
			keep_recent(p, ' ', where);
		return;
	}
	p->n_gap = 0;
	if (c == '%' && p->n_run >= RUN_LEAST) {
		begin_body(p);
		return;
	}
	bool goes_on = p->n_run && c == p->letter;
	p->n_run = goes_on ? p->n_run + 1 : is_letter(c);
	p->letter = c;
	if (p->n_run > RUN_LEAST)
		return;
	keep_recent(p, c, where);
	if (!goes_on)
		p->head_end = p->n_recent - 1;
}

/* Whether `c` may stand among the escapes, "%u00c3", and the "=a" that ends them. */
static bool is_of_body(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == '%' ||
	       c == 'u' || c == 'U' || c == '=';
}

static void finish(struct paste *p)
{
	emit(p);
	forget(p);
}

static void body(struct paste *p, char c, struct stand where)
{
	if (is_blank(c)) {
		if (++p->n_gap > GAP_MOST)
			finish(p);
		return;
	}
	p->n_gap = 0;
	if (!is_of_body(c) || p->n_body == BODY_BYTES) {
		finish(p);
		seek(p, c, where);
		return;
	}
	char before = p->body[p->n_body - 1];
	p->body[p->n_body++] = c;
	p->n_escapes += before == '%' && (c == 'u' || c == 'U');
	if (before == '=')
		p->state = TAIL;
}

/* What follows up to the end of the line: status, version, agent. */
static void tail(struct paste *p, char c, struct stand where)
{
	bool is_over =
		(c == '\n' && p->n_tail && scan_trim((struct str){ p->tail, p->n_tail }).len) ||
		!is_ascii(c) || p->n_tail == TAIL_BYTES;
	if (!is_over) {
		p->tail[p->n_tail++] = is_blank(c) ? ' ' : c;
		return;
	}
	finish(p);
	seek(p, c, where);
}

static void put(struct paste *p, char c, struct stand where)
{
	static void (*const states[])(struct paste *, char,
		struct stand) = { [SEEK] = seek, [BODY] = body, [TAIL] = tail };
	states[p->state](p, c, where);
}

void paste_line(struct paste *p, struct str text, uint64_t number, uint64_t offset)
{
	for (size_t i = 0; i < text.len; i++)
		put(p, text.ptr[i], (struct stand){ number, offset + i });
	put(p, '\n', (struct stand){ number, offset + text.len });
}

void paste_break(struct paste *p)
{
	if (p->state != SEEK)
		emit(p);
	forget(p);
}
