// SPDX-License-Identifier: Apache-2.0
// What leads a host on towards recovery: the step in words, what it still needs, and a way to take it.
import { NextStep } from '../api/types';
import { h } from '../base/dom';
import { t } from '../words/language';
import { change_state } from './change';
import { guard_words } from './events';
import { state_badge } from './state';

/** `level` is that of its heading. */
export function next_step(step: NextStep, host: number, done: () => void, level: 'h2' | 'h3' = 'h3'): HTMLElement {
	const needs = step.needs.map(guard => guard_words(guard));
	const button = h('button', { type: 'button', class: 'primary', onclick: () => void change_state(`h${host}`, done, step.to) }, t('change'), '…');
	return h('section', { class: 'next' }, h(level, { class: 'minor' }, t('next_step')),
		h('p', {}, step.text || t('next_none')),
		step.to !== null && h('p', { class: 'toward' }, '→ ', state_badge(step.to), step.may && h('span', { class: 'may' }, ` ✓ ${t('change_may')}`)),
		needs.length > 0 && h('div', {}, h('strong', {}, t('needs')), h('ul', { class: 'needs' }, ...needs.map(n => h('li', {}, n)))),
		button);
}
