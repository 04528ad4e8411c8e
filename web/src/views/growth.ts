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
	const end = (v: number | null): string => v === null ? t('unbounded') : format(v);
	return t('band', { level, low: end(band.low), high: end(band.high) });
}

/** In which time onsets double at a rate of growth, or halve where it is below zero; in words. */
function time_of(per_h: number): string {
	return duration(3600 * Math.LN2 / Math.abs(per_h));
}

function figure(label: string, value: string | null, about: string): HTMLElement {
	return h('div', { class: 'figure-number' }, h('div', { class: 'label' }, label),
		h('div', { class: value === null ? 'value none' : 'value' }, value ?? t('too_few')), h('div', { class: 'muted' }, about));
}

/** How fast: a doubling or a halving time; where the band holds both, its ends. */
function speed(growth: Growth): HTMLElement {
	const g = growth.enough ? growth.growth_per_h : null;
	if (!g || g.value === null || g.low === null || g.high === null)
		return figure(t('doubling'), null, known(growth.why));
	if (g.low < 0 && g.high > 0)
		return figure(t('doubling'), t('trend_unclear'), t('band_both', { level: growth.level_pct, low: time_of(g.low), high: time_of(g.high) }));
	// the faster end stands first
	const [fast, slow] = g.value < 0 ? [g.low, g.high] : [g.high, g.low];
	return figure(t(g.value < 0 ? 'halving' : 'doubling'), time_of(g.value), t('band', { level: growth.level_pct, low: time_of(fast), high: slow === 0 ? t('unbounded') : time_of(slow) }));
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
	const g = growth.enough && (growth.trend === 'growing' || growth.trend === 'shrinking') ? growth.growth_per_h?.value ?? null : null;
	const [known_r, least_r] = [growth.r?.value ?? null, growth.r?.low ?? null];
	const r = known_r !== null ? rough(known_r) : least_r !== null ? `≥ ${rough(least_r)}` : '';
	return h('a', { class: 'growth-card', href: incident === 'all' ? '#/curve' : `#/curve?incident=${incident}` },
		h('span', { class: 'label' }, t('growth_title', { d: duration(growth.window_s) })),
		h('span', { class: 'n' }, growth.enough ? t(`trend_${growth.trend}` as Word) : t('too_few')),
		h('span', { class: 'muted' }, g !== null ? `${t(g < 0 ? 'halving' : 'doubling')} ${time_of(g)}` : '', r ? `${g !== null ? ' · ' : ''}R ${r}` : ''));
}
