// SPDX-License-Identifier: Apache-2.0
// The table of outputs, and the search for phrases: few can begin with a given byte.
#include "audit/phrases.h"

#include <stdlib.h>
#include <strings.h>

const struct output *const outputs[] = {
	&log_output,
	&cpu_output,
	&allocator_output,
	&memory_output,
	&cache_output,
	&flow_output,
	&accounting_output,
	&mls_output,
	&cef_output,
	&prefix_output,
	&adjacency_output,
	&arp_output,
	&route_output,
	&nat_statistics_output,
	&nat_output,
	&align_output,
	&debug_output,
	&status_output,
	&interface_output,
	&version_output,
	&config_output,
};
const size_t n_outputs = countof(outputs);

struct compiled {
	const struct output *output;
	const struct phrase *phrase;
	struct pattern pattern;
};

struct phrases {
	struct compiled *all;
	size_t n;
	uint16_t *bucket[256];
	uint16_t n_bucket[256];
};

static bool bucket_put(struct phrases *p, unsigned byte, size_t i)
{
	size_t n = p->n_bucket[byte];
	uint16_t *more = realloc(p->bucket[byte], (n + 1) * sizeof *more);
	if (!more)
		return false;
	more[n] = (uint16_t)i;
	p->bucket[byte] = more;
	p->n_bucket[byte]++;
	return true;
}

struct phrases *phrases_new(void)
{
	struct phrases *p = calloc(1, sizeof *p);
	size_t n = 0;
	for (size_t i = 0; i < n_outputs; i++)
		n += outputs[i]->n_phrases;
	bool ok = p && (p->all = calloc(n, sizeof *p->all));
	for (size_t i = 0; ok && i < n_outputs; i++)
		for (size_t k = 0; ok && k < outputs[i]->n_phrases; k++) {
			struct compiled *c = &p->all[p->n];
			c->output = outputs[i];
			c->phrase = &outputs[i]->phrase[k];
			pattern_compile(&c->pattern, c->phrase->words, c->phrase->kind);
			for (unsigned byte = 0; ok && byte < 256; byte++)
				if (pattern_begins(&c->pattern, (unsigned char)byte))
					ok = bucket_put(p, byte, p->n);
			p->n++;
		}
	if (ok)
		return p;
	phrases_free(p);
	return NULL;
}

void phrases_free(struct phrases *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < countof(p->bucket); i++)
		free(p->bucket[i]);
	free(p->all);
	free(p);
}

static bool is_wanted(const struct compiled *c, const struct spot *s, bool of_current)
{
	unsigned is = c->phrase->is;
	if (is & PHRASE_LINE && !s->begins_line)
		return false;
	if (of_current)
		return c->output == s->current;
	if (c->output == s->current || is & PHRASE_WEAK)
		return false;
	return !s->is_alone || is & PHRASE_FREE;
}

const struct phrase *phrases_find(
	const struct phrases *p, const struct spot *s, const struct output **of, struct caught *out)
{
	unsigned byte = (unsigned char)s->text.ptr[s->at];
	for (int pass = !s->current; pass < 2; pass++)
		for (size_t i = 0; i < p->n_bucket[byte]; i++) {
			const struct compiled *c = &p->all[p->bucket[byte][i]];
			if (is_wanted(c, s, pass == 0) &&
				pattern_match(&c->pattern, s->text, s->at, out)) {
				*of = c->output;
				return c->phrase;
			}
		}
	return NULL;
}

/* How many of the typed words are this command, abbreviated or not: 0 when it is not. */
static size_t command_words(const char *command, const struct str *typed, size_t n_typed)
{
	size_t n = 0;
	for (const char *at = command; *at; n++) {
		size_t len = strcspn(at, " "), least = n == 0 ? 2 : n == 1 ? 2 : 1;
		if (n == n_typed || typed[n].len > len ||
			typed[n].len < (len < least ? len : least) ||
			strncasecmp(typed[n].ptr, at, typed[n].len))
			return 0;
		at += len;
		at += *at == ' ';
	}
	return n;
}

const struct output *output_of(struct str command, bool *is_whole, size_t *n_used)
{
	enum { WORDS_MAX = 8 };
	struct str typed[WORDS_MAX];
	size_t n_typed = 0, best = 0;
	const struct output *found = NULL;
	for (size_t at = 0; at < command.len && n_typed < WORDS_MAX; n_typed++) {
		size_t n = 0;
		while (at + n < command.len && command.ptr[at + n] != ' ' &&
			command.ptr[at + n] != '\n')
			n++;
		if (n == 0)
			break;
		typed[n_typed] = (struct str){ command.ptr + at, n };
		at += n;
		while (at < command.len && command.ptr[at] == ' ')
			at++;
	}
	for (size_t i = 0; i < n_outputs; i++)
		for (size_t k = 0; k < COMMANDS_MAX && outputs[i]->command[k]; k++) {
			size_t n = command_words(outputs[i]->command[k], typed, n_typed);
			if (n > best) {
				best = n;
				found = outputs[i];
			}
		}
	*n_used = best ? (size_t)(typed[best - 1].ptr - command.ptr) + typed[best - 1].len : 0;
	*is_whole = best == n_typed;
	return found;
}
