// SPDX-License-Identifier: Apache-2.0
// What is used of d3, as Debian packages it: without types of its own.
declare module 'd3-shape' {
	type Of<T> = (value: (d: T, i: number) => number) => Path<T>;
	export interface Path<T> {
		(data: T[]): string | null;
		x: Of<T>;
		y: Of<T>;
		y0: Of<T>;
		y1: Of<T>;
		curve(curve: unknown): this;
	}
	export function line<T>(): Path<T>;
	export function area<T>(): Path<T>;
	export const curveStepAfter: unknown;
}
declare module 'd3-hierarchy' {
	export interface Node<T> {
		data: T;
		x: number;
		y: number;
		x0: number;
		x1: number;
		y0: number;
		y1: number;
		depth: number;
		value: number;
		parent: Node<T> | null;
		children?: Node<T>[];
		sum(value: (d: T) => number): this;
		sort(order: (a: Node<T>, b: Node<T>) => number): this;
		descendants(): Node<T>[];
		leaves(): Node<T>[];
	}
	export function hierarchy<T>(root: T, children?: (d: T) => T[] | null | undefined): Node<T>;
	interface Treemap {
		<T>(root: Node<T>): Node<T>;
		size(size: [number, number]): this;
		paddingInner(px: number): this;
		round(is: boolean): this;
	}
	export function treemap(): Treemap;
}
declare module 'd3-array' {
	export function bisector<T, V>(of: (d: T) => V): { center(data: T[], value: V): number };
	export function nice(from: number, to: number, count: number): [number, number];
	export function ticks(from: number, to: number, count: number): number[];
}
