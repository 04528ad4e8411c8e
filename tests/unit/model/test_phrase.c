// SPDX-License-Identifier: Apache-2.0
// Phrases say the same in each language, with the same places, and never cut a letter.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/utf8.h"
#include "model/phrase.h"

static unsigned places_of(const char *text)
{
	unsigned set = 0;
	for (; (text = strchr(text, '{')); text++) {
		assert_true(text[1] >= '1' && text[1] <= '9');
		assert_true(text[2] == '}' ||
			    (text[2] == '#' && strchr(text, '|') < strchr(text, '}')));
		set |= 1u << (text[1] - '0');
	}
	return set;
}

static void languages_have_the_same_places(void **state)
{
	(void)state;
	for (enum phrase p = 0; p < N_PHRASES; p++) {
		unsigned first = places_of(phrase(p, LANG_EN));
		assert_true((first & (first + 2)) == 0); // from 1 on, without a gap
		for (enum lang l = 0; l < N_LANGS; l++) {
			assert_true(*phrase(p, l));
			assert_true(utf8_is(phrase(p, l)));
			if (places_of(phrase(p, l)) != first)
				fail_msg("%s", phrase(p, l));
		}
	}
}

static void words_are_put_where_the_language_wants_them(void **state)
{
	char room[200] = "";
	(void)state;
	phrase_add(room, sizeof room, PHRASE_SCOPE_RANGE, LANG_EN, "{2}", "b", NULL);
	assert_string_equal(room, "{2} to b"); // what is put in has no places
	phrase_add(room, sizeof room, PHRASE_TREE_FOLD, LANG_JA, "12", "10.1.0.0/16", NULL);
	assert_string_equal(room, "{2} to b10.1.0.0/16 に 12 台");
}

static void one_host_is_no_hosts(void **state)
{
	char room[200] = "";
	(void)state;
	phrase_add(room, sizeof room, PHRASE_WHAT_HOSTS, LANG_EN, "1", "1", NULL);
	assert_string_equal(room, "1 host, of which 1 is open.");
	*room = '\0';
	phrase_add(room, sizeof room, PHRASE_WHAT_HOSTS, LANG_EN, "11", "0", NULL);
	assert_string_equal(room, "11 hosts, of which 0 are open.");
}

static void a_phrase_is_cut_between_letters(void **state)
{
	(void)state;
	for (size_t size = 1; size < 60; size++) {
		char room[60] = "";
		phrase_add(room, size, PHRASE_HELP_NOTHING, LANG_JA, NULL);
		assert_true(strlen(room) < size);
		assert_true(utf8_is(room));
	}
	char room[8] = "";
	phrase_add(room, sizeof room, PHRASE_SCOPE_ONE, LANG_EN, "7", NULL);
	assert_string_equal(room, "Inciden");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(languages_have_the_same_places),
		cmocka_unit_test(words_are_put_where_the_language_wants_them),
		cmocka_unit_test(one_host_is_no_hosts),
		cmocka_unit_test(a_phrase_is_cut_between_letters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
