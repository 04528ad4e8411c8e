// SPDX-License-Identifier: Apache-2.0
// dashboard.mjs PAGE TIMES HOSTS: open each view so many times, in a browser that has nothing of it; then scroll the board.
import { chromium } from 'playwright-core';

const [page_at, times, hosts] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const all = `${hosts.toLocaleString('en')} of ${hosts.toLocaleString('en')}`;
/** What has to be there: first something, then all. */
const views = [
	['board', '#/board', () => document.querySelector('tbody tr .address') && [...document.querySelectorAll('.tile .n')].some(n => n.textContent !== '0'),
		want => document.querySelector('.bar [role=status]')?.textContent.startsWith(want)],
	['curve', '#/curve?incident=1', () => document.querySelector('svg.chart .line'), () => document.querySelector('.numbers')],
	['map', '#/map?incident=1', () => document.querySelector('canvas.map, .treemap .leaf'), () => document.querySelector('.busiest, .treemap')],
	['tree', '#/tree?incident=1', () => document.querySelector('.tree .node'), () => document.querySelector('.tree .node')],
	['host', '#/host/10.0.0.9', () => document.querySelector('h1.address'), () => document.querySelector('.evidence tbody tr')],
];
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic',
	'--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
/** CPU that the page's thread has used, in ms: what a busy machine does not change. */
const cpu_of = async page => {
	const session = await page.context().newCDPSession(page);
	await session.send('Performance.enable', { timeDomain: 'threadTicks' });
	return async () => 1000 * (await session.send('Performance.getMetrics')).metrics.find(m => m.name === 'TaskDuration').value;
};
const median = values => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

console.log('view     first_ms_median  first_ms_max  whole_ms_median  whole_ms_max  first_cpu_ms');
for (const [name, hash, is_begun, is_whole] of views) {
	const first = [], whole = [], cpu = [];
	for (let i = 0; i < times; i++) {
		const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
		const page = await context.newPage();
		const used = await cpu_of(page);
		await page.goto(`${page_at}/${hash}`, { waitUntil: 'commit' });
		const at = async (is_so, want) => page.waitForFunction(is_so, want, { polling: 'raf' }).then(() => page.evaluate(() => performance.now()));
		first.push(await at(is_begun));
		cpu.push(await used());
		whole.push(await at(is_whole, all));
		await context.close();
	}
	console.log(`${name.padEnd(8)} ${[median(first), Math.max(...first), median(whole), Math.max(...whole), median(cpu)].map(v => v.toFixed(0).padStart(14)).join(' ')}`);
}

const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' })).newPage();
await page.goto(`${page_at}/#/board`);
await page.waitForFunction(want => document.querySelector('.bar [role=status]')?.textContent.startsWith(want), all);
const used = await cpu_of(page), used_before = await used();
const frames = await page.evaluate(() => new Promise(done => {
	const scroller = document.querySelector('.board .scroller');
	const taken = [];
	let before = performance.now();
	const step = now => {
		taken.push(now - before);
		before = now;
		scroller.scrollTop += 640;
		if (taken.length < 120)
			requestAnimationFrame(step);
		else
			done(taken.slice(1).sort((a, b) => a - b));
	};
	requestAnimationFrame(step);
}));
console.log(`scrolling the board, 20 rows a frame: ${frames.length} frames, median ${median(frames).toFixed(1)} ms, 99th percentile ${frames[Math.floor(frames.length * 0.99)].toFixed(1)} ms, ` +
	`CPU ${((await used() - used_before) / 120).toFixed(1)} ms a frame, ` +
	`${await page.evaluate(() => document.querySelectorAll('.board tbody tr').length)} rows exist`);
await browser.close();
