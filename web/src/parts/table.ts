// SPDX-License-Identifier: Apache-2.0
// A table of any length: only the rows that are in sight exist. The keyboard moves a selection through it.
import { Child, fresh_id, h, refill } from '../base/dom';

export interface Column<Row> {
	key: string;
	label: string;
	width: string; // of CSS; "auto": what is left
	cell: (row: Row) => Child;
	order?: (a: Row, b: Row) => number; // absent: not to be sorted by
	class?: string;
}

export interface TableWish<Row> {
	label: string;
	columns: Column<Row>[];
	id: (row: Row) => string;
	empty: string;
	selected?: (row: Row | null) => void;
	open?: (row: Row) => void;
	sorted?: (sort: string) => void;
	sort?: string; // key of a column, with "-" before it for the other way
}

/** Rows are drawn in blocks, so that a frame of scrolling seldom has anything to draw. */
const ROW_PX = 32, BLOCK = 16;
/** Widths are those at this size of letters, and grow with them. */
const FONT_PX = 13.5;

export class Table<Row> {
	readonly root: HTMLElement;
	private readonly body = h('tbody');
	private readonly head = h('tr', { 'aria-rowindex': 1 });
	private readonly grid: HTMLTableElement;
	private readonly stem = fresh_id('row');
	private rows: Row[] = [];
	private shown: Row[] = [];
	private at = -1;
	private sort: string;
	private is_due = false;
	private drawn = '';
	private readonly rows_drawn = new Map<number, HTMLElement>();
	private readonly above = this.spacer();
	private readonly below = this.spacer();

	constructor(readonly wish: TableWish<Row>) {
		this.sort = wish.sort ?? '';
		this.grid = h('table', { role: 'grid', 'aria-label': wish.label, tabindex: 0, class: 'grid' },
			h('colgroup', {}, ...wish.columns.map(c => {
				const col = h('col', { class: c.class });
				col.style.width = c.width.endsWith('px') ? `${parseFloat(c.width) / FONT_PX}rem` : c.width;
				return col;
			})),
			h('thead', {}, this.head), this.body);
		this.root = h('div', { class: 'scroller', onscroll: () => this.draw_soon() }, this.grid);
		this.grid.addEventListener('keydown', event => this.press(event));
		new ResizeObserver(() => this.draw_soon()).observe(this.root);
		this.draw_head();
	}

	private draw_head(): void {
		refill(this.head, ...this.wish.columns.map(column => {
			const is_down = this.sort === `-${column.key}`, is_up = this.sort === column.key;
			const label = column.order
				? h('button', { type: 'button', class: 'sorter', onclick: () => this.sort_by(is_up ? `-${column.key}` : column.key) },
					column.label, h('span', { 'aria-hidden': 'true', class: 'arrow' }, is_up ? '▴' : is_down ? '▾' : ''))
				: column.label;
			return h('th', { scope: 'col', class: column.class, 'aria-sort': is_up ? 'ascending' : is_down ? 'descending' : null }, label);
		}));
	}

	private arrange(): void {
		const chosen = this.selected();
		const column = this.wish.columns.find(c => c.key === this.sort.replace(/^-/, ''));
		this.shown = this.rows;
		if (column?.order) {
			const order = column.order, sign = this.sort.startsWith('-') ? -1 : 1;
			this.shown = [...this.rows].sort((a, b) => sign * order(a, b));
		}
		const id = chosen ? this.wish.id(chosen) : null;
		this.at = id === null ? -1 : this.shown.findIndex(row => this.wish.id(row) === id);
	}

	sort_by(sort: string): void {
		this.sort = sort;
		this.draw_head();
		this.arrange();
		this.draw();
		this.wish.sorted?.(sort);
	}

	/** Other rows; the selection stays with its row. */
	fill(rows: Row[]): void {
		this.rows = rows;
		this.arrange();
		this.grid.setAttribute('aria-rowcount', String(this.shown.length + 1));
		this.draw();
	}

	selected(): Row | null {
		return this.shown[this.at] ?? null;
	}

	select_id(id: string): void {
		this.go(this.shown.findIndex(row => this.wish.id(row) === id), false);
	}

	private go(at: number, is_told = true): void {
		this.at = Math.max(-1, Math.min(at, this.shown.length - 1));
		const head = this.head.offsetHeight;
		const top = this.at * ROW_PX;
		if (this.at >= 0 && top < this.root.scrollTop)
			this.root.scrollTop = top;
		else if (this.at >= 0 && top + ROW_PX + head > this.root.scrollTop + this.root.clientHeight)
			this.root.scrollTop = top + ROW_PX + head - this.root.clientHeight;
		this.draw();
		if (is_told)
			this.wish.selected?.(this.selected());
	}

	move(by: number): void {
		this.go(Math.max(0, this.at + by));
	}

	open(): void {
		const row = this.selected();
		if (row)
			this.wish.open?.(row);
	}

	private press(event: KeyboardEvent): void {
		const page = Math.max(1, Math.floor(this.root.clientHeight / ROW_PX) - 2);
		const moves: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page,
			Home: -this.shown.length, End: this.shown.length };
		const by = moves[event.key];
		if (event.target !== this.grid || (by === undefined && event.key !== 'Enter'))
			return;
		event.preventDefault();
		if (by === undefined)
			this.open();
		else
			this.move(by);
	}

	private draw_soon(): void {
		if (this.is_due)
			return;
		this.is_due = true;
		requestAnimationFrame(() => {
			this.is_due = false;
			if (this.drawn !== this.sight().join('-'))
				this.draw(false);
		});
	}

	private row(row: Row, at: number): HTMLElement {
		const is_chosen = at === this.at;
		return h('tr', { id: `${this.stem}-${at}`, 'aria-rowindex': at + 2, 'aria-selected': is_chosen ? 'true' : 'false',
			class: is_chosen ? 'chosen' : null, onclick: () => this.go(at), ondblclick: () => this.open() },
			...this.wish.columns.map(c => h('td', { class: c.class }, c.cell(row))));
	}

	private spacer(): { row: HTMLElement; of: (rows: number) => void } {
		const cell = h('td'); // one column: some may not be shown
		const row = h('tr', { class: 'spacer', 'aria-hidden': 'true' }, cell);
		return { row, of: rows => {
			row.hidden = rows <= 0;
			cell.style.height = `${rows * ROW_PX}px`;
		} };
	}

	/** Which rows are in sight, with some before and behind. */
	private sight(): [first: number, last: number] {
		const block = Math.floor(this.root.scrollTop / ROW_PX / BLOCK);
		const blocks = Math.ceil((this.root.clientHeight || 600) / ROW_PX / BLOCK);
		return [Math.max(0, (block - 1) * BLOCK), Math.min(this.shown.length, (block + blocks + 2) * BLOCK)];
	}

	/** Rows that stay in sight stay as they are. */
	private scroll([first, last]: [number, number]): void {
		for (const [at, row] of this.rows_drawn)
			if (at < first || at >= last) {
				row.remove();
				this.rows_drawn.delete(at);
			}
		let before: Element = this.above.row;
		for (let at = first; at < last; at++) {
			const row = this.rows_drawn.get(at) ?? this.row(this.shown[at] as Row, at);
			if (!this.rows_drawn.has(at))
				before.after(row);
			this.rows_drawn.set(at, row);
			before = row;
		}
	}

	/** Draw what is in sight; `anew`: rows are others than before. */
	draw(anew = true): void {
		const [first, last] = this.sight();
		this.drawn = `${first}-${last}`;
		if (anew) {
			this.rows_drawn.clear();
			refill(this.body, this.above.row, this.below.row,
				this.shown.length === 0 && h('tr', {}, h('td', { colspan: this.wish.columns.length, class: 'empty' }, this.wish.empty)));
		}
		this.scroll([first, last]);
		this.above.of(first);
		this.below.of(this.shown.length - last);
		if (this.at >= first && this.at < last)
			this.grid.setAttribute('aria-activedescendant', `${this.stem}-${this.at}`);
		else
			this.grid.removeAttribute('aria-activedescendant');
	}
}
