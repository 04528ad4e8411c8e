// SPDX-License-Identifier: Apache-2.0
// The stream of events by the browser's own means, where no token is asked for: it hears what is written down, and
// goes on behind that after the keeper was killed.
import { execFileSync } from 'node:child_process';
import { CORDON, equal, reader, until } from './harness.mjs';

const { OPEN_PAGE, OPEN_STATE } = process.env;
const note = text => execFileSync(CORDON, ['incident', 'note', '1', text, '--state', OPEN_STATE]);

export async function events() {
	const { page, end } = await reader({ token: null });
	await page.goto(OPEN_PAGE);
	await page.evaluate(() => {
		const source = new EventSource('/api/v1/events');
		window.heard = [];
		window.opened = 0;
		source.addEventListener('note', e => window.heard.push({ mark: e.lastEventId, ...JSON.parse(e.data) }));
		source.onopen = () => window.opened++;
	});
	const opened = () => page.evaluate(() => window.opened);
	const heard = () => page.evaluate(() => window.heard.map(e => [e.body.text, Number(e.mark) === e.id]));
	await until(async () => await opened() === 1, 'a plain EventSource is let in');
	note('the first');
	await until(async () => (await heard()).length === 1, 'it is told of a note');
	const { keeper_pid } = await (await fetch(`${OPEN_PAGE}/api/v1/status`)).json();
	process.kill(keeper_pid, 'SIGKILL');
	note('the second');
	await until(async () => await opened() > 1 && (await heard()).length === 2, 'it comes back by itself, and is told of what it missed');
	equal(await heard(), [['the first', true], ['the second', true]], 'an EventSource hears each event once, by its number, over the death of a keeper');
	await end();
}
