// SPDX-License-Identifier: Apache-2.0
// What an audit says in its own words, in both languages, and which devices are to be asked the same.
#ifndef OUTPUT_AUDIT_WORDS_H
#define OUTPUT_AUDIT_WORDS_H
#include "model/symptom.h"

/** WORD(name, English, Japanese). Those with places for numbers have the same in both. */
#define AUDIT_WORDS(WORD) \
	WORD(DEVICE, "device", "機器") \
	WORD(FOUND, "found", "検出") \
	WORD(NOT_SO, "not so", "該当なし") \
	WORD(UNKNOWN, "unknown", "不明") \
	WORD(COUNTS, ": %zu found, %zu not so, %zu unknown\n", \
		": 検出 %zu、該当なし %zu、不明 %zu\n") \
	WORD(PROOF, "Proof", "根拠") \
	WORD(MORE_LINES, "... %llu such lines\n", "... 該当 %llu 行\n") \
	WORD(UNSURE, "whose output it is cannot be told", "どの機器の出力か特定できません") \
	WORD(HOSTS, "Hosts", "ホスト") \
	WORD(HOST, "host", "ホスト") \
	WORD(CLASS, "class", "分類") \
	WORD(PORT, "port", "ポート") \
	WORD(SHOWN_BY, "shown by", "出力した機器") \
	WORD(BECAUSE, "because", "理由") \
	WORD(IN_OUTPUT, "in the output of", "出力元:") \
	WORD(NOTE, "note", "注記") \
	WORD(UNTOLD, "Not told by this input", "この入力ではわからないこと") \
	WORD(ASK, "not told by this input; ask: ", \
		"この入力ではわかりません。次を取得してください: ") \
	WORD(AGAIN, "a trend needs a second capture (--before, --after) of: ", \
		"増減の判定には 2 回目の取得 (--before、--after) が必要です: ") \
	WORD(SAME, "not told: the same as of the device above", "わからないこと: 上の機器と同じ") \
	WORD(READ, "Outputs read: %zu; facts: %zu", "読み取った出力: %zu、事実: %zu") \
	WORD(OTHERS, "; of commands that are not audited: %zu", "、監査対象外のコマンド: %zu") \
	WORD(ODD_LINES, "; lines in lists that were not understood: %zu", \
		"、一覧内の解釈できない行: %zu") \
	WORD(JOINED_LINES, "; lines that a terminal had broken within a word, joined: %zu", \
		"、端末が単語の途中で折り返した行 (連結済み): %zu") \
	WORD(NOTHING, "No symptom was found in what could be read.", \
		"読み取れた範囲では症状は見つかりませんでした。") \
	WORD(NO_OUTPUT, \
		"No output of a router or switch was recognised: this says nothing about any " \
		"device.", \
		"ルータやスイッチの出力が見つかりません。どの機器についても判断できません。")

#define AS_WORD(name, en, ja) AUDIT_##name,
enum audit_word { AUDIT_WORDS(AS_WORD) N_AUDIT_WORDS };
#undef AS_WORD

const char *audit_word(enum audit_word w, enum lang lang);

/** Commands that would tell what is unknown of a device, each once, in the order of the rules. */
enum { AUDIT_COMMANDS_MAX = 24 };
struct audit_asks {
	const char *first[AUDIT_COMMANDS_MAX], *again[AUDIT_COMMANDS_MAX]; // again: a second time
	size_t n_first, n_again;
};

struct audit_asks audit_asks_of(const struct audit_report *r, uint32_t device);
bool audit_asks_are_same(const struct audit_asks *a, const struct audit_asks *b);

/** Whether anything was read of a device. */
bool audit_is_told(const struct audited_device *d);
#endif
