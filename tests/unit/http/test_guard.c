// SPDX-License-Identifier: Apache-2.0
// Who is let in: a table of headers, and what becomes of them.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/guard.h"

#define VIEWER_TOKEN "vvvvvvvvvvvvvvvv"
#define OPERATOR_TOKEN "oooooooooooooooo"

static struct tokens tokens;
static const char *const names[] = { "cordon.example.net" };

static int read_tokens(void **state)
{
	struct err e;
	(void)state;
	return !tokens_parse(&tokens, STR("ann:" VIEWER_TOKEN "\n"), "v", HTTP_VIEWER, &e) ||
	       !tokens_parse(&tokens, STR(OPERATOR_TOKEN), "o", HTTP_OPERATOR, &e);
}

static struct http_entrance entrance(enum http_role anonymous)
{
	return (struct http_entrance){ .anonymous = anonymous,
		.address = "127.0.0.1",
		.is_loopback = true,
		.port = 8055,
		.host = names,
		.n_hosts = 1,
		.tokens = &tokens };
}

static enum refusal ask(
	struct http_entrance at, struct http_headers h, const char *method, struct http_client *out)
{
	return guard_headers(&at, &h, method, out);
}

static void a_host_is_one_of_our_names(void **state)
{
	(void)state;
	static const struct {
		const char *host;
		bool is_ours;
	} cases[] = { { "127.0.0.1", true }, { "127.0.0.1:8055", true }, { "localhost", true },
		{ "LocalHost:8055", true }, { "cordon.example.net", true },
		{ "Cordon.Example.Net:8055", true }, { "127.0.0.1:80", false },
		{ "127.0.0.1:8055x", false }, { "127.0.0.11", false }, { "localhost.evil", false },
		{ "evil.example", false }, { "cordon.example.net.evil", false }, { "", false },
		{ NULL, false }, { "localhost:", false }, { "[::1]", false } };
	for (size_t i = 0; i < countof(cases); i++) {
		struct http_client c;
		struct http_headers h = { .host = cases[i].host };
		assert_int_equal(ask(entrance(HTTP_VIEWER), h, "GET", &c),
			cases[i].is_ours ? REFUSED_NOT : REFUSED_HOST);
	}
	struct http_entrance outside = entrance(HTTP_VIEWER);
	struct http_client c;
	outside.is_loopback = false;
	assert_int_equal(ask(outside, (struct http_headers){ .host = "localhost" }, "GET", &c),
		REFUSED_HOST);
}

static void pages_of_others_are_refused(void **state)
{
	(void)state;
	static const struct {
		const char *method, *origin, *site, *mode;
		enum refusal becomes;
	} cases[] = {
		{ "GET", NULL, NULL, NULL, REFUSED_NOT },
		{ "POST", NULL, NULL, NULL, REFUSED_NOT }, // no browser
		{ "POST", "http://localhost:8055", "same-origin", "cors", REFUSED_NOT },
		{ "GET", "http://LOCALHOST:8055", NULL, NULL, REFUSED_NOT },
		{ "GET", "https://localhost:8055", NULL, NULL, REFUSED_ORIGIN },
		{ "GET", "http://localhost", NULL, NULL, REFUSED_ORIGIN },
		{ "GET", "http://localhost:8055.evil", NULL, NULL, REFUSED_ORIGIN },
		{ "GET", "null", NULL, NULL, REFUSED_ORIGIN },
		{ "GET", "", NULL, NULL, REFUSED_ORIGIN },
		{ "GET", NULL, "none", "navigate", REFUSED_NOT },
		{ "GET", NULL, "cross-site", "navigate", REFUSED_NOT },
		{ "HEAD", NULL, "cross-site", "navigate", REFUSED_NOT },
		{ "GET", NULL, "cross-site", "no-cors", REFUSED_SITE },
		{ "GET", NULL, "cross-site", NULL, REFUSED_SITE },
		{ "GET", NULL, "same-site", "cors", REFUSED_SITE },
		{ "POST", NULL, "cross-site", "navigate", REFUSED_SITE },
		{ "DELETE", NULL, "cross-site", "navigate", REFUSED_SITE },
		{ "GET", NULL, "what", NULL, REFUSED_SITE },
	};
	for (size_t i = 0; i < countof(cases); i++) {
		struct http_client c;
		struct http_headers h = { .host = "localhost:8055",
			.origin = cases[i].origin,
			.fetch_site = cases[i].site,
			.fetch_mode = cases[i].mode };
		assert_int_equal(
			ask(entrance(HTTP_VIEWER), h, cases[i].method, &c), cases[i].becomes);
	}
}

static void a_token_says_who_asks(void **state)
{
	(void)state;
	static const struct {
		const char *authorization;
		enum refusal becomes;
		enum http_role role;
		const char *actor;
	} cases[] = {
		{ NULL, REFUSED_NOT, HTTP_NOBODY, "" },
		{ "Bearer " VIEWER_TOKEN, REFUSED_NOT, HTTP_VIEWER, "ann" },
		{ "bearer  " OPERATOR_TOKEN, REFUSED_NOT, HTTP_OPERATOR, "operator" },
		{ "Bearer", REFUSED_TOKEN, 0, NULL },
		{ "Bearer ", REFUSED_TOKEN, 0, NULL },
		{ "Basic " VIEWER_TOKEN, REFUSED_TOKEN, 0, NULL },
		{ "Bearer " VIEWER_TOKEN "v", REFUSED_TOKEN, 0, NULL },
		{ "Bearer vvvvvvvvvvvvvvv", REFUSED_TOKEN, 0, NULL },
		{ VIEWER_TOKEN, REFUSED_TOKEN, 0, NULL },
		{ "", REFUSED_TOKEN, 0, NULL },
	};
	for (size_t i = 0; i < countof(cases); i++) {
		struct http_client c;
		struct http_headers h = { .host = "localhost",
			.authorization = cases[i].authorization };
		enum refusal r = ask(entrance(HTTP_NOBODY), h, "GET", &c);
		assert_int_equal(r, cases[i].becomes);
		if (r != REFUSED_NOT)
			continue;
		assert_int_equal(c.role, cases[i].role);
		assert_string_equal(c.actor, cases[i].actor);
	}
}

static void who_opens_the_unix_socket_is_an_operator(void **state)
{
	(void)state;
	struct http_entrance at = { .is_unix = true, .tokens = &tokens };
	struct http_client c;
	assert_int_equal(ask(at, (struct http_headers){}, "POST", &c), REFUSED_NOT);
	assert_int_equal(c.role, HTTP_OPERATOR);
	struct http_headers page = { .host = "localhost", .origin = "http://evil.example" };
	assert_int_equal(ask(at, page, "POST", &c), REFUSED_ORIGIN);
}

static void a_route_wants_its_role_and_json(void **state)
{
	(void)state;
	const struct route change = { .role = HTTP_OPERATOR, .body = "Note" };
	static const struct {
		struct http_client client;
		const char *type;
		enum refusal becomes;
	} cases[] = {
		{ { HTTP_OPERATOR, "bob" }, "application/json", REFUSED_NOT },
		{ { HTTP_OPERATOR, "" }, "Application/JSON; charset=utf-8", REFUSED_NOT },
		{ { HTTP_OPERATOR, "" }, "application/jsonx", REFUSED_TYPE },
		{ { HTTP_OPERATOR, "" }, "text/plain", REFUSED_TYPE },
		{ { HTTP_OPERATOR, "" }, NULL, REFUSED_TYPE },
		{ { HTTP_VIEWER, "ann" }, "application/json", REFUSED_ROLE },
		{ { HTTP_VIEWER, "" }, "application/json", REFUSED_TOKEN },
	};
	for (size_t i = 0; i < countof(cases); i++) {
		struct http_headers h = { .content_type = cases[i].type };
		assert_int_equal(guard_route(&change, &h, &cases[i].client), cases[i].becomes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_host_is_one_of_our_names),
		cmocka_unit_test(pages_of_others_are_refused),
		cmocka_unit_test(a_token_says_who_asks),
		cmocka_unit_test(who_opens_the_unix_socket_is_an_operator),
		cmocka_unit_test(a_route_wants_its_role_and_json),
	};
	return cmocka_run_group_tests(tests, read_tokens, NULL);
}
