// SPDX-License-Identifier: Apache-2.0
// The file of signatures: what it may say, as tables of keys.
#include <assert.h>
#include <stdlib.h>

#include "base/day.h"
#include "detect/signature_set.h"
#include "model/prefixes.h"

#define AS_CLASS_TEXT(name, key, verdict, outside, confidence) [SIGNATURE_##name] = (key),
static const char *const class_names[] = { SIGNATURE_CLASSES(AS_CLASS_TEXT) };
#define AS_PLACE_TEXT(name, key) [SIGNATURE_IN_##name] = (key),
static const char *const place_names[] = { SIGNATURE_PLACES(AS_PLACE_TEXT) };
static const char *const stage_names[] = { "probing", "infecting" };
static_assert(countof(stage_names) == N_STAGES);

enum { ID_BYTES = 64, TEXT_BYTES = 400, WITHIN_MAX_S = 3600 };

/* One line, which ends up in tables. libyaml ends every text with a NUL, so a pointer will do. */
static bool line_read(
	const struct yml_key *key, struct yml_value value, size_t most, void *into, struct err *e)
{
	struct str text;
	if (!yml_text(key, value, &text, e))
		return false;
	for (size_t i = 0; i < text.len; i++)
		if ((uint8_t)text.ptr[i] < ' ' || text.ptr[i] == 0x7f)
			return yml_expected(e, value, "one line of text");
	if (text.len > most)
		return yml_fail(e, value, "longer than %zu bytes", most);
	*(const char **)into = text.ptr;
	return true;
}

static bool read_text(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	return line_read(key, value, TEXT_BYTES, into, e);
}

static bool read_id(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	struct rule *r = into;
	if (!line_read(key, value, ID_BYTES, &r->is.id, e))
		return false;
	r->node = value.node;
	return strspn(r->is.id, letters) == strlen(r->is.id) ||
	       yml_expected(e, value, key->expects);
}

static bool read_where(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	unsigned field;
	if (!yml_choice(key, value, &field, e))
		return false;
	*(uint32_t *)into |= UINT32_C(1) << field;
	return true;
}

static bool read_literal(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	struct rule *r = into;
	struct str text;
	if (r->n_literals == countof(r->literal))
		return yml_fail(e, value, "more than %zu literals", countof(r->literal));
	if (!yml_text(key, value, &text, e))
		return false;
	if (text.len < LITERAL_MIN_BYTES || text.len > LITERAL_MAX_BYTES)
		return yml_fail(e, value, "a literal has %d to %d bytes, this one has %zu",
			LITERAL_MIN_BYTES, LITERAL_MAX_BYTES, text.len);
	r->literal[r->n_literals++] = text;
	return true;
}

static bool read_pattern(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	struct rule *r = into;
	const char *text;
	struct err why = {};
	if (r->n_patterns == countof(r->pattern))
		return yml_fail(e, value, "more than %zu patterns", countof(r->pattern));
	if (!line_read(key, value, REGEX_MAX_BYTES, &text, e))
		return false;
	r->pattern[r->n_patterns] = regex_new(text, &why);
	if (!r->pattern[r->n_patterns])
		return yml_fail(e, value, "%s", why.text);
	r->n_patterns++;
	return true;
}

static bool read_taken(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	struct signature *s = into;
	uint64_t status;
	if (s->n_taken == countof(s->taken))
		return yml_fail(e, value, "more than %zu statuses", countof(s->taken));
	if (!yml_number(key, value, &status, e))
		return false;
	s->taken[s->n_taken++] = (uint16_t)status;
	return true;
}

static bool read_day(const struct yml_key *key, struct yml_value value, uint64_t after_ms,
	void *into, struct err *e)
{
	struct str text;
	if (!yml_text(key, value, &text, e))
		return false;
	int64_t start = day_parse(text);
	if (start < 0)
		return yml_expected(e, value, key->expects);
	*(uint64_t *)into = (uint64_t)start * 1000 + after_ms;
	return true;
}

static bool read_since(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	return read_day(key, value, 0, into, e);
}

/* The last day counts, so the bound is the midnight that ends it. */
static bool read_until(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	return read_day(key, value, DAY_MS, into, e);
}

static const struct yml_key texts_key[] = {
	{ .name = "en", .expects = "one line of English", .is_required = true, .read = read_text },
	{ .name = "ja",
		.expects = "one line of Japanese",
		.is_required = true,
		.read = read_text,
		.offset = sizeof(const char *) },
};
static const struct yml_keys texts_keys = { "a text with 'en' and 'ja'", texts_key,
	countof(texts_key) };
static_assert(LANG_EN == 0 && LANG_JA == 1);

static bool read_texts(const struct yml_key *, struct yml_value value, void *into, struct err *e)
{
	return yml_map(value, &texts_keys, into, e);
}

#define TEXT(key, words, member, required) \
	{ \
		.name = (key), .expects = (words), .is_required = (required), .read = read_text, \
		.offset = offsetof(struct rule, member), \
	}
#define CHOICE(key, words, member, names, required) \
	{ \
		.name = (key), .expects = (words), .is_required = (required), .read = yml_choice, \
		.offset = offsetof(struct rule, member), .choice = (names), \
		.n_choices = countof(names), \
	}
#define NUMBER(key, member, least, most) \
	{ \
		.name = (key), .read = yml_number, .offset = offsetof(struct rule, member), \
		.min = (least), .max = (most), \
	}
#define DAY(key, member, reader) \
	{ \
		.name = (key), .expects = "a day, YYYY-MM-DD", .read = (reader), \
		.offset = offsetof(struct rule, member), \
	}

static const struct yml_key rule_key[] = {
	{ .name = "id",
		.expects = "small letters, digits and hyphens",
		.is_required = true,
		.read = read_id },
	TEXT("name", "one line of text", is.name, true),
	TEXT("variant", "one line of text", is.variant, false),
	CHOICE("class", "a class", is.class, class_names, true),
	CHOICE("otherwise", "a class", is.otherwise, class_names, false),
	CHOICE("stage", "probing or infecting", is.stage, stage_names, true),
	TEXT("attack", "an ATT&CK technique", is.attack, false),
	{
		.name = "where",
		.expects = "a list of fields",
		.is_required = true,
		.is_list = true,
		.read = read_where,
		.offset = offsetof(struct rule, is.where),
		.choice = place_names,
		.n_choices = countof(place_names),
	},
	{ .name = "literals",
		.expects = "a list of literals",
		.is_required = true,
		.is_list = true,
		.read = read_literal },
	{ .name = "patterns",
		.expects = "a list of regular expressions",
		.is_required = true,
		.is_list = true,
		.read = read_pattern },
	NUMBER("distinct", is.distinct, 1, SIGNATURE_PATTERNS_MAX),
	NUMBER("within", is.within_s, 1, WITHIN_MAX_S),
	{
		.name = "taken",
		.expects = "a list of statuses",
		.is_list = true,
		.read = read_taken,
		.offset = offsetof(struct rule, is),
		.min = 100,
		.max = 999,
	},
	DAY("since", is.since_ms, read_since),
	DAY("until", is.until_ms, read_until),
	{
		.name = "meaning",
		.is_required = true,
		.read = read_texts,
		.offset = offsetof(struct rule, is.meaning),
	},
	{
		.name = "fix",
		.is_required = true,
		.read = read_texts,
		.offset = offsetof(struct rule, is.fix),
	},
	{
		.name = "server",
		.read = read_texts,
		.offset = offsetof(struct rule, is.server),
	},
};
static const struct yml_keys rule_keys = { "a signature with 'id', 'name' and 'patterns'", rule_key,
	countof(rule_key) };

void rule_free(struct rule *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->n_patterns; i++)
		regex_free(r->pattern[i]);
	free(r);
}

/* What no single key can tell. */
static bool rule_check(
	const struct signatures *rules, const struct rule *r, struct yml_value at, struct err *e)
{
	struct yml_value id = { at.doc, r->node };
	for (size_t i = 0; i < rules->n; i++)
		if (!strcmp(rules->rule[i]->is.id, r->is.id))
			return yml_fail(e, id, "id '%s' stands in line %zu already", r->is.id,
				yml_line((struct yml_value){ at.doc, rules->rule[i]->node }));
	if (r->n_patterns == 0 || r->n_literals == 0 || r->is.where == 0)
		return yml_fail(e, id,
			"'patterns', 'literals' and 'where' have one entry at least: nothing else "
			"could be found");
	if (r->is.distinct > r->n_patterns)
		return yml_fail(e, id, "'distinct' is more than there are patterns");
	if ((r->is.distinct > 1) != (r->is.within_s > 0))
		return yml_fail(e, id, "'distinct' above 1 and 'within' belong together");
	if (r->is.class != SIGNATURE_CARRIER && (r->is.n_taken > 0) != (r->is.server[0] != NULL))
		return yml_fail(e, id,
			"'taken' and 'server', what to do with a server that took it, belong "
			"together");
	if (r->is.class == SIGNATURE_CARRIER && r->is.n_taken == 0)
		return yml_fail(e, id, "a carrier is told by a status: 'taken' is missing");
	return true;
}

static bool read_rule(const struct yml_key *, struct yml_value value, void *into, struct err *e)
{
	struct signatures *rules = into;
	struct rule *r = calloc(1, sizeof *r);
	struct rule **all = array_grown(rules->rule, sizeof *all, rules->n, &rules->cap);
	if (all)
		rules->rule = all;
	if (!r || !all) {
		free(r);
		return err_sys(e, "signatures");
	}
	r->is.otherwise = N_SIGNATURE_CLASSES;
	r->is.distinct = 1;
	if (!yml_map(value, &rule_keys, r, e) || !rule_check(rules, r, value, e)) {
		rule_free(r);
		return false;
	}
	rules->rule[rules->n++] = r;
	return true;
}

static const struct yml_key file_key[] = {
	{
		.name = "signatures",
		.expects = "a list of signatures",
		.is_required = true,
		.is_list = true,
		.read = read_rule,
	},
};
static const struct yml_keys file_keys = { "a file of signatures", file_key, countof(file_key) };

bool rules_read(const struct yml *doc, struct signatures *rules, struct err *e)
{
	return yml_read(doc, &file_keys, rules, e);
}
