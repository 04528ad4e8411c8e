// SPDX-License-Identifier: Apache-2.0
// Each rule finds what it is for, and leaves alone what it is not for; and no single line that is
// lost or garbled makes good what was unknown.
#include "unit/audit/case.h"

#define CASES "tests/unit/audit/cases.txt"

static const char *const verdicts[] = { "clear", "unknown", "found" };

static struct str all;
static struct rule_case cases[CASES_MAX];
static size_t n_cases;

static void each_case_has_its_verdict(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_cases; i++) {
		struct tried t;
		try_text(&t, cases[i].text);
		enum truth got = try_verdict(&t, rule_index(&t, cases[i].rule));
		if (got != cases[i].verdict)
			fail_msg(
				CASES ":%u: %s is %s", cases[i].line, cases[i].rule, verdicts[got]);
		try_free(&t);
	}
}

static void each_rule_has_a_positive_and_a_negative_case(void **state)
{
	(void)state;
	struct tried t;
	try_begin(&t);
	for (size_t r = 0; r < rulebook_count(t.rules); r++) {
		const char *id = rulebook_get(t.rules, r)->id;
		bool is_long = !strcmp(id, "cache-huge") || !strcmp(id, "bridge-group-huge");
		bool has_yes = is_long, has_no = false; // their positive cases: below
		for (size_t i = 0; i < n_cases; i++)
			if (!strcmp(cases[i].rule, id)) {
				has_yes = has_yes || cases[i].verdict == TRUTH_YES;
				has_no = has_no || cases[i].verdict != TRUTH_YES;
			}
		if (!has_yes || !has_no)
			fail_msg("rule '%s' has no %s case", id, has_yes ? "negative" : "positive");
	}
	audit_free(t.audit);
}

/* A figure is somebody's: a document's, or ours, which is said. */
static void each_figure_has_a_source_or_is_said_to_be_ours(void **state)
{
	(void)state;
	for (size_t r = 0; r < rulebook_count(rules_shared()); r++) {
		const struct rule *rule = rulebook_get(rules_shared(), r);
		for (size_t i = 0; i < rule->n_when; i++) {
			const struct condition *c = &rule->when[i];
			bool has_figure = c->count > 1;
			for (size_t k = 0; k < c->n_terms; k++)
				has_figure =
					has_figure ||
					(c->term[k].op >= TERM_LT && c->term[k].op <= TERM_GE &&
						c->term[k].number > 1 && c->term[k].number != 100);
			if (has_figure && !rule->source && !rule->text[RULE_OURS][LANG_EN])
				fail_msg("rule '%s' has a figure that nobody gave", rule->id);
		}
	}
}

/* What a rule tells to check with shows the facts it asks about: healthy, it clears the finding. */
static void each_check_shows_what_its_rule_asks(void **state)
{
	(void)state;
	for (size_t r = 0; r < rulebook_count(rules_shared()); r++) {
		const struct rule *rule = rulebook_get(rules_shared(), r);
		bool is_whole, shows = false;
		size_t n_used;
		if (rule->check[0] == '{') // the same output again
			continue;
		const struct output *o = output_of(
			(struct str){ rule->check, strlen(rule->check) }, &is_whole, &n_used);
		unsigned kind = rule->when[0].kind;
		kind = kind == FACT_NAT_HOST ? FACT_NAT : kind == FACT_LINK ? FACT_NEIGHBOR : kind;
		for (size_t i = 0; o && i < o->n_phrases; i++)
			shows = shows || o->phrase[i].kind == kind;
		if (!shows)
			fail_msg("'%s' is checked with '%s', which does not show it", rule->id,
				rule->check);
	}
}

static void ten_thousand_host_entries_are_huge(void **state)
{
	(void)state;
	enum { ROWS = 10001 };
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);
	assert_non_null(f);
	fprintf(f, "R1#show ip cache\nIP routing cache %d entries, %d bytes\n", ROWS, ROWS * 166);
	fprintf(f, "   %d adds, 0 invalidates, 0 refcounts\n", ROWS);
	for (int i = 0; i < ROWS; i++)
		fprintf(f, "198.18.%d.%d/32  00:00:09  Vlan3  198.18.%d.%d\n", i >> 8, i & 255,
			i >> 8, i & 255);
	fputs("R1#\n", f);
	fclose(f);
	struct tried t;
	try_text(&t, (struct str){ text, size });
	assert_int_equal(try_verdict(&t, rule_index(&t, "cache-huge")), TRUTH_YES);
	try_free(&t);
	free(text);
}

static void a_thousand_interfaces_in_bridge_groups_are_many(void **state)
{
	(void)state;
	for (int n = 999; n <= 1000; n++) {
		char *text = NULL;
		size_t size = 0;
		FILE *f = open_memstream(&text, &size);
		assert_non_null(f);
		fputs("R1#show running-config\nversion 12.2\nhostname R1\nbridge irb\n", f);
		for (int i = 1; i <= n; i++)
			fprintf(f, "interface ATM1/0.%d point-to-point\n bridge-group 1\n!\n", i);
		fputs("end\nR1#\n", f);
		fclose(f);
		struct tried t;
		try_text(&t, (struct str){ text, size });
		assert_int_equal(try_verdict(&t, rule_index(&t, "bridge-group-huge")),
			n < 1000 ? TRUTH_NO : TRUTH_YES);
		try_free(&t);
		free(text);
	}
}

/* What may befall a line. A letter of each word changes, so that no word is what it was. */
enum harm { HARM_DELETED, HARM_GARBLED, HARM_CUT, N_HARMS };

/* show adjacency summary, which cut is show adjacency; show ip route vrf OUT. */
static bool asks_for_part(struct str line)
{
	bool is_whole;
	size_t n_used;
	const char *prompt = memchr(line.ptr, '#', line.len);
	struct str command = line;
	if (prompt)
		command = (struct str){ prompt + 1, line.len - (size_t)(prompt + 1 - line.ptr) };
	const struct output *o = output_of(command, &is_whole, &n_used);
	return o && (!is_whole || output_is_part(o, command));
}

/*
 * What nobody can see: a command that lost its filter is another command, and a line that was not
 * understood leaves no trace once it is gone.
 */
static bool is_invisible(const struct tried *was, struct str line, unsigned number, enum harm harm)
{
	if (harm == HARM_CUT)
		return memchr(line.ptr, '|', line.len) || asks_for_part(line);
	for (size_t i = 0; harm == HARM_DELETED && i < was->audit->n_answers; i++)
		if (was->audit->answer[i].n_unknown &&
			was->audit->answer[i].first_unknown == number)
			return true;
	return false;
}

/* `text` with the line at `begin` harmed, into `out`, which has room. */
static size_t harmed(struct str text, size_t begin, size_t end, enum harm harm, char *out)
{
	size_t n = begin, rest = text.len - end, keep = (end - begin) / 2;
	memcpy(out, text.ptr, begin);
	if (harm == HARM_GARBLED)
		for (size_t i = begin; i < end; i++) {
			char c = text.ptr[i];
			bool begins = i == begin || text.ptr[i - 1] == ' ';
			out[n++] = c == ' ' ? c : begins ? '~' : c;
		}
	else if (harm == HARM_CUT)
		for (size_t i = 0; i < keep; i++)
			out[n++] = text.ptr[begin + i];
	if (harm != HARM_DELETED)
		out[n++] = '\n';
	if (rest)
		memcpy(out + n, text.ptr + end + 1, rest - 1);
	return n + (rest ? rest - 1 : 0);
}

/* The device of the same name in another trial; UINT32_MAX when it is not there. */
static uint32_t same_device(const struct tried *t, const char *name)
{
	for (uint32_t d = 0; d < t->audit->n_devices; d++)
		if (!strcmp(t->audit->device[d].name, name))
			return d;
	return UINT32_MAX;
}

static void compare(const struct tried *was, const struct tried *is, enum harm harm, unsigned line,
	const char *name)
{
	for (uint32_t d = 0; d < was->audit->n_devices; d++) {
		uint32_t to = same_device(is, was->audit->device[d].name);
		const struct audited_device *seen =
			&conclusions_report(was->conclusions)->device[d];
		if (seen->n_symptoms + seen->n_clear + seen->n_unknown == 0)
			continue; // of whom nothing was said
		for (size_t r = 0; to != UINT32_MAX && r < rulebook_count(was->rules); r++) {
			enum truth before = conclusions_verdict(was->conclusions, d, r);
			enum truth after = conclusions_verdict(is->conclusions, to, r);
			bool is_worse = before == TRUTH_UNKNOWN ||
					(before == TRUTH_YES && harm == HARM_GARBLED);
			if (after == TRUTH_NO && is_worse)
				fail_msg("%s, line %u %s: %s turned from %s to clear", name, line,
					harm == HARM_DELETED   ? "deleted"
					: harm == HARM_GARBLED ? "garbled"
							       : "cut",
					rulebook_get(was->rules, r)->id, verdicts[before]);
		}
	}
}

static void harm_each_line(struct str text, const char *name)
{
	struct tried was;
	char *copy = malloc(text.len + 2);
	unsigned line = 1;
	assert_non_null(copy);
	try_text(&was, text);
	for (size_t begin = 0; begin < text.len; line++) {
		const char *nl = memchr(text.ptr + begin, '\n', text.len - begin);
		size_t end = nl ? (size_t)(nl - text.ptr) : text.len;
		for (enum harm h = 0; h < N_HARMS && end > begin; h++) {
			struct tried is;
			if (is_invisible(
				    &was, (struct str){ text.ptr + begin, end - begin }, line, h))
				continue;
			try_text(&is, (struct str){ copy, harmed(text, begin, end, h, copy) });
			compare(&was, &is, h, line, name);
			try_free(&is);
		}
		begin = end + 1;
	}
	try_free(&was);
	free(copy);
}

static void no_lost_or_garbled_line_turns_unknown_into_ok(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_cases; i++) {
		char name[96];
		snprintf(name, sizeof name, CASES ":%u", cases[i].line);
		harm_each_line(cases[i].text, name);
	}
}

static void the_whole_capture_of_a_clean_device_survives_harm(void **state)
{
	(void)state;
	static const char *const samples[] = { "tests/unit/audit/clean-ios.txt",
		"tests/unit/audit/clean-iosxe.txt", "tests/unit/audit/clean-nxos.txt",
		"tests/unit/audit/clean-catos.txt", "tests/unit/audit/clean-nxos-config.txt",
		"tests/unit/audit/clean-catos-config.txt", "tests/unit/audit/clean-xr-config.txt",
		"tests/unit/audit/sick-ios.txt", "tests/unit/audit/broken-ios.txt",
		"tests/unit/audit/busy-ios.txt", "tests/unit/audit/busy-iosxe.txt",
		"tests/unit/audit/busy-nxos.txt", "tests/unit/audit/branch-iosxe.txt" };
	for (size_t i = 0; i < countof(samples); i++) {
		struct str text = file_read(samples[i]);
		harm_each_line(text, samples[i]);
		free((char *)(uintptr_t)text.ptr);
	}
}

/* `text` as a terminal of so many columns shows it, into a room of malloc. */
static struct str folded(struct str text, size_t columns)
{
	char *out = malloc(2 * text.len + 1);
	size_t n = 0, column = 0;
	assert_non_null(out);
	for (size_t i = 0; i < text.len; i++) {
		if (column == columns && text.ptr[i] != '\n') {
			out[n++] = '\n';
			column = 0;
		}
		out[n++] = text.ptr[i];
		column = text.ptr[i] == '\n' ? 0 : column + 1;
	}
	return (struct str){ out, n };
}

static void fold_and_compare(struct str text, const char *name)
{
	static const size_t columns[] = { 72, 79, 80, 132 };
	struct tried was;
	try_text(&was, text);
	for (size_t i = 0; i < countof(columns); i++) {
		struct str narrow = folded(text, columns[i]);
		struct tried is;
		try_text(&is, narrow);
		compare(&was, &is, HARM_GARBLED, (unsigned)columns[i], name);
		try_free(&is);
		free((char *)(uintptr_t)narrow.ptr);
	}
	try_free(&was);
}

/* What the first device of a text with this head, body and tail is said of a rule. */
static enum truth said(const char *rule, struct str head, struct str body, const char *tail)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);
	assert_non_null(f);
	fprintf(f, "%.*s%.*s%s", (int)head.len, head.ptr, (int)body.len, body.ptr, tail);
	fclose(f);
	struct tried t;
	try_text(&t, (struct str){ text, size });
	enum truth v = try_verdict(&t, rule_index(&t, rule));
	try_free(&t);
	free(text);
	return v;
}

/* Numbers in halves are other numbers, and shift the columns behind them. */
static void halves_of_a_number_are_no_two_numbers(void **state)
{
	(void)state;
	struct str row = STR("                 12   0   91234567     123456   80123456          0  "
			     "        0 ARP Input\n");
	struct str head = STR("R1#show processes memory\n");
	for (size_t columns = 72; columns <= 80; columns += 8) {
		for (size_t indent = 0; indent < 17; indent++) {
			struct str narrow =
				folded((struct str){ row.ptr + indent, row.len - indent }, columns);
			if (said("arp-input-memory", head, narrow, "R1#\n") == TRUTH_NO)
				fail_msg("%zu columns, %zu: called fine", columns, indent);
			free((char *)(uintptr_t)narrow.ptr);
		}
	}
}

static void no_terminal_is_so_narrow_that_it_turns_unknown_into_ok(void **state)
{
	(void)state;
	static const char *const samples[] = { "tests/unit/audit/clean-ios.txt",
		"tests/unit/audit/clean-nxos-config.txt", "tests/unit/audit/sick-ios.txt",
		"tests/unit/audit/broken-ios.txt" };
	for (size_t i = 0; i < n_cases; i++)
		fold_and_compare(cases[i].text, cases[i].rule);
	for (size_t i = 0; i < countof(samples); i++) {
		struct str text = file_read(samples[i]);
		fold_and_compare(text, samples[i]);
		free((char *)(uintptr_t)text.ptr);
	}
}

/* A configuration up to its last line that is no prompt. */
static struct str without_prompt(struct str text)
{
	const char *end = memrchr(text.ptr, '\n', text.len - 1);
	return (struct str){ text.ptr, (size_t)(end + 1 - text.ptr) };
}

static void a_whole_configuration_is_called_good_on_each_platform(void **state)
{
	(void)state;
	static const char *const samples[] = { "tests/unit/audit/clean-ios.txt",
		"tests/unit/audit/clean-iosxe.txt", "tests/unit/audit/clean-nxos-config.txt",
		"tests/unit/audit/clean-catos-config.txt", "tests/unit/audit/clean-xr-config.txt",
		"tests/unit/audit/branch-iosxe.txt" };
	for (size_t i = 0; i < countof(samples); i++) {
		struct str text = file_read(samples[i]);
		if (said("http-server", (struct str){}, text, "") != TRUTH_NO)
			fail_msg("%s: nothing is known of the web server", samples[i]);
		free((char *)(uintptr_t)text.ptr);
	}
}

/* NX-OS prints no `end`: the prompt shows it, unless the reader left it in the midst, or it is another's. */
static void a_configuration_without_an_end_calls_nothing_good(void **state)
{
	(void)state;
	static const struct {
		const char *tail;
		enum truth truth;
	} tails[] = {
		{ "", TRUTH_UNKNOWN },
		{ "leaf-101# \n", TRUTH_NO },
		{ "leaf-101# show clock\n", TRUTH_NO },
		{ "--More--\nleaf-101# show clock\n", TRUTH_UNKNOWN },
		{ "--More--\b\b\b\b\b\b\b\bleaf-101# \n", TRUTH_UNKNOWN },
		{ "--More--\r        \rline vty\nleaf-101# \n", TRUTH_NO },
		{ "leaf-102# show clock\n", TRUTH_UNKNOWN },
	};
	struct str text = file_read("tests/unit/audit/clean-nxos-config.txt");
	struct str body = without_prompt(text); // and without the command before it
	const char *clock = memmem(body.ptr, body.len, "leaf-101# show clock", 20);
	assert_non_null(clock);
	body.len = (size_t)(clock - body.ptr);
	for (size_t i = 0; i < countof(tails); i++)
		if (said("http-server", (struct str){}, body, tails[i].tail) != tails[i].truth)
			fail_msg("%zu: '%s' makes it %s", i, tails[i].tail,
				verdicts[said("http-server", (struct str){}, body, tails[i].tail)]);
	free((char *)(uintptr_t)text.ptr);
}

static void a_list_that_was_left_at_the_pager_is_not_whole(void **state)
{
	(void)state;
	struct str rows =
		STR("R1#show ip arp\n"
		    "Protocol  Address          Age (min)  Hardware Addr   Type   Interface\n"
		    "Internet  10.3.0.1                -   0000.0c07.ac01  ARPA   Vlan3\n");
	assert_int_equal(said("arp-incomplete-rows", (struct str){}, rows, "R1#\n"), TRUTH_NO);
	assert_int_equal(said("arp-incomplete-rows", (struct str){}, rows,
				 " --More-- \b\b\b\b\b\b\b\b\b        \b\b\b\b\b\b\b\b\bR1#\n"),
		TRUTH_UNKNOWN);
	assert_int_equal(said("arp-incomplete-rows", (struct str){}, rows, "R2#show clock\n"),
		TRUTH_UNKNOWN);
}

/* Totals, pools and other software's processes stand under commands that resemble those of lists. */
static void a_command_that_tells_no_rows_calls_no_list_good(void **state)
{
	(void)state;
	static const struct {
		const char *text, *rule;
	} parts[] = {
		{ "R1#show memory statistics\n Head Total(b) Used(b) Free(b) Lowest(b) Largest(b)\n"
		  "Processor   62E1D8E0   119678752    24590496    95088256    94088256    "
		  "94288256\nR1#\n",
			"arp-input-memory" },
		{ "R1# show system resources\nCPU states  :   1.29% user,   2.34% kernel,   96.37% "
		  "idle\nR1#\n",
			"cpu-arp-input" },
		{ "R1#show processes cpu platform\n"
		  "CPU utilization for five seconds: 7%, one minute: 5%, five minutes: 8%\n"
		  "     1       0      0%      0%      0%  S             2136  systemd\nR1#\n",
			"cpu-ip-input" },
		{ "R1#show ip arp summary\n8 IP ARP entries, with 0 of them incomplete\nR1#\n",
			"arp-incomplete-rows" },
		{ "R1#show adjacency summary\nAdjacency Table has 4 adjacencies\nR1#\n",
			"adjacencies-incomplete" },
		{ "R1#show ip nat translations total\nTotal number of translations: 0\nR1#\n",
			"nat-culprit" },
		{ "R1#show ip route\nS    10.66.0.0/16 [1/0] via 10.30.0.2\nR1#\n",
			"ipv6-route-to-broadcast" },
		{ "R1#show ip nat translations vrf OUT\nTotal number of translations: 3\nR1#\n",
			"nat-meltdown" },
		{ "R1#show processes cpu\nCPU utilization for five seconds: 4%/1%; one minute: 6%; "
		  "five minutes: 5%\nR1#\n",
			"cpu-arp-input" },
		{ "R1#show startup-config\nversion 12.2\nhostname R1\nend\nR1#\n", "http-server" },
	};
	for (size_t i = 0; i < countof(parts); i++) {
		struct str text = { parts[i].text, strlen(parts[i].text) };
		enum truth v = said(parts[i].rule, (struct str){}, text, "");
		if (v != TRUTH_UNKNOWN)
			fail_msg("%s: %s", parts[i].rule, verdicts[v]);
	}
}

/* The paper on routers, where it is there. */
static void the_paper_survives_harm(void **state)
{
	(void)state;
	const char *folder = getenv("CORDON_SEEDS");
	char path[512];
	snprintf(path, sizeof path, "%s/004_19bdb56c081f9326.txt",
		folder ? folder : "../shared/seeds");
	FILE *f = fopen(path, "re");
	if (!f) {
		fprintf(stderr, "# THE PAPER IS ABSENT (%s): NOTHING IS TESTED AGAINST IT\n", path);
		return;
	}
	fclose(f);
	struct str text = file_read(path);
	harm_each_line(text, path);
	free((char *)(uintptr_t)text.ptr);
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
		cmocka_unit_test(each_case_has_its_verdict),
		cmocka_unit_test(each_rule_has_a_positive_and_a_negative_case),
		cmocka_unit_test(each_figure_has_a_source_or_is_said_to_be_ours),
		cmocka_unit_test(each_check_shows_what_its_rule_asks),
		cmocka_unit_test(ten_thousand_host_entries_are_huge),
		cmocka_unit_test(a_thousand_interfaces_in_bridge_groups_are_many),
		cmocka_unit_test(no_lost_or_garbled_line_turns_unknown_into_ok),
		cmocka_unit_test(the_whole_capture_of_a_clean_device_survives_harm),
		cmocka_unit_test(a_whole_configuration_is_called_good_on_each_platform),
		cmocka_unit_test(a_configuration_without_an_end_calls_nothing_good),
		cmocka_unit_test(a_command_that_tells_no_rows_calls_no_list_good),
		cmocka_unit_test(a_list_that_was_left_at_the_pager_is_not_whole),
		cmocka_unit_test(halves_of_a_number_are_no_two_numbers),
		cmocka_unit_test(no_terminal_is_so_narrow_that_it_turns_unknown_into_ok),
		cmocka_unit_test(the_paper_survives_harm),
	};
	return cmocka_run_group_tests(tests, read_cases, free_cases);
}
