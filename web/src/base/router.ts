// SPDX-License-Identifier: Apache-2.0
// Permalinks: #/view/argument?filter=value. All that the reader chose stands in the address, so it can be sent to others.
export interface Route {
	view: string;
	argument: string;
	query: URLSearchParams;
}

export function route_parse(hash: string): Route {
	const [path = '', query = ''] = hash.replace(/^#\/?/, '').split(/\?(.*)/s);
	const [view = '', ...rest] = path.split('/');
	let argument = rest.join('/');
	try {
		argument = decodeURIComponent(argument);
	} catch {
		// it stays as it is, and names nothing
	}
	return { view: view || 'board', argument, query: new URLSearchParams(query) };
}

export function route_format(view: string, argument = '', query: Record<string, string | null | undefined> = {}): string {
	const kept = new URLSearchParams();
	for (const [key, value] of Object.entries(query))
		if (value)
			kept.set(key, value);
	const path = argument ? `#/${view}/${encodeURIComponent(argument)}` : `#/${view}`;
	const text = kept.toString();
	return text ? `${path}?${text}` : path;
}

export function route_now(): Route {
	return route_parse(location.hash);
}

/** Go somewhere; the way back is kept. */
export function route_go(hash: string): void {
	if (location.hash === hash)
		window.dispatchEvent(new HashChangeEvent('hashchange'));
	else
		location.hash = hash;
}

/** Change filters where the reader is: no new step in the history, no new view. */
export function route_refine(query: Record<string, string | null | undefined>): void {
	const now = route_now();
	const all = { ...Object.fromEntries(now.query), ...query };
	history.replaceState(null, '', route_format(now.view, now.argument, all));
}
