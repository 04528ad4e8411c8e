// SPDX-License-Identifier: Apache-2.0
// Which language, and the words in it. The reader's choice first, then the browser's languages in their order.
import { kept } from '../base/kept';
import { sentences } from './sentences';
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

/** The words of a key, with {name} replaced; {n#host|hosts} is the first word for one, else the second. */
export function t(word: Word, values: Record<string, string | number> = {}): string {
	const text: string = words[word][current === 'ja' ? 1 : 0];
	return text.replace(/\{(\w+)(?:#([^|}]*)\|([^}]*))?\}/g, (all, name: string, one?: string, more?: string) =>
		one === undefined ? String(values[name] ?? all) : String(values[name]) === '1' ? one : more ?? '');
}

const SHORT = 60, LONG = 500, MOST = 900, DEPTH = 6, KEPT = 2000;

interface Template {
	pattern: RegExp;
	ja: string;
	names: string[];
}

function template_of([en, ja]: readonly [string, string]): Template {
	const names: string[] = [];
	const pattern = en.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{(\w+)(\\\*)?\}/g, (_, name: string, is_long?: string) => {
		names.push(name);
		return `(.{1,${is_long ? LONG : SHORT}}?)`;
	});
	return { pattern: new RegExp(`^${pattern}$`), ja, names };
}

const templates: Template[] = sentences.map(template_of);
const told = new Map<string, string>();

/** In Japanese, and its pieces too; null where the table does not have it. */
function in_japanese(text: string, depth: number): string | null {
	return text.length > MOST || depth > DEPTH ? null : whole(text, depth) ?? in_parts(text, depth);
}

function whole(text: string, depth: number): string | null {
	for (const { pattern, ja, names } of templates) {
		const found = pattern.exec(text);
		if (found) {
			const values = new Map(names.map((name, i) => [name, piece(found[i + 1] ?? '', depth + 1)]));
			return ja.replace(/\{(\w+)\}/g, (all, name: string) => values.get(name) ?? all);
		}
	}
	return null;
}

/** Sentences behind one another: as long a one as is known, and what is behind it. */
function in_parts(text: string, depth: number): string | null {
	for (let at = text.lastIndexOf('; '); at > 0; at = text.lastIndexOf('; ', at - 1)) {
		const first = whole(text.slice(0, at), depth + 1);
		if (first !== null)
			return `${first}。${in_japanese(text.slice(at + 2), depth + 1) ?? text.slice(at + 2)}`;
	}
	return null;
}

function piece(text: string, depth: number): string {
	return in_japanese(text, depth) ?? text.split(' ').map(word => t_or(`state_${word.replace('-', '_')}`, word)).join(' ');
}

/** A sentence of the server, in the reader's language where it is one that is known. */
export function known(text: string): string {
	if (current === 'en' || text === '')
		return text;
	const before = told.get(text);
	if (before !== undefined)
		return before;
	if (told.size > KEPT)
		told.clear();
	const now = in_japanese(text, 0) ?? text;
	told.set(text, now);
	return now;
}

/** Words of a key that the server may have and this table not: then the key itself. */
export function t_or(word: string, otherwise: string): string {
	return Object.prototype.hasOwnProperty.call(words, word) ? t(word as Word) : otherwise;
}
