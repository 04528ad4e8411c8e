// SPDX-License-Identifier: Apache-2.0
// Who probably infected whom, from left to right. A line is fainter the less sure it is, and broken below one half.
import { hierarchy, Node } from 'd3-hierarchy';
import { Tree, TreeNode } from '../api/types';
import { h, s } from '../base/dom';
import { shortened, visible } from '../base/foreign';
import { clock, count, percent } from '../base/format';
import { state_of, state_word } from '../parts/state';
import { t } from '../words/language';

interface Datum {
	node: TreeNode | null; // null: above those that nobody is known to have infected
	below: Datum[];
}

/** What is wider is no picture for paper. */
const PAPER_PX = 1000;
const ROW_PX = 19, APART = 0.4, COLUMN_PX = 200, EDGE_PX = 56, MARGIN_PX = 24, LETTER_PX = 7, WIDE_LETTER_PX = 12, NAME_LETTERS = 20;

function rooted(found: Tree): Datum {
	const by_id = new Map<string, Datum>(found.nodes.map(node => [node.id, { node, below: [] }]));
	const top: Datum = { node: null, below: [] };
	for (const datum of by_id.values())
		(by_id.get(datum.node?.parent ?? '') ?? top).below.push(datum);
	return top;
}

function label_of(node: TreeNode): string {
	if (node.kind === 'fold')
		return `+${count(node.hosts)} ${node.subnet.endsWith('/0') ? t('elsewhere') : node.subnet}`;
	const name = shortened(visible(node.name ?? '').split('.')[0] ?? '', NAME_LETTERS);
	return name ? `${node.address} ${name}` : node.address ?? '';
}

function shown_label(node: TreeNode): string {
	return label_of(node) + (node.is_first ? ` ★ ${t('patient_zero')}` : '') + (node.has_more && node.kind === 'host' ? ` (+${count(Math.max(0, node.hosts - 1))})` : '');
}

/** What stands there and what it means, for who cannot see it. */
function node_words(node: TreeNode): string {
	if (node.kind === 'fold')
		return `${shown_label(node)}: ${t('fold', { n: count(node.hosts), net: node.subnet })}`;
	return [shown_label(node), visible(node.name ?? ''), state_word(node.state ?? ''), node.onset && clock(node.onset), node.is_first && t('patient_zero'),
		node.parent === null ? t('nobody_known') : node.probability !== null && `${t('probability')} ${percent(node.probability)}`,
		node.hosts > 1 && `${t('c_below')} ${count(node.hosts - 1)}`].filter(Boolean).join(', ');
}

/** From the middle of a node to the end of its words. */
function label_px(node: TreeNode): number {
	return [...shown_label(node)].reduce((px, letter) => px + (letter < '\u1100' ? LETTER_PX : WIDE_LETTER_PX), 18);
}

function draw_node(node: TreeNode, choose: (node: TreeNode) => void, chosen: string | null): SVGElement {
	const sort = state_of(node.state ?? '');
	const is_fold = node.kind === 'fold';
	const glyph = is_fold ? s('rect', { x: -8, y: -7, width: 16, height: 14, rx: 3, class: 'fold' })
		: s('g', { transform: 'translate(-7,-7) scale(0.875)', class: `glyph c-${sort.colour}` },
			s('rect', { width: 16, height: 16, class: 'ground' }), s('path', { d: sort.shape, class: sort.is_filled ? 'filled' : 'drawn', 'fill-rule': 'evenodd' }));
	return s('g', { role: 'button', class: `node${node.id === chosen ? ' chosen' : ''}`, tabindex: -1, 'aria-label': node_words(node), 'data-id': node.id, 'data-first': node.is_first,
		'aria-pressed': String(node.id === chosen), onclick: () => choose(node) },
		s('rect', { x: -12, y: -ROW_PX / 2, width: label_px(node) + 6, height: ROW_PX, class: 'hit', rx: 4 }), glyph,
		is_fold && s('path', { d: 'M-4 0h8M0-4v8', class: 'plus' }),
		s('text', { x: 13, dy: '0.34em' }, shown_label(node)),
		s('title', {}, node_words(node)));
}

function draw_edge(from: Node<Datum>, to: Node<Datum>): SVGElement | null {
	if (!from.data.node)
		return null;
	const p = to.data.node?.probability ?? 0.5;
	const begin = from.y + label_px(from.data.node);
	const mid = (begin + to.y) / 2;
	return s('path', { class: 'edge', d: `M${begin},${from.x}C${mid},${from.x} ${mid},${to.x} ${to.y - 12},${to.x}`,
		'stroke-opacity': (0.2 + 0.8 * p).toFixed(2), 'stroke-dasharray': p < 0.5 ? '3 3' : null });
}

/** Arrow keys: up and down among those that are shown, left to who infected it, right to whom it infected. */
function move(nodes: Node<Datum>[], id: string, key: string): string | null {
	const rows = nodes.filter(n => n.data.node).sort((a, b) => a.x - b.x || a.y - b.y);
	const at = rows.findIndex(n => n.data.node?.id === id);
	const here = rows[at];
	const to = key === 'ArrowDown' ? rows[at + 1] : key === 'ArrowUp' ? rows[at - 1] : key === 'ArrowLeft' ? here?.parent : key === 'ArrowRight' ? here?.children?.[0] : null;
	return to?.data.node?.id ?? null;
}

/** Each leaf has a row, and who infected others stands beside the first of them: so all begins at the top. Returns the next row. */
function place(node: Node<Datum>, row: number): number {
	node.x = row * ROW_PX;
	const next = node.children ? node.children.reduce((at, child) => place(child, at), row) : row + 1;
	return (node.children?.length ?? 0) > 1 ? next + APART : next;
}

export function draw_tree(found: Tree, described_by: string, chosen: string | null, choose: (node: TreeNode) => void): HTMLElement {
	const root = hierarchy<Datum>(rooted(found), d => d.below.length > 0 ? d.below : null);
	place(root, 0);
	const nodes = root.descendants();
	// each column begins behind the longest words of the one before
	const column = [-COLUMN_PX];
	for (const n of nodes)
		column[n.depth + 1] = Math.max(column[n.depth + 1] ?? 0, n.data.node ? Math.max(COLUMN_PX, label_px(n.data.node) + EDGE_PX) : COLUMN_PX);
	column.forEach((_, d) => { column[d] = (column[d] ?? 0) + (column[d - 1] ?? 0); });
	for (const n of nodes)
		n.y = column[n.depth] ?? 0;
	const top = Math.min(...nodes.map(n => n.x)) - MARGIN_PX, low = Math.max(...nodes.map(n => n.x)) + MARGIN_PX;
	const wide = Math.max(...nodes.map(n => n.y + (n.data.node ? label_px(n.data.node) : 0))) + MARGIN_PX;
	const left = -MARGIN_PX; // the column of nobody is left out
	const svg = s('svg', { width: wide - left, height: low - top, viewBox: `${left} ${top} ${wide - left} ${low - top}`, role: 'group',
		'aria-label': t('tree_title'), 'aria-describedby': described_by, class: 'tree' },
		...nodes.flatMap(n => n.parent ? [draw_edge(n.parent, n)] : []),
		...nodes.filter(n => n.data.node).map(n => s('g', { transform: `translate(${n.y},${n.x})` }, draw_node(n.data.node as TreeNode, choose, chosen))));
	const by_id = (id: string): SVGElement | null => [...svg.querySelectorAll<SVGElement>('[data-id]')].find(e => e.dataset.id === id) ?? null;
	(by_id(chosen ?? '') ?? svg.querySelector<SVGElement>('[data-id]'))?.setAttribute('tabindex', '0');
	svg.addEventListener('keydown', event => {
		const target = (event.target as Element).closest<SVGElement>('[data-id]');
		const node = found.nodes.find(n => n.id === target?.dataset.id);
		if (!target || !node)
			return;
		const to = move(nodes, node.id, event.key);
		if (event.key === 'Enter' || event.key === ' ')
			choose(node);
		else if (to === null)
			return;
		else {
			target.setAttribute('tabindex', '-1');
			by_id(to)?.setAttribute('tabindex', '0');
			by_id(to)?.focus();
		}
		event.preventDefault();
	});
	svg.style.width = `${wide - left}px`;
	return h('div', { class: `tree-scroll${wide - left > PAPER_PX ? ' wide' : ''}` }, svg);
}
