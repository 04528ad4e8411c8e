// SPDX-License-Identifier: Apache-2.0
// The infection tree of an incident, and of a chosen host everybody who may have infected it.
import { get } from '../api/client';
import { Tree, TreeNode } from '../api/types';
import { h, refill } from '../base/dom';
import { percent } from '../base/format';
import { Route, route_format, route_go, route_refine } from '../base/router';
import { time_cell } from '../parts/events';
import { Figure } from '../parts/figure';
import { state_badge } from '../parts/state';
import { Frame, View } from '../shell';
import { t } from '../words/language';
import { tell_tree } from './tree_tell';

const NODES = 120;

/** All that may have infected one host, likeliest first. */
function alternatives(found: Tree, node: TreeNode): HTMLElement {
	const by_id = new Map(found.nodes.map(n => [n.id, n]));
	const edges = found.edges.filter(e => e.to === node.id).sort((a, b) => (b.probability ?? 0) - (a.probability ?? 0));
	const link = (id: string): HTMLElement => h('a', { href: route_format('host', id), class: 'address' }, by_id.get(id)?.address ?? id);
	return h('div', { class: 'stack' }, h('h2', {}, node.address ?? ''), h('p', {}, node.state && state_badge(node.state), ' ', h('a', { href: route_format('host', node.id) }, t('open_host'), ' →')),
		h('h3', {}, t('alternatives', { host: node.address ?? '' })),
		edges.length === 0 ? h('p', { class: 'muted' }, t('alternatives_none'))
			: h('table', { class: 'plain' }, h('thead', {}, h('tr', {}, ...[t('c_host'), t('probability'), t('first_contact'), t('answered')].map(c => h('th', { scope: 'col' }, c)))),
				h('tbody', {}, ...edges.map(e => h('tr', {}, h('td', {}, link(e.from)), h('td', { class: 'number' }, e.probability === null ? t('unknown') : percent(e.probability)),
					h('td', {}, time_cell(e.first_contact)), h('td', {}, e.answered === null ? t('unknown') : t(e.answered ? 'yes' : 'no')))),
				found.unseen_probability !== null && h('tr', {}, h('td', { class: 'muted' }, t('unseen')), h('td', { class: 'number' }, percent(found.unseen_probability)), h('td', {}), h('td', {})))));
}

class TreeView implements View {
	readonly title = t('tree');
	readonly keys = [];
	readonly root: HTMLElement;
	private readonly figure = new Figure(t('tree_title'), t('tree_about'));
	private readonly side = h('aside', { class: 'panel detail', 'aria-label': t('details'), tabindex: 0 });
	private readonly query: Record<string, string>;
	private chosen: string | null;
	private text = '';

	constructor(route: Route, private readonly frame: Frame) {
		this.query = Object.fromEntries(route.query);
		this.chosen = this.query.host ?? null;
		this.root = h('div', { class: 'page beside' }, h('h1', { class: 'unseen' }, t('tree')), h('section', { class: 'panel pad' }, this.figure.root), this.side);
		if (this.query.under || this.query.subnet)
			refill(this.figure.tools, h('a', { class: 'button', href: route_format('tree', '', { incident: this.query.incident }) }, `↑ ${t('tree_up')}`));
	}

	/** A fold opens, a host shows who may have infected it. */
	private choose(tree: Tree, node: TreeNode): void {
		if (node.kind === 'fold') {
			route_go(route_format('tree', '', { incident: String(tree.incident), under: node.parent, subnet: node.subnet }));
			return;
		}
		this.chosen = node.id;
		route_refine({ host: node.id });
		this.text = '';
		this.draw(tree);
		this.root.querySelector<SVGElement>('.node.chosen')?.focus();
		void this.show_chosen(tree).catch(() => this.frame.reload());
	}

	private draw(tree: Tree): void {
		const text = JSON.stringify(tree);
		if (text === this.text)
			return;
		this.text = text;
		tell_tree(this.figure, tree, this.chosen, node => this.choose(tree, node));
	}

	private async show_chosen(tree: Tree): Promise<void> {
		const id = this.chosen;
		if (id === null) {
			refill(this.side, h('p', { class: 'empty' }, t('tree_choose')));
			return;
		}
		const found = await get<Tree>(`incidents/${tree.incident}/tree`, { host: id });
		const node = found.nodes.find(n => n.id === id);
		if (node && id === this.chosen)
			refill(this.side, alternatives(found, node), node.has_more || node.children > 0
				? h('p', {}, h('a', { class: 'button', href: route_format('tree', '', { incident: String(tree.incident), under: id }) }, t('unfold'))) : null);
	}

	async load(): Promise<void> {
		const incidents = await this.frame.incidents;
		const open = incidents.filter(i => i.status === 'open');
		const incident = this.query.incident || String((open.sort((a, b) => b.open_hosts - a.open_hosts)[0] ?? incidents[0])?.id ?? '');
		if (!incident) {
			this.figure.tell(t('no_incidents'), () => ({ head: [], rows: [] }));
			return;
		}
		if (!this.query.incident) {
			route_refine({ incident }); // a tree is of one incident: say of which
			this.query.incident = incident;
		}
		const tree = await get<Tree>(`incidents/${encodeURIComponent(incident)}/tree`, { limit: NODES, under: this.query.under, subnet: this.query.subnet });
		this.draw(tree);
		await this.show_chosen(tree);
	}
}

export function tree_view(route: Route, frame: Frame): View {
	return new TreeView(route, frame);
}
