// SPDX-License-Identifier: Apache-2.0
// The board: counts, filters, permalinks, the keyboard, details; its numbers beside those of cordon incident.
import { cordon, equal, go, ok, reader, shot, until } from './harness.mjs';

const shown = page => page.locator('.bar [role=status]').textContent();

export async function board() {
	const { page, wrong, end } = await reader();
	await page.getByRole('row').nth(5).waitFor();
	const list = cordon('incident', 'list', '--json').filter(i => i.status !== 'merged').sort((a, b) => b.id - a.id);
	const cards = page.locator('.card');
	await until(async () => await cards.count() === list.length, 'all incidents are shown');
	equal(await cards.evaluateAll(all => all.map(c => c.textContent.match(/^#(\d+)/)[1])), list.map(i => String(i.id)), 'incidents are those of cordon incident list');
	const texts = await cards.evaluateAll(all => all.map(c => c.querySelectorAll('.row')[1].firstChild.textContent.match(/\d+/g).map(Number)));
	equal(texts, list.map(i => [i.open_hosts, i.hosts]), 'and have as many hosts, and open ones');
	const hosts = list.flatMap(i => cordon('incident', 'show', String(i.id), '--json').filter(h => h.type === 'host'));
	const sum = group => hosts.filter(h => group.includes(h.state)).length;
	const tiles = await page.locator('.tile').evaluateAll(all => Object.fromEntries(all.map(t => [t.dataset.group, Number(t.querySelector('.n').textContent.replace(/\D/g, ''))])));
	equal([tiles.active, tiles.suspected, tiles.held, tiles.recovered], [sum(['infected', 'reinfected']), sum(['suspected']), sum(['contained', 'disconnected']), sum(['recovered'])],
		'counts by state are those of cordon incident show');
	ok((await shown(page)).includes(`${hosts.length} of ${hosts.length}`), 'every host is on the board', await shown(page));
	ok(await page.locator('.board tbody tr').count() < 100, `rows exist as far as they are in sight: ${await page.locator('.board tbody tr').count()}`);
	await shot(page, 'board');

	await page.keyboard.press('/');
	await page.keyboard.type('10.1.2.0/24');
	const net = hosts.filter(h => /^10\.1\.2\./.test(h.address)).length;
	await until(async () => (await shown(page)).startsWith(`${net} of`), 'hosts of one network');
	ok(true, 'a network typed into the filter leaves its hosts');
	await page.keyboard.press('Escape');
	await page.keyboard.press('j');
	await page.keyboard.press('j');
	await page.keyboard.press('k');
	const chosen = await page.locator('tr.chosen .address').textContent();
	await until(async () => await page.locator('.detail h2').first().textContent() === chosen, 'the chosen host is shown beside');
	ok(await page.locator('.detail').getByText('Still missing').isVisible(), 'with its next step and what that needs');
	ok(/cordon contain --to \S+/.test(await page.locator('.detail .command code').first().textContent()), 'and the command that contains it');
	ok(/peers on tcp\/80 did not answer/.test(await page.locator('.detail').textContent()), 'and its evidence');
	const link = page.url();
	const other = await reader({ hash: link.slice(link.indexOf('#')) });
	await until(async () => (await shown(other.page)).startsWith(`${net} of`), 'the link is as it was');
	equal(await other.page.locator('tr.chosen .address').textContent(), chosen, 'its address brings others to the same hosts, and the same one chosen');
	await other.end();
	await page.keyboard.press('Enter');
	await page.getByRole('heading', { level: 1, name: chosen }).waitFor();
	ok(true, 'Enter opens the host');
	await page.keyboard.press('u');
	await page.getByRole('searchbox').waitFor();
	ok(true, 'u goes back');
	await page.keyboard.press('x');
	await until(async () => (await shown(page)).startsWith(`${hosts.length} of`), 'filters are cleared');
	await page.locator('[data-group=held]').click();
	await page.getByText('No host fits these filters.').waitFor();
	ok(page.url().includes('state=contained%2Cdisconnected'), 'a tile filters by state, in the address too');
	await page.keyboard.press('?');
	ok(await page.getByRole('dialog', { name: 'Keyboard help' }).getByText('Next host').isVisible(), '? lists the keys');
	await page.keyboard.press('Escape');
	await page.keyboard.press('g');
	await page.keyboard.press('m');
	await until(() => page.url().includes('#/map'), 'g m goes to the map');
	await go(page, '#/nowhere');
	await page.getByText('There is no view of this name').waitFor();
	ok(true, 'an address that leads nowhere says so');
	equal(wrong, [], 'nothing went wrong in the page');
	await end();
}
