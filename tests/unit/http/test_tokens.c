// SPDX-License-Identifier: Apache-2.0
// Files of tokens: what a line may be, and who may read them.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "http/tokens.h"

#define TOKEN "0123456789abcdef"

static void lines_are_names_and_tokens(void **state)
{
	(void)state;
	static struct tokens t;
	struct err e = {};
	static const char text[] = "# comment\n\n" TOKEN "\r\nann: " TOKEN "1  \nbob:" TOKEN "2";
	if (!tokens_parse(&t, (struct str){ text, sizeof text - 1 }, "f", HTTP_VIEWER, &e))
		fail_msg("%s", e.text);
	assert_int_equal(t.n, 3);
	assert_string_equal(t.token[0].name, "viewer");
	assert_string_equal(t.token[1].name, "ann");
	assert_string_equal(tokens_find(&t, "Bearer " TOKEN "2")->name, "bob");
	assert_null(tokens_find(&t, "Bearer " TOKEN "3"));
}

static void a_bad_line_is_named(void **state)
{
	(void)state;
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "", "f: no token in it; make one: openssl rand -hex 32" },
		{ "# a\n", "f: no token in it; make one: openssl rand -hex 32" },
		{ "short\n",
			"f:1: a token has 16 to 127 characters; make one: openssl rand -hex 32" },
		{ TOKEN "\n" TOKEN "\n", "f:2: this token stands in a file already" },
		{ TOKEN " x\n", "f:1: a token holds letters, digits and -._~+/= only" },
		{ TOKEN "\xff\n", "f:1: a token holds letters, digits and -._~+/= only" },
		{ ":" TOKEN "\n", "f:1: the name before the colon has 1 to 47 printable bytes" },
		{ "a\x1b:" TOKEN "\n",
			"f:1: the name before the colon has 1 to 47 printable bytes" },
	};
	for (size_t i = 0; i < countof(cases); i++) {
		static struct tokens t;
		struct err e = {};
		struct str text = { cases[i].text, strlen(cases[i].text) };
		t.n = 0;
		assert_false(tokens_parse(&t, text, "f", HTTP_VIEWER, &e));
		assert_string_equal(e.text, cases[i].says);
	}
}

static void only_its_owner_may_read_a_file(void **state)
{
	(void)state;
	char path[] = "/tmp/cordon-tokens-XXXXXX";
	static struct tokens t;
	struct err e = {};
	int fd = mkstemp(path);
	assert_true(fd >= 0 && dprintf(fd, TOKEN "\n") > 0);
	assert_true(tokens_load(&t, path, HTTP_OPERATOR, &e));
	assert_int_equal(fchmod(fd, 0640), 0);
	assert_false(tokens_load(&t, path, HTTP_OPERATOR, &e));
	assert_non_null(strstr(e.text, "others may read it (mode 0640): chmod 600"));
	assert_int_equal(fchmod(fd, 0600), 0);
	if (geteuid() == 0) {
		assert_int_equal(fchown(fd, 12345, 0), 0);
		assert_false(tokens_load(&t, path, HTTP_OPERATOR, &e));
		assert_non_null(strstr(e.text, "belongs to user 12345"));
	}
	close(fd);
	unlink(path);
	assert_false(tokens_load(&t, path, HTTP_OPERATOR, &e));
	assert_non_null(strstr(e.text, "No such file"));
	assert_false(tokens_load(&t, "/tmp", HTTP_OPERATOR, &e));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_names_and_tokens),
		cmocka_unit_test(a_bad_line_is_named),
		cmocka_unit_test(only_its_owner_may_read_a_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
