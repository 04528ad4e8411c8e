// SPDX-License-Identifier: Apache-2.0
// A command line to be run by the reader: shown whole, copied by a button, never run from here.
import { h } from '../base/dom';
import { t } from '../words/language';

export function command(line: string): HTMLElement {
	const button = h('button', { type: 'button', class: 'quiet', 'aria-label': `${t('copy')}: ${line}` }, t('copy'));
	const said = h('span', { class: 'unseen', role: 'status' });
	button.addEventListener('click', () => {
		void navigator.clipboard?.writeText(line).then(() => {
			button.textContent = t('copied');
			said.textContent = t('copied');
			window.setTimeout(() => (button.textContent = t('copy')), 1500);
		}, () => undefined);
	});
	return h('div', { class: 'command' }, h('code', { tabindex: 0 }, line), button, said);
}
