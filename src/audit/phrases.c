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

/* Indices of phrases that can begin with a byte, in the order of the tables. */
struct bucket {
	uint16_t *index;
	size_t n;
};

/* Of one output; of those that count everywhere; of those that count in the midst of others. */
struct shelf {
	struct bucket bucket[256];
};

struct phrases {
	struct compiled *all;
	size_t n;
	struct shelf *shelf; // one an output, then:
	struct shelf telling, free;
};

static bool bucket_put(struct bucket *b, size_t i)
{
	uint16_t *more = realloc(b->index, (b->n + 1) * sizeof *more);
	if (!more)
		return false;
	more[b->n++] = (uint16_t)i;
	b->index = more;
	return true;
}

static bool shelve(struct phrases *p, size_t output, size_t i)
{
	const struct compiled *c = &p->all[i];
	bool ok = true;
	for (unsigned byte = 0; ok && byte < 256; byte++) {
		if (!pattern_begins(&c->pattern, (unsigned char)byte))
			continue;
		ok = bucket_put(&p->shelf[output].bucket[byte], i);
		if (ok && !(c->phrase->is & PHRASE_WEAK))
			ok = bucket_put(&p->telling.bucket[byte], i);
		if (ok && c->phrase->is & PHRASE_FREE)
			ok = bucket_put(&p->free.bucket[byte], i);
	}
	return ok;
}

static size_t count_phrases(void)
{
	size_t n = 0;
	for (size_t i = 0; i < n_outputs; i++)
		n += outputs[i]->n_phrases;
	return n;
}

struct phrases *phrases_new(void)
{
	struct phrases *p = calloc(1, sizeof *p);
	bool ok = p && (p->all = calloc(count_phrases(), sizeof *p->all)) &&
		  (p->shelf = calloc(n_outputs, sizeof *p->shelf));
	for (size_t i = 0; ok && i < n_outputs; i++)
		for (size_t k = 0; ok && k < outputs[i]->n_phrases; k++) {
			struct compiled *c = &p->all[p->n];
			c->output = outputs[i];
			c->phrase = &outputs[i]->phrase[k];
			pattern_compile(&c->pattern, c->phrase->words, c->phrase->kind);
			ok = shelve(p, i, p->n++);
		}
	if (ok)
		return p;
	phrases_free(p);
	return NULL;
}

static void shelf_free(struct shelf *s)
{
	for (size_t i = 0; i < countof(s->bucket); i++)
		free(s->bucket[i].index);
}

void phrases_free(struct phrases *p)
{
	if (!p)
		return;
	for (size_t i = 0; p->shelf && i < n_outputs; i++)
		shelf_free(&p->shelf[i]);
	shelf_free(&p->telling);
	shelf_free(&p->free);
	free(p->shelf);
	free(p->all);
	free(p);
}

static const struct compiled *find(const struct phrases *p, const struct shelf *shelf,
	const struct spot *s, struct caught *out)
{
	const struct bucket *b = &shelf->bucket[(unsigned char)s->text.ptr[s->at]];
	for (size_t i = 0; i < b->n; i++) {
		const struct compiled *c = &p->all[b->index[i]];
		if ((s->begins_line || !(c->phrase->is & PHRASE_LINE)) &&
			pattern_match(&c->pattern, s->text, s->at, out))
			return c;
	}
	return NULL;
}

static const struct shelf *shelf_of(const struct phrases *p, const struct output *output)
{
	size_t i = 0;
	while (i < n_outputs && outputs[i] != output)
		i++;
	return i < n_outputs ? &p->shelf[i] : NULL;
}

const struct phrase *phrases_find(
	const struct phrases *p, const struct spot *s, const struct output **of, struct caught *out)
{
	const struct shelf *own = s->current ? shelf_of(p, s->current) : NULL;
	const struct compiled *c = own ? find(p, own, s, out) : NULL;
	if (!c)
		c = find(p, s->is_alone ? &p->free : &p->telling, s, out);
	if (!c)
		return NULL;
	*of = c->output;
	return c->phrase;
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
