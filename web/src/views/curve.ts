// SPDX-License-Identifier: Apache-2.0
// Is it growing? The curve, growth with its bands, and what containment did.
import { get } from '../api/client';
import { Containment, Curve } from '../api/types';
import { Child, h, refill } from '../base/dom';
import { foreign } from '../base/foreign';
import { count, duration } from '../base/format';
import { Route } from '../base/router';
import { draw_curve } from '../charts/curve';
import { time_cell } from '../parts/events';
import { Figure } from '../parts/figure';
import { View } from '../shell';
import { t } from '../words/language';
import { growth_figures } from './growth';

const POINTS = 240;

/** None were seen to attack later; that none did, only telemetry without a gap can say. */
function attacked(c: Containment): Child {
	const unheard = c.hosts - (c.hosts_heard ?? 0);
	return c.attacked_since > 0 || unheard === 0 ? count(c.attacked_since)
		: h('span', { class: 'effect e-unknown', title: t('attacked_title', { n: count(unheard), of: count(c.hosts) }) }, `? ${t('unknown')}`);
}

export function containment_table(all: Containment[]): HTMLElement {
	if (all.length === 0)
		return h('p', { class: 'muted' }, t('no_containments'));
	return h('table', { class: 'plain' },
		h('thead', {}, h('tr', {}, ...[t('c_when'), t('c_what'), t('effective'), t('c_hosts'), t('c_since'), t('c_onsets')].map((c, i) => h('th', { scope: 'col', class: i > 2 ? 'number' : null }, c)))),
		h('tbody', {}, ...all.map(c => h('tr', {}, h('td', {}, time_cell(c.at)), h('td', {}, foreign(c.what === 'vouched for' ? t('vouched') : c.what, 160)),
			h('td', {}, h('span', { class: `effect e-${c.effective}` }, { yes: '✓ ', no: '✕ ', unknown: '? ' }[c.effective], t(`effective_${c.effective}`))),
			h('td', { class: 'number' }, count(c.hosts)), h('td', { class: 'number' }, attacked(c)),
			h('td', { class: 'number' }, `${count(c.onsets_before)} → ${count(c.onsets_after)}`, c.after_s < 900 ? h('span', { class: 'muted' }, ` (${duration(c.after_s)})`) : '')))));
}

export function curve_view(route: Route): View {
	const incident = route.query.get('incident');
	const figure = new Figure(t('curve_title'), t('curve_about'));
	const growth = h('div'), held = h('div');
	const growth_head = h('h2', {}, t('growth'));
	const root = h('div', { class: 'page' }, h('h1', { class: 'unseen' }, t('curve')),
		h('section', { class: 'panel pad' }, figure.root),
		h('section', { class: 'panel pad' }, growth_head, growth),
		h('section', { class: 'panel pad' }, h('h2', {}, t('containments')), h('div', { class: 'scroll-x' }, held)));
	let curve: Curve | null = null;
	const draw = (): void => {
		if (curve)
			draw_curve(figure, curve, Math.max(360, figure.drawing.clientWidth));
	};
	const sized = new ResizeObserver(draw);
	sized.observe(root);
	return {
		root, title: t('curve'), keys: [], end: () => sized.disconnect(),
		async load(): Promise<void> {
			curve = await get<Curve>(`incidents/${encodeURIComponent(incident || 'all')}/curve`,
				{ points: POINTS, from: route.query.get('from'), to: route.query.get('to') });
			draw();
			growth_head.textContent = t('growth_title', { d: duration(curve.growth.window_s) });
			refill(growth, growth_figures(curve.growth));
			refill(held, containment_table(curve.containments));
		},
	};
}
