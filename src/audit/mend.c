// SPDX-License-Identifier: Apache-2.0
// Lines that a terminal broke within a word, at its last column: screen and tmux, copies of windows. They are
// joined where a phrase goes through the break that reads nothing of either piece; never what can be read as it stands.
#include "audit/prompt.h"
#include "audit/reading.h"

enum { PIECES_MAX = 4, WIDTH_MAX = 132, BEHIND_BYTES = 512, BESIDE_LINES = 32 };

/* Columns of terminals and of what prints on them. */
static bool is_width(size_t n)
{
	return n == 72 || n == 79 || n == 80 || n == WIDTH_MAX;
}

static size_t width_of(const struct paper *p, size_t line)
{
	return p->start[line] - p->start[line - 1] - 1;
}

/* Whether no line of the block is wider: else it was no terminal that broke this one. */
static bool is_widest(const struct reading *r, const struct paper *p, size_t width)
{
	const struct answer *w = answer_now(r);
	size_t from = w ? w->line : r->line, to = r->line + BESIDE_LINES;
	if (from + BESIDE_LINES < r->line)
		from = r->line - BESIDE_LINES;
	for (size_t line = from; line <= to && line <= p->n_lines; line++)
		if (width_of(p, line) > width)
			return false;
	return true;
}

/* Whether a line can be read by itself. */
static bool reads_alone(const struct reading *r, size_t at)
{
	struct caught caught;
	struct prompt prompt;
	const struct output *of;
	const struct spot spot = {
		.text = r->text, .at = at, .begins_line = true, .current = output_now(r)
	};
	return prompt_at(r->text, at, true, &prompt) || heading_at(r->text, at, &prompt) ||
	       phrases_find(r->a->phrases, &spot, &of, &caught);
}

/* The pieces of a line, one behind the other, and what follows: how far the phrase at the cursor goes in them. */
static size_t reach_joined(
	const struct reading *r, const struct paper *p, const struct spot *spot, size_t n_pieces)
{
	char room[PIECES_MAX * WIDTH_MAX + BEHIND_BYTES];
	size_t n = 0, line = r->line, begin = p->start[line - 1];
	for (size_t i = 0; i < n_pieces; i++, line++) {
		struct str piece = paper_line(p, line);
		memcpy(room + n, piece.ptr, piece.len);
		n += piece.len;
	}
	size_t rest = p->start[line - 1] - 1; // the end of the last piece
	for (size_t i = 0; i < BEHIND_BYTES && rest + i < r->text.len; i++)
		room[n++] = r->text.ptr[rest + i];
	struct caught caught;
	const struct output *of;
	struct spot there = *spot;
	there.text = (struct str){ room, n };
	there.at = spot->at - begin;
	return phrases_find(r->a->phrases, &there, &of, &caught) ? caught.end : 0;
}

bool mend_line(struct reading *r, const struct spot *spot, size_t read_to)
{
	struct audit_source *s = &r->a->source[r->source];
	struct paper *p = &s->paper;
	size_t width = r->line < p->n_lines ? width_of(p, r->line) : 0;
	if (!is_width(width) || read_to >= p->start[r->line] - 1 || !is_widest(r, p, width))
		return false;
	size_t reach = width;
	for (size_t n = 1; n < PIECES_MAX && r->line + n <= p->n_lines; n++) {
		size_t at = p->start[r->line + n - 1], piece = width_of(p, r->line + n);
		if (piece == 0 || r->text.ptr[at] == ' ' || reads_alone(r, at))
			return false;
		if (reach_joined(r, p, spot, n + 1) > reach) {
			s->first_joined = s->n_joined ? s->first_joined : r->line;
			s->n_joined += (uint32_t)n;
			paper_join(p, r->line, n);
			return true;
		}
		reach += piece;
		if (piece != width)
			return false;
	}
	return false;
}

bool is_torn(const struct reading *r, size_t end)
{
	const struct paper *p = &r->a->source[r->source].paper;
	for (size_t line = r->line; line < p->n_lines && p->start[line] < end; line++) {
		size_t width = width_of(p, line), next = p->start[line];
		bool goes_on = r->text.ptr[next] != ' ' && r->text.ptr[next] != '\n';
		if (is_width(width) && goes_on && is_widest(r, p, width))
			return true;
	}
	return false;
}
