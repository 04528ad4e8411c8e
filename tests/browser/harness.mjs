// SPDX-License-Identifier: Apache-2.0
// TAP, a browser, and pages that tell of whatever goes wrong in them.
import { chromium } from 'playwright-core';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

export const { PAGE, STATE, OPERATOR, VIEWER, CORDON, SHOTS } = process.env;
export const axe_source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PATIENCE_MS = 40_000; // a machine may be busy

let tests = 0, failures = 0;

export function ok(is, name, ...more) {
	tests++;
	failures += is ? 0 : 1;
	console.log(`${is ? 'ok' : 'not ok'} ${tests} - ${name}`);
	if (!is)
		for (const line of more.map(m => typeof m === 'string' ? m : JSON.stringify(m, null, 1)).join('\n').split('\n'))
			console.log(`#   ${line}`);
}

export function equal(got, wanted, name) {
	ok(JSON.stringify(got) === JSON.stringify(wanted), name, { got, wanted });
}

export function done() {
	console.log(`1..${tests}`);
	process.exitCode = failures > 0 ? 1 : 0;
}

/** A part of the test; what it throws is one failure, and the rest goes on. */
export async function part(name, run) {
	const began = Date.now();
	try {
		await run();
	} catch (error) {
		ok(false, name, String(error.stack ?? error));
	}
	console.log(`# ${name}: ${((Date.now() - began) / 1000).toFixed(1)} s`);
}

export const browser = await chromium.launch({ executablePath: '/usr/bin/chromium',
	args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
		'--disable-component-update', '--disable-sync'] });

/** A page of a reader of his own. `wrong` gathers errors, refusals of the policy, requests to others. */
export async function reader({ site = PAGE, token = OPERATOR, language = 'en', theme = 'light', width = 1440, height = 900, motion = 'no-preference', hash = '#/board' } = {}) {
	const context = await browser.newContext({ viewport: { width, height }, locale: language === 'ja' ? 'ja-JP' : 'en-GB', colorScheme: theme,
		reducedMotion: motion, permissions: ['clipboard-read', 'clipboard-write'] });
	const page = await context.newPage();
	page.setDefaultTimeout(PATIENCE_MS);
	const wrong = [];
	page.on('pageerror', error => wrong.push(`error: ${error.stack}`));
	page.on('console', message => {
		// a request that the daemon did not answer, or refused, is told by the browser; the page shows it too
		if (message.type() === 'error' && !/Failed to load resource|ERR_/.test(message.text()))
			wrong.push(`console: ${message.text()}`);
	});
	page.on('request', request => !request.url().startsWith(site) && wrong.push(`request: ${request.url()}`));
	await page.exposeFunction('told_of_policy', text => wrong.push(`policy: ${text}`));
	await page.addInitScript(given => {
		if (given)
			sessionStorage.setItem('cordon.token', given);
		document.addEventListener('securitypolicyviolation', e => window.told_of_policy(`${e.violatedDirective} ${e.blockedURI} ${e.sample}`));
	}, token);
	await page.addInitScript(axe_source);
	await page.goto(`${site}/${hash}`);
	return { page, context, wrong, end: () => context.close() };
}

/** Turn a figure into its table; its rows as texts. */
export async function table_of(page, title) {
	const figure = page.locator('figure').filter({ has: page.getByRole('heading', { name: title, exact: true }) });
	await figure.getByRole('button', { name: 'Show as table' }).click();
	const rows = await figure.locator('.tabular tbody tr').evaluateAll(all => all.map(r => [...r.children].map(c => c.textContent)));
	await figure.getByRole('button', { name: 'Show as table' }).click();
	return rows;
}

export async function go(page, hash) {
	await page.evaluate(to => { location.hash = to; }, hash);
}

/** Violations of WCAG 2.1 A and AA, and of good practice, as axe sees them. */
export async function axe(page) {
	const found = await page.evaluate(async () => (await window.axe.run(document, { resultTypes: ['violations'] })).violations
		.map(v => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map(n => `${n.target.join(' ')} ${n.failureSummary ?? ''}`).join(' | ')}`));
	return found;
}

export async function shot(page, name) {
	await page.screenshot({ path: `${SHOTS}/${name}.png` });
}

/** Run cordon on a state; its objects of --json. */
export function cordon_on(state, ...words) {
	let text = '';
	try {
		text = execFileSync(CORDON, [...words, '--state', state], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 26 });
	} catch (error) {
		text = error.stdout; // found something: 1
	}
	return words.includes('--json') ? text.split('\n').filter(Boolean).map(line => JSON.parse(line)) : text;
}

export const cordon = (...words) => cordon_on(STATE, ...words);

export async function api(path, site = PAGE) {
	const response = await fetch(`${site}/api/v1/${path}`, site === PAGE ? { headers: { Authorization: `Bearer ${OPERATOR}` } } : {});
	return response.json();
}

export async function until(is_so, what) {
	const end = Date.now() + PATIENCE_MS;
	while (Date.now() < end) {
		if (await is_so())
			return true;
		await new Promise(next => setTimeout(next, 100));
	}
	throw new Error(`never: ${what}`);
}
