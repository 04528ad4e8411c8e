// SPDX-License-Identifier: Apache-2.0
// The file of rules: what it may say, as tables of keys.
#include <assert.h>
#include <stdlib.h>

#include "audit/rule_set.h"
#include "model/prefixes.h"

enum { ID_BYTES = 64, TEXT_BYTES = 600 };

static const char *const severity_names[] = { "note", "warning", "critical" };
static const char *const by_traffic_names[] = { [BY_TRAFFIC_YES] = "yes", [BY_TRAFFIC_NO] = "no" };
static_assert(countof(severity_names) == N_SEVERITIES);

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
	{ .name = "by-traffic",
		.expects = "yes or no",
		.read = yml_choice,
		.offset = offsetof(struct rule, by_traffic),
		.choice = by_traffic_names,
		.n_choices = countof(by_traffic_names) },
	CONDITIONS_KEY("when", true, read_when),
	CONDITIONS_KEY("witnesses", false, read_witness),
	{ .name = "advice", .expects = "a list of advices", .is_list = true, .read = read_variant },
	LINE_KEY("command", "a command", command, false),
	LINE_KEY("check", "a command", check, true),
	LINE_KEY("source", "a document", source, false),
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
