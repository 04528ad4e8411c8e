// SPDX-License-Identifier: Apache-2.0
// Server-sent events (WHATWG HTML, 9.2) by fetch: EventSource cannot send a token. Text comes in pieces of any size.
export interface Sent {
	id: string;
	event: string;
	data: string;
}

/** Takes pieces of a stream and gives events as they are whole. */
export class Parser {
	private rest = '';
	private id = '';
	private event = '';
	private data: string[] = [];

	constructor(private readonly tell: (sent: Sent) => void) {}

	private line(text: string): void {
		if (text === '') {
			if (this.data.length > 0)
				this.tell({ id: this.id, event: this.event || 'message', data: this.data.join('\n') });
			this.event = '';
			this.data = [];
			return;
		}
		const colon = text.indexOf(':');
		const name = colon < 0 ? text : text.slice(0, colon);
		const value = colon < 0 ? '' : text.slice(colon + 1).replace(/^ /, '');
		if (name === 'id')
			this.id = value;
		else if (name === 'event')
			this.event = value;
		else if (name === 'data')
			this.data.push(value);
	}

	put(piece: string): void {
		const lines = (this.rest + piece).split(/\r\n|\n|\r(?!$)/);
		this.rest = lines.pop() ?? '';
		for (const line of lines)
			this.line(line);
	}
}
