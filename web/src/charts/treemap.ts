// SPDX-License-Identifier: Apache-2.0
// Networks as areas by how many of their hosts are known: for IPv6, and where the own networks are scattered.
import { hierarchy, treemap } from 'd3-hierarchy';
import { AddressMap, Cell } from '../api/types';
import { prefix_covers, prefix_format, prefix_of, prefix_parse } from '../base/address';
import { h, s } from '../base/dom';
import { shortened, visible } from '../base/foreign';
import { count } from '../base/format';
import { t } from '../words/language';
import { Word } from '../words/words';

export interface Network extends Cell {
	name: string | null;
}

const LEAVES_MOST = 160, BARE_MOST = 48, LENGTH_V4 = 96 + 24, LENGTH_V6 = 64;
const sums = ['infected', 'contained', 'recovered', 'suspected'] as const;

/** Cells put together by /24, of IPv6 by /64; with the name of the network that they lie in. */
export function networks_of(map: AddressMap): Network[] {
	const found = new Map<string, Network>();
	const space = map.space.map(net => ({ prefix: prefix_parse(net.prefix), name: net.name }));
	for (const cell of map.cells) {
		const prefix = prefix_parse(cell.prefix);
		if (!prefix)
			continue;
		const net = prefix_of(prefix, Math.min(prefix.length, prefix.is_v4 ? LENGTH_V4 : LENGTH_V6));
		const key = prefix_format(net);
		const into = found.get(key) ?? { prefix: key, infected: 0, contained: 0, recovered: 0, suspected: 0, targets: null,
			name: space.filter(n => n.prefix && prefix_covers(n.prefix, net)).sort((a, b) => (b.prefix?.length ?? 0) - (a.prefix?.length ?? 0))[0]?.name ?? null };
		for (const state of sums)
			into[state] += cell[state];
		into.targets = cell.targets === null ? into.targets : (into.targets ?? 0) + cell.targets;
		found.set(key, into);
	}
	return [...found.values()].sort((a, b) => b.infected - a.infected || hosts_of(b) - hosts_of(a) || (b.targets ?? 0) - (a.targets ?? 0));
}

export function hosts_of(cell: Cell): number {
	return sums.reduce((sum, state) => sum + cell[state], 0);
}

function words_of(net: Network): string {
	const parts = sums.filter(state => net[state] > 0).map(state => `${count(net[state])} ${t(`state_${state}` as Word)}`);
	if (net.targets)
		parts.push(`${count(net.targets)} ${t('targets')}`);
	return `${net.prefix}${net.name ? ` (${visible(net.name)})` : ''}: ${parts.join(', ')}`;
}

export function draw_treemap(map: AddressMap, width: number, height: number, described_by: string, go?: (prefix: string) => void): HTMLElement {
	const all = networks_of(map);
	const leaves = [...all.filter(n => hosts_of(n) > 0).slice(0, LEAVES_MOST), ...all.filter(n => hosts_of(n) === 0).slice(0, BARE_MOST)];
	interface Datum { net: Network | null; of?: Datum[] }
	const root = hierarchy<Datum>({ net: null, of: leaves.map(net => ({ net })) }, d => d.of)
		.sum(d => d.net ? 1 + 3 * hosts_of(d.net) + Math.log1p(d.net.targets ?? 0) : 0).sort((a, b) => b.value - a.value);
	treemap().size([width, height]).paddingInner(2).round(true)(root);
	// Words stand above the areas: an area's name says more than fits into it.
	const areas: SVGElement[] = [], written: (SVGElement | false)[] = [];
	for (const leaf of root.leaves()) {
		const net = leaf.data.net;
		if (!net)
			continue;
		const [w, tall, place] = [leaf.x1 - leaf.x0, leaf.y1 - leaf.y0, `translate(${leaf.x0},${leaf.y0})`];
		const worst = (['infected', 'suspected', 'contained', 'recovered'] as const).find(state => net[state] > 0) ?? 'target';
		const strength = worst === 'target' ? 0.14 : 0.15 + 0.3 * net[worst] / Math.max(1, hosts_of(net));
		areas.push(s('g', { transform: place, role: 'button', tabindex: 0, 'aria-label': words_of(net), class: 'leaf',
			onclick: () => go?.(net.prefix), onkeydown: (e: KeyboardEvent) => e.key === 'Enter' && go?.(net.prefix) },
			s('rect', { width: w, height: tall, class: 'ground' }),
			s('rect', { width: w, height: tall, class: `c-${worst}`, 'fill-opacity': strength.toFixed(2) })));
		written.push(w > 66 && tall > 18 && s('text', { transform: place, x: 5, y: 14 }, shortened(net.name ? visible(net.name) : net.prefix, Math.floor((w - 8) / 7.5))),
			w > 60 && tall > 34 && s('text', { transform: place, x: 5, y: 29, class: 'small' }, hosts_of(net) > 0 ? `${count(net.infected)} / ${count(hosts_of(net))}` : count(net.targets ?? 0)));
	}
	return h('div', { class: 'held' }, s('svg', { viewBox: `0 0 ${width} ${height}`, role: 'group', 'aria-label': t('map_treemap'), 'aria-describedby': described_by, class: 'chart treemap' },
		...areas, s('g', { 'aria-hidden': 'true' }, ...written)));
}
