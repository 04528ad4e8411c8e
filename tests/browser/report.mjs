// SPDX-License-Identifier: Apache-2.0
// Reports as somebody opens them who got them by mail: from a file, without a daemon, on a screen and on paper.
import { statSync } from 'node:fs';
import { axe, axe_source, browser, cordon_on, equal, ok, SHOTS, STATE } from './harness.mjs';

const { REPORTS, SIX_STATE, WIDE_STATE } = process.env;
const MOST_BYTES = 1 << 20, PICTURES = ['curve', 'tree', 'map'];

/** What a report must have drawn: each frame, and in it something that is no empty place. */
const drawn = page => page.evaluate(() => [...document.querySelectorAll('figure.figure')].map(figure => {
	const canvases = [...figure.querySelectorAll('canvas')].map(canvas => {
		const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
		const seen = new Set();
		for (let i = 0; i < data.length; i += 4)
			seen.add(data[i] << 16 | data[i + 1] << 8 | data[i + 2]);
		return seen.size;
	});
	const svg = [...figure.querySelectorAll('.drawing > .held > svg, svg.tree')].map(s => s.querySelectorAll('path, rect, text').length);
	return { id: figure.parentElement.id, said: figure.querySelector('.summary').textContent.length > 20, canvases, svg };
}));

/** Texts of pictures that their picture cuts, or that are wider than the page. */
const cut = page => page.evaluate(() => [...document.querySelectorAll('figure svg text')].filter(text => {
	const [box, frame] = [text.getBoundingClientRect(), text.closest('svg:not(.glyph)').getBoundingClientRect()];
	return box.width > 0 && (box.right > frame.right + 2 || box.left < frame.left - 2 || box.bottom > frame.bottom + 2);
}).map(text => text.textContent));

/** Hosts of the list that a reader sees. */
const in_sight = () => [...document.querySelectorAll('.branches b')].filter(b => b.checkVisibility({ contentVisibilityAuto: true }) && b.getBoundingClientRect().height > 0).length;

/** The tree as a list: it opens by itself, where no script may run, too, by the keyboard, down to each host. */
async function unfolds(path, hosts, { has_script, name }) {
	const context = await browser.newContext({ viewport: { width: 1100, height: 900 }, offline: true, javaScriptEnabled: has_script });
	const page = await context.newPage();
	await page.goto(`file://${path}`);
	const all = page.locator('.branches b'), folded = page.locator('.branches details:not([open]) > summary');
	equal(await all.count(), hosts, `${name}: each of ${hosts} hosts is in the list of the tree`);
	ok(await page.locator('.branches i', { hasText: /or 10\.|or unseen|または/ }).count() > hosts / 2, 'with who else may have infected it');
	const before = await folded.count();
	if (hosts > 100)
		ok(before > 10, `much of it is folded: ${before}`);
	if (before > 0) {
		const seen = () => page.locator('.branches b:visible').count();
		const were = await seen();
		await folded.first().focus();
		await page.keyboard.press('Enter');
		ok(await folded.count() === before - 1 && await seen() > were, 'a fold opens by the keyboard');
	}
	if (has_script && before > 0) {
		await page.getByRole('button', { name: 'Unfold all' }).click();
		equal(await page.evaluate(in_sight), hosts, 'a button opens all');
		await page.getByRole('button', { name: 'Fold all', exact: true }).click();
		equal(await page.evaluate(in_sight), await page.evaluate(() => document.querySelectorAll('.branches > li > details > summary > b, .branches > li > b').length), 'and closes all');
	}
	if (!has_script) {
		equal(await page.locator('figure.figure, #tree').evaluateAll(list => list.map(f => f.getClientRects().length)), [0], 'there is no empty frame where nothing can be drawn');
		await page.screenshot({ path: `${SHOTS}/${name}-no-script.png`, fullPage: hosts < 200 });
	}
	await context.close();
}

async function opened(path, { language, theme, name }) {
	const began = Date.now();
	const context = await browser.newContext({ viewport: { width: 1100, height: 900 }, colorScheme: theme, offline: true, timezoneId: 'Asia/Tokyo' });
	const page = await context.newPage();
	const wrong = [];
	page.on('pageerror', error => wrong.push(`error: ${error.stack}`));
	page.on('console', message => wrong.push(`console: ${message.text()}`));
	page.on('request', request => request.url() !== `file://${path}` && wrong.push(`request: ${request.url()}`));
	await page.goto(`file://${path}`);
	const found = await drawn(page);
	equal(found.map(f => f.id), PICTURES, `${name}: each picture has its frame`);
	ok(found.every(f => f.said && f.canvases.length + f.svg.length > 0 && f.canvases.every(n => n > 4) && f.svg.every(n => n > 8)), 'and is drawn', found);
	equal(await cut(page), [], 'no word of a picture is cut');
	equal(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dataset.theme, document.documentElement.scrollWidth <= 1100]), [language, theme, true],
		'in its language, in the colours of its reader, and no wider than the window');
	const made = await page.locator('header').textContent();
	const hour = Number(made.match(/T(\d\d):/)[1]);
	const axis = await page.locator('#curve svg.chart text').evaluateAll(all => all.map(t => t.textContent).filter(t => /^\d\d:\d\d/.test(t)).at(-1));
	ok(Math.abs(Number(axis.slice(0, 2)) - hour) % 23 <= 1, 'pictures have the times of the words: UTC, wherever it is read', { made, axis });
	ok(await page.locator('.tree .node text').evaluateAll(all => all.every(t => t.getBoundingClientRect().height > 8)), 'names in the tree can be read');
	equal(await page.locator('.tree .node').evaluateAll(all => all.filter(n => n.querySelector('text:not(.plus)').getBoundingClientRect().right > n.querySelector('.hit').getBoundingClientRect().right + 1).map(n => n.textContent)), [],
		'and no line begins within one');
	const states = await page.locator('#hosts td > span').evaluateAll(all => [...new Set(all.map(s => s.textContent))]);
	ok(states.length > 0 && (language === 'ja' ? states.every(s => !/[a-z]/.test(s)) : states.includes('infected')), 'states are words of its language', states);
	ok(await page.locator('#hosts tbody tr').evaluateAll(all => all.every(r => r.getBoundingClientRect().height < 80)), 'a host takes three lines at most');
	await page.screenshot({ path: `${SHOTS}/${name}.png` });
	await page.locator('#hosts').scrollIntoViewIfNeeded();
	await page.screenshot({ path: `${SHOTS}/${name}-hosts.png` });
	for (const id of PICTURES)
		await page.locator(`#${id}`).screenshot({ path: `${SHOTS}/${name}-${id}.png` });
	await page.emulateMedia({ media: 'print' });
	await page.waitForFunction(() => document.documentElement.dataset.theme === 'light');
	const paper = await page.evaluate(() => ({ tools: [...document.querySelectorAll('.tools')].every(t => getComputedStyle(t).display === 'none'),
		is_square: [...document.querySelectorAll('canvas.map')].every(c => { const box = c.getBoundingClientRect(); return box.width < 400 && Math.abs(box.width / box.height - c.width / c.height) < 0.1; }),
		ink: getComputedStyle(document.body).color, ground: getComputedStyle(document.body).backgroundColor }));
	const is_wide = await page.locator('.tree-scroll.wide').count() > 0;
	equal(await page.evaluate(() => ['#tree .drawing', '.branches'].map(s => document.querySelector(s).getClientRects().length > 0)), [!is_wide, true],
		'a tree that is too wide for paper is not drawn there, but told');
	equal(await page.evaluate(in_sight), await page.evaluate(() => document.querySelectorAll('.branches b').length), 'with each host, for paper has no folds');
	equal(paper, { tools: true, is_square: true, ink: 'rgb(0, 0, 0)', ground: 'rgb(255, 255, 255)' }, 'on paper it is black on white, without buttons, and the map leaves room for the rest');
	await page.setViewportSize({ width: 720, height: 1000 });
	await page.screenshot({ path: `${SHOTS}/${name}-paper.png` });
	const pdf = await page.pdf({ path: `${SHOTS}/${name}.pdf`, format: 'A4', margin: { top: '15mm', bottom: '15mm', left: '12mm', right: '12mm' } });
	ok(pdf.length > 20_000 && pdf.subarray(0, 5).toString() === '%PDF-', `and is a PDF of ${(pdf.length / 1024).toFixed(0)} KB`);
	await page.emulateMedia({ media: 'screen', colorScheme: theme });
	await page.waitForFunction(wanted => document.documentElement.dataset.theme === wanted, theme);
	await page.setViewportSize({ width: 390, height: 844 });
	const small = await page.evaluate(() => [document.documentElement.scrollWidth, Math.max(...[...document.querySelectorAll('#hosts tbody tr')].map(r => r.getBoundingClientRect().height))]);
	ok(small[0] <= 390 && small[1] < 180, 'it can be read on a phone', small);
	await page.screenshot({ path: `${SHOTS}/${name}-phone.png` });
	await page.setViewportSize({ width: 1100, height: 900 });
	await page.evaluate(() => document.querySelectorAll('#hosts tbody tr:nth-child(n+40), .branches li li li').forEach(alike => alike.remove())); // it takes long
	await page.evaluate(axe_source);
	equal(await axe(page), [], `axe has no complaint: ${name}`);
	equal(wrong, [], 'nothing is loaded, and nothing goes wrong');
	await context.close();
	console.log(`# ${name}: ${Date.now() - began} ms`);
}

export async function report() {
	const large = cordon_on(STATE, 'incident', 'list', '--json').sort((a, b) => b.hosts - a.hosts)[0].id;
	const wishes = [
		{ name: 'report-square', state: STATE, incident: large, looks: [['en', 'dark'], ['ja', 'light']] },
		{ name: 'report-ipv6', state: SIX_STATE, incident: 1, looks: [['ja', 'dark']] },
		{ name: 'report-thousand', state: WIDE_STATE, incident: 1, looks: [['en', 'light']] },
	];
	for (const { name, state, incident, looks } of wishes)
		for (const [language, theme] of looks) {
			const path = `${REPORTS}/${name}-${language}.html`;
			cordon_on(state, 'report', '--lang', language, '-o', path, '--incident', String(incident));
			const { size } = statSync(path);
			ok(size > 50_000 && size <= MOST_BYTES, `${name} has ${(size / 1024).toFixed(0)} KB`);
			await opened(path, { language, theme, name: `${name}-${language}-${theme}` });
			if (language === 'en')
				await unfolds(path, cordon_on(state, 'incident', 'list', '--json').find(i => i.id === incident).hosts, { has_script: name === 'report-square', name });
		}
}
