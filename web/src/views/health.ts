// SPDX-License-Identifier: Apache-2.0
// Can silence be trusted? Exporters with what was lost, sampling and clocks; what the daemon took and lost over time.
import { get } from '../api/client';
import { Exporter, Page, Reading, Status } from '../api/types';
import { Child, h, refill } from '../base/dom';
import { foreign, visible } from '../base/foreign';
import { ago, clock, count, duration, rough, sentence, utc } from '../base/format';
import { route_format } from '../base/router';
import { draw_line } from '../charts/series';
import { Figure } from '../parts/figure';
import { Column, Table } from '../parts/table';
import { View } from '../shell';
import { t } from '../words/language';

const READINGS = 360, EXPORTERS_MOST = 5000;
const formats: Record<number, string> = { 5: 'NetFlow v5', 9: 'NetFlow v9', 10: 'IPFIX' };

function lost(e: Exporter): number {
	return e.missing + e.gaps + e.late;
}

function columns(): Column<Exporter>[] {
	return [
		{ key: 'trusted', label: t('c_trusted'), width: '92px', cell: e => h('span', { class: `effect e-${e.silence_is_trusted ? 'yes' : 'no'}` }, e.silence_is_trusted ? `✓ ${t('yes')}` : `✕ ${t('no')}`),
			order: (a, b) => Number(a.silence_is_trusted) - Number(b.silence_is_trusted) },
		{ key: 'exporter', label: t('c_exporter'), width: '180px', cell: e => h('span', { class: 'address' }, `${e.exporter} / ${e.observationDomainId}`), order: (a, b) => a.exporter.localeCompare(b.exporter) },
		{ key: 'format', label: t('c_format'), width: '104px', class: 'middle', cell: e => formats[e.version] ?? `sFlow v${e.version}` },
		{ key: 'sampling', label: t('c_sampling'), width: '122px', cell: e => e.samplingInterval <= 1 ? t('every_packet') : `1/${count(e.samplingInterval)}`, order: (a, b) => a.samplingInterval - b.samplingInterval },
		{ key: 'records', label: t('c_records'), width: '104px', class: 'number', cell: e => count(e.records), order: (a, b) => a.records - b.records },
		{ key: 'lost', label: t('c_lost'), width: '76px', class: 'number', cell: e => count(lost(e)), order: (a, b) => lost(a) - lost(b) },
		{ key: 'templates', label: t('c_templates'), width: '110px', class: 'number middle', cell: e => count(e.without_template), order: (a, b) => a.without_template - b.without_template },
		{ key: 'faults', label: t('c_faults'), width: '76px', class: 'number middle', cell: e => count(e.faults), order: (a, b) => a.faults - b.faults },
		{ key: 'skew', label: t('c_skew'), width: '84px', class: 'number', cell: e => `${e.clock_skew_s >= 0 ? '+' : '−'}${rough(Math.abs(e.clock_skew_s))} s`, order: (a, b) => Math.abs(a.clock_skew_s) - Math.abs(b.clock_skew_s) },
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
	const table = new Table<Exporter>({ label: t('exporters'), columns: columns(), id: e => `${e.exporter}/${e.observationDomainId}`, empty: t('loading'), sort: 'trusted',
		selected: e => refill(chosen, e ? h('div', { class: 'stack tight' }, h('h3', { class: 'address' }, e.exporter), h('p', {}, foreign(sentence(e.silence), 600)), e.hides && h('p', {}, foreign(sentence(e.hides), 600))) : null) });
	const chosen = h('div', { class: 'pad-top' });
	const rate = new Figure(t('rate_title')), loss = new Figure(t('loss_title'));
	const about = h('section', { class: 'panel pad' });
	const root = h('div', { class: 'page' },
		h('section', { class: 'panel pad' }, h('h1', {}, t('health_title')), verdict),
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
			table.wish.empty = t('no_exporters');
			table.fill(exporters);
			draw_rates(rate, loss, [...series.items].reverse());
			refill(about, h('h2', {}, t('process')), process(status));
		},
	};
}
