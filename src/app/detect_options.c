// SPDX-License-Identifier: Apache-2.0
// The options of `cordon detect`, and which of them go together.
#include <stdio.h>
#include <string.h>

#include "app/command.h"
#include "app/detect.h"

static const size_t memory_least = (size_t)1 << 20;
static const char *const langs[N_LANGS] = { [LANG_EN] = "en", [LANG_JA] = "ja" };

/* N_LANGS when there are no texts in that language. */
enum lang detect_lang(const char *name)
{
	enum lang l = 0;
	while (l < N_LANGS && strcmp(langs[l], name))
		l++;
	return l;
}

bool detect_check(const struct detect_options *o, int n_words, struct addr *host)
{
	if (n_words == 0 && !o->interface) {
		fputs("cordon detect: name the files to read, - for standard input, or "
		      "--interface\n",
			stderr);
		return false;
	}
	if (o->json + o->csv + (o->explain != NULL) > 1) {
		fputs("cordon detect: --json, --csv and --explain exclude each other\n", stderr);
		return false;
	}
	if (o->power && o->csv) {
		fputs("cordon detect: --power has no columns: not with --csv\n", stderr);
		return false;
	}
	if (o->explain && !addr_parse((struct str){ o->explain, strlen(o->explain) }, host)) {
		fprintf(stderr, "cordon detect: --explain takes an address, not '%s'\n",
			o->explain);
		return false;
	}
	if (o->lang && detect_lang(o->lang) == N_LANGS) {
		fprintf(stderr, "cordon detect: --lang takes en or ja, not '%s'\n", o->lang);
		return false;
	}
	if (o->memory && o->memory < memory_least) {
		fputs("cordon detect: --memory takes at least 1M\n", stderr);
		return false;
	}
	return true;
}

#define MEMBER(m) offsetof(struct detect_options, m)
static const struct option_row detect_options[] = {
	{ .name = "json",
		.letter = 'j',
		.type = OPTION_FLAG,
		.offset = MEMBER(json),
		.about = "Print a JSON object a finding, and a summary as the last line" },
	{ .name = "csv",
		.type = OPTION_FLAG,
		.offset = MEMBER(csv),
		.about = "Print a line of comma-separated values a finding" },
	{ .name = "explain",
		.letter = 'e',
		.value = "HOST",
		.type = OPTION_TEXT,
		.offset = MEMBER(explain),
		.about = "Print every row of evidence about one host, its weight, what would clear "
			 "it" },
	{ .name = "power",
		.letter = 'p',
		.type = OPTION_FLAG,
		.offset = MEMBER(power),
		.about = "Print what this input could have shown, and what it cannot show" },
	{ .name = "inventory",
		.letter = 'i',
		.value = "FILE",
		.type = OPTION_TEXT,
		.offset = MEMBER(inventory),
		.takes_file = true,
		.about = "What is known of the site: networks, unused addresses, roles, scanners" },
	{ .name = "signatures",
		.value = "FILE",
		.type = OPTION_TEXT,
		.offset = MEMBER(signatures),
		.takes_file = true,
		.about = "More signatures of requests in web logs, or others in place of known "
			 "ones" },
	{ .name = "lang",
		.value = "LANG",
		.type = OPTION_TEXT,
		.offset = MEMBER(lang),
		.about = "Language of what --explain says of a signature: en or ja" },
	{ .name = "interface",
		.letter = 'I',
		.value = "IF",
		.type = OPTION_TEXT,
		.offset = MEMBER(interface),
		.about = "Listen on a network interface until Ctrl-C; nothing is sent" },
	{ .name = "follow",
		.letter = 'f',
		.type = OPTION_FLAG,
		.offset = MEMBER(follow),
		.about = "Read on as logs grow and rotate, and tell findings at once, until "
			 "Ctrl-C" },
	{ .name = "state",
		.value = "FILE",
		.type = OPTION_TEXT,
		.offset = MEMBER(state),
		.takes_file = true,
		.about = "With --follow: keep in FILE how far was read, and go on there next "
			 "time" },
	{ .name = "memory",
		.value = "SIZE",
		.type = OPTION_SIZE,
		.offset = MEMBER(memory),
		.about = "Memory to use, 512M unless told; beyond it a sample of the contacts is "
			 "judged" },
};
const struct command detect_command = {
	.name = "detect",
	.synopsis = "[OPTION ...] FILE | DIR ... | -",
	.about = "Find infected hosts in router output, exports and captures",
	.option = detect_options,
	.n_options = countof(detect_options),
	.options_size = sizeof(struct detect_options),
	.run = detect_run,
};
