// SPDX-License-Identifier: Apache-2.0
// The board: how many are in which state, every host with why it is here and what comes next, the chosen one beside.
import { get } from '../api/client';
import { Board, BoardHost } from '../api/types';
import { prefix_covers, prefix_parse } from '../base/address';
import { h, refill } from '../base/dom';
import { visible } from '../base/foreign';
import { ago, clock, count, milliseconds, sentence, utc } from '../base/format';
import { Route, route_format, route_go, route_refine } from '../base/router';
import { change_state, add_note } from '../parts/change';
import { groups, state_badge, state_glyph, state_of, state_word } from '../parts/state';
import { Column, Table } from '../parts/table';
import { Frame, View } from '../shell';
import { language, t } from '../words/language';
import { Word } from '../words/words';
import { detail_pane } from './board_detail';
import { incident_list, incident_pane } from './board_incidents';
import { growth_line } from './growth';

/** Rows that the browser holds; the first page is small, so that something is there at once. */
const FIRST = 100, REST = 1000, MOST = 20_000;

function text_order(of: (row: BoardHost) => string): (a: BoardHost, b: BoardHost) => number {
	return (a, b) => of(a).localeCompare(of(b));
}

function time_order(of: (row: BoardHost) => string | null): (a: BoardHost, b: BoardHost) => number {
	return (a, b) => (milliseconds(of(a)) || 0) - (milliseconds(of(b)) || 0);
}

function address_order(a: BoardHost, b: BoardHost): number {
	const [x, y] = [prefix_parse(a.address)?.value ?? 0n, prefix_parse(b.address)?.value ?? 0n];
	return x < y ? -1 : x > y ? 1 : 0;
}

/** What needs a person first; of these the newest. */
function attention(a: BoardHost, b: BoardHost): number {
	return state_of(a.state).weight - state_of(b.state).weight || (milliseconds(b.onset) || 0) - (milliseconds(a.onset) || 0);
}

const time = (at: string | null): HTMLElement => h('time', { title: `${clock(at)} · ${utc(at)}` }, ago(at));

function columns(): Column<BoardHost>[] {
	return [
		{ key: 'state', label: t('c_state'), width: '122px', cell: r => state_badge(r.state), order: attention },
		{ key: 'host', label: t('c_host'), width: '152px', order: address_order,
			cell: r => h('a', { href: route_format('host', `h${r.host}`), class: 'address' }, r.address,
				r.name && h('span', { class: 'muted name' }, ' ', h('bdi', {}, visible(r.name.slice(0, 80))))) },
		{ key: 'why', label: t('c_why'), width: 'auto', class: 'wide', cell: r => h('bdi', { title: visible(r.sentence.slice(0, 600)) }, visible(sentence(r.sentence.slice(0, 300)))),
			order: text_order(r => r.cause ?? '') },
		{ key: 'next', label: t('c_next'), width: '152px', class: 'next-cell',
			cell: r => r.next.to === null ? h('span', { class: 'muted' }, '–') : h('span', { title: r.next.text }, '→ ', state_badge(r.next.to)), order: text_order(r => r.next.to ?? '~') },
		{ key: 'onset', label: t('c_onset'), width: '106px', cell: r => time(r.onset), order: time_order(r => r.onset) },
		{ key: 'last', label: t('c_last'), width: '112px', class: 'middle', cell: r => time(r.last_attack), order: time_order(r => r.last_attack) },
		{ key: 'evidence', label: t('c_evidence'), width: '84px', class: 'number middle', cell: r => count(r.evidence), order: (a, b) => a.evidence - b.evidence },
	];
}

/** Whether a row has what was typed: every word of it, where a network holds its addresses. */
function fits(row: BoardHost, words: string[]): boolean {
	const text = [row.address, row.name, row.sentence, row.cause, row.state, state_word(row.state), row.verdict, row.source].join(' ').toLowerCase();
	return words.every(word => {
		const network = word.includes('/') ? prefix_parse(word) : null;
		const address = network && prefix_parse(row.address);
		return address && network ? prefix_covers(network, address) : text.includes(word);
	});
}

class BoardView implements View {
	readonly root = h('div', { class: 'board' });
	readonly title = t('board');
	readonly keys;
	private rows: BoardHost[] = [];
	private board: Board | null = null;
	private readonly incident: string;
	private readonly group: Set<string>;
	private words: string[];
	private readonly tiles = h('div', { class: 'tiles', role: 'group', 'aria-label': t('c_state') });
	private readonly shown = h('span', { class: 'muted', role: 'status' });
	private readonly growth = h('div', { class: 'growth-line' });
	private readonly list = h('div');
	private readonly about = h('div');
	private readonly detail = detail_pane(() => this.frame.reload());
	private readonly filter: HTMLInputElement;
	private readonly table: Table<BoardHost>;

	constructor(private readonly route: Route, private readonly frame: Frame) {
		this.incident = route.query.get('incident') ?? '';
		this.group = new Set((route.query.get('state') ?? '').split(',').filter(Boolean));
		this.words = (route.query.get('q') ?? '').toLowerCase().split(/\s+/).filter(Boolean);
		this.filter = h('input', { type: 'search', id: 'filter', placeholder: t('filter_hint'), 'aria-label': t('filter'),
			value: route.query.get('q') ?? '', spellcheck: 'false', autocomplete: 'off', oninput: () => this.type() });
		this.table = new Table<BoardHost>({ label: t('hosts'), columns: columns(), id: r => `${r.incident}/${r.host}`, empty: t('loading'),
			sort: route.query.get('sort') ?? 'state', selected: row => this.choose(row),
			sorted: sort => route_refine({ sort }), open: row => route_go(route_format('host', `h${row.host}`)) });
		this.keys = [
			{ key: 'j', about: t('k_next'), run: () => this.table.move(1) },
			{ key: 'k', about: t('k_previous'), run: () => this.table.move(-1) },
			{ key: 'Enter', about: t('k_open'), run: () => this.table.open() },
			{ key: '/', about: t('k_filter'), run: () => this.filter.focus() },
			{ key: 's', about: t('k_state'), run: () => this.change() },
			{ key: 'n', about: t('k_note'), run: () => this.note() },
			{ key: 'x', about: t('k_clear'), run: () => this.clear() },
		];
		refill(this.root,
			h('h1', { class: 'unseen' }, t('board')),
			h('section', { class: 'strip' }, this.tiles, this.growth),
			h('aside', { class: 'side panel', 'aria-label': t('incidents') }, this.list, this.about),
			h('section', { class: 'panel main', 'aria-label': t('hosts') },
				h('div', { class: 'bar' }, this.filter, this.shown, h('button', { type: 'button', class: 'quiet', id: 'clear', onclick: () => this.clear() }, t('filter_clear'))),
				this.table.root),
			this.detail.root);
	}

	private change(): void {
		const row = this.table.selected();
		if (row)
			void change_state(`h${row.host}`, () => this.frame.reload(), row.next.to);
	}

	private note(): void {
		const incident = this.table.selected()?.incident ?? Number(this.incident);
		if (incident)
			add_note(incident, () => this.frame.reload());
	}

	private clear(): void {
		this.filter.value = '';
		this.group.clear();
		route_refine({ q: null, state: null });
		this.words = [];
		this.draw();
	}

	private type(): void {
		route_refine({ q: this.filter.value.trim() || null });
		this.words = this.filter.value.toLowerCase().split(/\s+/).filter(Boolean);
		this.draw();
	}

	private turn(states: string[]): void {
		const is_on = states.every(state => this.group.has(state));
		for (const state of states)
			if (is_on)
				this.group.delete(state);
			else
				this.group.add(state);
		route_refine({ state: [...this.group].join(',') || null });
		this.draw();
	}

	private choose(row: BoardHost | null): void {
		route_refine({ host: row ? `h${row.host}` : null });
		this.detail.show(row);
		if (row && window.matchMedia('(max-width: 960px)').matches)
			this.detail.root.scrollIntoView({ block: 'nearest' }); // there it is below the table
	}

	private draw_tiles(): void {
		const n = new Map(this.board?.states.map(s => [s.state, s.hosts]));
		refill(this.tiles, ...groups.map(group => {
			const hosts = group.states.reduce((sum, state) => sum + (n.get(state) ?? 0), 0);
			return h('button', { type: 'button', class: `tile c-${group.colour}`, 'aria-pressed': String(group.states.every(s => this.group.has(s))),
				'data-group': group.key, onclick: () => this.turn(group.states) },
				h('span', { class: 'n' }, count(hosts)),
				h('span', { class: 'label' }, state_glyph(group.glyph), t(`group_${group.key}` as Word)));
		}));
	}

	/** What the filters leave, on the page. */
	private draw(): void {
		const rows = this.rows.filter(row => (this.group.size === 0 || this.group.has(row.state)) && fits(row, this.words));
		const is_filtered = this.group.size > 0 || this.words.length > 0;
		const of = this.board?.matching ?? 0;
		this.draw_tiles();
		this.table.wish.empty = is_filtered && this.rows.length > 0 ? t('no_match') : this.board ? t('no_hosts') : t('loading');
		this.table.fill(rows);
		this.shown.textContent = this.rows.length < of && this.rows.length >= MOST ? t('beyond', { n: count(this.rows.length), of: count(of) })
			: t('shown_of', { n: count(rows.length), of: count(of) });
		this.root.classList.toggle('filtered', is_filtered);
	}

	private page(cursor: string | null, limit: number): Promise<Board> {
		return get<Board>('board', { incident: this.incident, lang: language(), order: 'newest', limit, cursor });
	}

	/** All rows, page by page; the first time each page is shown as it comes. */
	private async rows_load(): Promise<void> {
		const is_first = this.rows.length === 0;
		let board = await this.page(null, is_first ? FIRST : REST);
		let rows = board.items;
		this.board = board;
		if (is_first)
			this.first(rows);
		while (board.next !== null && rows.length < MOST) {
			board = await this.page(board.next, REST);
			rows = rows.concat(board.items);
		}
		this.rows = rows;
		this.draw();
	}

	private first(rows: BoardHost[]): void {
		this.rows = rows;
		this.draw();
		const wanted = this.route.query.get('host');
		const row = wanted ? rows.find(r => `h${r.host}` === wanted) : undefined;
		if (row) {
			this.table.select_id(`${row.incident}/${row.host}`);
			this.detail.show(row);
		}
	}

	private async incidents_load(): Promise<void> {
		const incidents = await this.frame.incidents;
		const open = incidents.filter(i => i.status === 'open');
		const chosen = incidents.find(i => String(i.id) === this.incident) ?? (open.length === 1 && !this.incident ? open[0] : undefined);
		refill(this.list, incident_list(incidents, this.incident));
		refill(this.about, chosen ? await incident_pane(chosen, () => this.frame.reload()) : null);
	}

	async load(): Promise<void> {
		await Promise.all([
			this.rows_load().then(() => this.detail.refresh(this.rows)),
			this.incidents_load(),
			growth_line(this.incident || 'all').then(line => refill(this.growth, line)),
		]);
	}
}

export function board_view(route: Route, frame: Frame): View {
	return new BoardView(route, frame);
}
