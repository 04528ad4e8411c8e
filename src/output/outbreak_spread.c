// SPDX-License-Identifier: Apache-2.0
// Who infected whom, and where, in words.
#include "output/outbreak_say.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *words_tree(const struct outbreak *o, outbreak_text_room room)
{
	char a[NUMBER_BYTES], b[NUMBER_BYTES];
	uint64_t roots = 0;
	const cJSON *n;
	cJSON_ArrayForEach(n, member_at(o->branches, "nodes"))
	{
		if (*text_of(n, "parent"))
			continue;
		bool is_host = !strcmp(text_of(n, "kind"), "host");
		roots += is_host ? 1 : number_of(n, "children");
	}
	return SAY(room, TREE_TEXT, o, say_count_of(o->branches, "hosts", a), say_count(roots, b),
		NULL);
}

static const char *odds(double p, char room[static NUMBER_BYTES])
{
	snprintf(room, NUMBER_BYTES, "%.0f %%", p * 100);
	return room;
}

const char *words_others(const struct outbreak *o, const cJSON *node, outbreak_text_room room)
{
	const cJSON *other;
	char number[NUMBER_BYTES];
	outbreak_text_room address;
	double unseen = real_of(node, "unseen_probability");
	bool has_parent = *text_of(node, "parent");
	room[0] = '\0';
	cJSON_ArrayForEach(other, member_at(node, "others"))
	{
		if (*room)
			phrase_add(room, OUTBREAK_TEXT_BYTES, PHRASE_COMMA, o->lang, NULL);
		phrase_add(room, OUTBREAK_TEXT_BYTES, PHRASE_TREE_OR, o->lang,
			words_plain(other, "address", address),
			odds(real_of(other, "probability"), number), NULL);
	}
	if (!(unseen >= 0.005) || (!*room && !has_parent))
		return room;
	if (*room)
		phrase_add(room, OUTBREAK_TEXT_BYTES, PHRASE_COMMA, o->lang, NULL);
	return phrase_add(
		room, OUTBREAK_TEXT_BYTES, PHRASE_TREE_UNSEEN, o->lang, odds(unseen, number), NULL);
}

const char *words_folded(const struct outbreak *o, outbreak_text_room room)
{
	char number[NUMBER_BYTES];
	uint64_t hosts = number_of(o->branches, "hosts"), shown = number_of(o->branches, "shown");
	room[0] = '\0';
	if (shown >= hosts)
		return room;
	return SAY(room, TREE_FOLDED, o, say_count(hosts - shown, number), NULL);
}

const char *words_where(const struct outbreak *o, outbreak_text_room room)
{
	struct network_count *all = calloc(NETWORKS_SHOWN, sizeof *all);
	char a[NUMBER_BYTES], b[NUMBER_BYTES];
	size_t n = all ? networks_count(o, all) : 0;
	free(all);
	SAY(room, WHERE_TEXT, o, say_count(n, a), say_count_of(o->map, "outside", b), NULL);
	if (!strcmp(text_of(o->map, "source"), "learned"))
		phrase_add(room, OUTBREAK_TEXT_BYTES, PHRASE_WHERE_LEARNED, o->lang, NULL);
	return room;
}
