// SPDX-License-Identifier: Apache-2.0
// What a device showed whole: only of that the absence of something means that it is not there.
#include <stdio.h>
#include <stdlib.h>

#include "audit/derive.h"

/* That it begins a configuration, and whose it is. */
static bool has_marks(const struct answer *w, unsigned marks)
{
	return w->output == &config_output && (w->marks & marks) == marks;
}

enum { CONFIG_HEAD = CONFIG_BEGIN | CONFIG_VERSION | CONFIG_HOSTNAME };

/* NX-OS prints no `end`: what shows there that nothing was cut is the command or the prompt that follows. */
static bool config_is_whole(const struct answer *w)
{
	return has_marks(w, CONFIG_HEAD | CONFIG_END) ||
	       (has_marks(w, CONFIG_HEAD | CONFIG_ENDLESS) && w->is_ended);
}

bool answer_is_complete(const struct answer *w)
{
	if (w->n_unknown || w->check[0] || !w->is_sure || !w->is_uncut || w->is_part)
		return false;
	if (w->output == &config_output)
		return config_is_whole(w);
	return w->has_echo && w->is_ended && (w->n_facts > 0 || w->output->may_be_empty) &&
	       (w->is_summed || !w->output->needs_sum);
}

bool answer_lacks_end(const struct answer *w)
{
	return has_marks(w, CONFIG_HEAD) && !w->n_unknown && w->is_sure && w->is_uncut &&
	       !config_is_whole(w);
}

static bool makes(const struct output *output, enum fact_kind kind)
{
	for (size_t i = 0; i < output->n_phrases; i++)
		if (output->phrase[i].kind == kind)
			return true;
	return false;
}

/* Whether an output tells a field: a cell {key:.} of a phrase, or a word the phrase stands for. */
static bool tells(const struct output *output, enum fact_field field)
{
	char cell[64];
	snprintf(cell, sizeof cell, "{%s:", fact_fields[field].key);
	for (size_t i = 0; i < output->n_phrases; i++) {
		const struct phrase *p = &output->phrase[i];
		if (p->kind != fact_fields[field].kind)
			continue;
		if (strstr(p->words, cell))
			return true;
		for (size_t k = 0; k < countof(p->say) && p->say[k].word; k++)
			if (p->say[k].field == field)
				return true;
	}
	return false;
}

bool output_lacks(const struct output *output, enum fact_field field)
{
	if (tells(output, field))
		return false;
	for (size_t i = 0; i < n_outputs; i++)
		if (tells(outputs[i], field))
			return true;
	return false;
}

static size_t output_index(const struct output *output)
{
	size_t i = 0;
	while (outputs[i] != output)
		i++;
	return i;
}

/* Of CatOS global settings are read, and neither its ports nor its lists, which have lines of their own sort. */
enum { SEEN_PART, SEEN_ENDLESS, SEEN_SETTINGS, SEEN_WHOLE };

static uint8_t seen_of(const struct answer *w)
{
	if (answer_is_complete(w))
		return w->marks & CONFIG_CATOS ? SEEN_SETTINGS : SEEN_WHOLE;
	return answer_lacks_end(w) ? SEEN_ENDLESS : SEEN_PART;
}

bool audit_note_complete(struct audit *a)
{
	free(a->complete);
	a->complete = calloc(a->n_devices * n_outputs + 1, sizeof *a->complete);
	if (!a->complete)
		return false;
	for (size_t i = 0; i < a->n_answers; i++) {
		const struct answer *w = &a->answer[i];
		if (!w->output || a->source[w->source].epoch != EPOCH_NOW)
			continue;
		uint8_t now = seen_of(w),
			*seen = &a->complete[w->device * n_outputs + output_index(w->output)];
		*seen = now > *seen ? now : *seen;
	}
	return true;
}

bool audit_lacks_end(const struct audit *a, uint32_t device)
{
	return a->complete[device * n_outputs + output_index(&config_output)] == SEEN_ENDLESS;
}

/* That figures agree is known when some sum could be made, and none could not. */
static bool is_checked(const struct audit *a, uint32_t device)
{
	bool any = false;
	for (size_t i = 0; i < a->n_answers; i++) {
		const struct answer *w = &a->answer[i];
		if (w->device == device && w->is_unchecked)
			return false;
		any = any || (w->device == device && w->is_summed);
	}
	return any;
}

/* Each neighbor in a list that is whole is the other end of a link whose ends could be compared. */
static bool are_links_told(const struct audit *a, uint32_t device)
{
	size_t n_links, n_neighbors = 0, n_told = 0, n;
	const uint32_t *link = audit_facts(a, device, FACT_LINK, &n_links);
	const uint32_t *neighbor = audit_facts(a, device, FACT_NEIGHBOR, &n);
	for (size_t i = 0; i < n; i++)
		n_neighbors +=
			a->source[audit_answer(a, &a->facts.fact[neighbor[i]])->source].epoch ==
			EPOCH_NOW;
	for (size_t i = 0; i < n_links; i++)
		n_told += known(a, &a->facts.fact[link[i]], LINK_MISMATCH) &&
			  value_is(get(a, &a->facts.fact[link[i]], LINK_BY), "neighbors");
	return n_told == n_neighbors && audit_is_listed(a, device, FACT_NEIGHBOR, NULL, 0);
}

/* Lists that no device shows empty: without a row somebody cut them. */
static bool is_bare(const struct audit *a, uint32_t device, enum fact_kind kind)
{
	size_t n;
	audit_facts(a, device, kind, &n);
	return n == 0 && (kind == FACT_PROCESS || kind == FACT_MEMORY || kind == FACT_INTERFACE);
}

/* Messages are in no list: a log forgets. */
bool audit_is_listed(const struct audit *a, uint32_t device, enum fact_kind kind,
	const enum fact_field *field, size_t n_fields)
{
	if (fact_kinds[kind].many == FACT_ONE || kind == FACT_MESSAGE || kind == FACT_MALLOCFAIL ||
		is_bare(a, device, kind))
		return false;
	if (kind == FACT_CHECK)
		return is_checked(a, device);
	if (kind == FACT_LINK)
		return are_links_told(a, device);
	for (size_t i = 0; i < n_outputs; i++) {
		bool is_it = a->complete[device * n_outputs + i] >=
				     (kind == FACT_SETTING ? SEEN_SETTINGS : SEEN_WHOLE) &&
			     makes(outputs[i], kind == FACT_NAT_HOST ? FACT_NAT : kind);
		for (size_t k = 0; is_it && k < n_fields; k++)
			is_it = !output_lacks(outputs[i], field[k]);
		if (is_it)
			return true;
	}
	return false;
}
