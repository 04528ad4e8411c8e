// SPDX-License-Identifier: Apache-2.0
// Keys of the keyboard, as a table that also makes the help. They are silent while somebody types.
export interface Key {
	key: string; // of KeyboardEvent; "g b": one after the other
	about: string;
	run: () => void;
}

let global: Key[] = [];
let local: Key[] = [];
let before = '';
let before_at = 0;
const SEQUENCE_MS = 1200;

function is_typing(target: EventTarget | null): boolean {
	return target instanceof HTMLElement &&
		(target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) &&
			(target as HTMLInputElement).type !== 'checkbox');
}

function press(event: KeyboardEvent): void {
	if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || document.querySelector('dialog[open]'))
		return;
	if (is_typing(event.target)) {
		if (event.key === 'Escape')
			(event.target as HTMLElement).blur();
		return;
	}
	// Enter and space belong to what has the focus, where that is something to press.
	if ((event.key === 'Enter' || event.key === ' ') && event.target instanceof Element &&
		event.target.closest('button, a[href], summary, [role=treeitem]'))
		return;
	const sequence = Date.now() - before_at < SEQUENCE_MS ? `${before} ${event.key}` : event.key;
	const all = [...local, ...global];
	const found = all.find(k => k.key === sequence) ?? all.find(k => k.key === event.key);
	before = event.key;
	before_at = Date.now();
	if (!found)
		return;
	event.preventDefault();
	before = '';
	found.run();
}

export function keys_begin(keys: Key[]): void {
	global = keys;
	document.addEventListener('keydown', press);
}

/** Those of the view that is shown, in the place of those before. */
export function keys_of_view(keys: Key[]): void {
	local = keys;
}

export function keys_all(): { global: Key[]; local: Key[] } {
	return { global, local };
}
