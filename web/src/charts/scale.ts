// SPDX-License-Identifier: Apache-2.0
// From values to pixels, and the round values to write beside an axis.
import { nice, ticks } from 'd3-array';

export interface Scale {
	(value: number): number;
	invert(px: number): number;
	ticks(count: number): number[];
}

const SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
/** What people divide time by. */
const steps = [SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 30 * MINUTE,
	HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 30 * DAY, 365 * DAY];

function scale(from: number, to: number, first_px: number, last_px: number, at: Scale['ticks']): Scale {
	const of = (value: number): number => first_px + (value - from) / (to - from) * (last_px - first_px);
	return Object.assign(of, { invert: (px: number) => from + (px - first_px) / (last_px - first_px) * (to - from), ticks: at });
}

/** From 0 to a round number that holds `most`. */
export function amount_scale(most: number, first_px: number, last_px: number): Scale {
	const [, to] = nice(0, most > 0 ? most : 1, 4);
	return scale(0, to, first_px, last_px, count => ticks(0, to, count));
}

/** In ms since 1970; round in the clock of the reader. */
export function time_scale(from: number, to: number, first_px: number, last_px: number): Scale {
	const end = Math.max(to, from + SECOND);
	return scale(from, end, first_px, last_px, count => {
		const step = steps.find(s => (end - from) / s <= count) ?? 365 * DAY * Math.ceil((end - from) / (365 * DAY * count));
		const zone = -new Date(from).getTimezoneOffset() * MINUTE;
		const found: number[] = [];
		for (let at = Math.ceil((from + zone) / step) * step - zone; at <= end; at += step)
			found.push(at);
		return found;
	});
}
