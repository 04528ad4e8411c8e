// SPDX-License-Identifier: Apache-2.0
// Where a token is given. It is kept by the tab, and sent to this daemon only.
import { token, token_set } from '../api/client';
import { h } from '../base/dom';
import { sentence } from '../base/format';
import { t } from '../words/language';
import { command } from './command';
import { dialog } from './dialog';

let changed: () => void = () => undefined;
let is_open = false;

/** Called when there is another token, or none any more. */
export function on_token(tell: () => void): void {
	changed = tell;
}

/** Ask for one. `why` is what was refused; `line` does the same without a token. Resolves when one was given. */
export function ask_token(why: string, line?: string): Promise<boolean> {
	if (is_open)
		return Promise.resolve(false);
	is_open = true;
	return new Promise(resolve => {
		let is_given = false;
		const input = h('input', { type: 'password', autocomplete: 'off', spellcheck: 'false', required: true, id: 'token' });
		const forget = token() !== null && h('button', { type: 'button', class: 'quiet' }, t('token_forget'));
		const form = h('form', { method: 'dialog', class: 'stack' },
			h('p', {}, line ? t('token_change') : t('token_read')),
			line ? command(line) : null,
			h('p', { class: 'muted' }, sentence(why)),
			h('label', { for: 'token' }, t('token_label')), input,
			h('p', { class: 'muted' }, t('token_kept')),
			h('footer', {}, forget, h('button', { type: 'submit', class: 'primary' }, t('token_use'))));
		const { root, close } = dialog(t('token_title'), form);
		const use = (value: string | null): void => {
			token_set(value);
			is_given = value !== null;
			close();
			changed();
		};
		form.addEventListener('submit', event => {
			event.preventDefault();
			use(input.value.trim());
		});
		if (forget)
			forget.addEventListener('click', () => use(null));
		root.addEventListener('close', () => {
			is_open = false;
			resolve(is_given);
		});
		input.focus();
	});
}
