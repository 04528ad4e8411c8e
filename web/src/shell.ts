// SPDX-License-Identifier: Apache-2.0
// The frame around every view: where one can go, which incident, whether the daemon is heard, language and colours.
import { Link } from './api/live';
import { Incident } from './api/types';
import { h, refill } from './base/dom';
import { count, zone_name } from './base/format';
import { shortened, visible } from './base/foreign';
import { Key } from './base/keys';
import { Route, route_format, route_go, route_now } from './base/router';
import { theme, theme_toggle } from './base/theme';
import { language, language_set, t } from './words/language';
import { Word } from './words/words';

export interface View {
	root: HTMLElement;
	title: string;
	keys: Key[];
	load(): Promise<void>;
	end?(): void;
}

/** What views may ask of the frame. */
export interface Frame {
	incidents: Promise<Incident[]>; // of this look at things
	reload: () => void;
}

export type ViewMaker = (route: Route, frame: Frame) => View;

const places: [view: string, word: Word][] = [
	['board', 'board'], ['curve', 'curve'], ['map', 'map'], ['tree', 'tree'], ['health', 'health'],
];

export class Shell {
	readonly main = h('main', { id: 'main', tabindex: -1 });
	private readonly nav = h('ul');
	private readonly scope = h('select', { 'aria-label': t('incident') });
	private readonly link = h('span', { class: 'link-state', role: 'status' });
	private readonly trust = h('a', { class: 'trust' });
	private readonly problem = h('div', { class: 'banner', role: 'alert', hidden: true });
	private scope_text = '';

	constructor(private readonly actions: { help: () => void; again: () => void; repaint: () => void }) {
		this.scope.addEventListener('change', () => {
			const { view, query } = route_now();
			const place = view === 'host' ? 'board' : view;
			route_go(route_format(place, '', { ...Object.fromEntries(query), incident: this.scope.value, prefix: null, under: null }));
		});
	}

	/** All of it anew, in the language of now. */
	build(): void {
		this.scope.setAttribute('aria-label', t('incident'));
		this.scope_text = '';
		document.documentElement.lang = language();
		refill(document.body,
			h('a', { class: 'skip', href: '#main', onclick: (event: Event) => {
				event.preventDefault();
				this.main.focus();
			} }, t('skip')),
			h('header', { class: 'top' },
				h('a', { class: 'brand', href: '#/board' }, h('img', { src: '/icon.svg', alt: '', width: 22, height: 22 }), 'cordon'),
				h('nav', { 'aria-label': t('views') }, this.nav),
				this.scope, h('div', { class: 'gap' }), this.trust, this.link,
				h('span', { class: 'zone', title: t('zone_title', { zone: Intl.DateTimeFormat().resolvedOptions().timeZone }) }, zone_name()),
				h('button', { type: 'button', class: 'quiet', lang: language() === 'en' ? 'ja' : 'en', id: 'language', onclick: () => this.turn_language() },
					language() === 'en' ? '日本語' : 'English'),
				h('button', { type: 'button', class: 'quiet icon', id: 'theme', 'aria-label': t(theme() === 'dark' ? 'to_light' : 'to_dark'),
					title: t(theme() === 'dark' ? 'to_light' : 'to_dark'), onclick: () => this.turn_theme() }, theme() === 'dark' ? '☀' : '☾'),
				h('button', { type: 'button', class: 'quiet icon', id: 'help', 'aria-label': t('help'), title: `${t('help')} (?)`, onclick: this.actions.help }, '?')),
			this.problem, this.main, h('div', { class: 'toasts', role: 'status' }));
	}

	turn_theme(): void {
		theme_toggle();
		this.actions.repaint();
	}

	turn_language(): void {
		language_set(language() === 'en' ? 'ja' : 'en');
		this.actions.repaint();
	}

	/** Mark where the reader is; the incident goes along. */
	place(route: Route): void {
		const incident = route.query.get('incident');
		refill(this.nav, ...places.map(([view, word]) => h('li', {},
			h('a', { href: route_format(view, '', { incident }), 'aria-current': route.view === view ? 'page' : null }, t(word)))));
		this.trust.href = '#/health';
	}

	show_incidents(incidents: Incident[]): void {
		const chosen = route_now().query.get('incident') ?? '';
		const options = incidents.filter(i => i.status !== 'merged').map(i =>
			[String(i.id), `#${i.id} ${shortened(visible(i.causes), 40)} · ${t(`status_${i.status}`)} · ${count(i.open_hosts)}/${count(i.hosts)}`]);
		const text = JSON.stringify([chosen, options]);
		if (text === this.scope_text)
			return;
		this.scope_text = text;
		refill(this.scope, h('option', { value: '' }, t('all_incidents')),
			...options.map(([value, label]) => h('option', { value, selected: value === chosen }, label)));
		this.scope.value = chosen;
	}

	show_link(link: Link): void {
		this.link.dataset.link = link;
		this.link.textContent = t(`link_${link}`);
	}

	show_trust(is_trusted: boolean): void {
		this.trust.dataset.trusted = String(is_trusted);
		this.trust.textContent = (is_trusted ? '✓ ' : '! ') + t(is_trusted ? 'trusted' : 'not_trusted');
	}

	/** What went wrong, until it goes well; null: nothing. */
	show_problem(text: string | null): void {
		this.problem.hidden = text === null;
		if (text !== null)
			refill(this.problem, text, ' ', h('button', { type: 'button', class: 'quiet', onclick: this.actions.again }, t('retry')));
	}
}
