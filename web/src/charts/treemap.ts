// SPDX-License-Identifier: Apache-2.0
// Networks as areas by how many of their hosts are known: for IPv6, and where the own networks are scattered.
import { hierarchy, treemap } from 'd3-hierarchy';
import { AddressMap, Cell } from '../api/types';
import { Prefix, prefix_covers, prefix_format, prefix_of, prefix_parse } from '../base/address';
import { h, s } from '../base/dom';
import { shortened, visible } from '../base/foreign';
import { count } from '../base/format';
import { Tip } from '../parts/tip';
import { t } from '../words/language';
import { Word } from '../words/words';

export interface Network extends Cell {
	name: string | null;
}

const LEAVES_MOST = 160, BARE_MOST = 48, FEW = 16, LENGTH_V4 = 96 + 24, LENGTH_V6 = 64;
const sums = ['infected', 'contained', 'recovered', 'suspected'] as const;

interface Own {
	prefix: Prefix;
	name: string | null;
}

/** As long as cells are put together by: a /24, of IPv6 a /64; where all is in one of those, so long that few have hosts. */
function length_of(space: Own[], cells: { prefix: Prefix; cell: Cell }[], is_v4: boolean): number {
	const usual = is_v4 ? LENGTH_V4 : LENGTH_V6;
	const [nets, all] = [space.filter(n => n.prefix.is_v4 === is_v4), cells.filter(c => c.prefix.is_v4 === is_v4)];
	if (nets.some(n => n.prefix.length < usual) || new Set(nets.map(n => prefix_of(n.prefix, usual).value)).size !== 1)
		return usual;
	const held = all.some(c => hosts_of(c.cell) > 0) ? all.filter(c => hosts_of(c.cell) > 0) : all;
	for (let length = 128; length > usual; length--)
		if (new Set(held.map(c => prefix_of(c.prefix, Math.min(length, c.prefix.length)).value)).size <= FEW)
			return length;
	return usual;
}

/** Cells put together by networks, with the name of that which they lie in. */
export function networks_of(map: AddressMap): Network[] {
	const found = new Map<string, Network>(), own_of = new Map<bigint, Own[]>();
	const space: Own[] = map.space.flatMap(net => {
		const prefix = prefix_parse(net.prefix);
		return prefix ? [{ prefix, name: net.name }] : [];
	}).sort((a, b) => b.prefix.length - a.prefix.length);
	const cells = map.cells.flatMap(cell => {
		const prefix = prefix_parse(cell.prefix);
		return prefix ? [{ prefix, cell }] : [];
	});
	const [length_v4, length_v6] = [length_of(space, cells, true), length_of(space, cells, false)];
	for (const { prefix, cell } of cells) {
		const around = prefix_of(prefix, Math.min(prefix.length, prefix.is_v4 ? LENGTH_V4 : LENGTH_V6));
		const near = own_of.get(around.value) ?? space.filter(n => prefix_covers(n.prefix, around) || prefix_covers(around, n.prefix));
		own_of.set(around.value, near);
		const own = near.find(n => prefix_covers(n.prefix, prefix));
		const net = prefix_of(prefix, Math.min(prefix.length, Math.max(prefix.is_v4 ? length_v4 : length_v6, own?.prefix.length ?? 0)));
		const key = prefix_format(net);
		const into = found.get(key) ?? { prefix: key, infected: 0, contained: 0, recovered: 0, suspected: 0, targets: null, name: own?.name ?? null };
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

const signs = { infected: '●', suspected: '△', contained: '□', recovered: '○', target: '' };

function pairs_of(net: Network): [string, number][] {
	const all: [string, number][] = sums.map(state => [t(`state_${state}` as Word), net[state]]);
	return [...all, [t('targets'), net.targets ?? 0] as [string, number]].filter(([, n]) => n > 0);
}

function name_of(net: Network): string {
	return `${net.prefix}${net.name ? ` (${visible(net.name)})` : ''}`;
}

/** As much as fits: of a name its beginning, of a prefix the end of its address, in which it differs from its neighbours. */
function label_of(net: Network, letters: number): string {
	if (net.name)
		return shortened(visible(net.name), letters);
	const [address = ''] = net.prefix.split('/');
	return [net.prefix, address].find(text => text.length <= letters) ?? `…${address.slice(1 - letters)}`;
}

const LETTER_PX = 8.4, NAMED_PX = 52;

function draw_words(net: Network, place: string, w: number, tall: number, worst: keyof typeof signs): (SVGElement | false)[] {
	if (w < NAMED_PX || tall < 19)
		return [];
	const amount = worst === 'target' ? count(net.targets ?? 0) : `${signs[worst]} ${count(net.infected)} / ${count(hosts_of(net))}`;
	return [s('text', { transform: place, x: 5, y: 14 }, label_of(net, Math.floor((w - 8) / LETTER_PX))),
		tall > 34 && amount.length * LETTER_PX < w && s('text', { transform: place, x: 5, y: 29, class: 'small' }, amount)];
}

export function draw_treemap(map: AddressMap, width: number, height: number, described_by: string, go?: (prefix: string) => void): HTMLElement {
	const all = networks_of(map), tip = new Tip();
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
		const strength = worst === 'target' ? 0.24 : 0.15 + 0.3 * net[worst] / Math.max(1, hosts_of(net));
		const tell = (): void => {
			const scale = (tip.root.parentElement?.clientWidth || width) / width;
			tip.show((leaf.x0 + w / 2) * scale, (leaf.y0 + tall / 2) * scale, h('b', {}, name_of(net)),
				...pairs_of(net).map(([word, n]) => h('div', { class: 'pair' }, h('span', {}, word), h('b', {}, count(n)))));
		};
		areas.push(s('g', { transform: place, role: go ? 'button' : 'img', tabindex: 0, 'aria-label': `${name_of(net)}: ${pairs_of(net).map(([word, n]) => `${count(n)} ${word}`).join(', ')}`,
			class: `leaf${go ? ' leads' : ''}`, onpointerenter: tell, onfocus: tell, onpointerleave: () => tip.hide(), onblur: () => tip.hide(),
			onclick: () => go?.(net.prefix), onkeydown: (e: KeyboardEvent) => {
				if (!go || (e.key !== 'Enter' && e.key !== ' '))
					return;
				e.preventDefault();
				go(net.prefix);
			} },
			s('rect', { width: w, height: tall, class: 'ground' }),
			s('rect', { width: w, height: tall, class: `c-${worst}`, 'fill-opacity': strength.toFixed(2) })));
		written.push(...draw_words(net, place, w, tall, worst));
	}
	return h('div', { class: 'held' }, s('svg', { viewBox: `0 0 ${width} ${height}`, role: 'group', 'aria-label': t('map_treemap'), 'aria-describedby': described_by, class: 'chart treemap' },
		...areas, s('g', { 'aria-hidden': 'true' }, ...written)), tip.root);
}
