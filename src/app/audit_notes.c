// SPDX-License-Identifier: Apache-2.0
// What is to be said of the inputs themselves: why a configuration calls nothing good, lines that were joined.
#include <stdio.h>

#include "app/audit.h"
#include "model/prefixes.h"

enum { NOTES_OF_A_SORT_MAX = 8 };

static const char *const lacks_end[N_LANGS] = {
	[LANG_EN] =
		"the configuration ends without a sign that it is whole: what does not stand in "
		"it is unknown. Give it with the line 'end'; of NX-OS, which prints none, with "
		"the prompt or the next command below it",
	[LANG_JA] = "設定が最後まで揃っている証拠がないため、記載のない項目は不明とします。'end' "
		    "の行まで、"
		    "NX-OS では直後のプロンプトか次のコマンドまで含めて取得してください",
};

static const char *const joined[N_LANGS] = {
	[LANG_EN] = "lines that a terminal broke within a word, from this one on, were joined: set "
		    "terminal width 0 before the next capture",
	[LANG_JA] = "この行以降、端末が単語の途中で折り返した行を連結して読み取りました。次回は取得"
		    "前に terminal width 0 を設定してください",
};

static const char *const left[N_LANGS] = {
	[LANG_EN] = "this output was left at the pager: what follows was not shown, and is unknown",
	[LANG_JA] = "この出力はページ送りの途中で終わっています。以降は表示されていないため不明とし"
		    "ます",
};

static const char *const others[N_LANGS] = {
	[LANG_EN] = "the same holds for other outputs",
	[LANG_JA] = "ほかの出力についても同様です",
};

static bool put(struct audit_hosts *h, struct remark note)
{
	struct remark *all = array_grown(h->remark, sizeof *all, h->n_remarks, &h->cap_remarks);
	if (!all)
		return false;
	h->remark = all;
	all[h->n_remarks++] = note;
	return true;
}

static bool note_joined(struct audit_hosts *h, const struct audit *a, enum lang lang)
{
	bool ok = true;
	for (size_t i = 0, n = 0; ok && i < a->n_sources && n < NOTES_OF_A_SORT_MAX; i++) {
		const struct audit_source *s = &a->source[i];
		if (s->n_joined == 0)
			continue;
		n++;
		ok = put(h,
			(struct remark){
				.text = joined[lang], .source = s->name, .line = s->first_joined });
	}
	return ok;
}

/* What is to be said of an answer; NULL: nothing. */
static const char *note_of(const struct answer *w, enum lang lang)
{
	if (w->output && w->is_left)
		return left[lang];
	return answer_lacks_end(w) ? lacks_end[lang] : NULL;
}

bool hosts_note_inputs(struct audit_hosts *h, const struct audit *a, enum lang lang)
{
	bool ok = note_joined(h, a, lang);
	size_t n = 0;
	for (size_t i = 0; ok && i < a->n_answers && n <= NOTES_OF_A_SORT_MAX; i++) {
		const struct answer *w = &a->answer[i];
		const char *note = note_of(w, lang);
		if (!note)
			continue;
		bool is_last = n++ == NOTES_OF_A_SORT_MAX;
		ok = put(h, (struct remark){ .text = is_last ? others[lang] : note,
				    .source = is_last ? NULL : a->source[w->source].name,
				    .line = w->line });
	}
	if (!ok)
		fputs("cordon audit: no memory\n", stderr);
	return ok;
}
