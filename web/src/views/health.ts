// SPDX-License-Identifier: Apache-2.0
// Can silence be trusted? Exporters with what was lost, sampling and clocks; what the daemon took and lost over time.
import { get } from '../api/client';
import { Exporter, Page, Reading, Status } from '../api/types';
import { Child, h, refill } from '../base/dom';
import { foreign, visible } from '../base/foreign';
import { ago, clock, count, duration, percent, rough, sentence, utc } from '../base/format';
import { route_format } from '../base/router';
import { draw_line } from '../charts/series';
import { Figure } from '../parts/figure';
import { Column, Table } from '../parts/table';
import { View } from '../shell';
import { t } from '../words/language';
import { Word } from '../words/words';

const READINGS = 360, EXPORTERS_MOST = 5000, INTERFACE = 65535;
const formats: Record<number, string> = { 5: 'NetFlow v5', 9: 'NetFlow v9', 10: 'IPFIX' };

/** What a person can do about what ails an exporter. */
const hints: Record<string, Word> = { silent: 'hint_silent', gaps: 'hint_gaps', 'missing-templates': 'hint_templates', faults: 'hint_faults',
	'clock-skew': 'hint_skew' };
const ILL_SHOWN = 8;

const has = (e: Exporter, ailment: string): boolean => e.state.includes(ailment);

/** A cell that is marked where the exporter has that ailment; colour is not the only sign. */
function ailing(e: Exporter, ailment: string, text: string, title?: string): HTMLElement {
	return h('span', { class: has(e, ailment) ? 'effect e-no' : null, title }, has(e, ailment) ? `✕ ${text}` : text);
}

/** "25 %", as fine as it has to be to tell a little from nothing. */
function share_lost(e: Exporter): string {
	return e.lost_share === null ? '–' : e.lost_share > 0 && e.lost_share < 0.001 ? '< 0.1 %' : percent(e.lost_share, e.lost_share < 0.1 ? 1 : 0);
}

/** "6 min behind" */
function skew_words(e: Exporter): string {
	const by = Math.abs(e.clock_skew_s);
	return by < 1 ? t('skew_none') : t(e.clock_skew_s < 0 ? 'skew_behind' : 'skew_ahead', { d: duration(by) });
}

function sampling_words(e: Exporter): string {
	return e.samplingInterval === 0 ? t('sampling_untold') : e.samplingInterval === 1 ? t('every_packet') : t('one_in', { n: count(e.samplingInterval) });
}

function named(e: Exporter): HTMLElement {
	const address = h('span', { class: 'address' }, `${e.exporter} / ${e.observationDomainId}`);
	return h('span', { title: visible(`${e.name ?? ''} ${e.exporter} / ${e.observationDomainId}`).trim() }, e.name && h('bdi', {}, visible(e.name)), e.name && ' ', address);
}

/** What each of the worst lacks, and what helps. */
function ills(exporters: Exporter[]): HTMLElement | null {
	const ill = exporters.filter(e => !e.silence_is_trusted);
	return ill.length === 0 ? null : h('ul', { class: 'ills' }, ...ill.slice(0, ILL_SHOWN).map(e => h('li', {}, h('strong', {}, named(e)), ': ', foreign(sentence(e.silence), 600),
		h('div', { class: 'muted' }, e.state.flatMap(key => hints[key] ?? []).map(key => t(key)).join(' ') || t('hint_wait')))),
		ill.length > ILL_SHOWN && h('li', { class: 'muted' }, t('ills_more', { n: count(ill.length - ILL_SHOWN) })));
}

function columns(): Column<Exporter>[] {
	return [
		{ key: 'trusted', label: t('c_trusted'), width: '92px', cell: e => h('span', { class: `effect e-${e.silence_is_trusted ? 'yes' : 'no'}` }, e.silence_is_trusted ? `✓ ${t('yes')}` : `✕ ${t('no')}`),
			order: (a, b) => Number(a.silence_is_trusted) - Number(b.silence_is_trusted) },
		{ key: 'exporter', label: t('c_exporter'), width: '230px', cell: named, order: (a, b) => (a.name ?? a.exporter).localeCompare(b.name ?? b.exporter) },
		{ key: 'format', label: t('c_format'), width: '96px', class: 'middle', cell: e => e.version === INTERFACE ? t('listened') : formats[e.version] ?? `sFlow v${e.version || 5}` },
		{ key: 'sampling', label: t('c_sampling'), width: '148px', cell: sampling_words, order: (a, b) => a.samplingInterval - b.samplingInterval },
		{ key: 'records', label: t('c_records'), width: '92px', class: 'number middle', cell: e => count(e.records), order: (a, b) => a.records - b.records },
		{ key: 'lost', label: t('c_lost'), width: '84px', class: 'number', cell: e => ailing(e, 'gaps', share_lost(e), t('lost_title', { n: count(e.missing), gaps: count(e.gaps), late: count(e.late) })), order: (a, b) => (a.lost_share ?? 0) - (b.lost_share ?? 0) },
		{ key: 'templates', label: t('c_templates'), width: '118px', class: 'number', cell: e => ailing(e, 'missing-templates', count(e.without_template)), order: (a, b) => a.without_template - b.without_template },
		{ key: 'faults', label: t('c_faults'), width: '84px', class: 'number middle', cell: e => ailing(e, 'faults', count(e.faults)), order: (a, b) => a.faults - b.faults },
		{ key: 'skew', label: t('c_skew'), width: '148px', cell: e => ailing(e, 'clock-skew', skew_words(e), `${e.clock_skew_s >= 0 ? '+' : '−'}${rough(Math.abs(e.clock_skew_s))} s`), order: (a, b) => Math.abs(a.clock_skew_s) - Math.abs(b.clock_skew_s) },
		{ key: 'heard', label: t('c_heard'), width: '104px', cell: e => h('time', { title: `${clock(e.last_heard)} · ${utc(e.last_heard)}` }, ago(e.last_heard)) },
		{ key: 'why', label: t('c_reason'), width: 'auto', class: 'wide', cell: e => h('bdi', { title: visible([e.silence, e.hides].filter(Boolean).join(' · ')) }, visible(sentence(e.silence))) },
	];
}

/** Differences of a counter between readings, a second; null where it began anew. */
function rates(readings: Reading[], of: (v: Record<string, number>) => number, per_second: boolean): { at_ms: number[]; values: (number | null)[] } {
	const at_ms: number[] = [], values: (number | null)[] = [];
	readings.forEach((reading, i) => {
		const before = readings[i - 1];
		if (!before)
			return;
		const by = of(reading.values) - of(before.values);
		at_ms.push(reading.at_ms);
		values.push(by < 0 ? null : per_second ? by / Math.max(1, (reading.at_ms - before.at_ms) / 1000) : by);
	});
	return { at_ms, values };
}

const sum = (v: Record<string, number>, ...keys: string[]): number => keys.reduce((all, key) => all + (v[`collected.${key}`] ?? 0), 0);

function draw_rates(rate: Figure, loss: Figure, readings: Reading[]): void {
	if (readings.length < 2) {
		for (const figure of [rate, loss]) {
			figure.tell(t('no_series'), () => ({ head: [], rows: [] }));
			figure.show(h('p', { class: 'empty' }, t('no_series')));
		}
		return;
	}
	const span = duration(((readings[readings.length - 1]?.at_ms ?? 0) - (readings[0]?.at_ms ?? 0)) / 1000);
	const flows = rates(readings, v => sum(v, 'flows'), true), losses = rates(readings, v => sum(v, 'kernel_drops', 'faults', 'frame_drops', 'lost'), false);
	const known = (values: (number | null)[]): number[] => values.filter((v): v is number => v !== null);
	const most = Math.max(...known(flows.values), 0);
	const width = Math.max(320, rate.drawing.clientWidth);
	draw_line(rate, flows, t('rate_title'), t('rate_summary', { now: rough(flows.values[flows.values.length - 1] ?? 0), most: rough(most), d: span }), width, most, rough);
	draw_line(loss, losses, t('loss_title'), t('loss_summary', { n: count(known(losses.values).reduce((a, b) => a + b, 0)), d: span }), width, Math.max(...known(losses.values), 1), count);
}

function process(status: Status): HTMLElement {
	const rows: [string, Child][] = [[t('version'), status.version], [t('started'), `${clock(status.started)} (${ago(status.started)})`],
		[t('restarts'), `${count(status.keeper_restarts ?? 0)} / ${count(status.collector_restarts ?? 0)}`],
		[t('waiting'), count(Number(status.store.events_waiting ?? 0))], [t('kept_one_in'), count(Number(status.evidence.kept_one_in ?? 1))]];
	return h('div', {}, h('dl', { class: 'facts' }, ...rows.flatMap(([word, value]) => [h('dt', {}, word), h('dd', {}, value)])),
		status.verifying.length > 0 && h('h3', {}, t('verifying_title')),
		h('ul', { class: 'bare' }, ...status.verifying.map(v => h('li', {}, h('a', { href: route_format('host', `h${v.host}`) }, `h${v.host}`), ' ', v.lacks ? foreign(v.lacks) : '✓'))));
}

export function health_view(): View {
	const verdict = h('p', { class: 'verdict', role: 'status' });
	const ill = h('div');
	const table = new Table<Exporter>({ label: t('exporters'), columns: columns(), id: e => `${e.exporter}/${e.observationDomainId}`, empty: t('loading'), sort: 'trusted',
		selected: e => refill(chosen, e ? h('div', { class: 'stack tight' }, h('h3', {}, named(e)), h('p', {}, foreign(sentence(e.silence), 600)), e.hides && h('p', {}, foreign(sentence(e.hides), 600))) : null) });
	const chosen = h('div', { class: 'pad-top' });
	const rate = new Figure(t('rate_title')), loss = new Figure(t('loss_title'));
	const about = h('section', { class: 'panel pad' });
	const root = h('div', { class: 'page' },
		h('section', { class: 'panel pad' }, h('h1', {}, t('health_title')), verdict, ill),
		h('section', { class: 'panel pad exporters' }, h('h2', {}, t('exporters')), table.root, chosen),
		h('div', { class: 'charts pair-up' }, h('section', { class: 'panel pad' }, rate.root), h('section', { class: 'panel pad' }, loss.root)), about);
	return {
		root, title: t('health'), keys: [{ key: 'j', about: t('c_exporter'), run: () => table.move(1) }, { key: 'k', about: t('c_exporter'), run: () => table.move(-1) }],
		async load(): Promise<void> {
			const exporters: Exporter[] = [];
			let cursor: string | null = null;
			do {
				const page: Page<Exporter> = await get<Page<Exporter>>('exporters', { limit: 1000, cursor });
				exporters.push(...page.items);
				cursor = page.next;
			} while (cursor !== null && exporters.length < EXPORTERS_MOST);
			const [status, series] = await Promise.all([get<Status>('status'),
				get<Page<Reading>>('series', { name: 'collected', order: 'newest', limit: READINGS })]);
			const bad = exporters.filter(e => !e.silence_is_trusted).length;
			verdict.textContent = exporters.length === 0 ? `? ${t('health_none')}` : status.silence_is_trusted ? `✓ ${t('health_yes')}` : `✕ ${t('health_no', { n: count(bad), of: count(exporters.length) })}`;
			verdict.className = `verdict ${exporters.length === 0 ? 'none' : status.silence_is_trusted ? 'good' : 'bad'}`;
			refill(ill, ills(exporters));
			table.wish.empty = t('no_exporters');
			table.fill(exporters);
			draw_rates(rate, loss, [...series.items].reverse());
			refill(about, h('h2', {}, t('process')), process(status));
		},
	};
}
