// SPDX-License-Identifier: Apache-2.0
// The epidemic curve: lines that differ by colour and by stroke, and the moments when containment took effect.
import { area, curveStepAfter, line } from 'd3-shape';
import { Containment, Curve, CurvePoint } from '../api/types';
import { h, s } from '../base/dom';
import { clock, count, milliseconds } from '../base/format';
import { Figure, Rows } from '../parts/figure';
import { t } from '../words/language';
import { Word } from '../words/words';
import { axes, legend, Room, room, scales, timed_chart } from './frame';

type Key = 'ever' | 'active' | 'contained' | 'recovered' | 'suspected';
const rows: { key: Key; colour: string; kind: string }[] = [
	{ key: 'ever', colour: 'closed', kind: 'broad' },
	{ key: 'active', colour: 'infected', kind: 'strong' },
	{ key: 'contained', colour: 'contained', kind: 'dashed' },
	{ key: 'recovered', colour: 'recovered', kind: 'dotted' },
	{ key: 'suspected', colour: 'suspected', kind: 'thin' },
];
const signs = { yes: '✓', no: '✕', unknown: '?' };

function containment_marks(at: Room, x: (ms: number) => number, all: Containment[]): SVGElement[] {
	let last = -100;
	return all.filter(c => c.at !== null).map(c => {
		const px = x(milliseconds(c.at));
		const is_crowded = px - last < 18;
		if (!is_crowded)
			last = px;
		return s('g', { class: `containment e-${c.effective}`, transform: `translate(${px},0)` },
			s('line', { y1: at.top, y2: at.height - at.bottom }),
			!is_crowded && s('circle', { cy: at.top, r: 8 }), !is_crowded && s('text', { y: at.top, dy: '0.34em', 'text-anchor': 'middle' }, signs[c.effective]),
			s('title', {}, `${clock(c.at)} ${c.what}: ${t(`effective_${c.effective}`)}`));
	});
}

function summary(curve: Curve): string {
	const last = curve.points[curve.points.length - 1];
	if (!last || last.ever + last.suspected === 0)
		return t('curve_empty');
	const text = t('curve_summary', { ever: count(last.ever), active: count(last.active), contained: count(last.contained), recovered: count(last.recovered) });
	return curve.undated > 0 ? `${text} ${t('curve_undated', { n: count(curve.undated) })}` : text;
}

function table(points: CurvePoint[]): Rows {
	return { head: [t('c_when'), ...rows.map(r => t(r.key as Word))], rows: points.map(p => [clock(p.at), ...rows.map(r => p[r.key])]) };
}

/** Draw a curve into its frame, `width` pixels wide. */
export function draw_curve(figure: Figure, curve: Curve, width: number, height = 320): void {
	const points = curve.points;
	figure.tell(summary(curve), () => table(points));
	const first = points[0], last = points[points.length - 1];
	if (!first || !last || last.ever + last.suspected === 0) {
		figure.show(h('p', { class: 'empty' }, t('curve_empty')));
		return;
	}
	const at = room(width, height);
	const time = (p: CurvePoint): number => milliseconds(p.at);
	const { x, y } = scales(at, time(first), time(last), Math.max(...points.map(p => Math.max(p.ever, p.suspected))));
	const px = (p: CurvePoint): number => x(time(p));
	const shown = rows.filter(r => r.key !== 'suspected' || points.some(p => p.suspected > 0));
	const filled = area<CurvePoint>().x(px).y0(() => y(0)).y1(p => y(p.active)).curve(curveStepAfter)(points);
	const lines = shown.map(r => s('path', { class: `line ${r.kind} c-${r.colour}`, d: line<CurvePoint>().x(px).y(p => y(p[r.key])).curve(curveStepAfter)(points) }));
	figure.show(legend(...shown.map(r => ({ ...r, word: t(r.key as Word) }))),
		timed_chart(at, t('curve_title'), figure.summary_id, x, points, time,
			p => shown.map(r => h('div', { class: 'pair' }, h('span', {}, t(r.key as Word)), h('b', {}, count(p[r.key])))),
			axes(at, x, y), s('path', { class: 'area c-infected', d: filled }), ...lines, ...containment_marks(at, x, curve.containments)));
}
