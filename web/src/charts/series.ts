// SPDX-License-Identifier: Apache-2.0
// Stacked bars over time, and shares as a line: a host's new peers, its failures, its ports; rates of the daemon.
import { line } from 'd3-shape';
import { h, s } from '../base/dom';
import { clock, count } from '../base/format';
import { Figure } from '../parts/figure';
import { t } from '../words/language';
import { axes, legend, room, scales, timed_chart } from './frame';

export interface Layer {
	word: string;
	colour: string;
	pattern: string; // class of a fill: solid, hatched, hollow
	values: number[];
}

export interface Bars {
	at_ms: number[];
	step_ms: number;
	layers: Layer[];
}

/** Draw bars; `summary` says what they say. */
export function draw_bars(figure: Figure, bars: Bars, summary: string, width: number, height = 180): void {
	const at = room(width, height);
	const n = bars.at_ms.length;
	const sums = bars.at_ms.map((_, i) => bars.layers.reduce((sum, l) => sum + (l.values[i] ?? 0), 0));
	const from = bars.at_ms[0] ?? 0, to = (bars.at_ms[n - 1] ?? 0) + bars.step_ms;
	const { x, y } = scales(at, from, to, Math.max(...sums, 0));
	const wide = Math.max(1, (at.width - at.left - at.right) / Math.max(n, 1) - 1);
	const below = new Array<number>(n).fill(0);
	const drawn = bars.layers.map(layer => s('g', { class: `bars ${layer.pattern} c-${layer.colour}` }, ...layer.values.map((v, i) => {
		const base = below[i] ?? 0;
		below[i] = base + v;
		return v > 0 ? s('rect', { x: x(bars.at_ms[i] ?? 0), width: wide, y: y(base + v), height: Math.max(0.5, y(base) - y(base + v)) }) : null;
	})));
	figure.tell(summary, () => ({ head: [t('c_when'), ...bars.layers.map(l => l.word)],
		rows: bars.at_ms.map((ms, i) => [clock(ms), ...bars.layers.map(l => l.values[i] ?? 0)]) }));
	figure.show(legend(...bars.layers.map(l => ({ colour: l.colour, kind: `thick ${l.pattern}`, word: l.word }))),
		timed_chart(at, summary, figure.summary_id, x, bars.at_ms.map((_, i) => i), i => (bars.at_ms[i] ?? 0) + bars.step_ms / 2,
			i => bars.layers.map(l => h('div', { class: 'pair' }, h('span', {}, l.word), h('b', {}, count(l.values[i] ?? 0)))), axes(at, x, y), ...drawn));
}

/** Runs so short are hard to see as a line. */
const FEW = 6;

export interface Line {
	at_ms: number[];
	values: (number | null)[];
}

/** Draw a line that has gaps where nothing is known. */
export function draw_line(figure: Figure, data: Line, word: string, summary: string, width: number, most: number,
	format: (v: number) => string, height = 150): void {
	const at = room(width, height);
	const points = data.at_ms.map((ms, i) => ({ ms, v: data.values[i] ?? null }));
	const { x, y } = scales(at, data.at_ms[0] ?? 0, data.at_ms[data.at_ms.length - 1] ?? 0, most);
	const runs: { ms: number; v: number }[][] = [[]];
	for (const p of points)
		if (p.v === null)
			runs.push([]);
		else
			runs[runs.length - 1]?.push({ ms: p.ms, v: p.v });
	const path = line<{ ms: number; v: number }>().x(p => x(p.ms)).y(p => y(p.v));
	figure.tell(summary, () => ({ head: [t('c_when'), word], rows: points.map(p => [clock(p.ms), p.v === null ? t('unknown') : format(p.v)]) }));
	figure.show(timed_chart(at, summary, figure.summary_id, x, points, p => p.ms,
		p => [h('div', { class: 'pair' }, h('span', {}, word), h('b', {}, p.v === null ? t('unknown') : format(p.v)))],
		axes(at, x, y, format),
		...runs.map(run => s('path', { class: 'line strong c-accent', d: path(run) })),
		...runs.filter(run => run.length > 0 && run.length <= FEW).flatMap(run => run.map(p => s('circle', { class: 'dot c-accent', r: 3, cx: x(p.ms), cy: y(p.v) })))));
}
