// SPDX-License-Identifier: Apache-2.0
// How far the targets of a host are, beside the shares that known worms choose: bars, and a mark for each worm.
import { Profile } from '../api/types';
import { h } from '../base/dom';
import { visible } from '../base/foreign';
import { count, percent } from '../base/format';
import { Figure } from '../parts/figure';
import { known, t } from '../words/language';

type Targeting = NonNullable<Profile['targeting']>;

function bar(share: number, kind: string): HTMLElement {
	const filled = h('span', { class: `fill ${kind}` });
	filled.style.width = `${(100 * share).toFixed(1)}%`;
	return h('span', { class: 'track', 'aria-hidden': 'true' }, filled);
}

export function draw_distance(figure: Figure, targeting: Targeting | null): void {
	const total = targeting?.targets.reduce((sum, n) => sum + n, 0) ?? 0;
	if (!targeting || total === 0) {
		figure.tell(t('distance_none'), () => ({ head: [], rows: [] }));
		figure.show(h('p', { class: 'empty' }, t('distance_none')));
		return;
	}
	const shares = targeting.targets.map(n => n / total);
	const models = [...targeting.expected].sort((a, b) => b.likelihood - a.likelihood);
	const likeliest = models[0];
	const most = shares.indexOf(Math.max(...shares));
	figure.tell(t('distance_summary', { n: count(total), share: Math.round(100 * (shares[most] ?? 0)), near: known(targeting.near[most] ?? ''),
		worm: likeliest?.worm ?? '–', p: Math.round(100 * (likeliest?.likelihood ?? 0)) }),
	() => ({ head: ['', ...targeting.near.map(known), t('likelihood')],
		rows: [[t('this_host'), ...shares.map(v => percent(v)), ''], ...models.map(m => [visible(m.worm), ...m.share.map(v => percent(v)), percent(m.likelihood, 1)])] }));
	const row = (name: string, values: number[], likelihood: string, kind: string): HTMLElement => h('tr', { class: kind },
		h('th', { scope: 'row' }, name), ...values.map(v => h('td', {}, bar(v, kind), h('span', { class: 'share' }, percent(v)))), h('td', { class: 'number' }, likelihood));
	figure.show(h('div', { class: 'scroll-x', tabindex: 0, role: 'group', 'aria-label': t('distance_title') }, h('table', { class: 'distance' },
		h('thead', {}, h('tr', {}, h('td', {}), ...targeting.near.map(near => h('th', { scope: 'col' }, visible(known(near)))), h('th', { scope: 'col' }, t('likelihood')))),
		h('tbody', {}, row(t('this_host'), shares, '', 'own'), ...models.map(m => row(visible(m.worm), m.share, percent(m.likelihood, 1), 'model'))))));
}
