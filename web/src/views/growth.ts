// SPDX-License-Identifier: Apache-2.0
// Growth in words and figures. Where there are too few data, that is what is said.
import { get } from '../api/client';
import { Band, Curve, Growth } from '../api/types';
import { h } from '../base/dom';
import { count, duration, rough } from '../base/format';
import { known, t } from '../words/language';
import { Word } from '../words/words';

/** "90 % band: 2.1 min to without bound". */
function band_words(band: Band, level: number, format: (v: number) => string): string {
	const end = (v: number | null): string => v === null ? t('unbounded') : format(Math.abs(v));
	const ends = [band.low, band.high];
	// A halving time is a doubling time below zero: its ends stand the other way round.
	if (ends.every(v => v !== null && v < 0))
		ends.reverse();
	return t('band', { level, low: end(ends[0] ?? null), high: end(ends[1] ?? null) });
}

function figure(label: string, value: string | null, about: string): HTMLElement {
	return h('div', { class: 'figure-number' }, h('div', { class: 'label' }, label),
		h('div', { class: value === null ? 'value none' : 'value' }, value ?? t('too_few')), h('div', { class: 'muted' }, about));
}

/** How fast: a doubling or halving time, or, where neither is told, by what new onsets change in an hour. */
function speed(growth: Growth): HTMLElement {
	const doubling = growth.enough ? growth.doubling_s : null, hourly = growth.enough ? growth.growth_per_h : null;
	if (doubling && doubling.value !== null)
		return figure(t(doubling.value < 0 ? 'halving' : 'doubling'), duration(Math.abs(doubling.value)), band_words(doubling, growth.level_pct, duration));
	if (hourly && hourly.value !== null) {
		const times = (v: number): string => t('times', { v: rough(Math.exp(v)) });
		const end = (v: number | null): string => v === null ? t('unbounded') : times(v);
		return figure(t('per_hour'), times(hourly.value), t('band', { level: growth.level_pct, low: end(hourly.low), high: end(hourly.high) }));
	}
	return figure(t('doubling'), null, known(growth.why));
}

function reproduction(growth: Growth): HTMLElement {
	const r = growth.r;
	if (r && r.value !== null)
		return figure(t('r_now'), rough(r.value), band_words(r, growth.level_pct, rough));
	return figure(t('r_now'), r && r.low !== null ? t('at_least', { v: rough(r.low) }) : null, known(growth.r_why));
}

export function growth_figures(growth: Growth): HTMLElement {
	return h('div', { class: 'numbers' },
		figure(t('growth'), growth.trend === 'unknown' ? null : t(`trend_${growth.trend}` as Word), growth.enough ? known(growth.why) : t('onsets_in', { n: count(growth.onsets) })),
		speed(growth), reproduction(growth));
}

/** For the board: one line, with a way to the curve. */
export async function growth_line(incident: string): Promise<HTMLElement> {
	const { growth } = await get<Curve>(`incidents/${incident}/curve`, { points: 2 });
	const doubling = growth.enough ? growth.doubling_s?.value ?? null : null;
	const [known_r, least_r] = [growth.r?.value ?? null, growth.r?.low ?? null];
	const r = known_r !== null ? rough(known_r) : least_r !== null ? `≥ ${rough(least_r)}` : '';
	return h('a', { class: 'growth-card', href: incident === 'all' ? '#/curve' : `#/curve?incident=${incident}` },
		h('span', { class: 'label' }, t('growth_title', { d: duration(growth.window_s) })),
		h('span', { class: 'n' }, growth.enough ? t(`trend_${growth.trend}` as Word) : t('too_few')),
		h('span', { class: 'muted' }, doubling !== null ? `${t(doubling < 0 ? 'halving' : 'doubling')} ${duration(Math.abs(doubling))}` : '',
			r ? `${doubling !== null ? ' · ' : ''}R ${r}` : ''));
}
