// SPDX-License-Identifier: Apache-2.0
// The header Idempotency-Key: strings of RFC 8941, keys without quotes, and what is neither.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "http/key.h"

static void a_key_is_a_string_in_quotes_or_a_word(void **state)
{
	(void)state;
	static const struct {
		const char *header, *key; // NULL: refused
	} cases[] = {
		{ "\"8e03978e-40d5-43dd-bc93-6894a57f9324\"",
			"8e03978e-40d5-43dd-bc93-6894a57f9324" },
		{ "8e03978e-40d5-43dd-bc93-6894a57f9324", "8e03978e-40d5-43dd-bc93-6894a57f9324" },
		{ "\"a b\"", "a b" },
		{ "\"a\\\"b\\\\c\"", "a\"b\\c" },
		{ "ticket:4711/2", "ticket:4711/2" },
		{ "", NULL },
		{ "\"\"", NULL },
		{ "\"", NULL },
		{ "\"a", NULL },
		{ "\"a\\", NULL },
		{ "\"a\\\"", NULL },
		{ "\"a\\x\"", NULL },
		{ "\"a\"b", NULL },
		{ "\"a\";b=1", NULL },
		{ "\"a\tb\"", NULL },
		{ "\"\xe9\"", NULL },
		{ "a b", NULL },
		{ "a,b", NULL },
		{ "a\"", NULL },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char key[HTTP_KEY_BYTES] = "as it was";
		bool ok = key_parse(cases[i].header, key);
		if (ok != (cases[i].key != NULL))
			fail_msg("%s: %s", cases[i].header, ok ? "taken" : "refused");
		assert_string_equal(key, ok ? cases[i].key : "as it was");
	}
}

static void a_key_has_its_length(void **state)
{
	(void)state;
	for (int n = HTTP_KEY_MAX - 1; n <= HTTP_KEY_MAX + 1; n++) {
		char word[HTTP_KEY_MAX + 8], quoted[sizeof word + 2], key[HTTP_KEY_BYTES];
		memset(word, 'k', (size_t)n);
		word[n] = '\0';
		snprintf(quoted, sizeof quoted, "\"%s\"", word);
		assert_int_equal(key_parse(word, key), n <= HTTP_KEY_MAX);
		assert_int_equal(key_parse(quoted, key), n <= HTTP_KEY_MAX);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_is_a_string_in_quotes_or_a_word),
		cmocka_unit_test(a_key_has_its_length),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
