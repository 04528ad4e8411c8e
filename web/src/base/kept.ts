// SPDX-License-Identifier: Apache-2.0
// Small settings that the browser remembers. Where it may not, they last as long as the page.
const here = new Map<string, string>();

function of(storage: 'localStorage' | 'sessionStorage'): Storage | null {
	try {
		return window[storage];
	} catch {
		return null;
	}
}

function get(storage: 'localStorage' | 'sessionStorage', key: string): string | null {
	try {
		return of(storage)?.getItem(`cordon.${key}`) ?? here.get(key) ?? null;
	} catch {
		return here.get(key) ?? null;
	}
}

function set(storage: 'localStorage' | 'sessionStorage', key: string, value: string | null): void {
	if (value === null)
		here.delete(key);
	else
		here.set(key, value);
	try {
		if (value === null)
			of(storage)?.removeItem(`cordon.${key}`);
		else
			of(storage)?.setItem(`cordon.${key}`, value);
	} catch {
		// it lasts as long as the page
	}
}

/** Of this browser. */
export const kept = {
	get: (key: string): string | null => get('localStorage', key),
	set: (key: string, value: string | null): void => set('localStorage', key, value),
};

/** Of this tab, until it is closed. */
export const secret = {
	get: (key: string): string | null => get('sessionStorage', key),
	set: (key: string, value: string | null): void => set('sessionStorage', key, value),
};
