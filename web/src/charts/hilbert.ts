// SPDX-License-Identifier: Apache-2.0
// A prefix in the plane, along a Hilbert curve or row by row. A number of cells that is no square is two squares.

export interface Plane {
	bits: number; // of the index of a cell
	columns: number;
	rows: number;
	place(index: number): [x: number, y: number];
	index(x: number, y: number): number;
}

function rotate(side: number, x: number, y: number, rx: number, ry: number): [number, number] {
	if (ry === 1)
		return [x, y];
	return rx === 1 ? [side - 1 - y, side - 1 - x] : [y, x];
}

/** Along the curve to the plane; side is a power of two. */
export function hilbert_place(side: number, index: number): [number, number] {
	let x = 0, y = 0, rest = index;
	for (let size = 1; size < side; size *= 2) {
		const rx = 1 & Math.floor(rest / 2), ry = 1 & (rest ^ rx);
		[x, y] = rotate(size, x, y, rx, ry);
		x += size * rx;
		y += size * ry;
		rest = Math.floor(rest / 4);
	}
	return [x, y];
}

export function hilbert_index(side: number, x: number, y: number): number {
	let index = 0;
	for (let size = side / 2; size >= 1; size /= 2) {
		const rx = x & size ? 1 : 0, ry = y & size ? 1 : 0;
		index += size * size * ((3 * rx) ^ ry);
		[x, y] = rotate(size, x & (size - 1), y & (size - 1), rx, ry);
	}
	return index;
}

export function plane(bits: number, is_hilbert: boolean): Plane {
	const side = 2 ** Math.floor(bits / 2);
	const columns = bits % 2 === 0 ? side : 2 * side;
	if (!is_hilbert)
		return { bits, columns, rows: side, place: i => [i % columns, Math.floor(i / columns)], index: (x, y) => y * columns + x };
	const square = side * side;
	return { bits, columns, rows: side,
		place: i => {
			const [x, y] = hilbert_place(side, i % square);
			return [x + side * Math.floor(i / square), y];
		},
		index: (x, y) => hilbert_index(side, x % side, y) + square * Math.floor(x / side) };
}
