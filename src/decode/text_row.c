// SPDX-License-Identifier: Apache-2.0
// Words against shapes: whole rows, and rows that were damaged.
#include "decode/text_row.h"

#include "decode/text_cell.h"
#include "decode/text_shape.h"

enum { SHIFT = 2 }; // words a damaged row may have more or less

static enum fit shape_fit(const struct shape *s, const struct mode *mode, const struct view *v)
{
	for (size_t i = 0; i < s->n_cells; i++) {
		if (i == v->n_ahead)
			return v->is_end ? FIT_NO : FIT_MORE;
		if (!cell_fits(s->cell[i], &v->at[i]) || (i && v->at[i].commas))
			return FIT_NO;
	}
	return s->judge ? s->judge(mode, v) : FIT_YES;
}

/*
 * Cisco prints the protocol in two hex digits, FreeBSD's flowctl in decimal without padding. One
 * digit alone betrays flowctl; 17 is UDP in either case, as nobody uses protocol 0x17.
 */
static void fix_proto(struct mode *mode, const struct token *pr, struct flow *f)
{
	if (pr->len == 1)
		mode->is_decimal_proto = true;
	bool is_decimal = mode->is_decimal_proto || token_is_word(pr, "17");
	if (is_decimal && pr->is & TOKEN_NUMBER)
		f->proto = (uint8_t)pr->number;
}

static void row_finish(
	struct mode *mode, const struct shape *s, const struct view *v, struct row *out)
{
	*out = (struct row){ .kind = s->kind, .n_tokens = s->n_cells };
	s->fill(s, v->at, out);
	if (s->kind != KIND_CACHE_FLOW)
		return;
	if (s->cell[s->key] == CELL_HEX2)
		fix_proto(mode, &v->at[s->key], &out->flow);
	if (mode->is_top_talkers)
		out->kind = KIND_TOP_TALKERS;
	if (mode->is_bytes && s->n_cells < 10) {
		out->flow.bytes = out->flow.packets;
		out->flow.packets = 0;
		out->flow.has ^= FLOW_HAS_PACKETS | FLOW_HAS_BYTES;
	}
}

void row_expect(struct mode *mode, enum kind kind, size_t n_cells)
{
	mode->n_headings++;
	mode->shape = NULL;
	mode->is_mls_ip = kind == KIND_MLS_IP;
	const struct shape *s;
	for (size_t i = 0; !mode->shape && (s = shape_at(i)); i++)
		if (s->kind == kind && s->n_cells == n_cells)
			mode->shape = s;
}

enum fit row_match(struct mode *mode, const struct view *v, struct row *out)
{
	enum fit mls = mls_ip_match(v, out);
	if (mls == FIT_YES)
		row_expect(mode, KIND_MLS_IP, 0);
	if (mls != FIT_NO)
		return mls;
	const struct shape *s;
	for (size_t i = 0; (s = shape_at(i)); i++) {
		enum fit fit = shape_fit(s, mode, v);
		if (fit == FIT_NO)
			continue;
		if (fit == FIT_YES) {
			row_finish(mode, s, v, out);
			mode->shape = s;
			mode->is_mls_ip = false;
		}
		return fit;
	}
	return FIT_NO;
}

/* Words on the line ahead, at most `most`. */
static size_t line_words(const struct view *v, size_t most)
{
	size_t n = 1;
	while (n < v->n_ahead && n < most && !(v->at[n].is & TOKEN_FIRST))
		n++;
	return n;
}

/*
 * How the line ahead is like a shape. One or two words more or less shift the cells behind the
 * damage: up to it they count from the start of the line, then from its end.
 */
static struct likeness shape_likeness(const struct shape *s, const struct view *v)
{
	struct likeness like = {};
	size_t n = s->n_cells, n_words = line_words(v, n + SHIFT + 1), n_right = 0;
	bool is_shifted = n_words != n && n_words + SHIFT >= n && n_words <= n + SHIFT;
	while (n_right < n && n_right < n_words && cell_fits(s->cell[n_right], &v->at[n_right]))
		n_right++;
	for (size_t i = 0; i < n; i++) {
		size_t word = i;
		if (is_shifted && i >= n_right)
			word = i + n_words >= n + n_right ? i + n_words - n : v->n_ahead;
		likeness_add(&like, s->cell[i], word < v->n_ahead ? &v->at[word] : NULL);
	}
	return like;
}

enum fit row_is_damaged(const struct mode *mode, const struct view *v)
{
	if (mode->is_mls_ip)
		return mls_ip_is_damaged(v);
	if (!mode->shape)
		return FIT_NO;
	if (v->n_ahead <= (size_t)mode->shape->n_cells + SHIFT && !v->is_end)
		return FIT_MORE;
	struct likeness like = shape_likeness(mode->shape, v);
	return likeness_is_row(&like) ? FIT_YES : FIT_NO;
}
