// SPDX-License-Identifier: Apache-2.0
// Where in the own address space: a Hilbert curve for each network of IPv4, areas for IPv6 and scattered networks.
import { get } from '../api/client';
import { AddressMap } from '../api/types';
import { h, refill } from '../base/dom';
import { Route, route_format, route_go } from '../base/router';
import { Figure } from '../parts/figure';
import { View } from '../shell';
import { t } from '../words/language';
import { draw_map, has_squares } from './map_draw';

export function map_view(route: Route): View {
	const query = Object.fromEntries(route.query);
	const kind = (['hilbert', 'rows', 'treemap'] as const).find(k => k === query.order) ?? 'hilbert';
	const figure = new Figure(t('map_title'));
	const go = (prefix: string): void => route_go(route_format('map', '', { ...query, prefix }));
	const orders = ([['hilbert', 'map_hilbert'], ['rows', 'map_rows'], ['treemap', 'map_treemap']] as const).map(([k, word]) =>
		h('button', { type: 'button', 'data-order': k, onclick: () => route_go(route_format('map', '', { ...query, order: k })) }, t(word)));
	/** Orders of squares cannot be chosen where there are none. */
	const show_orders = (can_square: boolean): void => {
		for (const button of orders) {
			const is_areas = button.dataset.order === 'treemap';
			button.setAttribute('aria-pressed', String(can_square ? button.dataset.order === kind : is_areas));
			button.disabled = !can_square && !is_areas;
		}
	};
	const root = h('div', { class: 'page' }, h('h1', { class: 'unseen' }, t('map')), h('section', { class: 'panel pad' }, figure.root));
	refill(figure.tools,
		query.prefix ? h('a', { class: 'button', href: route_format('map', '', { ...query, prefix: null }) }, `↑ ${t('map_up')}`) : null,
		h('div', { class: 'switch', role: 'group', 'aria-label': t('map') }, ...orders));
	let map: AddressMap | null = null;
	let text = '', drawn_width = 0;
	const draw = (): void => {
		const width = figure.drawing.clientWidth;
		if (!map || (width === drawn_width && JSON.stringify(map) === text))
			return;
		drawn_width = width;
		text = JSON.stringify(map);
		show_orders(map.cells.length === 0 || has_squares(map));
		draw_map(figure, map, kind, Math.max(320, width), go);
	};
	const sized = new ResizeObserver(draw);
	sized.observe(root);
	return {
		root, title: t('map'), end: () => sized.disconnect(),
		keys: [{ key: 'o', about: `${t('map_hilbert')} / ${t('map_rows')}`, run: () => route_go(route_format('map', '', { ...query, order: kind === 'hilbert' ? 'rows' : 'hilbert' })) }],
		async load(): Promise<void> {
			map = await get<AddressMap>('map', { incident: query.incident, prefix: query.prefix });
			draw();
		},
	};
}
