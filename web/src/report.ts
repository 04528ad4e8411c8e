// SPDX-License-Identifier: Apache-2.0
// Pictures of a report, drawn into its document from the answers of the API that it holds. Without this script the
// document says the same in words and tables.
import { AddressMap, Curve, Tree, TreeNode } from './api/types';
import { h, refill } from './base/dom';
import { times_in_utc } from './base/format';
import { draw_curve } from './charts/curve';
import { Figure } from './parts/figure';
import { draw_map } from './views/map_draw';
import { tell_tree } from './views/tree_tell';
import { language_of_document, t } from './words/language';

interface Data {
	curve: Curve | null;
	tree: Tree | null;
	map: AddressMap | null;
}

const WIDTH = 860;

/** What stood in elements of the document before pictures did: paper has it where a picture would be too wide. */
const words = new Map<string, Node[]>();

/** A frame in the place of what stands in an element of the document; null where it has none. */
function frame_in(id: string, title: string, about?: string): Figure | null {
	const place = document.getElementById(id);
	if (!place)
		return null;
	const said = words.get(id) ?? [...place.childNodes];
	words.set(id, said);
	const figure = new Figure(title, about);
	refill(place, figure.root, h('div', { class: 'words' }, ...said));
	return figure;
}

function width_of(figure: Figure): number {
	return Math.max(360, Math.min(figure.drawing.clientWidth || WIDTH, 1200));
}

function draw(data: Data): void {
	const curve = data.curve && frame_in('curve', t('curve_title'), t('curve_about'));
	if (curve && data.curve)
		draw_curve(curve, data.curve, width_of(curve));
	const tree = data.tree && data.tree.nodes.length > 0 && frame_in('tree', t('tree_title'), t('tree_about'));
	if (tree && data.tree) {
		const found = data.tree;
		const choose = (node: TreeNode): void => {
			tell_tree(tree, found, node.id, choose);
		};
		tell_tree(tree, found, null, choose);
	}
	const map = data.map && data.map.cells.length > 0 && frame_in('map', t('map_title'));
	if (map && data.map)
		draw_map(map, data.map, 'hilbert', width_of(map));
}

/** Buttons that open and close all of the tree's list, which opens by itself without them. */
function offer_unfolding(): HTMLDetailsElement[] {
	const list = document.querySelector('.branches');
	const all = [...(list?.querySelectorAll('details') ?? [])];
	const turn = (is_open: boolean): void => all.forEach(d => { d.open = is_open; });
	if (all.length > 0)
		list?.before(h('p', { class: 'tools' }, h('button', { type: 'button', onclick: () => turn(true) }, t('unfold_all')),
			h('button', { type: 'button', onclick: () => turn(false) }, t('fold_all'))));
	return all;
}

/** As the reader has it on the screen; paper is white. */
function dress(is_paper: boolean): void {
	document.documentElement.dataset.theme = !is_paper && dark.matches ? 'dark' : 'light';
}

const held = document.getElementById('cordon-report')?.textContent;
const dark = window.matchMedia('(prefers-color-scheme: dark)'), paper = window.matchMedia('print');
if (held) {
	language_of_document();
	times_in_utc();
	const data = JSON.parse(held) as Data;
	const show = (is_paper: boolean): void => {
		dress(is_paper);
		try {
			draw(data);
		} catch (error) {
			document.body.append(h('p', { class: 'empty' }, String(error))); // the words of the document stand
		}
	};
	show(paper.matches);
	for (const media of [dark, paper])
		media.addEventListener('change', () => show(paper.matches));
	// paper has all of it; browsers that open it by the style need no help
	const folds = offer_unfolding();
	let closed: HTMLDetailsElement[] = [];
	window.addEventListener('beforeprint', () => {
		show(true);
		closed = folds.filter(d => !d.open);
		closed.forEach(d => { d.open = true; });
	});
	window.addEventListener('afterprint', () => {
		show(false);
		closed.forEach(d => { d.open = false; });
	});
}
