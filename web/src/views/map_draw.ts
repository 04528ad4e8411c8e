// SPDX-License-Identifier: Apache-2.0
// The address space as a picture: squares for few networks of IPv4, areas for all others, and what it says in words.
import { AddressMap, Cell } from '../api/types';
import { Prefix, prefix_covers, prefix_format, prefix_parse } from '../base/address';
import { h } from '../base/dom';
import { visible } from '../base/foreign';
import { count } from '../base/format';
import { address_map } from '../charts/address_map';
import { draw_treemap, hosts_of, networks_of } from '../charts/treemap';
import { Figure } from '../parts/figure';
import { state_glyph } from '../parts/state';
import { known, t } from '../words/language';

/** More networks than these are no picture of squares. */
const SQUARES_MOST = 6, BITS_MOST = 16, BUSIEST = 16;
export type Kind = 'hilbert' | 'rows' | 'treemap';

/** Whether there can be squares: not of IPv6 alone, and not of many networks. */
export function has_squares(map: AddressMap): boolean {
	return squares_of(map).length > 0;
}

interface Square {
	prefix: Prefix;
	name: string | null;
	cells: Cell[];
	length: number;
}

/** The networks of IPv4 as squares; empty where they are none, or too many. */
function squares_of(map: AddressMap): Square[] {
	const nets = map.prefix !== null ? [{ prefix: map.prefix, name: null }] : map.space;
	const found: Square[] = [];
	for (const net of nets) {
		const prefix = prefix_parse(net.prefix);
		if (!prefix?.is_v4 || found.some(s => prefix_covers(s.prefix, prefix)))
			continue;
		const cells = map.cells.map(cell => ({ cell, prefix: prefix_parse(cell.prefix) })).filter(c => c.prefix && prefix_covers(prefix, c.prefix));
		const length = Math.max(...cells.map(c => c.prefix?.length ?? 0), Math.min(prefix.length + 8, 128));
		found.push({ prefix, name: net.name, cells: cells.map(c => c.cell), length: Math.min(length, prefix.length + BITS_MOST) });
	}
	return found.length > SQUARES_MOST ? [] : found;
}

function map_summary(map: AddressMap): string {
	if (map.cells.length === 0)
		return t('map_empty');
	const sum = (of: (c: Cell) => number): string => count(map.cells.reduce((n, c) => n + of(c), 0));
	const n_targets = map.cells.reduce((n, c) => n + (c.targets ?? 0), 0);
	const sizes = [...new Set(map.cells.map(c => c.prefix.split('/')[1] ?? (c.prefix.includes(':') ? '128' : '32')))].sort((a, b) => Number(a) - Number(b));
	const hottest = networks_of(map).filter(n => hosts_of(n) > 0).slice(0, 3).map(n => `${n.name ? visible(n.name) : n.prefix} (${count(hosts_of(n))})`);
	return [t('map_summary', { infected: sum(c => c.infected), contained: sum(c => c.contained), recovered: sum(c => c.recovered), suspected: sum(c => c.suspected),
		cells: count(map.cells.length), size: sizes.map(bits => `/${bits}`).join(', ') }),
	n_targets > 0 ? t('map_targets', { n: count(n_targets) }) : !map.targets_why && t('map_targets_none'),
	hottest.length > 0 && t('map_hottest', { list: hottest.join(', ') }), map.targets_why && t('map_no_targets', { why: known(map.targets_why) }),
	map.outside > 0 && t('map_outside', { n: count(map.outside) }), map.beyond > 0 && t('map_beyond', { n: count(map.beyond) }), map.source === 'learned' && t('map_learned')].filter(Boolean).join(' ');
}

/** What no square holds: IPv6 beside IPv4. */
function rest_of(map: AddressMap, squares: Square[]): AddressMap {
	const is_rest = (text: string): boolean => {
		const prefix = prefix_parse(text);
		return prefix !== null && !squares.some(s => prefix_covers(s.prefix, prefix));
	};
	return { ...map, space: map.space.filter(n => is_rest(n.prefix)), cells: map.cells.filter(c => is_rest(c.prefix)) };
}

function legend(is_areas: boolean): HTMLElement {
	return h('ul', { class: 'legend' }, ...(['infected', 'suspected'] as const).map(state => h('li', {}, state_glyph(state), t(state === 'infected' ? 'state_infected' : 'state_suspected'))),
		h('li', {}, h('span', { class: 'sign square', 'aria-hidden': 'true' }), t('contained')), h('li', {}, h('span', { class: 'sign ring', 'aria-hidden': 'true' }), t('recovered')),
		h('li', {}, h('span', { class: 'sign glow', 'aria-hidden': 'true' }), t('targets')),
		is_areas && h('li', {}, t('map_areas')));
}

/** Where most hosts are, as bars that lead there. */
function busiest(map: AddressMap, go?: (prefix: string) => void): HTMLElement | null {
	const nets = networks_of(map).filter(n => hosts_of(n) > 0).slice(0, BUSIEST);
	const most = Math.max(...nets.map(hosts_of), 1);
	return nets.length === 0 ? null : h('div', { class: 'busiest' }, h('h3', {}, t('map_networks')), h('ul', { class: 'bare' }, ...nets.map(n => {
		const bar = h('span', { class: 'bar-of', 'aria-hidden': 'true' }, ...(['infected', 'suspected', 'contained', 'recovered'] as const).map(state => {
			const part = h('span', { class: `part c-${state}` });
			part.style.width = `${(100 * n[state] / most).toFixed(1)}%`;
			return part;
		}));
		const row = [h('span', { class: 'address' }, n.name ? visible(n.name) : n.prefix), bar, h('span', { class: 'number' }, `${count(n.infected)}/${count(hosts_of(n))}`)];
		return h('li', {}, go ? h('button', { type: 'button', class: 'quiet busy', onclick: () => go(n.prefix) }, ...row) : h('div', { class: 'busy' }, ...row));
	})));
}

/** Draw a map into its frame, in one of its ways. `go` leads into a network; absent: nothing does. */
export function draw_map(figure: Figure, map: AddressMap, kind: Kind, width: number, go?: (prefix: string) => void): void {
	figure.tell(map_summary(map), () => ({
		head: [t('c_prefix'), t('state_infected'), t('state_suspected'), t('contained'), t('recovered'), t('targets')],
		rows: networks_of(map).map(n => [n.name ? `${n.prefix} ${visible(n.name)}` : n.prefix, n.infected, n.suspected, n.contained, n.recovered, n.targets ?? t('unknown')]),
	}));
	const squares = kind === 'treemap' ? [] : squares_of(map);
	const areas = (of: AddressMap, most: number): HTMLElement => draw_treemap(of, width, Math.min(most, width * 0.6), figure.summary_id, go);
	const why_areas = kind !== 'treemap' && map.cells.length > 0 ? t('map_no_squares', { n: SQUARES_MOST }) : null;
	figure.tell_about(squares.length === 0 ? why_areas : kind === 'hilbert' ? t('map_about') : null);
	if (map.cells.length === 0 || squares.length === 0) {
		figure.show(...map.cells.length === 0 ? [h('p', { class: 'empty' }, t('map_empty'))] : [legend(true), areas(map, 620)]);
		return;
	}
	const rest = rest_of(map, squares);
	const each = squares.length === 1 ? Math.max(320, Math.min(width, 760, window.innerHeight - 220)) : Math.min(420, (width - 24) / 2);
	figure.show(legend(rest.cells.length > 0), h('div', { class: 'squares' }, ...squares.map(square => h('div', {},
		h('h3', {}, prefix_format(square.prefix), square.name ? ` ${visible(square.name)}` : ''),
		address_map({ prefix: square.prefix, cells: square.cells, cell_length: square.length, is_hilbert: kind === 'hilbert', width: each,
			label: `${t('map_title')} ${prefix_format(square.prefix)}. ${t('map_keys')}`, described_by: figure.summary_id, zoom: go && (p => go(prefix_format(p))) }))), busiest(map, go)),
	rest.cells.length > 0 && h('h3', {}, t('map_rest')), rest.cells.length > 0 && areas(rest, 320));
}
