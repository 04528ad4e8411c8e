// SPDX-License-Identifier: Apache-2.0
// show logging: the head in all its ages, and messages, which also stand in the midst of other output.
#include "audit/output.h"

#define FREE(k, flags, text) \
	{ \
		.kind = (k), .is = PHRASE_FREE | (flags), .words = (text) \
	}

static const struct phrase phrases[] = {
	NEW(LOGGING, "Syslog logging: {state:w} ({dropped:n} messages dropped, [{rate-limited:n} "
		     "messages rate-limited, ]{flushes:n} flushes, {overruns:n} overruns"),
	NEW(LOGGING, "Syslog logging: {state:w}"),
	NEW(CONSOLE, "Console logging: level {level:w}, {messages:n} messages logged",
		SAY(CONSOLE_STATE, "on")),
	NEW(CONSOLE, "Console logging: disabled", SAY(CONSOLE_STATE, "disabled")),
	NEW(CONSOLE, "Logging console: disabled", SAY(CONSOLE_STATE, "disabled")),
	NEW(CONSOLE, "Logging console: enabled (Severity: {level:v})", SAY(CONSOLE_STATE, "on")),
	NOISE("Monitor logging: {:r}"),
	NOISE("Buffer logging: {:r}"),
	NOISE("Trap logging: {:r}"),
	NOISE("Exception Logging: {:r}"),
	NOISE("Count and timestamp logging messages: {:r}"),
	FREE(FACT_MALLOCFAIL, 0,
		"%SYS-2-MALLOCFAIL: Memory allocation of {bytes:n} bytes failed from "
		"{from:w}, alignment {alignment:n}"),
	FREE(FACT_MALLOCFAIL, 0, // before 12.0
		"%SYS-2-MALLOCFAIL: Memory allocation of {bytes:n} bytes failed from "
		"{from:w}, pool {pool:w}, alignment {alignment:n}"),
	FREE(FACT_MALLOCFAIL, PHRASE_MORE | PHRASE_LINE,
		"Pool: {pool:w} Free: {free:n} Cause: {cause:r}"),
	FREE(FACT_NONE, PHRASE_LINE, "Alternate Pool: {:W} Free: {:n} Cause: {:r}"),
	FREE(FACT_MESSAGE, 0, "%{facility:k}-{severity:d}-{mnemonic:k}: {text:r}"),
	FREE(FACT_MESSAGE, 0, "%{facility:k}-{:k}-{severity:d}-{mnemonic:k}: {text:r}"),
	FREE(FACT_MESSAGE, 0, "%{facility:k}-{severity:d}-{mnemonic:k}:{text:r}"), // CatOS
	FREE(FACT_NONE, PHRASE_LINE, "Load for five secs: {:r}"),
	FREE(FACT_NONE, PHRASE_LINE, "Time source is {:r}"),
#define CLOCK(day) \
	FREE(FACT_NONE, PHRASE_LINE, day " {:w} {:d} {:W} {:w}$") // of IOS XR, below each command
	CLOCK("Mon"),
	CLOCK("Tue"),
	CLOCK("Wed"),
	CLOCK("Thu"),
	CLOCK("Fri"),
	CLOCK("Sat"),
	CLOCK("Sun"),
};

const struct output log_output = {
	.name = "show logging",
	.command = { "show logging" },
	.phrase = phrases,
	.n_phrases = countof(phrases),
};

static const struct phrase align_phrases[] = {
	NEW(ALIGN, "Total Corrections {corrections:n}, Recorded {recorded:n}, Reads {reads:n}, "
		   "Writes {writes:n}"),
	NEW(ALIGN, "No alignment data recorded", SAY(ALIGN_CORRECTIONS, "0")),
	NEW(ALIGN, "No alignment data has been recorded", SAY(ALIGN_CORRECTIONS, "0")),
	NEW(SPURIOUS, "Total Spurious Accesses {accesses:n}, Recorded {recorded:n}"),
	NEW(SPURIOUS, "No spurious memory references have been recorded",
		SAY(SPURIOUS_ACCESSES, "0")),
	HEAD("Alignment data for:"),
};

const struct output align_output = {
	.name = "show align",
	.command = { "show align", "show alignment" },
	.phrase = align_phrases,
	.n_phrases = countof(align_phrases),
};

static const struct phrase debug_phrases[] = {
	ROW(DEBUG, "{what:l}debugging is on"),
};

const struct output debug_output = {
	.name = "show debugging",
	.command = { "show debugging", "show debug" },
	.phrase = debug_phrases,
	.n_phrases = countof(debug_phrases),
	.is_list = true,
	.may_be_empty = true,
};
