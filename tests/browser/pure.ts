// SPDX-License-Identifier: Apache-2.0
// Parts of the dashboard that need no browser: the curve, addresses, the stream of events, links, scales.
import { Parser, Sent } from '../../web/src/api/sse';
import { prefix_covers, prefix_format, prefix_of, prefix_parse } from '../../web/src/base/address';
import { route_format, route_parse } from '../../web/src/base/router';
import { hilbert_index, hilbert_place, plane } from '../../web/src/charts/hilbert';
import { amount_scale, time_scale } from '../../web/src/charts/scale';
import { known } from '../../web/src/words/language';

interface Tap {
	ok(is: boolean, name: string, ...more: unknown[]): void;
	equal(got: unknown, wanted: unknown, name: string): void;
}

function curve({ ok }: Tap): void {
	for (let bits = 0; bits <= 12; bits++) {
		const at = plane(bits, true);
		const seen = new Set<string>();
		let is_whole = true, is_near = true, before: [number, number] | null = null;
		for (let i = 0; i < 2 ** bits; i++) {
			const [x, y] = at.place(i);
			seen.add(`${x},${y}`);
			is_whole = is_whole && at.index(x, y) === i && x < at.columns && y < at.rows;
			is_near = is_near && (before === null || Math.abs(x - before[0]) + Math.abs(y - before[1]) === 1);
			before = [x, y];
		}
		ok(is_whole && seen.size === 2 ** bits, `a curve of ${bits} bits meets each cell once, and back`);
		ok(is_near, `and steps to a neighbour each time: ${bits} bits`);
	}
	ok(hilbert_index(256, ...hilbert_place(256, 54321)) === 54321, 'a /16 in single addresses, there and back');
}

function addresses({ ok, equal }: Tap): void {
	for (const text of ['10.1.2.3', '0.0.0.0', '255.255.255.255', '10.1.0.0/16', '2001:db8::1', '::', '::1', '2001:db8:0:1:1:1:1:1', '1:0:0:2::3', '2001:db8::/32'])
		equal(prefix_format(prefix_parse(text)!), text, `${text} is read and written alike`);
	for (const text of ['', '10.1.2', '10.1.2.256', '1::2::3', '10.0.0.0/33', '::/129', 'x', '1:2:3:4:5:6:7:8:9', ':::'])
		equal(prefix_parse(text), null, `'${text}' is no address`);
	ok(prefix_covers(prefix_parse('10.1.2.0/24')!, prefix_parse('10.1.2.255')!), 'a network holds its last address');
	ok(!prefix_covers(prefix_parse('10.1.2.0/24')!, prefix_parse('10.1.3.0')!), 'and not the next one');
	ok(!prefix_covers(prefix_parse('::/96')!, prefix_parse('10.1.3.0')!), 'IPv4 is not in ::/96');
	equal(prefix_format(prefix_of(prefix_parse('10.1.2.3')!, 120)), '10.1.2.0/24', 'the /24 of an address');
}

function stream({ equal }: Tap): void {
	const text = ': beat\n\nid: 7\nevent: state\ndata: {"a":1}\n\nid: 8\r\ndata: x\r\ndata:y\r\n\r\nevent: lost\n\ndata\n\nid: 9\ndata: end\n\n';
	const wanted: Sent[] = [{ id: '7', event: 'state', data: '{"a":1}' }, { id: '8', event: 'message', data: 'x\ny' },
		{ id: '8', event: 'message', data: '' }, { id: '9', event: 'message', data: 'end' }];
	let all_alike = true;
	for (let cut = 0; cut <= text.length; cut++) {
		const got: Sent[] = [];
		const parser = new Parser(sent => got.push(sent));
		parser.put(text.slice(0, cut));
		parser.put(text.slice(cut));
		all_alike = all_alike && JSON.stringify(got) === JSON.stringify(wanted);
	}
	equal(all_alike, true, 'a stream says the same wherever it is cut');
}

function links({ equal }: Tap): void {
	const odd = 'a/b?c#d%20 é';
	const parsed = route_parse(route_format('host', odd, { q: odd, none: null }));
	equal([parsed.view, parsed.argument, parsed.query.get('q'), parsed.query.get('none')], ['host', odd, odd, null], 'any text survives in a link');
	equal(route_parse('').view, 'board', 'no link is the board');
	equal(route_parse('#/host/%E0%A4%A').argument, '%E0%A4%A', 'an escape that is none is left alone');
}

function rules({ ok, equal }: Tap): void {
	const y = amount_scale(97, 100, 0);
	ok(y(0) === 100 && y(97) >= 0, 'an axis begins at 0 and holds the most');
	equal(amount_scale(0, 100, 0).ticks(4).length > 0, true, 'nothing at all has an axis too');
	for (const span of [1, 5_000, 60_000, 3_600_000, 86_400_000 * 9, 86_400_000 * 4000]) {
		const x = time_scale(1_772_438_412_345, 1_772_438_412_345 + span, 0, 800);
		const at = x.ticks(7);
		ok(at.length <= 8 && at.every(ms => x(ms) >= 0 && x(ms) <= 800.001), `times of ${span} ms are marked within it: ${at.length}`);
	}
}

/** Sentences that are made of others; the browser of these tests reads Japanese. */
function sentences({ equal, ok }: Tap): void {
	const told: [string, string][] = [
		['not trusted: nothing came for a minute or longer; some of what it sent did not arrive (12 missing in all)',
			'信頼できません: 1 分以上何も届いていません。送信されたものの一部が届いていません(欠落は合計 12)'],
		['No silence is proved of the 40 min needed: exporter 192.0.2.1, domain 7, which shows the host, is not heard: not trusted: some of it was malformed (its scan had 8.2 new peers a second, 1 packet in 100 is looked at).',
			'必要な沈黙 40 分 はまだ証明されていません: このホストを示すエクスポータ 192.0.2.1(ドメイン 7) を受信できていません: 信頼できません: 一部の形式が不正です(スキャンは毎秒 8.2 件の新規接触、100 パケットに 1 つを観測)。'],
		['388 of 409 peers on tcp/80 did not answer (368: SYN never answered), since 2026-03-02T08:00:00Z; score 374.0, the case needs 7 where 4 % fail as a rule',
			'tcp/80 の接触先 409 件中 388 件が無応答(SYN 無応答 368 件)、2026-03-02T08:00:00Z から。スコア 374.0、通常の失敗率 4 % での基準は 7'],
		['9 of 12 peers on tcp/80 did not answer (9: refused by a reset); score 20.0, the case needs 7 where 4 % fail as a rule; in web logs: Code Red, variant II (X), infecting, 3 requests to 172.20.225.130 and others',
			'tcp/80 の接触先 12 件中 9 件が無応答(RST で拒否 9 件)。スコア 20.0、通常の失敗率 4 % での基準は 7。Web ログ: Code Red, variant II (X)、感染行為、172.20.225.130 ほかへの要求 3 件'],
		['10.1.1.51 stays infected: for contained evidence is missing', '10.1.1.51 は「感染」のままです。「封じ込め済み」に必要な証拠がありません'],
		['10.1.1.51 stays infected: from there no way leads to recovered, only to: suspected contained',
			'10.1.1.51 は「感染」のままです。そこから「回復」へは移れません。可能な状態: 疑い 封じ込め済み'],
		["'text' has 10240 bytes and may have 2047: shorten it, nothing was written down", "'text' は 10240 バイトあり、上限は 2047 バイトです。短くしてください。何も記録されていません"],
		['a sentence that nobody knows', 'a sentence that nobody knows'],
	];
	for (const [en, ja] of told)
		equal(known(en), ja, `in Japanese: ${en.slice(0, 60)}`);
	const began = Date.now();
	for (const text of [' of '.repeat(220), 'a; '.repeat(290), '1 of 2 peers on '.repeat(50), '(((; '.repeat(170), "' is ', not '".repeat(60), ', which , is not heard: '.repeat(35)])
		known(text);
	ok(Date.now() - began < 2000, `a text that is made to be slow to read is not: ${Date.now() - began} ms`);
}

export function pure(tap: Tap): void {
	for (const part of [curve, addresses, stream, links, rules, sentences])
		part(tap);
}
