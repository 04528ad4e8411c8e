// SPDX-License-Identifier: Apache-2.0
// Texts that mean harm are shown as text, on every view that shows them.
import { api, cordon, equal, go, ok, reader, shot, until } from './harness.mjs';

const { OPEN_PAGE } = process.env;

const LONG = '<script>document.title="owned"</script>\u202e' + 'A'.repeat(10_240);

/** Nothing of it is markup, hides the rest, or pushes the page aside. */
async function is_tame(page) {
	return page.evaluate(() => [document.title === 'owned' || document.title.length > 120, document.querySelectorAll('main script, dialog script').length,
		document.documentElement.scrollWidth <= innerWidth + 20, [...document.querySelectorAll('main *, header *, dialog *')].every(e => e.children.length > 0 || e.textContent.length < 11_000)]);
}
const TAME = [false, 0, true, true];

/** Notes, reasons and names of 10 KB: refused in a sentence that the page shows, and nothing is written. */
async function too_long(id) {
	for (const [language, wanted] of [['en', /'text' has 1\d{4} bytes and may have 2047: shorten it/], ['ja', /上限は 2047 バイトです。短くしてください/]]) {
		const { page, wrong, end } = await reader({ hash: `#/board?incident=${id}`, language });
		await page.getByRole('row').nth(1).waitFor();
		const before = (await api(`log?incident=${id}&kind=note`)).items.length;
		await page.locator('#note').click();
		const dialog = page.getByRole('dialog');
		await dialog.getByRole('textbox').fill(LONG);
		await dialog.locator('button.primary').click();
		await dialog.getByRole('alert').waitFor();
		ok(wanted.test(await dialog.getByRole('alert').textContent()), `a note of 10 KB is refused, and it is said why: ${language}`, await dialog.getByRole('alert').textContent());
		equal(await dialog.getByRole('textbox').inputValue(), LONG, 'what was typed is still there to be shortened');
		equal(await is_tame(page), TAME, 'and breaks nothing');
		await shot(page, `too-long-${language}`);
		await dialog.getByRole('textbox').fill('あ'.repeat(682)); // 2046 bytes
		await dialog.locator('button.primary').click();
		await dialog.waitFor({ state: 'hidden' });
		equal((await api(`log?incident=${id}&kind=note`)).items.length, before + 1, 'one that is short enough is taken, and no other');
		await page.locator('tr .address').first().click();
		await page.keyboard.press('s');
		await dialog.waitFor();
		await dialog.getByRole('textbox').first().fill(LONG);
		await dialog.locator('button.primary').click();
		await dialog.getByRole('alert').waitFor();
		ok(/2047/.test(await dialog.getByRole('alert').textContent()), 'so is a reason of 10 KB');
		equal(await is_tame(page), TAME, 'and breaks nothing');
		equal(wrong, [], 'nothing went wrong in the page');
		await end();
	}
}

/** URLs and names of 10 KB that web servers and a DHCP server wrote down. */
async function told_by_others() {
	const { page, wrong, end } = await reader({ site: OPEN_PAGE, token: null });
	await page.locator('tr .address').getByText('10.9.9.8').waitFor();
	const row = (await api('board', OPEN_PAGE)).items.find(r => r.address === '10.9.9.8');
	ok((row.name ?? '').length < 300, `a name of 10 KB is cut, or none: ${row.name?.length}`);
	const { items } = await api(`evidence?host=h${row.host}&limit=100`, OPEN_PAGE);
	ok(items.length > 0 && items.every(e => JSON.stringify(e).length < 5000 && /3 requests/.test(e.body.why)), 'evidence of a URL of 10 KB is bounded');
	for (const hash of ['#/board?q=10.9.9.8', '#/host/10.9.9.8', '#/map', '#/tree', '#/health', '#/curve']) {
		await go(page, hash);
		await page.locator('main table, main figure, main .empty').first().waitFor();
		equal(await is_tame(page), TAME, `texts of 10 KB stay text: ${hash}`);
	}
	await shot(page, 'told-by-others');
	equal(wrong, [], 'nothing went wrong in the page');
	await end();
}

/** Links of 10 KB, which anybody may send. */
async function links() {
	const { page, wrong, end } = await reader();
	const long = encodeURIComponent(LONG);
	for (const hash of [`#/host/${long}`, `#/board?incident=${long}`, `#/board?host=${long}`, `#/map?prefix=${long}`, `#/map?incident=${long}`,
		`#/tree?incident=${long}`, `#/tree?under=${long}&subnet=${long}`, `#/curve?incident=${long}`, `#/${long}`]) {
		await go(page, hash);
		await page.locator('main:has(*)').waitFor();
		await until(async () => await page.getByRole('alert').isVisible() || await page.locator('main table, main figure .summary:not(:empty), main .empty').count() > 0, `a view or a reason: ${hash.slice(0, 20)}`);
		equal(await is_tame(page), TAME, `a link of 10 KB breaks nothing: ${hash.slice(0, 20)}`);
		ok((await page.getByRole('alert').textContent({ timeout: 100 }).catch(() => '')).length < 700, 'what it is refused with is short');
	}
	await shot(page, 'long-link');
	equal(wrong, [], 'nothing went wrong in the page');
	await end();
}

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
	await too_long(id);
	await told_by_others();
	await links();
}
