// SPDX-License-Identifier: Apache-2.0
// Rows of the log in words: evidence, transitions, notes.
import { LogEvent } from '../api/types';
import { Child, h } from '../base/dom';
import { foreign } from '../base/foreign';
import { clock, sentence, utc } from '../base/format';
import { t, t_or } from '../words/language';
import { state_badge } from './state';

export function text_of(event: LogEvent, key: string): string {
	const value = event.body[key];
	return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

export function time_cell(at: string | number | null): HTMLElement {
	return h('time', { title: utc(at), datetime: utc(at) || null }, clock(at));
}

function key_words(kind: 'verdict' | 'source', key: string): string {
	return t_or(`${kind}_${key.replace(/-/g, '_')}`, key);
}

/** Where evidence comes from, and what it is where that is no finding. */
export function source_words(event: LogEvent): HTMLElement {
	return foreign(key_words('source', text_of(event, 'source')) || text_of(event, 'what'), 30);
}

/** A piece of evidence as cells: when, source, verdict and cause, how sure, what was seen. */
export function evidence_cells(event: LogEvent): Child[] {
	const pct = text_of(event, 'confidence_pct');
	return [time_cell(event.at_ms), source_words(event),
		foreign([key_words('verdict', text_of(event, 'verdict')), text_of(event, 'cause')].filter(Boolean).join(' ')), pct && `${pct} %`,
		foreign(sentence(text_of(event, 'why') || text_of(event, 'text')))];
}

/** Of keys between commas what they stand for. */
function guards_words(keys: string): string {
	return keys.split(',').map(key => guard_words(key)).join('; ');
}

/** What a guard asks for; `otherwise` is said of one that is not known here. */
export function guard_words(guard: string, otherwise = guard): string {
	return t_or(`guard_${guard.replace(/-/g, '_')}`, otherwise);
}

/** What happened to a host, in a line; what a person wrote stays as it is. */
export function event_line(event: LogEvent): Child[] {
	const from = text_of(event, 'from'), to = text_of(event, 'to');
	const guards = text_of(event, 'guards'), said = text_of(event, 'said'), reason = text_of(event, 'reason') || text_of(event, 'text');
	const moved = event.kind === 'state' ? [from && state_badge(from), from && ' → ', state_badge(to)]
		: [h('b', {}, t_or(`kind_${event.kind.replace('-', '_')}`, event.kind)), ' ', h('span', { class: 'address' }, event.from ?? text_of(event, 'address'))];
	return [...moved,
		guards && h('span', { class: 'muted' }, ` ${t('c_guards')}: ${guards_words(guards)}`),
		said && h('span', { class: 'muted' }, ` ${t('vouched')}: ${guards_words(said)}`),
		reason && ' ', reason && foreign(event.actor === 'cordon' ? sentence(reason) : reason)];
}
