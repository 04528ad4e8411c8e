// SPDX-License-Identifier: Apache-2.0
// Changes: a state, a note, who works on it. What the guard refuses is shown with what is missing.
import { get, post, Refused } from '../api/client';
import { Host, Missing, Problem, Way } from '../api/types';
import { fresh_id, h, refill } from '../base/dom';
import { foreign } from '../base/foreign';
import { sentence } from '../base/format';
import { t } from '../words/language';
import { command } from './command';
import { dialog, quoted, toast } from './dialog';
import { guard_words } from './events';
import { state_badge, state_word } from './state';
import { ask_token } from './token';

function missing_words(m: Missing): string {
	return guard_words(m.guard, m.text);
}

function needs(title: string, texts: string[]): HTMLElement | null {
	return texts.length === 0 ? null
		: h('div', {}, h('strong', {}, title), h('ul', { class: 'needs' }, ...texts.map(text => h('li', {}, text))));
}

function refusal(problem: Problem): HTMLElement {
	return h('div', { class: 'refusal', role: 'alert' },
		h('strong', {}, `${t('refused')}: `), foreign(sentence(problem.detail)),
		needs(t('needs'), (problem.missing ?? []).map(missing_words)),
		needs(t('change_one_of'), (problem.one_of ?? []).map(missing_words)));
}

/** Send a change; a missing token is asked for, once. False: nothing was changed, and `said` shows why. */
async function send(path: string, body: unknown, line: string, said: HTMLElement): Promise<boolean> {
	for (let tries = 0; tries < 2; tries++)
		try {
			await post(path, body);
			return true;
		} catch (error) {
			const problem = error instanceof Refused ? error.problem
				: { type: '', title: '', status: 0, detail: t('not_answering') };
			const is_role = problem.status === 401 || (problem.status === 403 && /token/.test(problem.detail));
			if (is_role && tries === 0 && await ask_token(problem.detail, line))
				continue;
			refill(said, refusal(problem));
			return false;
		}
	return false;
}

function way_option(way: Way, is_first: boolean, chosen: (way: Way) => void): HTMLElement {
	const input = h('input', { type: 'radio', name: 'to', value: way.to, required: true, checked: is_first,
		onchange: () => chosen(way) });
	return h('label', { class: 'way' }, input, state_badge(way.to),
		way.may ? h('span', { class: 'may' }, `✓ ${t('change_may')}`)
			: h('span', { class: 'muted' }, [...way.missing, ...way.one_of].map(guard => guard_words(guard)).join(' · ')));
}

function set_line(host: Host, to: string, reason: string, vouch: string): string {
	return `cordon incident set ${host.address} ${to}` +
		(reason ? ` --reason ${quoted(reason)}` : '') + (vouch ? ` --operator-says ${quoted(vouch)}` : '');
}

/** Let the reader bring a host to another state; `done` when it went there. */
export async function change_state(name: string, done: () => void, wanted?: string | null): Promise<void> {
	const host = await get<Host>(`hosts/${encodeURIComponent(name)}`);
	const ways = host.ways ?? [];
	let way = ways.find(w => w.to === wanted) ?? ways.find(w => w.may) ?? ways[0];
	const ids = [fresh_id('reason'), fresh_id('vouch')] as const;
	const reason = h('input', { id: ids[0], placeholder: t('reason_hint'), autocomplete: 'off' });
	const vouch = h('input', { id: ids[1], placeholder: t('vouch_hint'), autocomplete: 'off' });
	const said = h('div');
	const line = h('div');
	const show_line = (): void => refill(line, h('p', { class: 'muted' }, t('same_by_command')),
		command(set_line(host, way?.to ?? '', reason.value.trim(), vouch.value.trim())));
	const form = h('form', { class: 'stack', method: 'dialog' },
		h('fieldset', { class: 'ways' }, h('legend', {}, state_badge(host.state), ` → ${t('change_to')}`),
			...ways.map(w => way_option(w, w === way, chosen => {
				way = chosen;
				show_line();
			}))),
		h('label', { for: ids[0] }, t('reason')), reason,
		h('label', { for: ids[1] }, t('vouch')), vouch, h('p', { class: 'muted' }, t('vouch_note')),
		said, line,
		h('footer', {}, h('button', { type: 'submit', class: 'primary', disabled: ways.length === 0 }, t('change_do'))));
	const { close } = dialog(t('change_of', { host: host.address }), form);
	show_line();
	form.addEventListener('input', show_line);
	form.addEventListener('submit', async event => {
		event.preventDefault();
		const to = way?.to ?? '';
		const [why, word] = [reason.value.trim(), vouch.value.trim()];
		const body = { to, ...(why ? { reason: why } : {}), ...(word ? { operator_says: word } : {}) };
		if (!await send(`hosts/h${host.host}/state`, body, set_line(host, to, why, word), said))
			return;
		close();
		toast(t('changed', { host: host.address, state: state_word(to) }));
		done();
	});
}

// Fields take whatever is pasted into them: what is too long is refused with its length, not cut without a word.

/** One line of text about an incident, sent where `path` says. */
function ask_line(title: string, label: string, path: string, body: (text: string) => unknown,
	line: (text: string) => string, done: (text: string) => void): void {
	const id = fresh_id('line');
	const input = h('input', { id, required: true, autocomplete: 'off' });
	const said = h('div');
	const form = h('form', { class: 'stack', method: 'dialog' }, h('label', { for: id }, label), input, said,
		h('footer', {}, h('button', { type: 'submit', class: 'primary' }, title)));
	const { close } = dialog(title, form);
	input.focus();
	form.addEventListener('submit', async event => {
		event.preventDefault();
		const text = input.value.trim();
		if (!text || !await send(path, body(text), line(text), said))
			return;
		close();
		done(text);
	});
}

export function add_note(incident: number, done: () => void): void {
	ask_line(t('note_add'), t('note_text'), `incidents/${incident}/notes`, text => ({ text }),
		text => `cordon incident note ${incident} ${quoted(text)}`, () => {
			toast(t('note_done'));
			done();
		});
}

export function assign(incident: number, done: () => void): void {
	ask_line(t('assign'), t('assignee'), `incidents/${incident}/assignee`, who => ({ who }),
		who => `cordon incident assign ${incident} ${quoted(who)}`, who => {
			toast(t('assign_done', { who }));
			done();
		});
}
