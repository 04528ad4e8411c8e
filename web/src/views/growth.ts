// SPDX-License-Identifier: Apache-2.0
// Growth in words and figures. Where there are too few data, that is what is said.
import { get } from '../api/client';
import { Band, Curve, Growth } from '../api/types';
import { h } from '../base/dom';
import { count, duration, rough } from '../base/format';
import { t } from '../words/language';
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

function figure(label: string, band: Band | null, why: string, level: number, format: (v: number) => string): HTMLElement {
	const has = band !== null && band.value !== null;
	return h('div', { class: 'figure-number' }, h('div', { class: 'label' }, label),
		h('div', { class: has ? 'value' : 'value none' }, has ? format(Math.abs(band.value as number)) : t('too_few')),
		h('div', { class: 'muted' }, has ? band_words(band, level, format) : why));
}

export function growth_figures(growth: Growth): HTMLElement {
	const is_halving = (growth.doubling_s?.value ?? 0) < 0;
	return h('div', { class: 'numbers' },
		figure(t(is_halving ? 'halving' : 'doubling'), growth.enough ? growth.doubling_s : null, growth.why, growth.level_pct, duration),
		figure(t('r_now'), growth.r, growth.r_why, growth.level_pct, rough),
		h('div', { class: 'figure-number' }, h('div', { class: 'label' }, t('growth')),
			h('div', { class: growth.trend === 'unknown' ? 'value none' : 'value' }, t(`trend_${growth.trend}` as Word)),
			h('div', { class: 'muted' }, t('onsets_in', { n: count(growth.onsets) }))));
}

/** For the board: one line, with a way to the curve. */
export async function growth_line(incident: string): Promise<HTMLElement> {
	const { growth } = await get<Curve>(`incidents/${incident}/curve`, { points: 2 });
	const doubling = growth.enough ? growth.doubling_s?.value ?? null : null;
	const r = growth.r?.value ?? null;
	return h('a', { class: 'growth-card', href: incident === 'all' ? '#/curve' : `#/curve?incident=${incident}` },
		h('span', { class: 'label' }, t('growth_title', { d: duration(growth.window_s) })),
		h('span', { class: 'n' }, growth.enough ? t(`trend_${growth.trend}` as Word) : t('too_few')),
		h('span', { class: 'muted' }, doubling !== null ? `${t(doubling < 0 ? 'halving' : 'doubling')} ${duration(Math.abs(doubling))}` : '',
			r !== null ? `${doubling !== null ? ' · ' : ''}R ${rough(r)}` : ''));
}
