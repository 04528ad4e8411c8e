// SPDX-License-Identifier: Apache-2.0
// Files of the dashboard, packed by gzip when the program was built, sent as they are.
#include "app/dashboard.h"

#include <stdlib.h>

#include "app/api.h"

/*
 * default-src none: what is not named here is not loaded, also not from here. Scripts cannot turn text
 * into markup, for no policy of trusted types may be made.
 */
static const char policy[] = "default-src 'none'; script-src 'self'; style-src 'self'; img-src "
			     "'self'; connect-src 'self'; "
			     "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
			     "require-trusted-types-for 'script'; trusted-types 'none'";

/* FILE(name, file of build/web, path, media type) */
#define FILES(FILE) \
	FILE(page, "index.html.gz", "/", "text/html; charset=utf-8") \
	FILE(script, "app.js.gz", "/app.js", "text/javascript; charset=utf-8") \
	FILE(style, "app.css.gz", "/app.css", "text/css; charset=utf-8") \
	FILE(icon, "icon.svg.gz", "/icon.svg", "image/svg+xml")

#define EMBED(name, file) \
	__asm__(".pushsection .rodata\n" \
		"web_" #name "_begin:\n" \
		".incbin \"" WEB "/" file "\"\n" \
		"web_" #name "_end:\n" \
		".byte 0\n" \
		".popsection\n"); \
	extern const char web_##name##_begin[], web_##name##_end[];
#define EMBED_FILE(name, file, path, type) EMBED(name, file)
FILES(EMBED_FILE)
EMBED(lacks, "lacks")
EMBED(report_script, "report.js")
EMBED(report_style, "report.css")
EMBED(report_script_hash, "report.js.hash")
EMBED(report_style_hash, "report.css.hash")

static void answer(struct http_answer *out, const struct http_request *q, const char *begin,
	const char *end, const char *type)
{
	size_t len = (size_t)(end - begin);
	if (len == 0) {
		api_problem(out, 404,
			"there is nothing at this path: this program was built without %s",
			dashboard_lacks());
		return;
	}
	if (!q->takes_gzip) {
		api_problem(out, 406,
			"the dashboard is sent packed: Accept-Encoding: gzip, or "
			"curl --compressed");
		return;
	}
	char *copy = malloc(len);
	*out = (struct http_answer){ .type = type, .encoding = "gzip", .policy = policy };
	if (!copy)
		return; // status 0: the server says so
	memcpy(copy, begin, len);
	out->status = 200;
	out->body = copy;
	out->len = len;
}

#define AS_HANDLER(name, file, path, media_type) \
	static void on_##name(void *ctx, const struct http_request *q, struct http_answer *out) \
	{ \
		(void)ctx; \
		answer(out, q, web_##name##_begin, web_##name##_end, media_type); \
	}
FILES(AS_HANDLER)

#define AS_ROUTE(name, file, path, media_type) { "GET", path, HTTP_NOBODY, NULL, NULL, on_##name },
const struct route dashboard_pages[] = { FILES(AS_ROUTE) };
const size_t n_dashboard_pages = countof(dashboard_pages);

const char *dashboard_lacks(void)
{
	return web_lacks_begin;
}

struct str dashboard_report_script(void)
{
	return (struct str){ web_report_script_begin,
		(size_t)(web_report_script_end - web_report_script_begin) };
}

struct str dashboard_report_style(void)
{
	return (struct str){ web_report_style_begin,
		(size_t)(web_report_style_end - web_report_style_begin) };
}

const char *dashboard_report_script_hash(void)
{
	return web_report_script_hash_begin;
}

const char *dashboard_report_style_hash(void)
{
	return web_report_style_hash_begin;
}
