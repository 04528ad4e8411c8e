// SPDX-License-Identifier: Apache-2.0
// The file of rules: what it may say, as tables of keys.
#include <assert.h>
#include <stdlib.h>

#include "audit/rule_set.h"
#include "audit/term.h"
#include "model/prefixes.h"

enum { ID_BYTES = 64, TEXT_BYTES = 600 };

static const char *const severity_names[] = { "note", "warning", "critical" };
static_assert(countof(severity_names) == N_SEVERITIES);

#define KIND(kind, key, many, command, about) key,
#define FIELD(kind, name, key, type, about)
static const char *const kind_names[] = {
#include "audit/fact.def"
};
#undef KIND
#undef FIELD
static_assert(countof(kind_names) == N_FACT_KINDS);

const char *severity_name(unsigned s)
{
	return severity_names[s];
}

/* One line. libyaml ends every text with a NUL, so a pointer will do. */
static bool read_line(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	struct str text;
	if (!yml_text(key, value, &text, e))
		return false;
	for (size_t i = 0; i < text.len; i++)
		if ((uint8_t)text.ptr[i] < ' ' || text.ptr[i] == 0x7f)
			return yml_expected(e, value, "one line of text");
	if (text.len > TEXT_BYTES)
		return yml_fail(e, value, "longer than %d bytes", TEXT_BYTES);
	*(const char **)into = text.ptr;
	return true;
}

static bool read_id(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	struct rule *r = into;
	if (!read_line(key, value, &r->id, e))
		return false;
	r->node = value.node;
	return (strspn(r->id, letters) == strlen(r->id) && strlen(r->id) <= ID_BYTES) ||
	       yml_expected(e, value, key->expects);
}

/* Terms of a condition, gathered before its kind may be known: keys come in any order. */
struct draft {
	struct condition c;
	struct yml_value term[TERMS_MAX];
	size_t n_terms;
	uint64_t count;
};

static bool read_term(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	(void)key;
	struct draft *d = into;
	if (d->n_terms == TERMS_MAX)
		return yml_fail(e, value, "more than %d terms", TERMS_MAX);
	d->term[d->n_terms++] = value;
	return true;
}

static const struct yml_key condition_key[] = {
	{ .name = "fact",
		.expects = "a kind of facts",
		.is_required = true,
		.read = yml_choice,
		.offset = offsetof(struct draft, c.kind),
		.choice = kind_names,
		.n_choices = countof(kind_names) },
	{ .name = "where", .expects = "a list of terms", .is_list = true, .read = read_term },
	{ .name = "count",
		.read = yml_number,
		.offset = offsetof(struct draft, count),
		.min = 1,
		.max = 1000000 },
};
static const struct yml_keys condition_keys = { "a condition with 'fact'", condition_key,
	countof(condition_key) };

static bool condition_read(struct yml_value value, struct condition *out, struct err *e)
{
	static const struct yml_key text = { .name = "where", .expects = "a term" };
	struct draft d = { .count = 1 };
	if (!yml_map(value, &condition_keys, &d, e))
		return false;
	d.c.count = d.count;
	for (size_t i = 0; i < d.n_terms; i++) {
		struct str words;
		if (!yml_text(&text, d.term[i], &words, e) ||
			!term_read(words, (enum fact_kind)d.c.kind, &d.c.term[i], d.term[i], e))
			return false;
		d.c.n_terms++;
	}
	*out = d.c;
	return true;
}

static bool conditions_add(struct condition *all, size_t *n, struct yml_value value, struct err *e)
{
	if (*n == CONDITIONS_MAX)
		return yml_fail(e, value, "more than %d conditions", CONDITIONS_MAX);
	return condition_read(value, &all[(*n)++], e);
}

static bool read_when(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	(void)key;
	struct rule *r = into;
	return conditions_add(r->when, &r->n_when, value, e);
}

static bool read_witness(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	(void)key;
	struct rule *r = into;
	return conditions_add(r->witness, &r->n_witnesses, value, e);
}

static bool read_variant_when(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	(void)key;
	struct variant *v = into;
	return conditions_add(v->when, &v->n_when, value, e);
}

static bool read_yields(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	struct rule *r = into;
	if (r->n_yields == YIELDS_MAX)
		return yml_fail(e, value, "more than %d ids", YIELDS_MAX);
	return read_line(key, value, &r->yields[r->n_yields++], e);
}

#define LANG_KEYS(at) \
	{ .name = "en", \
		.expects = "one line of English", \
		.is_required = true, \
		.read = read_line, \
		.offset = (at) }, \
	{ \
		.name = "ja", .expects = "one line of Japanese", .is_required = true, \
		.read = read_line, .offset = (at) + sizeof(const char *) \
	}

static const struct yml_key texts_key[] = { LANG_KEYS(0) };
static const struct yml_keys texts_keys = { "a text with 'en' and 'ja'", texts_key,
	countof(texts_key) };
static_assert(LANG_EN == 0 && LANG_JA == 1 && N_LANGS == 2);

static bool read_texts(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	(void)key;
	return yml_map(value, &texts_keys, into, e);
}

static const struct yml_key variant_key[] = {
	LANG_KEYS(offsetof(struct variant, text)),
	{ .name = "command",
		.expects = "a command",
		.read = read_line,
		.offset = offsetof(struct variant, command) },
	{ .name = "when",
		.expects = "a list of conditions",
		.is_required = true,
		.is_list = true,
		.read = read_variant_when },
};
static const struct yml_keys variant_keys = { "an advice with 'when', 'en' and 'ja'", variant_key,
	countof(variant_key) };

static bool read_variant(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	(void)key;
	struct rule *r = into;
	if (r->n_variants == VARIANTS_MAX)
		return yml_fail(e, value, "more than %d advices", VARIANTS_MAX);
	return yml_map(value, &variant_keys, &r->variant[r->n_variants++], e);
}

#define TEXT_KEY(which, key, must) \
	{ .name = (key), \
		.is_required = (must), \
		.read = read_texts, \
		.offset = offsetof(struct rule, text[RULE_##which]) },
#define LINE_KEY(key, words, member, must) \
	{ \
		.name = (key), .expects = (words), .is_required = (must), .read = read_line, \
		.offset = offsetof(struct rule, member) \
	}
#define CONDITIONS_KEY(key, must, reader) \
	{ \
		.name = (key), .expects = "a list of conditions", .is_required = (must), \
		.is_list = true, .read = (reader) \
	}

static const struct yml_key rule_key[] = {
	RULE_TEXTS(TEXT_KEY) //
	{ .name = "id",
		.expects = "small letters, digits and hyphens",
		.is_required = true,
		.read = read_id },
	{ .name = "severity",
		.expects = "note, warning or critical",
		.is_required = true,
		.read = yml_choice,
		.offset = offsetof(struct rule, severity),
		.choice = severity_names,
		.n_choices = countof(severity_names) },
	CONDITIONS_KEY("when", true, read_when),
	CONDITIONS_KEY("witnesses", false, read_witness),
	{ .name = "advice", .expects = "a list of advices", .is_list = true, .read = read_variant },
	LINE_KEY("command", "a command", command, false),
	LINE_KEY("check", "a command", check, true),
	{ .name = "yields-to", .expects = "a list of ids", .is_list = true, .read = read_yields },
	{ .name = "confidence",
		.is_required = true,
		.read = yml_number,
		.offset = offsetof(struct rule, confidence),
		.min = 1,
		.max = 99 },
};
static const struct yml_keys rule_keys = { "a rule with 'id', 'when' and its texts", rule_key,
	countof(rule_key) };

/* {interface}, {route.interface}: of a fact that the rule looks at. */
static bool placeholder_check(const struct rule *r, struct str name)
{
	const char *dot = memchr(name.ptr, '.', name.len);
	struct str kind = { name.ptr, dot ? (size_t)(dot - name.ptr) : 0 };
	struct str field = dot ? (struct str){ dot + 1, name.len - kind.len - 1 } : name;
	for (size_t i = 0; i < r->n_when + r->n_witnesses; i++) {
		const struct condition *c =
			i < r->n_when ? &r->when[i] : &r->witness[i - r->n_when];
		const struct kind_info *k = &fact_kinds[c->kind];
		if (kind.len && (strlen(k->key) != kind.len || memcmp(k->key, kind.ptr, kind.len)))
			continue;
		for (unsigned f = 0; f < kind_size((enum fact_kind)c->kind); f++) {
			const char *key = fact_fields[k->begin + f].key;
			if (strlen(key) == field.len && !memcmp(key, field.ptr, field.len))
				return true;
		}
	}
	return false;
}

static bool text_check(const struct rule *r, const char *text, struct yml_value at, struct err *e)
{
	for (const char *open = text ? strchr(text, '{') : NULL; open;
		open = strchr(open + 1, '{')) {
		const char *end = strchr(open, '}');
		struct str name = { open + 1, end ? (size_t)(end - open) - 1 : 0 };
		if (!end || !placeholder_check(r, name))
			return yml_fail(e, at,
				"'{%.*s}' in a text of '%s' is no field of its conditions",
				STR_ARG(name), r->id);
	}
	return true;
}

/* What no single key can tell. */
static bool rule_check(
	const struct rulebook *set, const struct rule *r, struct yml_value at, struct err *e)
{
	struct yml_value id = { at.doc, r->node };
	for (size_t i = 0; i < set->n; i++)
		if (!strcmp(set->rule[i]->id, r->id))
			return yml_fail(e, id, "id '%s' stands in line %zu already", r->id,
				yml_line((struct yml_value){ at.doc, set->rule[i]->node }));
	if (r->n_when == 0)
		return yml_fail(e, id, "'when' has one condition at least");
	for (size_t t = 0; t < N_RULE_TEXTS; t++)
		for (size_t l = 0; l < N_LANGS; l++)
			if (!text_check(r, r->text[t][l], id, e))
				return false;
	for (size_t i = 0; i < r->n_variants; i++)
		for (size_t l = 0; l <= N_LANGS; l++)
			if (!text_check(r,
				    l < N_LANGS ? r->variant[i].text[l] : r->variant[i].command, id,
				    e))
				return false;
	return text_check(r, r->command, id, e) && text_check(r, r->check, id, e);
}

static bool read_rule(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	(void)key;
	struct rulebook *set = into;
	struct rule *r = calloc(1, sizeof *r);
	struct rule **all = array_grown(set->rule, sizeof *all, set->n, &set->cap);
	if (all)
		set->rule = all;
	if (!r || !all) {
		free(r);
		return err_sys(e, "rules");
	}
	if (!yml_map(value, &rule_keys, r, e) || !rule_check(set, r, value, e)) {
		free(r);
		return false;
	}
	set->rule[set->n++] = r;
	return true;
}

static const struct yml_key platform_key[] = {
	{ .name = "name",
		.expects = "what show version says of the processor",
		.is_required = true,
		.read = read_line,
		.offset = offsetof(struct platform, name) },
	{ .name = "nat-most",
		.is_required = true,
		.read = yml_number,
		.offset = offsetof(struct platform, nat_most),
		.min = 0,
		.max = 1000000000 },
};
static const struct yml_keys platform_keys = { "a platform with 'name' and 'nat-most'",
	platform_key, countof(platform_key) };

static bool read_platform(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	(void)key;
	struct rulebook *set = into;
	struct platform *all =
		array_grown(set->platform, sizeof *all, set->n_platforms, &set->cap_platforms);
	if (!all)
		return err_sys(e, "rules");
	set->platform = all;
	all[set->n_platforms] = (struct platform){};
	return yml_map(value, &platform_keys, &all[set->n_platforms++], e);
}

static const struct yml_key file_key[] = {
	{ .name = "rules", .expects = "a list of rules", .is_list = true, .read = read_rule },
	{ .name = "platforms",
		.expects = "a list of platforms",
		.is_list = true,
		.read = read_platform },
};
static const struct yml_keys file_keys = { "a file of rules", file_key, countof(file_key) };

bool rulebook_read(const struct yml *doc, struct rulebook *set, struct err *e)
{
	return yml_read(doc, &file_keys, set, e);
}
