// SPDX-License-Identifier: Apache-2.0
// Typed reading of YAML on top of libyaml's documents. Two passes: the events are surveyed first,
// so that nothing too deep, too clever or not UTF-8 is ever built; then the document is loaded.
#include "base/yaml.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <yaml.h>

#include "base/quantity.h"
#include "base/typo.h"

enum { NAME_BYTES = 96, SHOWN_BYTES = 48 };
enum { LEAD_BYTES = 120 }; // before a list of names in a message, as a rule
enum { ROOT = 1 };         // the node of a document that holds all others

struct yml {
	yaml_document_t document;
	char name[NAME_BYTES]; // of the file, for messages
};

[[gnu::format(printf, 4, 0)]] static bool vfail(
	struct err *e, const struct yml *doc, yaml_mark_t at, const char *text, va_list ap)
{
	char said[sizeof e->text];
	vsnprintf(said, sizeof said, text, ap);
	return err_set(e, "%s:%zu:%zu: %s", doc->name, at.line + 1, at.column + 1, said);
}

[[gnu::format(printf, 4, 5)]] static bool fail_at(
	struct err *e, const struct yml *doc, yaml_mark_t at, const char *text, ...)
{
	va_list ap;
	va_start(ap, text);
	vfail(e, doc, at, text, ap);
	va_end(ap);
	return false;
}

/* The node of a value; NULL for nothing. libyaml takes no const document, but leaves it alone. */
static const yaml_node_t *node_of(struct yml_value v)
{
	return yaml_document_get_node((yaml_document_t *)&v.doc->document, v.node);
}

static yaml_mark_t mark_of(struct yml_value v)
{
	const yaml_node_t *node = node_of(v);
	return node ? node->start_mark : (yaml_mark_t){};
}

static struct str text_of(const yaml_node_t *scalar)
{
	return (struct str){ (const char *)scalar->data.scalar.value, scalar->data.scalar.length };
}

/* Text from a file as it may stand in a message: cut, and without what could steer a terminal. */
static const char *show(struct str text, char room[static SHOWN_BYTES])
{
	size_t n = 0;
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = (uint8_t)text.ptr[i];
		uint8_t next = i + 1 < text.len ? (uint8_t)text.ptr[i + 1] : 0;
		bool is_c1 = c == 0xc2 && next < 0xa0; // U+0080 to U+009F
		bool starts = (c & 0xc0) != 0x80;
		if (starts && n + sizeof "wxyz..." > SHOWN_BYTES) {
			n += (size_t)snprintf(room + n, SHOWN_BYTES - n, "...");
			break;
		}
		room[n++] = is_c1 || c < ' ' || c == 0x7f ? '?' : (char)c;
		i += is_c1;
	}
	room[n] = '\0';
	return room;
}

bool yml_fail(struct err *e, struct yml_value at, const char *text, ...)
{
	va_list ap;
	va_start(ap, text);
	vfail(e, at.doc, mark_of(at), text, ap);
	va_end(ap);
	return false;
}

/* Whether there is no node, or one that says so: `key:` or one of null's spellings, unquoted. */
static bool is_nothing(const yaml_node_t *node)
{
	static const char *const spelling[] = { "", "~", "null", "Null", "NULL" };
	if (!node)
		return true;
	if (node->type != YAML_SCALAR_NODE || node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return false;
	for (size_t i = 0; i < countof(spelling); i++)
		if (!strcmp((const char *)node->data.scalar.value, spelling[i]))
			return true;
	return false;
}

bool yml_expected(struct err *e, struct yml_value got, const char *what)
{
	static const char *const kind[] = {
		[YAML_NO_NODE] = "nothing",
		[YAML_SEQUENCE_NODE] = "a list",
		[YAML_MAPPING_NODE] = "a mapping",
	};
	const yaml_node_t *node = node_of(got);
	yaml_node_type_t type = is_nothing(node) ? YAML_NO_NODE : node->type;
	if (type != YAML_SCALAR_NODE)
		return yml_fail(e, got, "expected %s, got %s", what, kind[type]);
	char room[SHOWN_BYTES];
	return yml_fail(e, got, "expected %s, got '%s'", what, show(text_of(node), room));
}

size_t yml_line(struct yml_value value)
{
	return mark_of(value).line + 1;
}

size_t yml_column(struct yml_value value)
{
	return mark_of(value).column + 1;
}

/* "unknown key 'treshold', did you mean 'threshold'?", or what there is to choose from. */
static bool unknown(
	struct err *e, struct yml_value at, const char *what, const char *const *name, size_t n)
{
	char room[SHOWN_BYTES], list[sizeof e->text] = "";
	struct str typed = text_of(node_of(at));
	const char *meant = typo_nearest(typed, name, n);
	show(typed, room);
	if (meant)
		return yml_fail(e, at, "unknown %s '%s', did you mean '%s'?", what, room, meant);
	// Names that are too many for a message are left out as a whole.
	size_t len = 0, space = sizeof list - LEAD_BYTES;
	for (size_t i = 0; i < n; i++) {
		size_t wants = name[i] ? strlen(name[i]) + 2 : 0;
		if (wants > space - len) {
			snprintf(list + len, sizeof list - len, ", ...");
			break;
		}
		if (name[i])
			len += (size_t)snprintf(
				list + len, sizeof list - len, "%s%s", len ? ", " : "", name[i]);
	}
	return yml_fail(e, at, "unknown %s '%s'; known are %s", what, room, list);
}

/* The text of a scalar that says something. A NUL ("\0") would end it for whoever takes it as C text. */
static bool scalar_text(struct yml_value value, struct str *out)
{
	const yaml_node_t *node = node_of(value);
	if (is_nothing(node) || node->type != YAML_SCALAR_NODE)
		return false;
	*out = text_of(node);
	return out->len > 0 && !memchr(out->ptr, '\0', out->len);
}

bool yml_text(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	return scalar_text(value, into) ||
	       yml_expected(e, value, key->expects ? key->expects : "text");
}

bool yml_number(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	char what[96];
	uint64_t v;
	struct str text;
	if (scalar_text(value, &text) && number_parse(text, &v) && v >= key->min && v <= key->max) {
		*(uint64_t *)into = v;
		return true;
	}
	snprintf(what, sizeof what, "a whole number from %ju to %ju", (uintmax_t)key->min,
		(uintmax_t)key->max);
	return yml_expected(e, value, what);
}

bool yml_choice(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	struct str text;
	if (!yml_text(key, value, &text, e))
		return false;
	for (size_t i = 0; i < key->n_choices; i++) {
		const char *name = key->choice[i];
		if (name && strlen(name) == text.len && !memcmp(name, text.ptr, text.len)) {
			*(unsigned *)into = (unsigned)i;
			return true;
		}
	}
	return unknown(e, value, key->name, key->choice, key->n_choices);
}

bool yml_list(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	const yaml_node_t *node = node_of(value);
	if (!node || node->type != YAML_SEQUENCE_NODE)
		return yml_expected(e, value, key->expects);
	const yaml_node_item_t *item = node->data.sequence.items.start;
	for (; item < node->data.sequence.items.top; item++)
		if (!key->read(key, (struct yml_value){ value.doc, *item }, into, e))
			return false;
	return true;
}

/* The row of a key, or NULL with `e` filled. */
static const struct yml_key *key_find(
	struct yml_value name, const struct yml_keys *keys, struct err *e)
{
	const char *known[YML_MAX_KEYS];
	const struct yml_key row = {
		.name = "key",
		.expects = "a key",
		.choice = known,
		.n_choices = keys->n,
	};
	unsigned i;
	for (size_t k = 0; k < keys->n; k++)
		known[k] = keys->key[k].name;
	return yml_choice(&row, name, &i, e) ? &keys->key[i] : NULL;
}

bool yml_map(struct yml_value map, const struct yml_keys *keys, void *into, struct err *e)
{
	int seen[YML_MAX_KEYS] = {};
	const yaml_node_t *node = node_of(map);
	const yaml_node_pair_t *pair = NULL, *end = NULL;
	assert(keys->n <= YML_MAX_KEYS);
	if (node && node->type == YAML_MAPPING_NODE) {
		pair = node->data.mapping.pairs.start;
		end = node->data.mapping.pairs.top;
	} else if (map.node != ROOT || !is_nothing(node)) {
		return yml_expected(e, map, keys->what);
	}
	for (; pair < end; pair++) {
		struct yml_value name = { map.doc, pair->key }, value = { map.doc, pair->value };
		const struct yml_key *key = key_find(name, keys, e);
		if (!key)
			return false;
		int *first = &seen[key - keys->key];
		if (*first)
			return yml_fail(e, name, "key '%s' stands here again, first in line %zu",
				key->name, yml_line((struct yml_value){ map.doc, *first }));
		*first = pair->key;
		if (!(key->is_list ? yml_list : key->read)(
			    key, value, (char *)into + key->offset, e))
			return false;
	}
	for (size_t k = 0; k < keys->n; k++)
		if (keys->key[k].is_required && !seen[k])
			return yml_fail(
				e, map, "%s needs the key '%s'", keys->what, keys->key[k].name);
	return true;
}

bool yml_read(const struct yml *doc, const struct yml_keys *keys, void *into, struct err *e)
{
	return yml_map((struct yml_value){ doc, ROOT }, keys, into, e);
}

static yaml_mark_t mark_at(struct str text, size_t offset)
{
	yaml_mark_t at = {};
	for (size_t i = 0; i < offset && i < text.len; i++) {
		at.column += ((uint8_t)text.ptr[i] & 0xc0) != 0x80;
		if (text.ptr[i] == '\n') {
			at.line++;
			at.column = 0;
		}
	}
	return at;
}

/* The byte at a character's index; libyaml counts characters. */
static char char_at(struct str text, size_t index)
{
	for (size_t i = 0; i < text.len; i++)
		if (((uint8_t)text.ptr[i] & 0xc0) != 0x80 && index-- == 0)
			return text.ptr[i];
	return '\0';
}

static bool parser_fail(
	struct err *e, const struct yml *doc, const yaml_parser_t *parser, struct str text)
{
	yaml_mark_t at = parser->problem_mark;
	const char *problem = parser->problem ? parser->problem : "not YAML";
	if (parser->error == YAML_MEMORY_ERROR)
		return err_set(e, "%s: not enough memory", doc->name);
	if (parser->error == YAML_READER_ERROR)
		return fail_at(e, doc, mark_at(text, parser->problem_offset),
			"not plain UTF-8 text: %s", problem);
	if (char_at(text, at.index) == '\t')
		return fail_at(e, doc, at, "a tab cannot indent YAML, use spaces");
	if (parser->context)
		return fail_at(e, doc, at, "%s %s that starts in line %zu", problem,
			parser->context, parser->context_mark.line + 1);
	return fail_at(e, doc, at, "%s", problem);
}

/* Whether an event carries an anchor or a tag. */
static bool is_decorated(const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return event->data.scalar.anchor || event->data.scalar.tag;
	case YAML_SEQUENCE_START_EVENT:
		return event->data.sequence_start.anchor || event->data.sequence_start.tag;
	case YAML_MAPPING_START_EVENT:
		return event->data.mapping_start.anchor || event->data.mapping_start.tag;
	default:
		return event->type == YAML_ALIAS_EVENT;
	}
}

struct survey {
	int depth, n_documents, n_values;
};

/* Why an event cannot be part of our documents, or NULL. */
static const char *refusal(struct survey *s, const yaml_event_t *event)
{
	static const int8_t step[] = {
		[YAML_SEQUENCE_START_EVENT] = 1,
		[YAML_MAPPING_START_EVENT] = 1,
		[YAML_SEQUENCE_END_EVENT] = -1,
		[YAML_MAPPING_END_EVENT] = -1, // the last of libyaml's events
	};
	s->depth += step[event->type];
	s->n_values += event->type == YAML_SCALAR_EVENT || step[event->type] > 0;
	s->n_documents += event->type == YAML_DOCUMENT_START_EVENT;
	if (s->depth > YML_MAX_DEPTH)
		return "nested more than 32 levels deep";
	if (s->n_values > YML_MAX_VALUES)
		return "more than 2 million values and keys";
	if (s->n_documents > 1)
		return "a second document starts here, a file holds one";
	if (is_decorated(event))
		return "anchors (&), aliases (*) and tags (!) are not read: write the value out, "
		       "or "
		       "quote it";
	return NULL;
}
static_assert(YML_MAX_DEPTH == 32 && YML_MAX_VALUES == 2 << 20);

static bool parser_init(yaml_parser_t *parser, struct str text)
{
	if (!yaml_parser_initialize(parser))
		return false;
	yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(
		parser, (const unsigned char *)(text.ptr ? text.ptr : ""), text.len);
	return true;
}

/* Go over the whole text once, without building anything. */
static bool survey(const struct yml *doc, struct str text, struct err *e)
{
	struct survey s = {};
	yaml_parser_t parser;
	yaml_event_type_t last = YAML_NO_EVENT;
	bool ok = parser_init(&parser, text);
	if (!ok)
		return err_set(e, "%s: not enough memory", doc->name);
	while (ok && last != YAML_STREAM_END_EVENT) {
		yaml_event_t event;
		if (!yaml_parser_parse(&parser, &event)) {
			ok = parser_fail(e, doc, &parser, text);
			break;
		}
		const char *why = refusal(&s, &event);
		if (why)
			ok = fail_at(e, doc, event.start_mark, "%s", why);
		last = event.type;
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	return ok;
}

static bool document_load(struct yml *doc, struct str text, struct err *e)
{
	yaml_parser_t parser;
	if (!parser_init(&parser, text))
		return err_set(e, "%s: not enough memory", doc->name);
	bool ok = yaml_parser_load(&parser, &doc->document);
	if (!ok)
		parser_fail(e, doc, &parser, text);
	yaml_parser_delete(&parser);
	return ok;
}

struct yml *yml_parse(struct str text, const char *name, struct err *e)
{
	static const char bom[] = "\xef\xbb\xbf";
	if (text.len >= 3 && !memcmp(text.ptr, bom, 3))
		text = (struct str){ text.ptr + 3, text.len - 3 };

	struct yml *doc = calloc(1, sizeof *doc);
	if (!doc) {
		err_sys(e, "read %s", name);
		return NULL;
	}
	size_t len = strlen(name);
	bool is_long = len >= sizeof doc->name;
	snprintf(doc->name, sizeof doc->name, "%s%s", is_long ? "..." : "",
		is_long ? name + len - (sizeof doc->name - sizeof "...") : name);

	bool ok = text.len <= YML_MAX_BYTES ||
		  err_set(e, "%s: larger than %d MiB", doc->name, YML_MAX_BYTES >> 20);
	if (ok && survey(doc, text, e) && document_load(doc, text, e))
		return doc;
	yml_free(doc);
	return NULL;
}

/* Read up to one byte more than the limit, so that the limit shows. */
static bool file_read(int fd, char *room, size_t *len)
{
	size_t n = 0;
	for (ssize_t got = 1; got > 0 && n <= YML_MAX_BYTES; n += (size_t)got) {
		do
			got = read(fd, room + n, YML_MAX_BYTES + 1 - n);
		while (got < 0 && errno == EINTR);
		if (got < 0)
			return false;
	}
	*len = n;
	return true;
}

struct yml *yml_load(const char *path, struct err *e)
{
	struct yml *doc = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		err_sys(e, "open %s", path);
		return NULL;
	}
	size_t len;
	char *room = malloc(YML_MAX_BYTES + 1); // only the pages that are read into cost memory
	if (room && file_read(fd, room, &len))
		doc = yml_parse((struct str){ room, len }, path, e);
	else
		err_sys(e, "read %s", path);
	free(room);
	close(fd);
	return doc;
}

void yml_free(struct yml *doc)
{
	if (doc)
		yaml_document_delete(&doc->document);
	free(doc);
}
