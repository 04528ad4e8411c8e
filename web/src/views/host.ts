// SPDX-License-Identifier: Apache-2.0
// One host: why it is there, what comes next, what it did, every piece of evidence, every transition.
import { get } from '../api/client';
import { Host, LogEvent, Page, Profile } from '../api/types';
import { Child, h, refill } from '../base/dom';
import { foreign, visible } from '../base/foreign';
import { ago, count, percent, sentence, utc } from '../base/format';
import { Route, route_format } from '../base/router';
import { change_state } from '../parts/change';
import { contain } from '../parts/contain';
import { event_line, evidence_cells, time_cell } from '../parts/events';
import { next_step } from '../parts/next';
import { silence_words } from '../parts/silence';
import { state_badge } from '../parts/state';
import { Frame, View } from '../shell';
import { language, t } from '../words/language';
import { HostCharts } from './host_charts';

const EVIDENCE_PAGE = 50, EVENTS = 100;

function facts(host: Host): HTMLElement {
	const s = host.silence;
	const rows: [string, Child[]][] = [
		[t('incident'), [h('a', { href: route_format('board', '', { incident: String(host.incident) }) }, t('incident_n', { n: host.incident }))]],
		[t('c_onset'), [time_cell(host.onset)]],
		[t('c_last'), [time_cell(host.last_attack), ` (${ago(host.last_attack)})`]],
		[t('episode_n', { n: '' }).trim(), [count(host.episode)]],
		[t('silence'), [...silence_words(host.state, s), h('br'), foreign(sentence(s.text))]],
		[t('addresses'), [h('ul', { class: 'bare' }, ...host.names.slice(-8).map(n => h('li', {}, h('span', { class: 'address' }, n.address), ' ', n.name ? foreign(n.name, 60) : '', n.mac ? ` ${visible(n.mac)}` : '')))]],
		[t('may_from'), host.edges.length === 0 ? [t('nobody_known')] : [h('ul', { class: 'bare' }, ...[...host.edges].sort((a, b) => b.probability - a.probability).slice(0, 5)
			.map(e => h('li', {}, h('a', { href: route_format('host', e.from), class: 'address' }, e.from), ` ${percent(e.probability)} · `, time_cell(e.contact))))]],
	];
	return h('dl', { class: 'facts' }, ...rows.flatMap(([word, value]) => [h('dt', {}, word), h('dd', {}, ...value)]));
}

/** Evidence, newest first, a page at a time. */
class EvidenceList {
	private readonly body = h('tbody');
	private readonly more = h('button', { type: 'button', class: 'quiet', hidden: true, onclick: () => void this.load_more() }, t('more'));
	readonly root = h('section', { class: 'panel pad' }, h('h2', {}, t('evidence_title')),
		h('div', { class: 'scroll-x' }, h('table', { class: 'plain evidence' }, h('thead', {}, h('tr', {}, ...[t('c_when'), t('c_source'), t('c_verdict'), t('c_confidence'), t('c_said')].map(c => h('th', { scope: 'col' }, c)))), this.body)), this.more);
	private pages = 1;
	private text = '';

	constructor(private readonly name: string) {}

	private async load_more(): Promise<void> {
		this.pages++;
		await this.load();
	}

	async load(): Promise<void> {
		const rows: LogEvent[] = [];
		let cursor: string | null = null;
		for (let i = 0; i < this.pages && (i === 0 || cursor !== null); i++) {
			const page: Page<LogEvent> = await get<Page<LogEvent>>('evidence', { host: this.name, order: 'newest', limit: EVIDENCE_PAGE, cursor });
			rows.push(...page.items);
			cursor = page.next;
		}
		this.more.hidden = cursor === null;
		const text = rows.map(r => r.id).join();
		if (text === this.text)
			return;
		this.text = text;
		refill(this.body, ...rows.map(event => h('tr', { id: `event-${event.id}` }, ...evidence_cells(event).map(cell => h('td', {}, cell)))),
			rows.length === 0 && h('tr', {}, h('td', { colspan: 5, class: 'empty' }, t('no_evidence'))));
	}
}

function timeline(events: LogEvent[]): HTMLElement {
	return h('ol', { class: 'timeline' }, ...events.filter(e => e.kind !== 'evidence').map(event => h('li', {},
		h('span', { class: 'when' }, time_cell(event.at_ms)), h('div', {}, ...event_line(event), h('div', { class: 'muted' }, `${t('c_actor')} `, foreign(event.actor, 60))))));
}

export function host_view(route: Route, frame: Frame): View {
	const name = route.argument;
	if (!name)
		return { root: h('p', { class: 'empty' }, t('no_host_named')), title: t('host'), keys: [], load: () => Promise.resolve() };
	const path = `hosts/${encodeURIComponent(name)}`;
	const head = h('section', { class: 'panel pad host-head' }), about = h('section', { class: 'panel pad' }), moves = h('section', { class: 'panel pad' });
	const charts = new HostCharts(), evidence = new EvidenceList(name);
	const root = h('div', { class: 'page host' }, head, charts.root, h('div', { class: 'two' }, evidence.root, h('div', { class: 'stack wide-gap' }, about, moves)));
	let host: Host | null = null, profile: Profile | null = null, text = '';
	const change = (): void => void change_state(name, () => frame.reload(), profile?.next.to);
	const draw_head = (is: Host, of: Profile): void => refill(head,
		h('div', {}, h('h1', { class: 'address' }, is.address), of.name && h('p', {}, foreign(of.name, 120)),
			h('p', {}, state_badge(is.state), h('span', { class: 'muted', title: utc(is.since) }, ` ${t('since', { when: ago(is.since) })}`)),
			h('p', { class: 'why' }, foreign(sentence(of.sentence), 600))),
		next_step(of.next, is.host, () => frame.reload(), 'h2'),
		contain(is.incident, { address: is.address, cause: is.charges.find(c => !c.is_withdrawn)?.cause ?? null }, 'h2'));
	const sized = new ResizeObserver(() => profile && charts.draw(profile));
	sized.observe(root);
	return {
		root, title: visible(name), end: () => sized.disconnect(), keys: [{ key: 's', about: t('k_state'), run: change }],
		async load(): Promise<void> {
			const [is, of, log] = await Promise.all([get<Host>(path), get<Profile>(`${path}/profile`, { lang: language() }),
				get<Page<LogEvent>>('log', { host: name, order: 'newest', limit: EVENTS }), evidence.load()]);
			[host, profile] = [is, of];
			const now = JSON.stringify([host, of.sentence, of.next, log.items.map(e => e.id)]);
			charts.draw(of);
			if (now === text)
				return;
			text = now;
			draw_head(is, of);
			refill(about, h('h2', {}, t('details')), facts(is));
			refill(moves, h('h2', {}, t('episodes_title')), timeline(log.items));
		},
	};
}
