// SPDX-License-Identifier: Apache-2.0
// Addresses and prefixes as 128-bit numbers; those of IPv4 stand where RFC 4291, 2.5.5.2 maps them.
export interface Prefix {
	value: bigint;
	length: number; // of 128 bits
	is_v4: boolean;
}

const V4 = 0xffffn << 32n;

function parse_v4(text: string): bigint | null {
	const parts = text.split('.');
	if (parts.length !== 4 || !parts.every(p => /^\d{1,3}$/.test(p) && Number(p) < 256))
		return null;
	return parts.reduce((v, p) => v << 8n | BigInt(p), 0n);
}

function parse_v6(text: string): bigint | null {
	const halves = text.split('::');
	if (halves.length > 2)
		return null;
	const groups = halves.map(half => half === '' ? [] : half.split(':'));
	const [head = [], tail = []] = groups;
	const missing = 8 - head.length - tail.length;
	if (halves.length === 2 ? missing < 0 : missing !== 0)
		return null;
	const all = [...head, ...Array<string>(Math.max(missing, 0)).fill('0'), ...tail];
	return all.every(g => /^[0-9a-f]{1,4}$/i.test(g)) ? all.reduce((v, g) => v << 16n | BigInt(`0x${g}`), 0n) : null;
}

/** "10.1.0.0/16", "10.1.2.3", "2001:db8::/32"; null when it is none. */
export function prefix_parse(text: string): Prefix | null {
	const [address = '', bits] = text.trim().split('/');
	const is_v4 = !address.includes(':');
	const value = is_v4 ? parse_v4(address) : parse_v6(address);
	const width = is_v4 ? 32 : 128;
	const length = bits === undefined ? width : /^\d{1,3}$/.test(bits) ? Number(bits) : 999;
	if (value === null || length > width)
		return null;
	return { value: is_v4 ? V4 | value : value, length: is_v4 ? length + 96 : length, is_v4 };
}

export function prefix_covers(outer: Prefix, inner: Prefix): boolean {
	const shift = BigInt(128 - outer.length);
	return outer.length <= inner.length && outer.value >> shift === inner.value >> shift;
}

function format_v6(value: bigint): string {
	const groups = Array.from({ length: 8 }, (_, i) => Number(value >> BigInt(112 - 16 * i) & 0xffffn).toString(16));
	const text = groups.join(':');
	let longest = '', at = -1;
	for (const run of text.matchAll(/(^|:)0(:0)+(?=:|$)/g)) {
		const [zeros = ''] = run;
		if (zeros.replace(/:/g, '').length > longest.replace(/:/g, '').length)
			[longest, at] = [zeros, run.index ?? 0];
	}
	return at < 0 ? text : `${text.slice(0, at)}::${text.slice(at + longest.length).replace(/^:/, '')}`;
}

export function prefix_format(p: Prefix): string {
	const width = p.is_v4 ? p.length - 96 : p.length;
	const low = p.value & 0xffffffffn;
	const address = p.is_v4 ? [24n, 16n, 8n, 0n].map(b => low >> b & 255n).join('.') : format_v6(p.value);
	return width === (p.is_v4 ? 32 : 128) ? address : `${address}/${width}`;
}

/** The prefix of a length (of 128) that an address lies in. */
export function prefix_of(p: Prefix, length: number): Prefix {
	const shift = BigInt(128 - length);
	return { value: p.value >> shift << shift, length, is_v4: p.is_v4 };
}
