// SPDX-License-Identifier: Apache-2.0
// Sentences are told in Japanese with all that they are made of; the cases are those of tests/browser/pure.ts.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/utf8.h"
#include "model/sentence.h"
#include "model/term.h"

enum { ROOM = 2048 };

static void sentences_are_told_with_their_pieces(void **state)
{
	(void)state;
	static const struct {
		const char *en, *ja;
	} rows[] = {
		{ "not trusted: nothing came for a minute or longer; some of what it sent did not "
		  "arrive "
		  "(12 missing in all)",
			"信頼できません: 1 "
			"分以上何も届いていません。送信されたものの一部が届いていません(欠落は合計 "
			"12)" },
		{ "No silence is proved of the 40 min needed: exporter 192.0.2.1, domain 7, which "
		  "shows "
		  "the host, is not heard: not trusted: some of it was malformed (its scan had 8.2 "
		  "new "
		  "peers a second, 1 packet in 100 is looked at).",
			"必要な沈黙 40 分 はまだ証明されていません: このホストを示すエクスポータ "
			"192.0.2.1(ドメイン 7) を受信できていません: 信頼できません: "
			"一部の形式が不正です(スキャンは毎秒 8.2 件の新規接触、100 パケットに 1 "
			"つを観測)。" },
		{ "9 of 12 peers on tcp/80 did not answer (9: refused by a reset); score 20.0, the "
		  "case "
		  "needs 7 where 4 % fail as a rule; in web logs: Code Red, variant II (X), "
		  "infecting, 3 "
		  "requests to 172.20.225.130 and others",
			"tcp/80 の接触先 12 件中 9 件が無応答(RST で拒否 9 件)。スコア "
			"20.0、通常の失敗率 4 % での基準は 7。Web ログ: Code Red, variant II "
			"(X)、感染行為、172.20.225.130 ほかへの要求 3 件" },
		{ "500 of 500 peers on udp, several ports may not have answered (500: one "
		  "datagram, "
		  "to a random port of a peer); score 249.8, the case needs 10 where 5 % fail as a "
		  "rule",
			"udp, several ports の接触先 500 件中 500 "
			"件が無応答の可能性あり(無作為なポートへのデータグラム 1 個 500 "
			"件)。スコア "
			"249.8、通常の失敗率 5 % での基準は 10" },
		{ "keeps trying 3 peers on udp/161, and no answer was seen: a wrong setting, not a "
		  "worm",
			"udp/161 の接触先 3 "
			"件に接続を試み続け、応答は観測されていません。ワームではなく設定の誤りで"
			"す" },
		{ "10.1.1.51 stays infected: from there no way leads to recovered, only to: "
		  "suspected "
		  "contained",
			"10.1.1.51 "
			"は「感染」のままです。そこから「回復」へは移れません。可能な状態: 疑い "
			"封じ込め済み" },
		{ "trusted: nothing was lost or unreadable since 2026-03-02T08:00:00Z, by its "
		  "clock",
			"信頼できます: エクスポータの時計で 2026-03-02T08:00:00Z "
			"以降、欠落も読み取り不能もありません" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char room[ROOM];
		assert_string_equal(
			sentence_tell(rows[i].en, LANG_JA, room, sizeof room), rows[i].ja);
		assert_ptr_equal(sentence_tell(rows[i].en, LANG_EN, room, sizeof room), rows[i].en);
	}
}

static void what_nobody_knows_stays_as_it_is(void **state)
{
	(void)state;
	static const char *const rows[] = { "", "a sentence that nobody knows", "; ; ;", "never\n",
		"ネットワーク" };
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char room[ROOM];
		assert_ptr_equal(sentence_tell(rows[i], LANG_JA, room, sizeof room), rows[i]);
	}
}

static void a_sentence_is_cut_between_letters(void **state)
{
	(void)state;
	for (size_t size = 1; size < 80; size++) {
		char room[80];
		const char *told =
			sentence_tell("nothing came for a minute or longer", LANG_JA, room, size);
		assert_true(strlen(told) < size);
		assert_true(utf8_is(told));
	}
}

static void a_text_that_is_made_to_be_slow_is_not(void **state)
{
	(void)state;
	static const char *const parts[] = { " of ", "a; ", "1 of 2 peers on ", "(((; ",
		"' is ', not '", ", which , is not heard: ", "not trusted: " };
	clock_t began = clock();
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		char text[4000], room[ROOM];
		size_t len = strlen(parts[i]), n = 0;
		for (; n + len < sizeof text; n += len)
			memcpy(text + n, parts[i], len + 1);
		(void)sentence_tell(text, LANG_JA, room, sizeof room);
	}
	assert_true(clock() - began < 5 * CLOCKS_PER_SEC);
}

static void keys_have_words_and_others_stay(void **state)
{
	(void)state;
	assert_string_equal(term_of(TERM_STATE, "false-positive", LANG_EN), "false positive");
	assert_string_equal(term_of(TERM_STATE, "reinfected", LANG_JA), "再感染");
	assert_string_equal(term_of(TERM_VERDICT, "worm-like", LANG_JA), "ワーム様");
	assert_string_equal(term_of(TERM_GUARD, "worm-like", LANG_JA), "ワーム様の検出");
	assert_string_equal(term_of(TERM_STATE, "what", LANG_JA), "what");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sentences_are_told_with_their_pieces),
		cmocka_unit_test(what_nobody_knows_stays_as_it_is),
		cmocka_unit_test(a_sentence_is_cut_between_letters),
		cmocka_unit_test(a_text_that_is_made_to_be_slow_is_not),
		cmocka_unit_test(keys_have_words_and_others_stay),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
