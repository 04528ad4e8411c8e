// SPDX-License-Identifier: Apache-2.0
// Whatever output is read has all that makes it trustworthy: a command that asks for it, a printer whose
// states are read back, a rule with a positive and a negative case, and a case whose lines are harmed.
#include "unit/audit/printers.h"

#define CASES "tests/unit/audit/cases.txt"

/* What has no rule of its own, and why. */
static const struct {
	const struct output *output;
	bool lacks_printer;
	const char *because;
} exceptions[] = {
	{ &version_output, false, "advice depends on it: advice_follows_the_release" },
	{ &prefix_output, true, "it says no fact: its rows are not to be taken for routes" },
};

/* Commands that people were told to paste, as they may type them. */
static const struct {
	const char *typed;
	const struct output *output;
} typed[] = {
	{ "show processes cpu", &cpu_output },
	{ "show proc cpu sorted", &cpu_output },
	{ "show processes cpu platform", &platform_output },
	{ "sh proc cpu plat sorted", &platform_output },
	{ "show processes memory", &memory_output },
	{ "sh proc mem", &memory_output },
	{ "show memory summary", &allocator_output },
	{ "show memory statistics", &pool_output },
	{ "show ip cache", &cache_output },
	{ "show ip cache verbose", &cache_output },
	{ "show ip cache flow", &flow_output },
	{ "sh ip cache verbose flow", &flow_output },
	{ "show ip accounting", &accounting_output },
	{ "show ip cef summary", &cef_output },
	{ "show adjacency", &adjacency_output },
	{ "show ip arp", &arp_output },
	{ "show ip arp summary", &arp_output },
	{ "sh arp", &arp_output },
	{ "show ip route", &route_output },
	{ "show ip nat translations", &nat_output },
	{ "sh ip nat tr verb", &nat_output },
	{ "show ip nat statistics", &nat_statistics_output },
	{ "show logging", &log_output },
	{ "show align", &align_output },
	{ "show alignment", &align_output },
	{ "show interfaces", &interface_output },
	{ "show ip interface", &ip_interface_output },
	{ "sh ip int", &ip_interface_output },
	{ "show interfaces status", &status_output },
	{ "show port", &status_output },
	{ "show mls entry", &mls_output },
	{ "show mls netflow ip", &mls_output },
	{ "show version", &version_output },
	{ "show running-config", &config_output },
	{ "write terminal", &config_output },
	{ "show cdp neighbors detail", &neighbor_output },
	{ "show debugging", &debug_output },
};

static struct str all;
static struct rule_case cases[CASES_MAX];
static size_t n_cases;

static const struct output *asked(const char *command)
{
	bool is_whole;
	size_t n_used;
	return output_of((struct str){ command, strlen(command) }, &is_whole, &n_used);
}

static bool is_excepted(const struct output *o, bool printer)
{
	for (size_t i = 0; i < countof(exceptions); i++)
		if (exceptions[i].output == o && (!printer || exceptions[i].lacks_printer))
			return true;
	return false;
}

static void each_command_asks_for_its_output(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_outputs; i++)
		for (size_t k = 0; k < COMMANDS_MAX && outputs[i]->command[k]; k++)
			if (asked(outputs[i]->command[k]) != outputs[i])
				fail_msg("'%s' is not recognised", outputs[i]->command[k]);
	for (size_t i = 0; i < countof(typed); i++)
		if (asked(typed[i].typed) != typed[i].output)
			fail_msg("'%s' is not recognised", typed[i].typed);
}

/* The catalogue holds what people type, and nothing that nobody can ask for. */
static void each_output_is_asked_for(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_outputs; i++) {
		bool is_typed = is_excepted(outputs[i], true);
		for (size_t k = 0; k < countof(typed); k++)
			is_typed = is_typed || typed[k].output == outputs[i];
		if (!is_typed)
			fail_msg("'%s' is not in the table of this test", outputs[i]->name);
	}
}

/* What a printer prints is read as that output; the printers themselves are held by test_print.c. */
static void each_output_has_a_printer(void **state)
{
	(void)state;
	static struct print p;
	bool is_printed[64] = {};
	assert_true(n_outputs <= countof(is_printed));
	for (size_t i = 0; i < countof(printers); i++) {
		char *text = NULL;
		size_t size = 0;
		struct tried t;
		p.n = 0;
		p.dice.state = i;
		p.out = open_memstream(&text, &size);
		assert_non_null(p.out);
		printers[i].print(&p);
		fclose(p.out);
		try_begin(&t);
		try_read(&t, (struct str){ text, size }, EPOCH_NOW);
		for (size_t k = 0; k < n_outputs; k++)
			is_printed[k] = is_printed[k] || t.audit->answer[0].output == outputs[k];
		try_free(&t);
		free(text);
	}
	for (size_t i = 0; i < n_outputs; i++)
		if (!is_printed[i] && !is_excepted(outputs[i], true))
			fail_msg("'%s' has no printer", outputs[i]->name);
}

static bool makes(const struct output *o, unsigned kind)
{
	kind = kind == FACT_NAT_HOST ? FACT_NAT : kind == FACT_LINK ? FACT_NEIGHBOR : kind;
	for (size_t i = 0; i < o->n_phrases; i++)
		if (o->phrase[i].kind == kind)
			return true;
	return false;
}

/* Whether a rule asks for what an output says; that sums hold is asked of all. */
static bool asks(const struct rule *r, const struct output *o)
{
	for (size_t i = 0; i < r->n_when; i++)
		if (makes(o, r->when[i].kind) || r->when[i].kind == FACT_CHECK)
			return true;
	return false;
}

/* What the cases show of one output. */
struct shown {
	bool is_found, is_clear,
		is_announced; // announced: its lines were harmed where a no was possible
};

static void look_at_case(const struct rule_case *c, const struct rule *r, struct shown *shown)
{
	struct tried t;
	try_text(&t, c->text);
	for (size_t i = 0; i < t.audit->n_answers; i++)
		for (size_t k = 0; k < n_outputs; k++) {
			const struct answer *w = &t.audit->answer[i];
			if (w->output != outputs[k])
				continue;
			shown[k].is_announced = shown[k].is_announced || w->has_echo;
			if (!asks(r, outputs[k]))
				continue;
			shown[k].is_found = shown[k].is_found || c->verdict == TRUTH_YES;
			shown[k].is_clear = shown[k].is_clear || c->verdict == TRUTH_NO;
		}
	try_free(&t);
}

static void each_output_has_a_rule_with_both_cases_and_is_harmed(void **state)
{
	(void)state;
	struct shown shown[64] = {};
	for (size_t i = 0; i < n_cases; i++)
		look_at_case(&cases[i], rulebook_find(rules_shared(), cases[i].rule), shown);
	for (size_t k = 0; k < n_outputs; k++) {
		if (is_excepted(outputs[k], false))
			continue;
		if (!shown[k].is_found || !shown[k].is_clear)
			fail_msg("no rule on '%s' has a %s case", outputs[k]->name,
				shown[k].is_found ? "negative" : "positive");
		if (!shown[k].is_announced)
			fail_msg("no case harms the lines of '%s'", outputs[k]->name);
	}
}

/* The advice of a rule for a text; freed with the trial. */
static const char *action_of(struct tried *t, const char *rule, const char *text)
{
	const struct audit_report *r = try_text(t, (struct str){ text, strlen(text) });
	for (size_t i = 0; i < r->n_symptoms; i++)
		if (!strcmp(r->symptom[i].rule, rule))
			return r->symptom[i].told[TOLD_ACTION];
	fail_msg("%s is not found", rule);
	return NULL;
}

/* The same configuration, three releases: three answers. */
static void advice_follows_the_release(void **state)
{
	(void)state;
	static const struct {
		const char *rule, *line;
		const char *version[3],
			*says[3]; // says NULL: nothing is told of the age of the advice
	} asked_of[] = {
		{ "cef-turned-off", "no ip cef\n",
			{ "IOS (tm) 2500 Software (C2500-I-L), Version 11.2(9)",
				"IOS (tm) 7200 Software (C7200-JS-M), Version 12.0(10)S, EARLY",
				"Cisco IOS Software, x, Version 15.1(4)M, RELEASE" },
			{ "11.1CC", "optional", "no fast switching" } },
		{ "cache-ager-outdated", "ip cache-ager-interval 60 5 25\n",
			{ "IOS (tm) 2500 Software (C2500-I-L), Version 11.2(9)",
				"IOS (tm) 7200 Software (C7200-JS-M), Version 12.2(15)T, RELEASE",
				"Cisco IOS Software, x, Version 12.4(20)T, RELEASE" },
			{ "Keep it", "Keep it", "out of date" } },
		{ "half-duplex", "",
			{ "IOS (tm) 2500 Software (C2500-I-L), Version 11.2(9)",
				"Cisco IOS XE Software, Version 16.09.05",
				"Cisco Nexus Operating System (NX-OS) Software" },
			{ "both 100/full", "out of date", "out of date" } },
	};
	for (size_t i = 0; i < countof(asked_of); i++)
		for (size_t k = 0; k < 3; k++) {
			char text[1024];
			struct tried t;
			snprintf(text, sizeof text,
				"R1#show version\n%s\nR1#show running-config\n%sR1#show interfaces "
				"status\nFa0/1  x  connected  1  a-half  a-100 10/100BaseTX\nR1#\n",
				asked_of[i].version[k], asked_of[i].line);
			const char *says = action_of(&t, asked_of[i].rule, text);
			if (!strstr(says, asked_of[i].says[k]))
				fail_msg("%s on %s: %s", asked_of[i].rule, asked_of[i].version[k],
					says);
			try_free(&t);
		}
}

/* One figure is known for few platforms; for others it is said that none is. */
static void translations_are_held_against_the_platform(void **state)
{
	(void)state;
	static const struct {
		const char *platform;
		unsigned active;
		enum truth meltdown, high;
	} rows[] = {
		{ "cisco 7206VXR (NPE300) processor (revision D) with 1K bytes", 40000, TRUTH_YES,
			TRUTH_NO },
		{ "cisco 7206VXR (NPE300) processor (revision D) with 1K bytes", 39999, TRUTH_NO,
			TRUTH_YES },
		{ "cisco 7206VXR (NPE300) processor (revision D) with 1K bytes", 20000, TRUTH_NO,
			TRUTH_YES },
		{ "cisco 7206VXR (NPE300) processor (revision D) with 1K bytes", 19999, TRUTH_NO,
			TRUTH_NO },
		{ "cisco C9300-24T (X86) processor with 1K bytes", 2500, TRUTH_YES, TRUTH_NO },
		{ "cisco C9300-24T (X86) processor with 1K bytes", 1249, TRUTH_NO, TRUTH_NO },
		{ "cisco ASR1002 (2RU) processor with 1K bytes", 200000, TRUTH_UNKNOWN,
			TRUTH_UNKNOWN },
		{ "cisco 2811 (MPC) processor with 1K bytes", 40000, TRUTH_YES, TRUTH_NO },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		char text[512];
		struct tried t;
		snprintf(text, sizeof text,
			"R1#show version\nIOS (tm) x Software, Version 12.0(10)S\n%s\nR1#show ip "
			"nat "
			"statistics\nTotal active translations: %u (0 static, %u dynamic; 0 "
			"extended)\nR1#\n",
			rows[i].platform, rows[i].active, rows[i].active);
		try_text(&t, (struct str){ text, strlen(text) });
		if (try_verdict(&t, rule_index(&t, "nat-meltdown")) != rows[i].meltdown ||
			try_verdict(&t, rule_index(&t, "nat-high")) != rows[i].high)
			fail_msg("%u translations on %s", rows[i].active, rows[i].platform);
		try_free(&t);
	}
}

/* Letters of Japanese: a byte of a character beyond U+3000. */
static bool is_japanese(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text >= 0xe3 && (unsigned char)*text <= 0xe9)
			return true;
	return false;
}

static void text_is_told_in_both(const char *rule, const char *const text[N_LANGS])
{
	if (!text[LANG_EN] || !text[LANG_EN][0] || is_japanese(text[LANG_EN]))
		fail_msg("'%s' lacks a text in English", rule);
	bool is_command = text[LANG_JA] && !strcmp(text[LANG_EN], text[LANG_JA]);
	if (!text[LANG_JA] || !text[LANG_JA][0] || (!is_command && !is_japanese(text[LANG_JA])))
		fail_msg("'%s' lacks a text in Japanese: %s", rule, text[LANG_EN]);
	for (const char *open = text[LANG_EN]; (open = strchr(open, '{')); open++) {
		char field[64];
		size_t n = strcspn(open, "}") + 1;
		assert_true(n < sizeof field);
		memcpy(field, open, n);
		field[n] = '\0';
		if (!strstr(text[LANG_JA], field))
			fail_msg("'%s': %s is not told in Japanese", rule, field);
	}
}

static void each_text_is_told_in_both_languages(void **state)
{
	(void)state;
	for (size_t i = 0; i < rulebook_count(rules_shared()); i++) {
		const struct rule *r = rulebook_get(rules_shared(), i);
		for (size_t k = 0; k < N_RULE_TEXTS; k++)
			if (k != RULE_OURS || r->text[k][LANG_EN])
				text_is_told_in_both(r->id, r->text[k]);
		for (size_t k = 0; k < r->n_variants; k++)
			text_is_told_in_both(r->id, r->variant[k].text);
	}
}

static int read_cases(void **state)
{
	(void)state;
	all = file_read(CASES);
	n_cases = cases_cut(all, cases);
	return 0;
}

static int free_cases(void **state)
{
	(void)state;
	free((char *)(uintptr_t)all.ptr);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_command_asks_for_its_output),
		cmocka_unit_test(each_output_is_asked_for),
		cmocka_unit_test(each_output_has_a_printer),
		cmocka_unit_test(each_output_has_a_rule_with_both_cases_and_is_harmed),
		cmocka_unit_test(advice_follows_the_release),
		cmocka_unit_test(translations_are_held_against_the_platform),
		cmocka_unit_test(each_text_is_told_in_both_languages),
	};
	return cmocka_run_group_tests(tests, read_cases, free_cases);
}
