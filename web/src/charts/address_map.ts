// SPDX-License-Identifier: Apache-2.0
// The address space on a canvas: attacked cells glow, hosts are marks with the shape of their state.
import { Cell } from '../api/types';
import { Prefix, prefix_format, prefix_parse } from '../base/address';
import { h } from '../base/dom';
import { count } from '../base/format';
import { colour } from '../base/theme';
import { Tip } from '../parts/tip';
import { t } from '../words/language';
import { Word } from '../words/words';
import { Plane, plane } from './hilbert';

export interface MapWish {
	prefix: Prefix;
	cells: Cell[];
	cell_length: number; // of 128
	is_hilbert: boolean;
	label: string;
	described_by: string;
	width: number;
	zoom?: (prefix: Prefix) => void;
}

type State = 'infected' | 'contained' | 'recovered' | 'suspected';
/** What is drawn above the others comes last. */
const states: State[] = ['recovered', 'suspected', 'contained', 'infected'];
const BLOCK_BITS = 4, MARK_PX = 2.6;

function draw_mark(pen: CanvasRenderingContext2D, state: State, x: number, y: number, r: number): void {
	pen.beginPath();
	if (state === 'infected') {
		pen.arc(x, y, r, 0, 2 * Math.PI);
		pen.fill();
	} else if (state === 'suspected') {
		pen.moveTo(x, y - r);
		pen.lineTo(x + r, y + r);
		pen.lineTo(x - r, y + r);
		pen.closePath();
		pen.stroke();
	} else if (state === 'contained') {
		pen.rect(x - r, y - r, 2 * r, 2 * r);
		pen.stroke();
	} else {
		pen.arc(x, y, r, 0, 2 * Math.PI);
		pen.stroke();
	}
}

/** The index of a cell along the prefix. */
function index_of(cell: Prefix, wish: MapWish): number {
	return Number((cell.value - wish.prefix.value) >> BigInt(128 - wish.cell_length));
}

function prefix_at(index: number, wish: MapWish): Prefix {
	return { value: wish.prefix.value + (BigInt(index) << BigInt(128 - wish.cell_length)), length: wish.cell_length, is_v4: wish.prefix.is_v4 };
}

class AddressMap {
	readonly root: HTMLElement;
	private readonly canvas: HTMLCanvasElement;
	private readonly tip = new Tip();
	private readonly at: Plane;
	private readonly px: number; // of a cell
	private readonly cells = new Map<number, Cell>();
	private readonly marks: [number, number][] = []; // where hosts are drawn
	private mark: [number, number] | null = null;

	constructor(private readonly wish: MapWish) {
		this.at = plane(wish.cell_length - wish.prefix.length, wish.is_hilbert);
		this.px = wish.width / this.at.columns;
		for (const cell of wish.cells) {
			const prefix = prefix_parse(cell.prefix);
			if (prefix)
				this.cells.set(index_of(prefix, wish), cell);
		}
		for (const [index, cell] of this.cells)
			if (states.some(state => cell[state] > 0)) {
				const [x, y] = this.at.place(index);
				this.marks.push([(x + 0.5) * this.px, (y + 0.5) * this.px]);
			}
		this.canvas = h('canvas', { role: 'img', 'aria-label': wish.label, 'aria-describedby': wish.described_by, tabindex: 0, class: 'map' });
		this.root = h('div', { class: 'held' }, this.canvas, this.tip.root);
		this.listen();
		this.draw();
	}

	private cell_at(x: number, y: number): [number, number] {
		return [Math.max(0, Math.min(this.at.columns - 1, Math.floor(x / this.px))), Math.max(0, Math.min(this.at.rows - 1, Math.floor(y / this.px)))];
	}

	private listen(): void {
		const scale = (): number => this.wish.width / (this.canvas.clientWidth || this.wish.width);
		this.canvas.addEventListener('pointermove', e => this.tell(this.cell_at(e.offsetX * scale(), e.offsetY * scale())));
		this.canvas.addEventListener('pointerleave', () => this.forget());
		this.canvas.addEventListener('blur', () => this.forget());
		this.canvas.addEventListener('click', e => this.zoom(this.cell_at(e.offsetX * scale(), e.offsetY * scale())));
		this.canvas.addEventListener('keydown', e => this.press(e));
	}

	private press(event: KeyboardEvent): void {
		const by: Record<string, [number, number]> = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
		const step = by[event.key];
		const [x, y] = this.mark ?? [Math.floor(this.at.columns / 2), Math.floor(this.at.rows / 2)];
		if (step)
			this.tell(this.cell_at((x + step[0] + 0.5) * this.px, (y + step[1] + 0.5) * this.px));
		else if (event.key === 'Enter')
			this.zoom([x, y]);
		else
			return;
		event.preventDefault();
	}

	private zoom([x, y]: [number, number]): void {
		const wanted = Math.min(this.wish.prefix.length + BLOCK_BITS, this.wish.prefix.is_v4 ? 124 : 120);
		if (wanted <= this.wish.prefix.length)
			return;
		const shift = BigInt(128 - wanted);
		const { value } = prefix_at(this.at.index(x, y), this.wish);
		this.wish.zoom?.({ value: value >> shift << shift, length: wanted, is_v4: this.wish.prefix.is_v4 });
	}

	private tell([x, y]: [number, number]): void {
		const index = this.at.index(x, y);
		const cell = this.cells.get(index);
		this.mark = [x, y];
		this.draw();
		const scale = (this.canvas.clientWidth || this.wish.width) / this.wish.width;
		const rows: [string, number][] = cell ? [...states.map((s): [string, number] => [t(`state_${s}` as Word), cell[s]]).reverse(),
			[t('targets'), cell.targets ?? 0]] : [];
		this.tip.show((x + 0.5) * this.px * scale, (y + 0.5) * this.px * scale, h('b', {}, prefix_format(prefix_at(index, this.wish))),
			...rows.filter(([, n]) => n > 0).map(([word, n]) => h('div', { class: 'pair' }, h('span', {}, word), h('b', {}, count(n)))),
			!cell && h('div', { class: 'muted' }, t('none')));
	}

	private forget(): void {
		this.mark = null;
		this.tip.hide();
		this.draw();
	}

	/** The corner of a block in which words hide no host, if there is one; else the first. */
	private free_corner(x: number, y: number, width: number, height: number, w: number, tall: number): [number, number] {
		const corners: [number, number][] = [[x, y], [x + width - w, y], [x, y + height - tall], [x + width - w, y + height - tall]];
		const r = this.mark_px();
		const is_free = ([cx, cy]: [number, number]): boolean => !this.marks.some(([mx, my]) => mx + r > cx && mx - r < cx + w && my + r > cy && my - r < cy + tall);
		return corners.find(is_free) ?? [x, y];
	}

	private mark_px(): number {
		return Math.max(MARK_PX, Math.min(this.px * 0.36, 9));
	}

	/** Blocks of the prefix, with their names where there is room. */
	private draw_blocks(pen: CanvasRenderingContext2D): void {
		const bits = Math.min(BLOCK_BITS, this.at.bits);
		const blocks = 2 ** bits, size = 2 ** (this.at.bits - bits);
		pen.lineWidth = 1;
		pen.font = '11px "DejaVu Sans Mono", ui-monospace, monospace';
		pen.textBaseline = 'top';
		for (let b = 0; b < blocks; b++) {
			const corners = [0, size - 1, Math.floor(size / 2), Math.floor(size / 3), Math.floor(2 * size / 3), Math.floor(size / 4), Math.floor(3 * size / 4)]
				.map(i => this.at.place(b * size + i));
			const [xs, ys] = [corners.map(c => c[0]), corners.map(c => c[1])];
			const [x0, y0] = [Math.min(...xs), Math.min(...ys)];
			// rows of a row order are as wide as the plane
			const side_x = this.wish.is_hilbert ? this.at.columns * this.px / (this.at.columns / Math.sqrt(size)) : this.wish.width;
			const side_y = this.wish.is_hilbert ? side_x : size / this.at.columns * this.px;
			const [bx, by] = this.wish.is_hilbert
				? [Math.floor(x0 / Math.sqrt(size)) * side_x, Math.floor(y0 / Math.sqrt(size)) * side_y] : [0, b * side_y];
			pen.strokeStyle = colour('line');
			pen.strokeRect(bx + 0.5, by + 0.5, side_x - 1, side_y - 1);
			if (side_x < 90 || side_y < 14)
				continue;
			const prefix = { value: prefix_at(b * size, this.wish).value, length: this.wish.prefix.length + bits, is_v4: this.wish.prefix.is_v4 };
			const text = prefix_format(prefix);
			const [w, h_px] = [pen.measureText(text).width + 8, 16];
			const [tx, ty] = this.free_corner(bx + 3, by + 3, side_x - 6, side_y - 6, w, h_px);
			pen.globalAlpha = 0.82;
			pen.fillStyle = colour('surface');
			pen.fillRect(tx, ty, w, h_px);
			pen.globalAlpha = 1;
			pen.fillStyle = colour('text');
			pen.fillText(text, tx + 4, ty + 3, side_x - 14);
		}
	}

	private draw_cells(pen: CanvasRenderingContext2D): void {
		const most = Math.log1p(Math.max(1, ...this.wish.cells.map(c => c.targets ?? 0)));
		pen.fillStyle = colour('target');
		for (const [index, cell] of this.cells) {
			if (!cell.targets)
				continue;
			const [x, y] = this.at.place(index);
			pen.globalAlpha = 0.12 + 0.7 * Math.log1p(cell.targets) / most;
			pen.fillRect(x * this.px, y * this.px, Math.max(this.px, 1), Math.max(this.px, 1));
		}
		pen.globalAlpha = 1;
	}

	private draw_hosts(pen: CanvasRenderingContext2D): void {
		pen.lineWidth = 1.6;
		for (const state of states) {
			pen.fillStyle = pen.strokeStyle = colour(state);
			for (const [index, cell] of this.cells) {
				if (cell[state] === 0)
					continue;
				const [x, y] = this.at.place(index);
				draw_mark(pen, state, (x + 0.5) * this.px, (y + 0.5) * this.px, this.mark_px());
			}
		}
	}

	private draw(): void {
		const dense = window.devicePixelRatio || 1;
		const [width, height] = [this.wish.width, this.at.rows * this.px];
		this.canvas.width = Math.round(width * dense);
		this.canvas.height = Math.round(height * dense);
		this.canvas.style.width = `${width}px`;
		this.canvas.style.height = `${height}px`;
		const pen = this.canvas.getContext('2d');
		if (!pen)
			return;
		pen.scale(dense, dense);
		pen.fillStyle = colour('sunken');
		pen.fillRect(0, 0, width, height);
		this.draw_cells(pen);
		this.draw_blocks(pen);
		this.draw_hosts(pen);
		if (this.mark) {
			pen.strokeStyle = colour('text');
			pen.lineWidth = 2;
			pen.strokeRect(this.mark[0] * this.px - 1, this.mark[1] * this.px - 1, this.px + 2, this.px + 2);
		}
	}
}

export function address_map(wish: MapWish): HTMLElement {
	return new AddressMap(wish).root;
}
