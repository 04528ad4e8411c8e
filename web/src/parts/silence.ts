// SPDX-License-Identifier: Apache-2.0
// What the silence of a host has come to: proved, or not known. That nothing was seen is no proof.
import { Child, h } from '../base/dom';
import { duration } from '../base/format';
import { t } from '../words/language';

interface Watched {
	watched_ms: number;
	needed_ms: number | null;
	is_enough: boolean;
}

/** Where silence is waited for: a verdict. */
const is_asked = (state: string): boolean => state === 'remediated' || state === 'verifying';

export function silence_words(state: string, s: Watched): Child[] {
	const watched = s.needed_ms === null ? t('silence_cannot') : t('silence_of', { watched: duration(s.watched_ms / 1000), needed: duration(s.needed_ms / 1000) });
	return !is_asked(state) ? [watched]
		: [h('span', { class: `effect e-${s.is_enough ? 'yes' : 'unknown'}` }, s.is_enough ? `✓ ${t('silence_proved')}` : `? ${t('silence_unknown')}`), ' ', watched];
}
