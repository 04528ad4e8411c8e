// SPDX-License-Identifier: Apache-2.0
// Requests to the API. A refusal is a Problem (RFC 9457) with its words, never an empty answer.
import { secret } from '../base/kept';
import { Problem } from './types';

export class Refused extends Error {
	constructor(readonly status: number, readonly problem: Problem) {
		super(problem.detail);
	}
}

/** What came of the last request, for the line that says whether the daemon is there. */
let denied: (problem: Problem) => void = () => undefined;

/** Called when a token is asked for. */
export function on_denied(tell: (problem: Problem) => void): void {
	denied = tell;
}

export function token(): string | null {
	return secret.get('token');
}

export function token_set(value: string | null): void {
	secret.set('token', value);
}

export function headers(): Record<string, string> {
	const t = token();
	return t ? { Authorization: `Bearer ${t}` } : {};
}

async function read<T>(response: Response, is_quiet: boolean): Promise<T> {
	const is_json = /json/.test(response.headers.get('Content-Type') ?? '');
	const body: unknown = is_json ? await response.json() : await response.text();
	if (response.ok)
		return body as T;
	const problem = is_json ? body as Problem
		: { type: 'about:blank', title: response.statusText, status: response.status, detail: `HTTP ${response.status}` };
	if (response.status === 401 && !is_quiet)
		denied(problem);
	throw new Refused(response.status, problem);
}

type Query = Record<string, string | number | boolean | null | undefined>;

export function target(path: string, query: Query = {}): string {
	const all = new URLSearchParams();
	for (const [key, value] of Object.entries(query))
		if (value !== null && value !== undefined && value !== '')
			all.set(key, String(value));
	const text = all.toString();
	return `/api/v1/${path}${text ? `?${text}` : ''}`;
}

export async function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
	return read<T>(await fetch(target(path, query), { headers: headers(), signal }), false);
}

/** Change something. A missing token is the caller's to ask for, who knows what it was for. */
export async function post<T>(path: string, body: unknown): Promise<T> {
	return read<T>(await fetch(target(path), {
		method: 'POST',
		headers: { ...headers(), 'Content-Type': 'application/json' },
		body: JSON.stringify(body),
	}), true);
}
