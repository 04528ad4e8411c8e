// SPDX-License-Identifier: Apache-2.0
// Elements. Text only ever becomes text: nothing here takes markup, and Trusted Types see to it that nothing can.

export type Child = Node | string | number | null | undefined | false;
type Handler = (event: never) => void;
export type Attributes = Record<string, string | number | boolean | null | undefined | Handler>;

const SVG = 'http://www.w3.org/2000/svg';

function fill(element: Element, attributes: Attributes, children: Child[]): void {
	for (const [name, value] of Object.entries(attributes)) {
		if (value === null || value === undefined || value === false)
			continue;
		if (typeof value === 'function')
			element.addEventListener(name.slice(2), value as EventListener); // "onclick"
		else
			element.setAttribute(name, value === true ? '' : String(value));
	}
	for (const child of children)
		if (child !== null && child !== undefined && child !== false)
			element.append(child instanceof Node ? child : String(child));
}

/** An element of HTML. Attributes that are null, undefined or false are left out; "onclick" is a listener. */
export function h<K extends keyof HTMLElementTagNameMap>(
	tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
	const element = document.createElement(tag);
	fill(element, attributes, children);
	return element;
}

/** The same of SVG. */
export function s<K extends keyof SVGElementTagNameMap>(
	tag: K, attributes: Attributes = {}, ...children: Child[]): SVGElementTagNameMap[K] {
	const element = document.createElementNS(SVG, tag) as SVGElementTagNameMap[K];
	fill(element, attributes, children);
	return element;
}

/** Put other children in the place of those that an element has. */
export function refill(element: Element, ...children: Child[]): void {
	element.replaceChildren();
	fill(element, {}, children);
}

let numbers = 0;

/** An id that no other element has. */
export function fresh_id(stem: string): string {
	return `${stem}-${++numbers}`;
}
