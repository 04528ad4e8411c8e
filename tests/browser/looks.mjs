// SPDX-License-Identifier: Apache-2.0
// Every view in both languages and both colours: axe has no complaint; each is kept as a picture for people.
import { axe, cordon, equal, go, ok, reader, shot, until } from './harness.mjs';

/** Runs of English words that readers of Japanese would see; not commands, nor what people wrote. */
const english_in = page => page.evaluate(() => {
	const found = [];
	const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	for (let node = walk.nextNode(); node; node = walk.nextNode())
		if (!node.parentElement.closest('code, .notes, script, style, [hidden]') && /[A-Za-z']{2,}( [A-Za-z']{1,}){3,}/.test(node.textContent))
			found.push(node.textContent.slice(0, 160));
	return [...new Set(found)];
});

/** On a phone: nothing lies beside the window, no label is cut, what silence is worth is said, and a host that is chosen comes in sight. */
async function small(page, views) {
	await page.setViewportSize({ width: 390, height: 844 });
	for (const language of ['English', '日本語']) {
		for (const [name, hash] of Object.entries(views)) {
			await go(page, hash);
			await page.locator('.summary, .card, .verdict').first().waitFor();
			await until(async () => await page.locator('figure .drawing:not(:has(*))').count() === 0, `${name} is drawn`);
			ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `a phone needs no scrolling aside: ${name}, ${language}`);
		}
		equal(await page.evaluate(() => [...document.querySelectorAll('.top nav a, .zone')].filter(e => e.getBoundingClientRect().height > 40).length), 0, 'names of views are not broken');
		ok(await page.locator('.trust').isVisible(), 'whether silence can be trusted is said there too');
		await go(page, views.board);
		await page.locator('.tile').first().waitFor();
		equal(await page.locator('.tile .label').evaluateAll(all => all.filter(l => l.scrollWidth > l.clientWidth).map(l => l.textContent)), [], 'no label is cut');
		await shot(page, `phone-${language === 'English' ? 'en' : 'ja'}`);
		if (language === 'English')
			await page.locator('#language').click();
	}
	await page.getByRole('row').nth(3).locator('td').nth(2).click();
	await until(() => page.locator('.detail h2').first().evaluate(e => e.getBoundingClientRect().top < innerHeight && e.getBoundingClientRect().bottom > 0).catch(() => false), 'a host that is chosen comes in sight');
	ok(true, 'a host that is chosen comes in sight');
	await page.setViewportSize({ width: 3840, height: 2160 });
	await until(async () => parseFloat(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize)) > 16, 'a wall has larger letters');
	equal(await page.locator('.board .grid td:not(:nth-child(3))').evaluateAll(all => all.filter(td => td.scrollWidth > td.clientWidth + 1).map(td => td.textContent)), [], 'a wall has larger letters, and no cell is cut');
	await shot(page, 'wall');
}

export async function looks() {
	const incidents = cordon('incident', 'list', '--json').sort((a, b) => b.hosts - a.hosts);
	const id = incidents[0].id;
	const host = cordon('incident', 'show', String(id), '--json').find(h => h.type === 'host').address;
	const views = { board: `#/board?incident=${id}`, curve: `#/curve?incident=${id}`, map: `#/map?incident=${id}`, networks: `#/map?incident=${id}&order=treemap`,
		tree: `#/tree?incident=${id}`, host: `#/host/${host}`, telemetry: '#/health' };
	// every language and every theme is judged in full once; the other two pairs are looked at by people
	for (const [language, theme, is_judged] of [['en', 'light', true], ['ja', 'dark', true], ['en', 'dark', false], ['ja', 'light', false]]) {
		const { page, wrong, end } = await reader({ language, theme, hash: views.board });
		for (const [name, hash] of Object.entries(views)) {
			await go(page, hash);
			await page.locator('.summary, .card, .verdict').first().waitFor();
			await until(async () => await page.locator('figure .drawing:not(:has(*))').count() === 0, `${name} is drawn`);
			if (name === 'board') {
				await page.getByRole('row').nth(3).waitFor();
				await page.keyboard.press('j');
				await page.locator('.detail h2').first().waitFor();
			}
			if (language === 'ja')
				equal(await english_in(page), [], `no sentence is left in English: ${name}`);
			if (is_judged)
				equal(await axe(page), [], `axe has no complaint: ${name}, ${language}, ${theme}`);
			await shot(page, `${name}-${language}-${theme}`);
		}
		equal(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dataset.theme]), [language, theme], `the browser's language and colours are taken: ${language}, ${theme}`);
		equal(wrong, [], 'nothing went wrong in the page');
		await end();
	}
	const { page, wrong, end } = await reader({ motion: 'reduce', hash: views.board });
	await page.getByRole('row').nth(3).waitFor();
	equal(await page.locator('.zone').textContent(), await page.evaluate(() => {
		const minutes = -new Date().getTimezoneOffset();
		return minutes === 0 ? 'UTC' : `UTC${minutes < 0 ? '-' : '+'}${Math.floor(Math.abs(minutes) / 60)}${minutes % 60 ? `:${Math.abs(minutes % 60)}` : ''}`;
	}), 'whose clock the times are of is said');
	await page.getByRole('button', { name: '日本語' }).click();
	await page.getByRole('link', { name: 'ボード' }).waitFor();
	ok(await page.getByText('封じ込め').first().isVisible(), 'a switch turns the language');
	await page.keyboard.press('l');
	await page.getByRole('link', { name: 'Board' }).waitFor();
	await page.getByRole('button', { name: 'Switch to dark colours' }).click();
	equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark', 'a switch turns the colours');
	await page.reload();
	await page.getByRole('row').nth(3).waitFor();
	equal(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dataset.theme]), ['en', 'dark'], 'and both are remembered');
	equal(await page.evaluate(() => document.getAnimations().length), 0, 'who wants no motion gets none');
	await page.keyboard.press('s');
	await page.keyboard.press('j');
	await page.keyboard.press('s');
	await page.getByRole('dialog').waitFor();
	equal(await axe(page), [], 'axe has no complaint: changing a state');
	await page.keyboard.press('Escape');
	await small(page, views);
	equal(wrong, [], 'nothing went wrong in the page');
	await end();
}
