// SPDX-License-Identifier: Apache-2.0
// Who is let in, and how the page comes.
import { equal, ok, PAGE, reader, VIEWER } from './harness.mjs';

export async function access() {
	const page_itself = await fetch(`${PAGE}/`);
	const policy = page_itself.headers.get('content-security-policy') ?? '';
	equal(page_itself.status, 200, 'the page comes without a token, for it holds no data');
	ok(/default-src 'none'/.test(policy) && /require-trusted-types-for 'script'/.test(policy) && /frame-ancestors 'none'/.test(policy) && !/unsafe/.test(policy),
		'its policy lets nothing in that it does not name', policy);
	equal([page_itself.headers.get('x-content-type-options'), page_itself.headers.get('referrer-policy')], ['nosniff', 'no-referrer'], 'nothing is guessed, nothing is told on');
	const script = await fetch(`${PAGE}/app.js`);
	equal((await fetch(`${PAGE}/app.js`, { headers: { 'If-None-Match': script.headers.get('etag') } })).status, 304, 'a script that is known is not sent again');
	equal(script.headers.get('content-type'), 'text/javascript; charset=utf-8', 'a script is called one');
	equal((await fetch(`${PAGE}/app.js`, { method: 'POST' })).status, 405, 'pages cannot be written to');
	const forged = await fetch(`${PAGE}/api/v1/incidents/1/notes`, { method: 'POST', body: '{"text":"x"}',
		headers: { 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'cross-site', Authorization: `Bearer ${process.env.OPERATOR}` } });
	equal(forged.status, 403, 'a page of another site changes nothing, even with a token');

	const { page, wrong, end } = await reader({ token: null });
	await page.getByRole('dialog').waitFor();
	ok(await page.getByRole('dialog', { name: 'Token' }).isVisible(), 'who has no token is asked for one');
	await page.locator('#token').fill('wrong-token-wrong-token');
	await page.getByRole('button', { name: 'Use this token' }).click();
	await page.getByText('a token is needed').first().waitFor();
	ok(true, 'a wrong one is refused, and asked for again');
	await page.locator('#token').fill(VIEWER);
	await page.getByRole('button', { name: 'Use this token' }).click();
	await page.getByRole('row').nth(3).waitFor();
	ok(true, 'with a right one hosts are shown');
	equal(await page.evaluate(() => [sessionStorage.getItem('cordon.token') !== null, localStorage.getItem('cordon.token')]), [true, null], 'the token is kept by the tab alone');
	await page.getByRole('row').nth(2).click();
	await page.keyboard.press('s');
	await page.getByRole('button', { name: 'Set state' }).click();
	await page.getByText('changes need an operator').first().waitFor();
	ok(await page.getByText('cordon incident set').first().isVisible(), 'a viewer who changes something is told how it is done, and by whom');
	equal(wrong, [], 'nothing went wrong in the page');
	await end();
}
