// SPDX-License-Identifier: Apache-2.0
// What charts over time share: room, scales, axes, and a mark that pointer and keyboard move along them.
import { bisector } from 'd3-array';
import { Child, h, s } from '../base/dom';
import { clock, count, date } from '../base/format';
import { Tip } from '../parts/tip';
import { amount_scale, Scale, time_scale } from './scale';

export interface Room {
	width: number;
	height: number;
	top: number;
	right: number;
	bottom: number;
	left: number;
}

export function room(width: number, height: number): Room {
	return { width, height, top: 14, right: 30, bottom: 26, left: 56 };
}

export function scales(at: Room, from: number, to: number, most: number): { x: Scale; y: Scale } {
	return { x: time_scale(from, to, at.left, at.width - at.right), y: amount_scale(Math.max(most, 1), at.height - at.bottom, at.top) };
}

function time_label(ms: number, span_ms: number): string {
	const wish: Intl.DateTimeFormatOptions = span_ms > 2 * 86_400_000 ? { month: 'short', day: 'numeric' }
		: span_ms > 600_000 ? { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
			: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' };
	return date(wish).format(ms);
}

export function axes(at: Room, x: Scale, y: Scale, format: (v: number) => string = count): SVGElement {
	const span = x.invert(at.width - at.right) - x.invert(at.left);
	const base = at.height - at.bottom;
	return s('g', { class: 'axes', 'aria-hidden': 'true' },
		...y.ticks(4).filter(v => format !== count || Number.isInteger(v)).map(v => s('g', { transform: `translate(0,${y(v)})` },
			s('line', { x1: at.left, x2: at.width - at.right, class: v === 0 ? 'base' : 'rule' }),
			s('text', { x: at.left - 8, dy: '0.32em', 'text-anchor': 'end' }, format(v)))),
		...x.ticks(Math.max(2, Math.floor(at.width / 110))).map(ms => s('g', { transform: `translate(${x(ms)},${base})` },
			s('line', { y2: 4, class: 'rule' }), s('text', { y: 17, 'text-anchor': 'middle' }, time_label(ms, span)))));
}

/**
 * An SVG that shows what is at a time: under the pointer, or under a mark that the arrow keys move.
 *
 * describe  what stands in the tip for one of `points`
 */
export function timed_chart<P>(at: Room, label: string, described_by: string, x: Scale, points: P[],
	time_of: (p: P) => number, describe: (p: P) => Child[], ...drawn: SVGElement[]): HTMLElement {
	const tip = new Tip();
	const mark = s('line', { class: 'mark', y1: at.top, y2: at.height - at.bottom, visibility: 'hidden' });
	const find = bisector<P, number>(time_of);
	let chosen = -1;
	const show = (i: number): void => {
		const p = points[i];
		if (!p)
			return;
		chosen = i;
		const px = x(time_of(p));
		mark.setAttribute('x1', String(px));
		mark.setAttribute('x2', String(px));
		mark.setAttribute('visibility', 'visible');
		tip.show(px * (svg.clientWidth || at.width) / at.width, at.top, h('div', { class: 'muted' }, clock(time_of(p))), ...describe(p));
	};
	const hide = (): void => {
		mark.setAttribute('visibility', 'hidden');
		tip.hide();
	};
	const svg = s('svg', { viewBox: `0 0 ${at.width} ${at.height}`, role: 'img', 'aria-label': label, 'aria-describedby': described_by,
		tabindex: 0, class: 'chart' }, ...drawn, mark);
	svg.addEventListener('pointermove', event => {
		const scale = at.width / svg.clientWidth;
		show(find.center(points, x.invert(event.offsetX * scale)));
	});
	svg.addEventListener('pointerleave', hide);
	svg.addEventListener('blur', hide);
	svg.addEventListener('keydown', event => {
		const by = { ArrowRight: 1, ArrowLeft: -1, Home: -points.length, End: points.length }[event.key];
		if (by === undefined)
			return;
		event.preventDefault();
		show(Math.max(0, Math.min(points.length - 1, (chosen < 0 ? points.length - 1 : chosen) + by)));
	});
	return h('div', { class: 'held' }, svg, tip.root);
}

/** A line of a legend: a stroke as it is drawn, and its word. */
export function legend(...rows: { colour: string; kind: string; word: string }[]): HTMLElement {
	return h('ul', { class: 'legend' }, ...rows.map(row => h('li', {},
		s('svg', { viewBox: '0 0 24 12', class: `c-${row.colour}`, 'aria-hidden': 'true' }, s('path', { d: 'M1 6h22', class: `line ${row.kind}` })), row.word)));
}
