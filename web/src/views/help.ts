// SPDX-License-Identifier: Apache-2.0
// What the keys do: made of the tables that they come from.
import { h } from '../base/dom';
import { Key, keys_all } from '../base/keys';
import { dialog } from '../parts/dialog';
import { t } from '../words/language';

function list(title: string, keys: Key[]): HTMLElement | null {
	return keys.length === 0 ? null : h('section', {}, h('h3', {}, title), h('dl', { class: 'keys' },
		...keys.flatMap(k => [h('dt', {}, ...k.key.split(' ').map(part => h('kbd', {}, part))), h('dd', {}, k.about)])));
}

export function help(): void {
	const { global, local } = keys_all();
	dialog(t('help'), h('div', { class: 'columns' }, list(t('keys_here'), local), list(t('keys_global'), global)));
}
