// SPDX-License-Identifier: Apache-2.0
// The chosen host beside the board: why, what next, containment, its latest evidence.
import { get } from '../api/client';
import { BoardHost, LogEvent, Page } from '../api/types';
import { h, refill } from '../base/dom';
import { foreign } from '../base/foreign';
import { ago, percent, sentence, utc } from '../base/format';
import { route_format } from '../base/router';
import { contain } from '../parts/contain';
import { source_words, text_of, time_cell } from '../parts/events';
import { next_step } from '../parts/next';
import { silence_words } from '../parts/silence';
import { state_badge } from '../parts/state';
import { t } from '../words/language';

const LATEST = 5, PAUSE_MS = 120;

export interface DetailPane {
	root: HTMLElement;
	show(row: BoardHost | null): void;
	refresh(rows: BoardHost[]): Promise<void>;
}

function head(row: BoardHost): HTMLElement[] {
	return [
		h('h2', { class: 'address' }, row.address),
		row.name ? h('p', {}, foreign(row.name, 80)) : h('span', { hidden: true }),
		h('p', {}, state_badge(row.state), h('span', { class: 'muted', title: utc(row.since) }, ` ${t('since', { when: ago(row.since) })}`)),
		h('p', { class: 'why' }, foreign(sentence(row.sentence))),
		h('dl', { class: 'facts' },
			row.from && h('dt', {}, t('may_from')), row.from && h('dd', {}, h('a', { href: route_format('host', row.from), class: 'address' }, row.from),
				row.from_probability !== null && ` ${percent(row.from_probability)}`),
			h('dt', {}, t('silence')), h('dd', {}, ...silence_words(row.state, row.silence))),
	];
}

async function latest(host: number): Promise<HTMLElement> {
	const page = await get<Page<LogEvent>>('evidence', { host: `h${host}`, order: 'newest', limit: LATEST });
	return h('section', {}, h('h3', {}, t('evidence_title')), page.items.length === 0 ? h('p', { class: 'muted' }, t('no_evidence'))
		: h('ul', { class: 'notes' }, ...page.items.map(event => h('li', {}, foreign(sentence(text_of(event, 'why') || text_of(event, 'text'))),
			h('div', { class: 'muted' }, source_words(event), ' · ', time_cell(event.at_ms))))));
}

export function detail_pane(done: () => void): DetailPane {
	const root = h('aside', { class: 'detail panel', 'aria-label': t('details'), tabindex: 0 }, h('p', { class: 'empty' }, t('pick_host')));
	let chosen: BoardHost | null = null;
	let text = '';
	let timer = 0;
	const draw = async (row: BoardHost): Promise<void> => {
		const evidence = await latest(row.host);
		const now = JSON.stringify([row, evidence.textContent]);
		if (chosen !== row || now === text)
			return;
		text = now;
		refill(root, ...head(row), next_step(row.next, row.host, done), contain(row.incident, row), evidence,
			h('p', {}, h('a', { class: 'button', href: route_format('host', `h${row.host}`) }, t('open_host'), ' →')));
	};
	return {
		root,
		show(row): void {
			chosen = row;
			window.clearTimeout(timer);
			if (row)
				timer = window.setTimeout(() => void draw(row).catch(() => undefined), PAUSE_MS);
			else
				refill(root, h('p', { class: 'empty' }, t('pick_host')));
		},
		async refresh(rows): Promise<void> {
			const row = chosen && rows.find(r => r.host === chosen?.host && r.incident === chosen.incident);
			if (row) {
				chosen = row;
				await draw(row);
			}
		},
	};
}
