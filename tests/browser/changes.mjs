// SPDX-License-Identifier: Apache-2.0
// Changes: what the guard refuses and accepts, notes, who works on an incident.
import { api, cordon, equal, ok, reader, shot, until } from './harness.mjs';

export async function changes() {
	const list = cordon('incident', 'list', '--json').sort((a, b) => b.hosts - a.hosts);
	const id = list[0].id;
	const { page, wrong, end } = await reader({ hash: `#/board?incident=${id}&state=infected` });
	await page.getByRole('row').nth(5).waitFor();
	await page.keyboard.press('j');
	const host = await page.locator('tr.chosen .address').textContent();
	await page.keyboard.press('s');
	const dialog = page.getByRole('dialog');
	await dialog.getByRole('radio', { name: /contained/ }).check();
	await dialog.getByRole('button', { name: 'Set state' }).click();
	await dialog.getByRole('alert').waitFor();
	const refusal = await dialog.getByRole('alert').textContent();
	ok(/stays infected/.test(refusal) && /proof that the worm no longer leaves the host/.test(refusal), 'the guard refuses, and says what is missing', refusal);
	await shot(page, 'refused');
	ok((await api(`hosts/${host}`)).state === 'infected', 'nothing was changed');
	await dialog.getByLabel('I vouch').fill("ACL 101 on r1 counts; it's fine");
	ok((await dialog.locator('.command code').textContent()).includes(`cordon incident set ${host} contained --operator-says 'ACL 101 on r1 counts; it'\\''s fine'`),
		'the same is shown as a command, quoted');
	await dialog.getByRole('button', { name: 'Set state' }).click();
	await page.getByText(`${host} is contained now.`).waitFor();
	ok((await api(`hosts/${host}`)).state === 'contained', 'with a word for it the guard accepts');
	await until(async () => await page.locator('[data-group=held] .n').textContent() === '1', 'the tile counts it');
	ok(true, 'and the board counts it at once');

	await page.locator('#note').click();
	await dialog.getByRole('textbox').fill('port Gi1/0/7 is shut');
	await dialog.getByRole('button', { name: 'Add note' }).click();
	await page.locator('.about').getByText('port Gi1/0/7 is shut').waitFor();
	ok(true, 'a note is written down and shown');
	await page.locator('#assign').click();
	await dialog.getByRole('textbox').fill('bob');
	await dialog.getByRole('button', { name: 'Assign' }).click();
	await until(async () => /bob/.test(await page.locator('.card[aria-current]').textContent()), 'who works on it is shown');
	equal(cordon('incident', 'list', '--json').find(i => i.id === id).assignee, 'bob', 'and cordon incident list says the same');
	const said = cordon('incident', 'note', String(id), 'written', 'elsewhere');
	await page.locator('.about').getByText('written elsewhere').waitFor();
	ok(true, 'what others write appears by itself', said);
	const log = await api(`log?incident=${id}&kind=note&order=newest&limit=10`);
	ok(log.items.some(e => e.actor === 'ann' && e.body.text === 'port Gi1/0/7 is shut'), 'the log names who did it');
	equal(wrong, [], 'nothing went wrong in the page');
	await end();
}
