// SPDX-License-Identifier: Apache-2.0
// Requests as a decoder would hand them on, for tests of what is made of them.
#ifndef UNIT_DETECT_WEBLOG_H
#define UNIT_DETECT_WEBLOG_H
#include <stdio.h>

#include "detect/attacks.h"

#define N20 "NNNNNNNNNNNNNNNNNNNN"
#define X20 "XXXXXXXXXXXXXXXXXXXX"
#define CODE_RED_TAIL \
	"%u9090%u6858%ucbd3%u7801%u9090%u6858%ucbd3%u7801%u9090%u6858%ucbd3%u7801%u9090%u9090" \
	"%u8190%u00c3%u0003%u8b00%u531b%u53ff%u0078%u0000%u00=a"
#define DIR "/winnt/system32/cmd.exe?/c+dir"

/* The sixteen, in the order in which Nimda sends them. */
static const char *const nimda[] = {
	"/scripts/root.exe?/c+dir",
	"/MSADC/root.exe?/c+dir",
	"/c" DIR,
	"/d" DIR,
	"/scripts/..%255c.." DIR,
	"/_vti_bin/..%255c../..%255c../..%255c.." DIR,
	"/_mem_bin/..%255c../..%255c../..%255c.." DIR,
	"/msadc/..%255c../..%255c../..%255c/..%c1%1c../..%c1%1c../..%c1%1c.." DIR,
	"/scripts/..%c1%1c.." DIR,
	"/scripts/..%c0%2f.." DIR,
	"/scripts/..%c0%af.." DIR,
	"/scripts/..%c1%9c.." DIR,
	"/scripts/..%%35%63.." DIR,
	"/scripts/..%%35c.." DIR,
	"/scripts/..%25%35%63.." DIR,
	"/scripts/..%252f.." DIR,
};

static inline struct str str_of(const char *text)
{
	return (struct str){ text ? text : "", text ? strlen(text) : 0 };
}

static inline struct addr host_of(const char *text)
{
	struct addr a = {};
	if (!addr_parse(str_of(text), &a))
		fail_msg("%s is an address", text);
	return a;
}

/* A marked GET for a target, from nobody at no time, as if written in a line by itself. */
static inline struct request get(const char *target)
{
	const char *mark = target ? strchr(target, '?') : NULL;
	struct str path = str_of(target);
	path.len = mark ? (size_t)(mark - target) : path.len;
	return (struct request){
		.line = str_of(target),
		.method = STR("GET"),
		.path = path,
		.query = mark ? str_of(mark + 1) : (struct str){},
		.has = REQUEST_MARKED,
	};
}

/* The same, with all that a log of a server tells; each place is another. */
static inline struct request asked(const char *client, const char *server, const char *target,
	uint16_t status, uint64_t time_s, uint64_t line)
{
	struct request q = get(target);
	q.client = client ? host_of(client) : q.client;
	q.server = server ? host_of(server) : q.server;
	q.server_port = server ? 80 : 0;
	q.status = status;
	q.time_ms = time_s * 1000;
	q.at = place_at(0, line);
	q.offset = line * 100;
	q.has |= client ? REQUEST_HAS_CLIENT : 0;
	q.has |= server ? REQUEST_HAS_SERVER : 0;
	q.has |= status ? REQUEST_HAS_STATUS : 0;
	q.has |= time_s ? REQUEST_HAS_TIME : 0;
	return q;
}

static inline struct signatures *builtin(void)
{
	struct err e = {};
	struct signatures *s = signatures_new(&e);
	if (!s)
		fail_msg("%s", e.text);
	return s;
}
#endif
