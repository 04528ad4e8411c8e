// SPDX-License-Identifier: Apache-2.0
// Sentences of the server, English and Japanese: those of rules/sentences.txt, by which cordon report goes, too.
import text from '../../../rules/sentences.txt';

/** None in the bundle of the report: its document has them in its language already. */
export const sentences: readonly (readonly [string, string])[] = (typeof text === 'string' ? text : '').split('\n').filter(line => line !== '' && !line.startsWith('#'))
	.map(line => {
		const [en, ja] = line.split('\t');
		return [en ?? '', ja ?? ''] as const;
	});
