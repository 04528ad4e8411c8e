// SPDX-License-Identifier: Apache-2.0
// The frame of every picture: its title, what it says in a sentence, the picture, and the same as a table.
import { Child, fresh_id, h, refill } from '../base/dom';
import { t } from '../words/language';

export interface Rows {
	head: string[];
	rows: (string | number)[][];
}

const ROWS_MOST = 500;

export class Figure {
	readonly root: HTMLElement;
	readonly drawing = h('div', { class: 'drawing' });
	readonly tools = h('div', { class: 'tools' });
	private readonly about = h('span', { class: 'muted' });
	private readonly said = h('p', { class: 'summary', id: fresh_id('summary') });
	private readonly tabular = h('div', { class: 'tabular', hidden: true, tabindex: 0 });
	private readonly toggle: HTMLButtonElement;
	private rows: () => Rows = () => ({ head: [], rows: [] });

	/** `about` stands beside the title: what the picture is of. */
	constructor(private readonly title: string, about?: string) {
		this.toggle = h('button', { type: 'button', class: 'quiet', 'aria-pressed': 'false', onclick: () => this.turn() }, t('as_table'));
		this.root = h('figure', { class: 'figure' },
			h('figcaption', {}, h('div', { class: 'caption' }, h('h2', {}, title), this.about),
				h('div', { class: 'tools' }, this.tools, this.toggle)),
			this.said, this.drawing, this.tabular);
		this.tabular.setAttribute('aria-label', title);
		this.tell_about(about ?? null);
	}

	/** What the picture is of; null: its title says it. */
	tell_about(about: string | null): void {
		this.about.textContent = about ?? '';
		this.about.hidden = about === null;
	}

	private turn(): void {
		const is_table = this.tabular.hidden;
		this.tabular.hidden = !is_table;
		this.drawing.hidden = is_table;
		this.toggle.setAttribute('aria-pressed', String(is_table));
		if (is_table)
			this.write_rows();
	}

	private write_rows(): void {
		const { head, rows } = this.rows();
		refill(this.tabular, h('table', { class: 'plain' },
			h('caption', { class: 'unseen' }, this.title),
			h('thead', {}, h('tr', {}, ...head.map(c => h('th', { scope: 'col' }, c)))),
			h('tbody', {}, ...rows.slice(0, ROWS_MOST).map(row => h('tr', {}, ...row.map(c => h('td', {}, c)))))),
			rows.length > ROWS_MOST && h('p', { class: 'muted' }, t('rows_cut', { n: ROWS_MOST, of: rows.length })));
	}

	/** What the picture says; how it reads as a table. */
	tell(summary: string, rows: () => Rows): void {
		if (this.said.textContent !== summary)
			this.said.textContent = summary;
		this.rows = rows;
		if (!this.tabular.hidden)
			this.write_rows();
	}

	/** The picture: an element that is described by the sentence above it. */
	show(...children: Child[]): void {
		refill(this.drawing, ...children);
	}

	get summary_id(): string {
		return this.said.id;
	}
}
