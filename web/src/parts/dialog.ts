// SPDX-License-Identifier: Apache-2.0
// Dialogs: the browser's own, which keep the focus and end with Escape.
import { Child, fresh_id, h } from '../base/dom';
import { t } from '../words/language';

/** Open one; it is gone when it is closed. Returns how to close it. */
export function dialog(title: string, ...children: Child[]): { root: HTMLDialogElement; close: () => void } {
	const id = fresh_id('dialog');
	const close_button = h('button', { type: 'button', class: 'quiet', 'aria-label': t('close') }, '✕');
	const root = h('dialog', { 'aria-labelledby': id },
		h('header', {}, h('h2', { id }, title), close_button), ...children);
	const close = (): void => root.close();
	close_button.addEventListener('click', close);
	root.addEventListener('close', () => root.remove());
	document.body.append(root);
	root.showModal();
	return { root, close };
}

/** A line that says what was done; it goes by itself. */
export function toast(text: string): void {
	const room = document.querySelector('.toasts');
	const line = h('div', { class: 'toast' }, text);
	room?.append(line);
	window.setTimeout(() => line.remove(), 6000);
}

/** A word for a shell, quoted where it has to be. */
export function quoted(word: string): string {
	return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replace(/'/g, `'\\''`)}'`;
}
