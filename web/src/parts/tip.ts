// SPDX-License-Identifier: Apache-2.0
// What is under the pointer, or under the keyboard's mark, in words beside it.
import { Child, h, refill } from '../base/dom';

export class Tip {
	readonly root = h('div', { class: 'tip', 'aria-live': 'polite', hidden: true });

	/** Beside a point, in pixels of the element that it stands in. */
	show(x: number, y: number, ...children: Child[]): void {
		refill(this.root, ...children);
		this.root.hidden = false;
		const room = this.root.parentElement?.clientWidth ?? 0;
		const is_left = x + this.root.offsetWidth + 20 > room;
		this.root.style.left = `${is_left ? Math.max(0, x - this.root.offsetWidth - 12) : x + 12}px`;
		this.root.style.top = `${Math.max(0, y - 10)}px`;
	}

	hide(): void {
		this.root.hidden = true;
	}
}
