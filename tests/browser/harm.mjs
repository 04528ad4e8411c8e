// SPDX-License-Identifier: Apache-2.0
// Texts that mean harm are shown as text, on every view that shows them.
import { cordon, equal, go, ok, reader, shot } from './harness.mjs';

export async function harm() {
	const id = cordon('incident', 'list', '--json').find(i => /web:/.test(i.causes)).id;
	const { page, wrong, end } = await reader({ hash: `#/board?incident=${id}&host=h1` });
	await page.getByRole('row').nth(1).waitFor();
	await page.locator('.about').getByText('<script>').first().waitFor();
	ok(/⟨U\+202E⟩/.test(await page.locator('.about .notes').textContent()), 'marks that turn the direction are made visible');
	await page.getByRole('row').nth(1).click();
	await page.locator('.detail').getByText('<img src=x').first().waitFor();
	ok((await page.locator('.detail').textContent()).length < 6000, 'long texts are cut');
	await shot(page, 'hostile');
	await go(page, '#/host/10.9.9.9');
	await page.locator('.evidence').getByText('<script>').first().waitFor();
	await page.locator('.evidence').getByRole('button', { name: /show all/ }).first().click();
	ok((await page.locator('.evidence').textContent()).includes('A'.repeat(3000)), 'and can be read whole');
	for (const view of ['curve', 'map', 'tree']) {
		await go(page, `#/${view}?incident=${id}`);
		await page.locator('.summary').first().waitFor();
	}
	await go(page, `#/host/${encodeURIComponent('<script>')}`);
	await page.getByRole('alert').waitFor();
	ok(/no host/.test(await page.getByRole('alert').textContent()), 'a name that is none is refused in words');
	await go(page, `#/board?q=${'x'.repeat(10_000)}`);
	await page.getByText('No host fits these filters.').waitFor();
	ok(true, 'an address of 10 KB is a filter that nothing fits');
	equal(await page.evaluate(() => [document.title.includes('owned'), document.querySelectorAll('img[src=x], main script').length]), [false, 0], 'nothing of it became markup');
	equal(wrong, [], 'no policy had to step in');
	await end();
}
