// SPDX-License-Identifier: Apache-2.0
// The dashboard has the same words (web/src/words/words.ts), which tests/lint/sentences compares.
#include "model/term.h"

#include <string.h>

#include "base/bytes.h"

static const struct term {
	enum term_kind kind;
	const char *key, *called[N_LANGS];
} all[] = {
	{ TERM_STATE, "suspected", { "suspected", "疑い" } },
	{ TERM_STATE, "infected", { "infected", "感染" } },
	{ TERM_STATE, "contained", { "contained", "封じ込め済み" } },
	{ TERM_STATE, "remediating", { "remediating", "修復中" } },
	{ TERM_STATE, "rebuilding", { "rebuilding", "再構築中" } },
	{ TERM_STATE, "disconnected", { "disconnected", "切断済み" } },
	{ TERM_STATE, "remediated", { "remediated", "修復済み" } },
	{ TERM_STATE, "verifying", { "verifying", "検証中" } },
	{ TERM_STATE, "recovered", { "recovered", "回復" } },
	{ TERM_STATE, "reinfected", { "reinfected", "再感染" } },
	{ TERM_STATE, "false-positive", { "false positive", "誤検知" } },
	{ TERM_STATE, "closed", { "closed", "完了" } },
	{ TERM_STATUS, "open", { "open", "対応中" } },
	{ TERM_STATUS, "done", { "done", "完了" } },
	{ TERM_STATUS, "merged", { "merged", "統合済み" } },
	{ TERM_VERDICT, "worm-like", { "worm-like", "ワーム様" } },
	{ TERM_VERDICT, "suspect", { "suspect", "疑わしい" } },
	{ TERM_VERDICT, "exposed", { "exposed", "脆弱" } },
	{ TERM_VERDICT, "scanner", { "scanner", "スキャナ" } },
	{ TERM_VERDICT, "p2p-like", { "p2p-like", "P2P 様" } },
	{ TERM_VERDICT, "backscatter", { "backscatter", "攻撃の余波" } },
	{ TERM_VERDICT, "poller", { "poller", "設定誤り" } },
	{ TERM_VERDICT, "declared-scanner", { "declared scanner", "申告済みスキャナ" } },
	{ TERM_SOURCE, "flows", { "flows", "フロー" } },
	{ TERM_SOURCE, "router-list", { "router list", "ルータの一覧" } },
	{ TERM_SOURCE, "web-log", { "web log", "Web ログ" } },
	{ TERM_GUARD, "operator", { "a person's word", "担当者の判断" } },
	{ TERM_GUARD, "second-source", { "a second source", "第二の情報源" } },
	{ TERM_GUARD, "worm-like", { "a worm-like finding", "ワーム様の検出" } },
	{ TERM_GUARD, "withdrawn", { "findings taken back", "検出の取り消し" } },
	{ TERM_GUARD, "later-evidence", { "a later attack", "その後の攻撃" } },
	{ TERM_GUARD, "containment-verified", { "containment seen to work", "封じ込めの確認" } },
	{ TERM_GUARD, "link-gone", { "its link gone", "リンクの切断" } },
	{ TERM_GUARD, "rebuild-decided", { "the decision to rebuild", "再構築の決定" } },
	{ TERM_GUARD, "tasks-done", { "its tasks done", "作業の完了" } },
	{ TERM_GUARD, "rescan-clean", { "a clean scan", "スキャンで異常なし" } },
	{ TERM_GUARD, "ioc-clean", { "clean disks", "ディスクに痕跡なし" } },
	{ TERM_GUARD, "not-vulnerable", { "the hole closed", "脆弱性の解消" } },
	{ TERM_GUARD, "role-kept", { "its services in order", "役割のサービスの正常" } },
	{ TERM_GUARD, "containment-lifted", { "containment lifted", "封じ込めの解除" } },
	{ TERM_GUARD, "silence", { "silence long enough", "十分な沈黙" } },
	{ TERM_GUARD, "all-done", { "a quiet incident", "インシデントの静穏" } },
	{ TERM_EVENT, "note", { "note", "メモ" } },
	{ TERM_EVENT, "assigned", { "assigned", "担当の割り当て" } },
	{ TERM_EVENT, "merged", { "incidents merged", "インシデントの統合" } },
	{ TERM_EVENT, "split", { "incident split", "インシデントの分割" } },
};

const char *term_of(enum term_kind kind, const char *key, enum lang lang)
{
	for (size_t i = 0; i < countof(all); i++)
		if (all[i].kind == kind && !strcmp(all[i].key, key))
			return all[i].called[lang];
	return key;
}
