// SPDX-License-Identifier: Apache-2.0
// show processes cpu: T%/I% is total and its part at interrupt level. Cores, NX-OS and CatOS tell
// no interrupts.
#include "audit/output.h"

static const struct phrase phrases[] = {
	NEW(CPU, "CPU utilization for five seconds: {total:c}%/{interrupt:c}%; one minute: "
		 "{one-minute:c}%; five minutes: {five-minutes:c}%"),
	NEW(CPU, "Core {core:n}: CPU utilization for five seconds: {total:c}%; one minute: "
		 "{one-minute:c}%; five minutes: {five-minutes:c}%"),
	NEW(CPU, "CPU utilization for five seconds: {total:c}%; one minute: {one-minute:c}%; five "
		 "minutes: {five-minutes:c}%"),
	NEW(CPU, "CPU utilization for five seconds: {total:c}% one minute: {one-minute:c}% five "
		 "minutes: {five-minutes:c}%"),
	NEW(CPU, "CPU util : {:c}% user, {:c}% kernel, {idle:c}% idle"),
	NEW(CPU, "CPU states : {:c}% user, {:c}% kernel, {idle:c}% idle"),
	HEAD("PID Runtime(ms) Invoked uSecs 5Sec 1Min 5Min TTY Process"),
	HEAD("PID Runtime(ms) Invoked uSecs 1Sec Process"),
	NOISE("CPU{:d} states : {:r}"),
	NOISE("Please note that only processes from the requested vdc are shown above"),
	NOISE("Load average: {:r}"),
	NOISE("Processes : {:n} total, {:n} running"),
	ROW(POOL, "Memory usage: {total:n} total, {used:n} used, {free:n} free",
		SAY(POOL_NAME, "all")),
	NOISE("Memory usage: {:r}"),
	NOISE("Current memory status: {:r}"),
	NOISE("--{:r}"),
	NEW(PROCESS, "{pid:n} {runtime:n} {invoked:n} {usecs:n} {five-seconds:c}% {one-minute:c}% "
		     "{five-minutes:c}% {:n} {name:z}"),
	ROW(PROCESS, "{pid:n} {runtime:n} {invoked:n} {usecs:n} {five-seconds:c} {one-minute:c} "
		     "{five-minutes:c} {:n} {name:z}"),
	ROW(PROCESS, "{pid:n} {runtime:n} {invoked:n} {usecs:n} {five-seconds:c}% {name:z}"),
};

const struct output cpu_output = {
	.name = "show processes cpu",
	.command = { "show processes cpu", "show processes cpu sorted",
		"show processes cpu sorted 5sec", "show processes cpu sorted 1min",
		"show processes cpu sorted 5min", "show system resources" },
	.part = { "show system resources" },
	.phrase = phrases,
	.n_phrases = countof(phrases),
	.is_list = true,
};

/* Of IOS-XE: the cores, and processes of its Linux, of which IOS is one. They are no processes of IOS, so none is kept. */
static const struct phrase platform_phrases[] = {
	NEW(CPU, "Core {core:n}: CPU utilization for five seconds: {total:c}%, one minute: "
		 "{one-minute:c}%, five minutes: {five-minutes:c}%"),
	NEW(CPU, "CPU utilization for five seconds: {total:c}%, one minute: {one-minute:c}%, five "
		 "minutes: {five-minutes:c}%"),
	HEAD("Pid PPid 5Sec 1Min 5Min Status Size Name"),
	NOISE("--{:r}"),
	NOISE("{:n} {:n} {:c}% {:c}% {:c}% {:w} {:n} {:r}"),
};

const struct output platform_output = {
	.name = "show processes cpu platform",
	.command = { "show processes cpu platform", "show processes cpu platform sorted" },
	.phrase = platform_phrases,
	.n_phrases = countof(platform_phrases),
};
