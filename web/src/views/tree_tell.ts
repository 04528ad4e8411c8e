// SPDX-License-Identifier: Apache-2.0
// The infection tree in its frame: what it says in a sentence, and as a table.
import { Tree, TreeNode } from '../api/types';
import { h } from '../base/dom';
import { visible } from '../base/foreign';
import { clock, count, percent } from '../base/format';
import { draw_tree } from '../charts/tree';
import { Figure } from '../parts/figure';
import { state_word } from '../parts/state';
import { known, t } from '../words/language';

function tree_summary(tree: Tree): string {
	const first = tree.nodes.find(n => n.id === tree.first_host);
	if (tree.hosts === 0)
		return t('tree_empty');
	return t('tree_summary', { hosts: count(tree.hosts), shown: count(tree.shown),
		first: first ? t('tree_first', { host: first.address ?? '' }) : tree.first_host !== null ? '' : t('tree_no_first', { why: known(tree.first_host_why) }) });
}

/** What was in sight and had the focus stays so; at first that is where it began. */
function settle(now: Element, before: { scrollLeft: number; scrollTop: number } | null, focused: string | undefined): void {
	const first = now.querySelector('[data-first]') ?? now.querySelector('.node');
	if (before)
		now.scrollTo(before.scrollLeft, before.scrollTop);
	else if (first)
		now.scrollTo(0, first.getBoundingClientRect().top - now.getBoundingClientRect().top - now.clientHeight / 2);
	if (focused)
		[...now.querySelectorAll<SVGElement>('.node')].find(n => n.dataset.id === focused)?.focus({ preventScroll: true });
}

/** Draw a tree into its frame. */
export function tell_tree(figure: Figure, tree: Tree, chosen: string | null, choose: (node: TreeNode) => void): void {
	const name = new Map(tree.nodes.map(n => [n.id, n.address ?? n.subnet]));
	figure.tell(tree_summary(tree), () => ({
		head: [t('c_host'), t('c_state'), t('c_onset'), t('c_infector'), t('probability'), t('c_below')],
		rows: tree.nodes.map(n => [n.kind === 'fold' ? t('fold', { n: count(n.hosts), net: n.subnet }) : `${n.address} ${visible(n.name ?? '')}`.trim(),
			n.state ? state_word(n.state) : '', n.onset ? clock(n.onset) : '', n.parent ? name.get(n.parent) ?? n.parent : t('nobody_known'),
			n.probability === null ? '' : percent(n.probability), count(Math.max(0, n.kind === 'fold' ? n.hosts : n.hosts - 1))]),
	}));
	const before = figure.drawing.querySelector('.tree-scroll');
	const had = before?.contains(document.activeElement) ? (document.activeElement as SVGElement).dataset.id : undefined;
	const now = tree.nodes.length === 0 ? h('p', { class: 'empty' }, t('tree_empty')) : draw_tree(tree, figure.summary_id, chosen, choose);
	const at = before && { scrollLeft: before.scrollLeft, scrollTop: before.scrollTop };
	figure.show(now);
	settle(now, at, had);
}
