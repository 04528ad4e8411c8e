// SPDX-License-Identifier: Apache-2.0
// States of hosts: each has a word, a colour and a shape, so that none of them is needed alone.
import { h, s } from '../base/dom';
import { t_or } from '../words/language';

export interface Sort {
	key: string;
	colour: string; // of the style sheet
	shape: string;  // path in a square of 16
	weight: number; // what needs a person first
	is_filled: boolean;
}

const RING = 'M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 1 1 0-11z';

export const states: Sort[] = [
	{ key: 'reinfected', colour: 'infected', shape: 'M8 1a7 7 0 1 1 0 14a7 7 0 1 1 0-14zm0 2a5 5 0 1 0 0 10a5 5 0 1 0 0-10zm0 2.2a2.8 2.8 0 1 1 0 5.6a2.8 2.8 0 1 1 0-5.6z', weight: 0, is_filled: true },
	{ key: 'infected', colour: 'infected', shape: RING, weight: 1, is_filled: true },
	{ key: 'suspected', colour: 'suspected', shape: 'M8 2.5l6 11H2z', weight: 2, is_filled: false },
	{ key: 'contained', colour: 'contained', shape: 'M2 2h12v12H2zm2 2v8h8V4zm2.4 2.4h3.2v3.2H6.4z', weight: 3, is_filled: true },
	{ key: 'disconnected', colour: 'contained', shape: `${RING}M4 4l8 8`, weight: 4, is_filled: false },
	{ key: 'remediating', colour: 'recovery', shape: 'M8 2a6 6 0 1 1 0 12a6 6 0 1 1 0-12zm0 1.6v8.8a4.4 4.4 0 1 0 0-8.8z', weight: 5, is_filled: true },
	{ key: 'rebuilding', colour: 'recovery', shape: 'M2 2h12v12H2zm6 1.6v8.8h4.4V3.6z', weight: 6, is_filled: true },
	{ key: 'remediated', colour: 'recovery', shape: 'M8 2l6 6l-6 6l-6-6z', weight: 7, is_filled: true },
	{ key: 'verifying', colour: 'recovery', shape: 'M8 2l6 6l-6 6l-6-6z', weight: 8, is_filled: false },
	{ key: 'recovered', colour: 'recovered', shape: 'M2.5 8.5l3.5 3.5l7.5-8', weight: 9, is_filled: false },
	{ key: 'false-positive', colour: 'closed', shape: 'M3.5 3.5l9 9M12.5 3.5l-9 9', weight: 10, is_filled: false },
	{ key: 'closed', colour: 'closed', shape: 'M3 8h10', weight: 11, is_filled: false },
];

const unknown: Sort = { key: '', colour: 'closed', shape: RING, weight: 12, is_filled: false };
const by_key = new Map(states.map(sort => [sort.key, sort]));

export function state_of(key: string): Sort {
	return by_key.get(key) ?? { ...unknown, key };
}

export function state_word(key: string): string {
	return t_or(`state_${key.replace('-', '_')}`, key);
}

/** The shape alone; the word is elsewhere. */
export function state_glyph(key: string): SVGElement {
	const sort = state_of(key);
	return s('svg', { class: `glyph c-${sort.colour}`, viewBox: '0 0 16 16', 'aria-hidden': 'true' },
		s('path', { d: sort.shape, class: sort.is_filled ? 'filled' : 'drawn', 'fill-rule': 'evenodd' }));
}

export function state_badge(key: string): HTMLElement {
	return h('span', { class: `badge c-${state_of(key).colour}` }, state_glyph(key), state_word(key));
}

/** What a set of states is called on the board. */
export const groups: { key: string; colour: string; glyph: string; states: string[] }[] = [
	{ key: 'active', colour: 'infected', glyph: 'infected', states: ['infected', 'reinfected'] },
	{ key: 'suspected', colour: 'suspected', glyph: 'suspected', states: ['suspected'] },
	{ key: 'held', colour: 'contained', glyph: 'contained', states: ['contained', 'disconnected'] },
	{ key: 'recovery', colour: 'recovery', glyph: 'remediating', states: ['remediating', 'rebuilding', 'remediated', 'verifying'] },
	{ key: 'recovered', colour: 'recovered', glyph: 'recovered', states: ['recovered'] },
	{ key: 'over', colour: 'closed', glyph: 'closed', states: ['closed', 'false-positive'] },
];
