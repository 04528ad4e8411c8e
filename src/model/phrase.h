// SPDX-License-Identifier: Apache-2.0
// Sentences for people, in each language, with places for what they are about.
#ifndef MODEL_PHRASE_H
#define MODEL_PHRASE_H
#include "model/phrase_report.h"
#include "model/signature.h"

/**
 * PHRASE(name, English, Japanese). {1} to {9} stand for words that are put in; a language may put them in
 * another order, but has the same ones. {1#host|hosts} is the first word where {1} is 1, else the second.
 */
#define PHRASES_OF_HOSTS(PHRASE) \
	/* {1} verdict, {2} cause, {3} peers, {4} confidence in %, {5} source of evidence */ \
	PHRASE(WHY_CONTACTED, "{1} on {2}: {3} contacted, {4} % sure, by {5}", \
		"{2} で {1}: 接触先 {3} 件、確度 {4} %、情報源 {5}") \
	PHRASE(WHY_ONSET, "; since {1}", "。{1} から") \
	PHRASE(WHY_FROM, "; probably from {1} ({2} %)", "。感染元は {1} と推定 ({2} %)") \
	PHRASE(WHY_MANY, "; and {1} more", "。他 {1} 件") \
	PHRASE(WHY_NOTHING, "put here by an operator; no evidence stands", \
		"担当者の判断による登録。有効な証拠はありません") \
	PHRASE(WHY_WITHDRAWN, "its evidence was withdrawn", "証拠は撤回されました") \
	PHRASE(NEXT_SUSPECTED, "Decide: confirm it as infected, or call it a false positive", \
		"判断: 感染と確定するか、誤検知とする") \
	PHRASE(NEXT_CONTAIN, "Contain it, then verify: cordon contain, cordon contain verify", \
		"封じ込めて、効果を確認する: cordon contain、cordon contain verify") \
	PHRASE(NEXT_CLEAN, "Begin to clean it: state remediating", \
		"修復作業を始める: 状態を「修復中」(remediating) にする") \
	PHRASE(NEXT_DONE, "Finish its clean-up, then say so: state remediated", \
		"修復作業を終え、状態を「修復済み」(remediated) にする") \
	PHRASE(NEXT_WAIT, "Nothing to do: its silence is about to be watched", \
		"作業なし: 通信の沈黙の監視がまもなく始まります") \
	PHRASE(NEXT_VERIFY, "Verify that it is clean; missing: {1}", \
		"異常がないことを検証する。不足: {1}") \
	PHRASE(NEXT_MAY, "All is proved: state {1}", "すべて確認済み: 状態を {1} にする") \
	PHRASE(NEXT_QUIET, "Nothing to do: it closes when the incident is quiet for a day", \
		"作業なし: インシデントが 1 日静かなら完了にできます") \
	PHRASE(NEXT_NONE, "Nothing is left to do", "作業は残っていません")

#define PHRASES(PHRASE) PHRASES_OF_HOSTS(PHRASE) PHRASES_OF_REPORTS(PHRASE)

#define AS_PHRASE(name, en, ja) PHRASE_##name,
enum phrase { PHRASES(AS_PHRASE) N_PHRASES };
#undef AS_PHRASE

/** The words as they are, with the places. */
const char *phrase(enum phrase p, enum lang lang);

/**
 * Put words in the places of a phrase, at the end of what stands in `room` of `size` bytes already; cut, never
 * within a letter. The words are texts, the last one NULL. Gives `room` back.
 */
[[gnu::sentinel]] const char *phrase_add(
	char *room, size_t size, enum phrase p, enum lang lang, ...);
#endif
