// SPDX-License-Identifier: Apache-2.0
// Incidents at the side of the board; of the chosen one who works on it, notes, and containment.
import { get } from '../api/client';
import { Incident, LogEvent, Page } from '../api/types';
import { h } from '../base/dom';
import { foreign } from '../base/foreign';
import { ago, count, utc, sentence } from '../base/format';
import { route_format } from '../base/router';
import { add_note, assign } from '../parts/change';
import { contain } from '../parts/contain';
import { text_of, time_cell } from '../parts/events';
import { known, t } from '../words/language';

const NOTES = 20;

function card(incident: Incident, is_chosen: boolean): HTMLElement {
	return h('li', {}, h('a', { href: route_format('board', '', { incident: is_chosen ? null : String(incident.id) }),
		class: 'card', 'aria-current': is_chosen ? 'true' : null, 'data-incident': incident.id },
		h('span', { class: 'row' }, h('b', {}, `#${incident.id}`), h('span', { class: 'cause' }, foreign(incident.causes, 60)),
			h('span', { class: `status s-${incident.status}` }, t(`status_${incident.status}`))),
		h('span', { class: 'row muted' }, t('open_of', { n: count(incident.open_hosts), of: count(incident.hosts) }),
			h('span', { title: utc(incident.opened) }, ago(incident.opened))),
		incident.assignee && h('span', { class: 'row muted' }, t('assigned'), ' ', foreign(incident.assignee, 40))));
}

export function incident_list(incidents: Incident[], chosen: string): HTMLElement {
	return h('div', {}, h('h2', {}, t('incidents')),
		incidents.length === 0 ? h('p', { class: 'empty' }, t('no_incidents'))
			: h('ul', { class: 'cards' }, ...incidents.filter(i => i.status !== 'merged').slice(0, 200)
				.map(i => card(i, String(i.id) === chosen))));
}

let told = { key: '', notes: [] as LogEvent[] };

/** Its latest notes; asked for when there are others. */
async function notes_of(incident: Incident): Promise<LogEvent[]> {
	const key = `${incident.id}/${incident.notes}`;
	if (incident.notes > 0 && told.key !== key)
		told = { key, notes: (await get<Page<LogEvent>>('log', { incident: incident.id, kind: 'note', order: 'newest', limit: NOTES })).items };
	return incident.notes > 0 ? told.notes : [];
}

export async function incident_pane(incident: Incident, done: () => void): Promise<HTMLElement> {
	const notes = await notes_of(incident);
	return h('div', { class: 'stack about' }, h('h2', {}, t('incident_n', { n: incident.id })),
		h('dl', { class: 'facts' },
			h('dt', {}, t('assigned')), h('dd', {}, incident.assignee ? foreign(incident.assignee, 63) : t('unassigned'), ' ',
				h('button', { type: 'button', class: 'quiet', id: 'assign', onclick: () => assign(incident.id, done) }, t('assign'))),
			h('dt', {}, t('began_with')), h('dd', {}, incident.first_host
				? h('a', { href: route_format('host', incident.first_host) }, incident.first_host)
				: t('began_unknown', { why: known(incident.first_host_why) }))),
		contain(incident.id),
		h('section', {}, h('h3', {}, t('notes'), ' ', h('button', { type: 'button', class: 'quiet', id: 'note', onclick: () => add_note(incident.id, done) }, t('note_add'))),
			notes.length === 0 ? h('p', { class: 'muted' }, t('no_notes'))
				: h('ul', { class: 'notes' }, ...notes.map(note => h('li', {}, foreign(note.actor === 'cordon' ? sentence(text_of(note, 'text')) : text_of(note, 'text')),
					h('div', { class: 'muted' }, foreign(note.actor, 40), ' · ', time_cell(note.at_ms)))))));
}
