// SPDX-License-Identifier: Apache-2.0
// Numbers and times as people read them, in their language. Clock times are those of the reader, with UTC beside them.
import { known, language, t } from '../words/language';

const MINUTE = 60, HOUR = 3600, DAY = 86400;

// Formatters are dear to make, and a table asks for hundreds at once.
const numbers = new Map<string, Intl.NumberFormat>();
const dates = new Map<string, Intl.DateTimeFormat>();

function number(options: Intl.NumberFormatOptions): Intl.NumberFormat {
	const key = language() + JSON.stringify(options);
	const made = numbers.get(key) ?? new Intl.NumberFormat(language(), options);
	numbers.set(key, made);
	return made;
}

let zone: string | undefined;

/** From now on: as the words beside pictures have them. */
export function times_in_utc(): void {
	zone = 'UTC';
}

export function date(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
	const key = language() + JSON.stringify(options);
	const made = dates.get(key) ?? new Intl.DateTimeFormat(language(), { ...options, timeZone: zone });
	dates.set(key, made);
	return made;
}

/** "UTC+9": whose clock the times are of. */
export function zone_name(): string {
	const name = date({ timeZoneName: 'shortOffset' }).formatToParts(new Date()).find(part => part.type === 'timeZoneName')?.value;
	return (name ?? 'UTC').replace('GMT', 'UTC').replace(/[+−-]0$/, '');
}

export function count(n: number): string {
	return number({}).format(n);
}

export function percent(share: number, digits = 0): string {
	return number({ maximumFractionDigits: digits }).format(share * 100) + ' %';
}

/** To two figures that count. */
export function rough(v: number): string {
	return number({ maximumSignificantDigits: v >= 100 ? 3 : 2 }).format(v);
}

/** "42 s", "3.5 min", "2.1 h", "4 d". */
export function duration(seconds: number): string {
	const units = [[DAY, 'u_d'], [HOUR, 'u_h'], [MINUTE, 'u_min'], [1, 'u_s']] as const;
	const [size, unit] = units.find(([u]) => seconds >= u * (u === 1 ? 0 : 1.5)) ?? [1, 'u_s'];
	return t(unit, { n: rough(seconds / size) });
}

export function milliseconds(time: string | number | null | undefined): number {
	return typeof time === 'number' ? time : time ? Date.parse(time) : NaN;
}

/** "08:12:04", with the day before it when that is not today's. */
export function clock(time: string | number | null | undefined, seconds = true): string {
	const ms = milliseconds(time);
	if (Number.isNaN(ms))
		return '–';
	const at = new Date(ms);
	const hour = date({ hour: '2-digit', minute: '2-digit', second: seconds ? '2-digit' : undefined, hourCycle: 'h23' }).format(at);
	const day = date({ year: 'numeric', month: '2-digit', day: '2-digit' });
	return day.format(new Date()) === day.format(at) ? hour : `${day.format(at)} ${hour}`;
}

/** A sentence of the server, in words of the reader, with times of his clock. */
export function sentence(text: string): string {
	return known(text).replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, time => clock(time));
}

/** For a tooltip: the same moment in UTC. */
export function utc(time: string | number | null | undefined): string {
	const ms = milliseconds(time);
	return Number.isNaN(ms) ? '' : new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** "3 min ago". */
export function ago(time: string | number | null | undefined): string {
	const ms = milliseconds(time);
	if (Number.isNaN(ms))
		return '–';
	const passed = (Date.now() - ms) / 1000;
	return passed < 0 ? clock(ms) : passed < 1 ? t('now') : t('ago', { d: duration(passed) });
}
