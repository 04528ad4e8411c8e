// SPDX-License-Identifier: Apache-2.0
// The stream of events, held open: what was missed while the daemon was away comes first, for the id of the last
// event that was heard is sent along.
import { headers, target } from './client';
import { Parser, Sent } from './sse';

export type Link = 'connecting' | 'live' | 'reconnecting' | 'denied';

/** Longer silence than the daemon's own beat (15 s) means that the way is dead. */
const SILENCE_MS = 40_000;
const PAUSE_MS = [300, 1000, 2000, 5000];

export class Live {
	private last = '';
	private tries = 0;
	private abort = new AbortController();
	private is_ended = false;
	link: Link = 'connecting';

	constructor(private readonly heard: (sent: Sent) => void, private readonly changed: (link: Link) => void) {}

	private say(link: Link): void {
		if (this.link !== link) {
			this.link = link;
			this.changed(link);
		}
	}

	private async read(response: Response, abort: AbortController): Promise<void> {
		const reader = response.body?.getReader();
		const decoder = new TextDecoder();
		const parser = new Parser(sent => {
			this.last = sent.id || this.last;
			this.heard(sent);
		});
		let timer = 0;
		while (reader) {
			timer = window.setTimeout(() => abort.abort(), SILENCE_MS);
			const { done, value } = await reader.read().finally(() => window.clearTimeout(timer));
			if (done)
				return;
			parser.put(decoder.decode(value, { stream: true }));
		}
	}

	private async once(): Promise<void> {
		const abort = new AbortController();
		this.abort = abort;
		const resumed: Record<string, string> = this.last ? { 'Last-Event-ID': this.last } : {};
		const response = await fetch(target('events'), { headers: { ...headers(), ...resumed }, signal: abort.signal, cache: 'no-store' });
		if (response.status === 401 || response.status === 403) {
			this.say('denied');
			return;
		}
		if (!response.ok)
			return;
		this.tries = 0;
		this.say('live');
		await this.read(response, abort);
	}

	private async turn(): Promise<void> {
		while (!this.is_ended) {
			try {
				await this.once();
			} catch {
				// the daemon is away, or the way to it
			}
			if (this.link === 'denied' || this.is_ended)
				return;
			this.say(this.link === 'connecting' && this.tries === 0 ? 'connecting' : 'reconnecting');
			const pause = PAUSE_MS[Math.min(this.tries++, PAUSE_MS.length - 1)] ?? 1000;
			await new Promise(done => window.setTimeout(done, pause));
		}
	}

	begin(): void {
		this.is_ended = false;
		this.link = 'connecting';
		this.changed(this.link);
		void this.turn();
	}

	/** Begin anew, with another token. */
	again(): void {
		const was_denied = this.link === 'denied';
		this.tries = 0;
		if (was_denied)
			this.begin();
		else
			this.abort.abort();
	}
}

