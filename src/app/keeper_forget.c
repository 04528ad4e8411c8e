// SPDX-License-Identifier: Apache-2.0
// What is in the log already must not be held against a host again: what was seen of it before it was
// cleaned, and what was seen under its address while another host had that.
#include <stdlib.h>

#include "app/keeper_state.h"

/* How far the board was followed; made anew with each keeper, so that what it recalls is cut again. */
struct forgetting {
	const struct board *board;
	uint64_t n_taken;
	bool *is_cut;         // by address of the board
	uint64_t *cleaned_ms; // by member: before when it was forgotten
	size_t n_addresses, n_members;
	struct cut *cut;
	size_t n, room;
};

bool keeper_forget_begin(struct keeper *k)
{
	k->forgetting = calloc(1, sizeof *k->forgetting);
	return k->forgetting;
}

static void reset(struct forgetting *f)
{
	free(f->is_cut);
	free(f->cleaned_ms);
	free(f->cut);
	*f = (struct forgetting){};
}

void keeper_forget_end(struct keeper *k)
{
	if (k->forgetting)
		reset(k->forgetting);
	free(k->forgetting);
}

static bool grow(void **row, size_t *n, size_t to, size_t size)
{
	if (to < *n)
		return true;
	size_t more = to * 2 + 64;
	char *grown = realloc(*row, more * size);
	if (!grown)
		return false;
	memset(grown + *n * size, 0, (more - *n) * size);
	*row = grown;
	*n = more;
	return true;
}

static void cut_put(struct forgetting *f, const struct addr *a, uint64_t before_ms)
{
	if (grow((void **)&f->cut, &f->room, f->n + 1, sizeof *f->cut))
		f->cut[f->n++] = (struct cut){ *a, before_ms };
}

/* A clean host answers for what it does from then on. */
static void cut_member(struct forgetting *f, const struct board *b, uint32_t at)
{
	static const bool is_clean[N_STATES] = { [STATE_REMEDIATED] = true,
		[STATE_VERIFYING] = true,
		[STATE_RECOVERED] = true,
		[STATE_CLOSED] = true };
	const struct member *m = board_member(b, at);
	const struct address_row *a;
	if (m->is_moved_away || !is_clean[m->state] || f->cleaned_ms[at] >= m->state_ms)
		return;
	f->cleaned_ms[at] = m->state_ms;
	for (uint32_t i = board_host(b, m->host)->first_address; (a = board_address(b, i));
		i = a->next_of_host)
		if (a->until_ms == UINT64_MAX)
			cut_put(f, &a->addr, m->state_ms);
}

/* Who has the address next does not answer for who had it. */
static void cut_address(struct forgetting *f, const struct board *b, uint32_t at)
{
	const struct address_row *a = board_address(b, at);
	if (a->until_ms == UINT64_MAX || f->is_cut[at])
		return;
	f->is_cut[at] = true;
	cut_put(f, &a->addr, a->until_ms);
}

void keeper_forget(struct keeper *k)
{
	struct forgetting *f = k->forgetting;
	const struct board *b = chronicle_board(k->chronicle);
	if (f->board == b && f->n_taken == b->n_taken)
		return;
	if (f->board != b)
		reset(f);
	if (!grow((void **)&f->is_cut, &f->n_addresses, b->address.n + 1, sizeof *f->is_cut) ||
		!grow((void **)&f->cleaned_ms, &f->n_members, b->member.n + 1,
			sizeof *f->cleaned_ms))
		return; // it is tried again
	f->board = b;
	f->n_taken = b->n_taken;
	f->n = 0;
	for (uint32_t at = 1; at <= b->member.n; at++)
		cut_member(f, b, at);
	for (uint32_t at = 1; at <= b->address.n; at++)
		cut_address(f, b, at);
	if (f->n && evidence_forget(k->evidence, f->cut, f->n)) {
		k->bench.has_news = true;
		k->alerts_wait = alerts_forget(k->alerts, f->cut, f->n) || k->alerts_wait;
	} else if (f->n)
		reset(f); // no memory: all of it is tried again
}
