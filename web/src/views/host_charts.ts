// SPDX-License-Identifier: Apache-2.0
// What a host did over time: new peers by what came back, the share of failures, ports; and how far its targets are.
import { Bucket, Profile } from '../api/types';
import { h, refill } from '../base/dom';
import { count, milliseconds, percent } from '../base/format';
import { draw_distance } from '../charts/distance';
import { Bars, draw_bars, draw_line } from '../charts/series';
import { Figure } from '../parts/figure';
import { known as in_words, t } from '../words/language';

/** A share of fewer peers than these says nothing. */
const SHARE_LEAST = 5;
type Activity = NonNullable<Profile['activity']>;
const PORT_LOOKS: [colour: string, pattern: string][] = [['accent', 'solid'], ['suspected', 'hatched'], ['recovery', 'hollow'], ['closed', 'solid']];

export class HostCharts {
	readonly root = h('div', { class: 'charts pair-up' });
	private readonly fanout = new Figure(t('fanout_title'), t('fanout_about'));
	private readonly share = new Figure(t('share_title'));
	private readonly ports = new Figure(t('ports_title'));
	private readonly distance = new Figure(t('distance_title'), t('distance_about'));
	private text = '';

	private draw_fanout(activity: Activity, at_ms: number[], width: number): void {
		const of = (get: (b: Bucket) => number): number[] => activity.buckets.map(get);
		const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0);
		const bars: Bars = { at_ms, step_ms: activity.step_ms, layers: [
			{ word: t('peers_failed'), colour: 'infected', pattern: 'solid', values: of(b => b.failed) },
			{ word: t('peers_unknown'), colour: 'closed', pattern: 'hatched', values: of(b => b.unknown) },
			{ word: t('peers_answered'), colour: 'contained', pattern: 'hollow', values: of(b => b.answered) },
		] };
		const [failed, answered] = [sum(of(b => b.failed)), sum(of(b => b.answered))];
		draw_bars(this.fanout, bars, t('fanout_summary', { n: count(activity.contacted), failed: failed + answered > 0 ? Math.round(100 * failed / (failed + answered)) : '–' }), width);
		const shares = activity.buckets.map(b => b.failed + b.answered >= SHARE_LEAST ? b.failed / (b.failed + b.answered) : null);
		const known = shares.filter((v): v is number => v !== null);
		draw_line(this.share, { at_ms, values: shares }, t('share_title'), known.length === 0 ? t('too_few')
			: t('share_summary', { low: Math.round(100 * Math.min(...known)), high: Math.round(100 * Math.max(...known)) }), width, 1, v => percent(v));
	}

	private draw_ports(activity: Activity, at_ms: number[], width: number): void {
		const shown = activity.ports.slice(0, PORT_LOOKS.length);
		const most = activity.ports[0];
		const beyond = activity.ports.length - shown.length + activity.ports_beyond;
		const summary = !most ? t('unknown') : t('ports_summary', { n: count(activity.ports.length + activity.ports_beyond), port: most.port,
			share: Math.round(100 * most.contacted / Math.max(1, activity.contacted)) });
		draw_bars(this.ports, { at_ms, step_ms: activity.step_ms, layers: shown.map((p, i) => ({ word: p.port, colour: PORT_LOOKS[i]?.[0] ?? 'closed',
			pattern: PORT_LOOKS[i]?.[1] ?? 'solid', values: p.buckets })) }, beyond > 0 ? `${summary} ${t('ports_beyond', { n: count(beyond) })}` : summary, width);
	}

	draw(profile: Profile): void {
		const text = JSON.stringify([profile.activity, profile.targeting, this.root.clientWidth]);
		if (text === this.text)
			return;
		this.text = text;
		const activity = profile.activity;
		if (!activity || activity.buckets.length === 0) {
			refill(this.root, h('p', { class: 'empty panel pad' }, t('no_activity', { why: in_words(profile.activity_why ?? t('unknown')) })), h('section', { class: 'panel pad' }, this.distance.root));
			draw_distance(this.distance, profile.targeting);
			return;
		}
		refill(this.root, ...[this.fanout, this.share, this.ports, this.distance].map(f => h('section', { class: 'panel pad' }, f.root)));
		const width = Math.max(320, this.fanout.drawing.clientWidth);
		const at_ms = activity.buckets.map(b => milliseconds(b.at));
		this.draw_fanout(activity, at_ms, width);
		this.draw_ports(activity, at_ms, width);
		draw_distance(this.distance, profile.targeting);
	}
}
