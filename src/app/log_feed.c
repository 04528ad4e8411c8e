// SPDX-License-Identifier: Apache-2.0
// What holds for the lines to come is kept beside the position: how many lines came before, and the
// directives of a W3C log, "LINES\n#Fields: ...".
#include "app/log_feed.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/** Directives of a W3C log that hold until the next of their name. */
enum { DIRECTIVES = 3, DIRECTIVE_BYTES = 4096 };
static const struct str directives[DIRECTIVES] = { STR("#Software:"), STR("#Date:"),
	STR("#Fields:") };

struct log_feed {
	struct weblog_decoder *weblog;
	char directive[DIRECTIVES][DIRECTIVE_BYTES];
};

static void directive_keep(struct log_feed *feed, const char *p, size_t n)
{
	while (n > 0 && (p[n - 1] == '\n' || p[n - 1] == '\r'))
		n--;
	for (size_t i = 0; i < DIRECTIVES; i++) {
		if (n < directives[i].len || memcmp(p, directives[i].ptr, directives[i].len) != 0)
			continue;
		feed->directive[i][0] = '\0'; // one that is too long is better not known than cut
		if (n < DIRECTIVE_BYTES && !memchr(p, 0, n)) {
			memcpy(feed->directive[i], p, n);
			feed->directive[i][n] = '\0';
		}
	}
}

/* The last directives among whole lines. */
static void directives_find(struct log_feed *feed, struct bytes lines)
{
	const char *p = (const char *)lines.ptr, *end = p + lines.len;
	while (p < end) {
		const char *lf = memchr(p, '\n', (size_t)(end - p));
		if (*p == '#')
			directive_keep(feed, p, (size_t)((lf ? lf : end) - p));
		const char *next = lf ? memmem(lf, (size_t)(end - lf), "\n#", 2) : NULL;
		p = next ? next + 1 : end;
	}
}

struct log_feed *log_feed_new(const struct follow_file *file, uint16_t source, struct bytes head,
	const struct log_outlets *to)
{
	struct log_feed *f = calloc(1, sizeof *f);
	if (!f)
		return NULL;
	f->weblog = weblog_new(source, WEBLOG_LOG, to->marks, to->requests, to->flows, to->trouble);
	if (!f->weblog) {
		free(f);
		return NULL;
	}
	char *rest = file->memo;
	if (file->at.offset > 0 && rest) {
		uint64_t n_lines = strtoull(rest, &rest, 10);
		rest += *rest == '\n';
		struct str heading = { rest, strlen(rest) };
		directives_find(f, (struct bytes){ (const uint8_t *)rest, heading.len });
		weblog_resume(f->weblog, head, file->at.offset, n_lines, heading);
	}
	return f;
}

void log_feed_free(struct log_feed *f)
{
	if (f)
		weblog_free(f->weblog);
	free(f);
}

void log_feed_take(struct log_feed *f, struct bytes lines)
{
	weblog_feed(f->weblog, lines);
	directives_find(f, lines);
}

void log_feed_end(struct log_feed *f)
{
	weblog_end(f->weblog);
}

void log_feed_memo(const struct log_feed *f, struct follow_file *file)
{
	char memo[FOLLOW_MEMO_BYTES];
	int n = snprintf(memo, sizeof memo, "%" PRIu64, weblog_n_lines(f->weblog));
	for (size_t i = 0; i < DIRECTIVES; i++)
		if (f->directive[i][0])
			n += snprintf(memo + n, sizeof memo - (size_t)n, "\n%s", f->directive[i]);
	static_assert(sizeof(f->directive) + 32 < sizeof memo);
	follow_memo(file, memo);
}

uint64_t log_feed_lines(const struct log_feed *f)
{
	return weblog_n_lines(f->weblog);
}
