// SPDX-License-Identifier: Apache-2.0
// Sentences of the report on an outbreak, for phrase.h.
#ifndef MODEL_PHRASE_REPORT_H
#define MODEL_PHRASE_REPORT_H

/** PHRASE(name, English, Japanese), as in phrase.h. */
#define PHRASES_OF_REPORTS(PHRASE) \
	PHRASE(TITLE, "Report on an outbreak", "アウトブレイク報告書") \
	PHRASE(SCOPE_ONE, "Incident {1}", "インシデント {1}") \
	PHRASE(SCOPE_ALL, "All incidents", "全インシデント") \
	PHRASE(COMMA, ", ", "、") \
	PHRASE(SCOPE_RANGE, "{1} to {2}", "{1} から {2} まで") \
	PHRASE(MADE, "Made {1} by cordon {2}, as it is known then. Times are UTC.", \
		"作成 {1} (cordon {2})。作成時点で判明している内容です。時刻は UTC です。") \
	PHRASE(H_WHAT, "What is happening", "何が起きているか") \
	PHRASE(H_GROWING, "Is it growing?", "拡大しているか") \
	PHRASE(H_HELP, "Did it help?", "対策は効いたか") \
	PHRASE(H_NEXT, "What to do next", "次に何をするか") \
	PHRASE(H_WHO, "Who is infected", "感染ホスト") \
	PHRASE(H_WHOM, "Who infected whom", "感染経路") \
	PHRASE(H_WHERE, "Where", "どこで") \
	PHRASE(H_TRUST, "Can silence be trusted?", "通信の沈黙は信頼できるか") \
	PHRASE(H_DONE, "What people did", "担当者の記録") \
	PHRASE(H_TERMS, "How to read this", "読み方") \
	PHRASE(WHAT_NOTHING, "There is no incident.", "インシデントはありません。") \
	/* of an incident: {1} hosts, {2} open ones */ \
	PHRASE(WHAT_HOSTS, "{1} {1#host|hosts}, of which {2} {2#is|are} open.", \
		"ホスト {1} 台、うち未完了 {2} 台。") \
	PHRASE(WHAT_COURSES, \
		"Infected and free to spread: {1}. Held or being cleaned: {2}. Recovered: {3}. " \
		"Suspected: {4}. False positives: {5}.", \
		"感染し拡散可能: {1}。封じ込め済みまたは修復中: {2}。回復: {3}。疑い: " \
		"{4}。誤検知: {5}。") \
	PHRASE(WHAT_INCIDENT, "Incident {1}, {2}: {3}, opened {4}, assigned to {5}.", \
		"インシデント {1} ({2}): {3}、発生 {4}、担当 {5}。") \
	PHRASE(NOBODY, "nobody", "未定") \
	PHRASE(FIRST, "It began with {1}: {2}.", "発端は {1} です。根拠: {2}。") \
	PHRASE(FIRST_UNKNOWN, "With which host it began is not known: {1}.", \
		"発端のホストは不明です。理由: {1}。") \
	PHRASE(GROWING, \
		"Yes. New infections double every {1}; with {4} % confidence between {2} and " \
		"{3}.", \
		"はい。新規感染は {1} ごとに倍増しています ({4} % の確度で {2} から {3} の間)。") \
	PHRASE(SHRINKING, \
		"No. New infections halve every {1}; with {4} % confidence between {2} and {3}.", \
		"いいえ。新規感染は {1} ごとに半減しています ({4} % の確度で {2} から {3} " \
		"の間)。") \
	PHRASE(UNCLEAR, \
		"Not clear: {1} hosts began in {2} minutes, which fits growth and decline. If it " \
		"grows, it " \
		"hardly doubles faster than every {3}.", \
		"判断できません。{2} 分間に {1} " \
		"台が発症し、増加とも減少とも解釈できます。増加の場合も、倍増時間が " \
		"{3} より短い可能性は低いです。") \
	PHRASE(FEW, \
		"Not known, too few data: {1} {1#host|hosts} began in the last {2} minutes, {3} " \
		"are " \
		"needed.", \
		"不明です。データ不足: 直近 {2} 分間の発症は {1} 台で、判定には {3} " \
		"台が必要です。") \
	PHRASE(UNDATED, "Not known, too few data: of too many hosts no onset is known.", \
		"不明です。データ不足: 発症時刻の不明なホストが多すぎます。") \
	PHRASE(MOMENT, "Not known, too few data: all {1} hosts began at one moment.", \
		"不明です。データ不足: {1} 台すべてが同時に発症しています。") \
	PHRASE(WINDOW, "By {1} {1#host|hosts} that began between {2} and {3}.", \
		"{2} から {3} までに発症した {1} 台に基づきます。") \
	PHRASE(R_KNOWN, "One host infects {1} others (R; between {2} and {3}).", \
		"1 台が感染させる台数 (R) は {1} です ({2} から {3} の間)。") \
	PHRASE(R_LEAST, \
		"One host infects at least {1} others (R). How many in all is not known while " \
		"hosts are not held.", \
		"1 台が感染させる台数 (R) は少なくとも {1} " \
		"です。封じ込め前のため上限は不明です。") \
	PHRASE(R_UNKNOWN, "How many others one host infects (R) is not known.", \
		"1 台が感染させる台数 (R) は不明です。") \
	PHRASE(PEAK, "Ever infected {1}; at most {2} at a time, at {3}; {4} now.", \
		"累計感染 {1} 台。最大同時 {2} 台 ({3})。現在 {4} 台。") \
	PHRASE(HELP_NOTHING, \
		"Nothing was seen to hold hosts yet. Contain them, then look: cordon contain " \
		"verify --incident N.", \
		"封じ込めの効果はまだ確認されていません。封じ込めの後、cordon contain verify " \
		"--incident N で確認してください。") \
	PHRASE(HELP_LATE, \
		"{1} {1#measure|measures} for {2} {2#host|hosts}; {3} of these {3#was|were} seen " \
		"to attack later.", \
		"対策 {1} 件、対象 {2} 台。うち {3} 台でその後も攻撃を観測しました。") \
	PHRASE(HELP_UNHEARD, \
		" Of {1} of them it is not known: no telemetry without a gap shows " \
		"{1#it|them} since then.", \
		"{1} 台については不明です。それ以降の欠落のないテレメトリがありません。") \
	PHRASE(BEFORE_GROWING, \
		"In the 15 minutes until {1}, before anything was done, new infections doubled " \
		"every {2}; with {5} % " \
		"confidence between {3} and {4}.", \
		"対策前 ({1} までの 15 分間) は、新規感染は {2} ごとに倍増していました ({5} % " \
		"の確度で {3} から {4} の間)。") \
	PHRASE(BEFORE_OTHER, \
		"In the 15 minutes until {1}, before anything was done, growth was not clear or " \
		"not known.", \
		"対策前 ({1} までの 15 分間) の増減は不明、または判断できません。") \
	PHRASE(NEXT_ROW, "{1} ({2} {2#host|hosts})", "{1} ({2} 台)") \
	PHRASE(NEXT_CLEAR, "Nothing is left to do.", "作業は残っていません。") \
	PHRASE(MORE_ROWS, "and {1} more", "他 {1} 件") \
	PHRASE(MORE_HOSTS, "and {1} more; --format csv or json has all of them", \
		"他 {1} 台。--format csv または json ですべて出力できます") \
	PHRASE(TREE_TEXT, \
		"{1} {1#host|hosts}, each below the one that probably infected it, with its " \
		"odds. {2} " \
		"{2#has|have} no known source.", \
		"{1} 台。感染元と推定されるホストの下に確率とともに示します。うち {2} " \
		"台は感染元が不明です。") \
	PHRASE(TREE_FOLD, "{1} {1#host|hosts} in {2}", "{2} に {1} 台") \
	/* {1} an address, {2} its odds */ \
	PHRASE(TREE_OR, "or {1} {2}", "または {1} {2}") \
	PHRASE(TREE_UNSEEN, "or unseen {1}", "または観測外 {1}") \
	PHRASE(TREE_BELOW, "{1} below", "配下 {1} 台") \
	PHRASE(TREE_FOLDED, \
		"{1} {1#host is|hosts are} not listed by {1#itself|themselves}: --format csv has " \
		"them.", \
		"{1} 台は個別に示していません。--format csv ですべて出力できます。") \
	PHRASE(TREE_SKIPPED, "The trees of single incidents: cordon report --incident N.", \
		"個々のインシデントの感染経路: cordon report --incident N。") \
	PHRASE(WHERE_TEXT, \
		"{1} {1#network|networks} with hosts; {2} {2#host is|hosts are} outside of the " \
		"own address space.", \
		"該当ホストのあるネットワーク {1} 個。自組織のアドレス空間外のホスト {2} 台。") \
	PHRASE(WHERE_LEARNED, \
		" The own networks are not told (inventory): these are around the hosts.", \
		"自組織のネットワークは未登録 (インベントリ) " \
		"のため、ホスト周辺の範囲を示します。") \
	PHRASE(TRUST_ALL, "Yes: {1} of {1} {1#exporter is|exporters are} heard without a gap.", \
		"はい。エクスポータ {1} 台すべてを欠落なく受信しています。") \
	PHRASE(TRUST_SOME, \
		"Not of all: {1} of {2} {2#exporter|exporters} {1#is|are} heard without a gap.", \
		"一部のみ。エクスポータ {2} 台中 {1} 台を欠落なく受信しています。") \
	PHRASE(TRUST_NONE, "Not known: no exporter was heard by a daemon here.", \
		"不明です。受信したエクスポータがありません。") \
	PHRASE(EXPORTER, "{1} / {2}", "{1} / {2}") \
	PHRASE(EXPORTER_NAMED, "{1} ({2} / {3})", "{1} ({2} / {3})") \
	PHRASE(SAMPLING_ALL, "every packet", "全パケット") \
	PHRASE(SAMPLING_PART, "1 packet in {1}", "{1} パケットに 1 つ") \
	PHRASE(SAMPLING_UNTOLD, "not announced", "通知なし") \
	PHRASE(CLOCK_RIGHT, "in step", "ずれなし") \
	PHRASE(CLOCK_AHEAD, "{1} ahead", "{1}進み") \
	PHRASE(CLOCK_BEHIND, "{1} behind", "{1}遅れ") \
	PHRASE(DONE_NOTHING, "Nothing is written down.", "記録はありません。") \
	PHRASE(TERMS, \
		"An onset is the first contact of the run that made the case. Ever infected is " \
		"the sum of active (free " \
		"to spread), contained (held or being cleaned) and recovered; hosts that turned " \
		"out to be false " \
		"positives never counted. Growth is a Poisson regression of the onsets of 15 " \
		"minutes; its band holds " \
		"the truth in nine of ten cases. The odds of who infected whom weigh how long " \
		"before the onset each " \
		"contact was: they are an ordering, not measured frequencies. What is not known " \
		"is said to be so.", \
		"発症とは、判定の根拠となった一連の通信の最初の接触です。累計感染は、活動中 " \
		"(拡散可能)、封じ込め済み (修復中を含む)、" \
		"回復の合計で、誤検知と判明したホストは含みません。拡大の速さは 15 " \
		"分間の発症のポアソン回帰で、示した幅は 10 回に 9 回、" \
		"真の値を含みます。感染経路の確率は、接触が発症のどれだけ前かによる重みであり、順" \
		"位を示すもので実測の頻度ではありません。" \
		"わからないことは、わからないと記しています。") \
	PHRASE(C_TIME, "time", "時刻") \
	PHRASE(C_EVER, "ever infected", "累計感染") \
	PHRASE(C_ACTIVE, "active", "活動中") \
	PHRASE(C_CONTAINED, "contained", "封じ込め済み") \
	PHRASE(C_RECOVERED, "recovered", "回復") \
	PHRASE(C_SUSPECTED, "suspected", "疑い") \
	PHRASE(C_WHAT, "what", "対策") \
	PHRASE(C_WORKS, "works", "効果") \
	PHRASE(C_HOSTS, "hosts", "台数") \
	PHRASE(C_ATTACKED, "attacked later", "その後も攻撃") \
	PHRASE(C_BEFORE, "onsets 15 min before", "前 15 分の発症") \
	PHRASE(C_AFTER, "onsets 15 min after", "後 15 分の発症") \
	PHRASE(C_HOST, "host", "ホスト") \
	PHRASE(C_NAME, "name", "名前") \
	PHRASE(C_STATE, "state", "状態") \
	PHRASE(C_SINCE, "since", "開始") \
	PHRASE(C_ONSET, "onset", "発症") \
	PHRASE(C_WHY, "why it is here", "理由") \
	PHRASE(C_NEXT, "next step", "次の作業") \
	PHRASE(C_NETWORK, "network", "ネットワーク") \
	PHRASE(C_EXPORTER, "exporter", "エクスポータ") \
	PHRASE(C_SILENCE, "silence", "沈黙") \
	PHRASE(C_LOST, "lost", "欠落") \
	PHRASE(C_SAMPLING, "sampling", "サンプリング") \
	PHRASE(C_CLOCK, "clock", "時刻差") \
	PHRASE(C_WHO, "who", "担当者") \
	PHRASE(C_INCIDENT, "incident", "インシデント") \
	PHRASE(YES, "yes", "あり") \
	PHRASE(NO, "no", "なし") \
	PHRASE(UNKNOWN, "not known", "不明") \
	PHRASE(VOUCHED, "vouched for by a person", "担当者の言明") \
	PHRASE(STATE_TO, "{1}: {2} to {3}. {4}", "{1}: {2} から {3} へ。{4}") \
	PHRASE(SPAN_S, "{1} s", "{1} 秒") \
	PHRASE(SPAN_MIN, "{1} min", "{1} 分") \
	PHRASE(SPAN_H, "{1} h", "{1} 時間") \
	PHRASE(SPAN_D, "{1} d", "{1} 日") \
	PHRASE(PICTURE_CURVE, \
		"Epidemic curve: ever infected, active, recovered; lines mark containment", \
		"流行曲線: 累計感染、活動中、回復。縦線は封じ込め")
#endif
