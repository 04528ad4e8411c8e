// SPDX-License-Identifier: Apache-2.0
// Text that others wrote: host names, URLs, notes. It is shown as what it is: marks that turn the direction of
// writing or cannot be seen become visible, it is kept apart from the text around it, and what is long is cut.
import { h } from './dom';
import { t } from '../words/language';

const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb]/g;
const LONG = 240;

/** With what cannot be seen as its number: "U+202E" in brackets. */
export function visible(text: string): string {
	return text.replace(UNSEEN, c => `⟨U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`);
}

/** Cut at a whole character. */
export function shortened(text: string, most = LONG): string {
	const letters = [...text.slice(0, 2 * most + 2)];
	return letters.length > most ? letters.slice(0, most - 1).join('') + '…' : text;
}

/** An element that shows it; what is long can be opened. */
export function foreign(text: string | null | undefined, most = LONG): HTMLElement {
	const all = visible(text ?? '');
	const short = shortened(all, most);
	const shown = h('bdi', { class: 'foreign' }, short);
	if (short === all)
		return shown;
	const more = h('button', { type: 'button', class: 'link', onclick: (event: Event) => {
		event.stopPropagation();
		shown.textContent = all;
		more.remove();
	} }, t('show_all', { n: all.length }));
	return h('span', {}, shown, ' ', more);
}
