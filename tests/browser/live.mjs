// SPDX-License-Identifier: Apache-2.0
// The page follows the daemon: what is found appears by itself, also after the keeper was killed.
import { api, equal, ok, reader, shot, until } from './harness.mjs';

const infected = page => page.locator('[data-group=active] .n').textContent().then(text => Number(text.replace(/\D/g, '')));

export async function live() {
	const { page, wrong, end } = await reader();
	const link = page.locator('.link-state');
	await until(async () => await link.textContent() === 'Live', 'the page is live');
	await until(async () => await infected(page) > 0, 'hosts are shown');
	const before = await infected(page);
	console.log('SEND');
	await until(async () => await infected(page) >= 120, 'all 120 are found');
	ok(before < await infected(page), `hosts appear by themselves: ${before}, then ${await infected(page)}`);

	const { keeper_pid } = await api('status');
	process.kill(keeper_pid, 'SIGKILL');
	await until(async () => await link.textContent() !== 'Live', 'the page notices');
	equal(await link.textContent(), 'Reconnecting…', 'a keeper that was killed is told of');
	await shot(page, 'reconnecting');
	await until(async () => await link.textContent() === 'Live', 'it is live again');
	ok((await api('status')).keeper_pid !== keeper_pid, 'with the next keeper the page is live again');
	await until(async () => await infected(page) === 120, 'with the same hosts');
	ok(true, 'and shows what it showed');
	console.log('RESTART');
	await until(async () => await link.textContent() !== 'Live', 'the page notices that the daemon is gone');
	await until(async () => await link.textContent() === 'Live', 'it is live with another daemon');
	await until(async () => await infected(page) === 120, 'with the same hosts');
	ok(true, 'a daemon that is stopped and started anew beneath it is the same to the page');
	equal(wrong, [], 'nothing went wrong in the page');
	await end();
}
