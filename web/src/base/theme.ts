// SPDX-License-Identifier: Apache-2.0
// Light or dark: as the system has it, or as the reader said. Canvases ask for colours by name.
import { kept } from './kept';

export type Theme = 'light' | 'dark';
const system = window.matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

export function theme(): Theme {
	const said = kept.get('theme');
	return said === 'light' || said === 'dark' ? said : system.matches ? 'dark' : 'light';
}

function apply(): void {
	document.documentElement.dataset.theme = theme();
	for (const tell of listeners)
		tell();
}

export function theme_toggle(): void {
	kept.set('theme', theme() === 'dark' ? 'light' : 'dark');
	apply();
}

/** Begin; `changed` is called whenever colours are others. */
export function theme_begin(changed: () => void): void {
	listeners.add(changed);
	system.addEventListener('change', apply);
	apply();
}

/** A colour of the style sheet: colour('infected'). */
export function colour(name: string): string {
	return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
