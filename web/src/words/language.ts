// SPDX-License-Identifier: Apache-2.0
// Which language, and the words in it. The reader's choice first, then the browser's languages in their order.
import { kept } from '../base/kept';
import { Word, words } from './words';

export type Language = 'en' | 'ja';
const both: Language[] = ['en', 'ja'];

function of_browser(): Language {
	const wanted = navigator.languages ?? [navigator.language];
	for (const tag of wanted) {
		const found = both.find(l => tag.toLowerCase().split('-')[0] === l);
		if (found)
			return found;
	}
	return 'en';
}

let current: Language = both.find(l => l === kept.get('language')) ?? of_browser();

export function language(): Language {
	return current;
}

export function language_set(to: Language): void {
	current = to;
	kept.set('language', to);
	document.documentElement.lang = to;
}

/** A report is in the language of its document. */
export function language_of_document(): void {
	current = both.find(l => l === document.documentElement.lang) ?? current;
}

/** The words of a key, with {name} replaced. */
export function t(word: Word, values: Record<string, string | number> = {}): string {
	const text: string = words[word][current === 'ja' ? 1 : 0];
	return text.replace(/\{(\w+)\}/g, (all, name: string) => String(values[name] ?? all));
}

const templates: [RegExp, Word, string[]][] = (Object.keys(words) as Word[]).filter(key => /^(w|guard)_/.test(key)).map(key => {
	const names: string[] = [];
	const pattern = words[key][0].replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{(\w+)\}/g, (_, name: string) => {
		names.push(name);
		return '(.{1,40}?)';
	});
	return [new RegExp(`^${pattern}$`), key, names];
});

/** A sentence of the server, in the reader's language where it is one that is known. */
export function known(text: string): string {
	if (current === 'en')
		return text;
	for (const [pattern, key, names] of templates) {
		const found = text.length < 600 ? pattern.exec(text) : null;
		if (found)
			return t(key, Object.fromEntries(names.map((name, i) => [name, found[i + 1] ?? ''])));
	}
	return text;
}

/** Words of a key that the server may have and this table not: then the key itself. */
export function t_or(word: string, otherwise: string): string {
	return Object.prototype.hasOwnProperty.call(words, word) ? t(word as Word) : otherwise;
}
