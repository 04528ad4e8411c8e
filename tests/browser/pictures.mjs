// SPDX-License-Identifier: Apache-2.0
// Curve, map, tree, host, telemetry: each says what it shows in a sentence and as a table, and agrees with the API.
import { api, cordon, equal, ok, reader, go, shot, table_of, until } from './harness.mjs';

async function curve(page, id) {
	await go(page, `#/curve?incident=${id}`);
	await page.locator('svg.chart').waitFor();
	const wanted = (await api(`incidents/${id}/curve?points=240`)).points.at(-1);
	const said = await page.locator('.summary').first().textContent();
	ok(said.includes(`${wanted.ever} hosts were ever infected`) && said.includes(`${wanted.contained} contained`), 'the curve says in a sentence what it shows', said);
	const rows = await table_of(page, 'Epidemic curve');
	equal(rows.at(-1).slice(1, 3).map(Number), [wanted.ever, wanted.active], 'its table ends where the API ends');
	ok(/Growth in the last 15 min/.test(await page.locator('main').textContent()), 'growth says of which time');
	ok(await page.locator('.figure-number').count() === 3 && /band|Too few data|at least/.test(await page.locator('.numbers').textContent()), 'with a band, or that there are too few data');
	ok(await page.locator('.containment').count() > 0 && /vouched for.*not known yet/.test(await page.locator('main .plain').last().textContent()), 'the moment of containment is marked, and that it was vouched for, not seen');
	await page.locator('svg.chart').focus();
	await page.keyboard.press('ArrowLeft');
	ok(/ever infected/.test(await page.locator('.tip').textContent()), 'arrow keys read the curve point by point');
	await shot(page, 'curve');
}

/** Growth as it may come, told in times: never a factor with twenty zeros. */
async function growths(page, id) {
	const cases = [
		[{ trend: 'shrinking', growth_per_h: { value: -40.906, low: -47.995, high: -33.825 }, doubling_s: null }, /It shrinks.*Halving time61 s90 % band: 52 s to 74 s/],
		[{ trend: 'growing', growth_per_h: { value: 2, low: 1, high: 4 }, doubling_s: { value: 1247.7, low: 623.8, high: 2495.3 } }, /It grows.*Doubling time21 min90 % band: 10 min to 42 min/],
		[{ trend: 'unclear', growth_per_h: { value: 0.5, low: -2, high: 3 }, doubling_s: null }, /90 % band: from halving in 21 min to doubling in 14 min/],
		[{ trend: 'unknown', enough: false, growth_per_h: null, doubling_s: null, why: 'too few data: 2 hosts began in these 15 minutes, 8 are needed' }, /Doubling timeToo few datatoo few data: 2 hosts/],
	];
	for (const [growth, wanted] of cases) {
		await page.route('**/curve?*', async route => {
			const answer = await (await route.fetch()).json();
			await route.fulfill({ json: { ...answer, growth: { ...answer.growth, enough: true, ...growth } } });
		});
		await go(page, `#/board?incident=${id}`);
		await go(page, `#/curve?incident=${id}`);
		await until(async () => wanted.test(await page.locator('.numbers').textContent({ timeout: 500 }).catch(() => '')), `growth that is ${growth.trend} is told`);
		ok(!/0\.0000/.test(await page.locator('.numbers').textContent()), `growth that is ${growth.trend} is told in times`);
		await page.unroute('**/curve?*');
	}
}

async function map(page, id) {
	await go(page, `#/map?incident=${id}`);
	await page.locator('canvas.map').waitFor();
	const said = await page.locator('.summary').textContent();
	ok(/\d+ infected, 1 contained/.test(said) && /10\.1\.\d\.0\/24/.test(said), 'the map says in a sentence what it shows', said);
	const rows = await table_of(page, 'Address space');
	const hosts = rows.reduce((n, r) => n + [1, 2, 3, 4].reduce((m, i) => m + Number(r[i]), 0), 0);
	equal(hosts, cordon('incident', 'list', '--json').find(i => i.id === id).hosts, 'all hosts of the incident are on it');
	const inked = await page.locator('canvas.map').evaluate(canvas => {
		const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
		const seen = new Set();
		for (let i = 0; i < data.length; i += 4)
			seen.add(data[i] << 16 | data[i + 1] << 8 | data[i + 2]);
		return seen.size;
	});
	ok(inked > 8, `it is drawn in ${inked} colours`);
	await page.locator('canvas.map').hover({ position: { x: 40, y: 60 } });
	ok(/10\.1\.\d+\.\d+/.test(await page.locator('.tip').textContent()), 'the cell under the pointer is named');
	await shot(page, 'map');
	await page.locator('[data-order=rows]').click();
	await until(() => page.url().includes('order=rows'), 'row order is in the address');
	await page.locator('canvas.map').waitFor();
	await shot(page, 'map-rows');
	await page.locator('canvas.map').focus();
	await page.keyboard.press('Enter');
	await until(() => page.url().includes('prefix=10.1.'), 'Enter zooms in');
	await page.getByRole('link', { name: /Whole space/ }).click();
	await page.locator('[data-order=treemap]').click();
	await page.locator('.treemap .leaf').first().waitFor();
	ok(await page.locator('.treemap .leaf').count() > 2, 'networks are shown as areas too');
	await shot(page, 'map-networks');
}

async function tree(page, id) {
	await go(page, '#/tree');
	await page.locator('.tree .node').first().waitFor();
	await until(async () => await page.getByRole('combobox', { name: 'Incident' }).inputValue() === String(id), 'it is said of which incident a tree is');
	await go(page, `#/tree?incident=${id}`);
	await page.locator('.tree .node').first().waitFor();
	const found = await api(`incidents/${id}/tree?limit=120`);
	const rows = await table_of(page, 'Who probably infected whom');
	equal(rows.length, found.nodes.length, 'each node of the API is in the table of the tree');
	equal(await page.locator('.tree .node').count(), found.nodes.length, 'and in the tree');
	const child = found.nodes.find(n => n.parent && n.kind === 'host');
	await page.locator(`.tree [data-id=${child.id}]`).click();
	await page.locator('.detail').getByText('Who may have infected').waitFor();
	ok(/\d+ %/.test(await page.locator('.detail table').textContent()), 'a click names all who may have infected a host, with their odds');
	ok(page.url().includes(`host=${child.id}`), 'which the address keeps');
	await page.keyboard.press('ArrowLeft');
	equal(await page.evaluate(() => document.activeElement.dataset.id), child.parent, 'the arrow to the left leads to who infected it');
	await shot(page, 'tree');
}

async function host(page, id) {
	const chosen = cordon('incident', 'show', String(id), '--json').find(h => h.type === 'host' && h.state === 'contained');
	await go(page, `#/host/${chosen.address}`);
	await page.getByRole('heading', { level: 1, name: chosen.address }).waitFor();
	await page.locator('.distance').waitFor();
	const text = await page.locator('main').textContent();
	ok(/worm-like on tcp\/80/.test(text), 'a host says why it is there');
	ok(/most like code-red-2/.test(text), 'its targets are beside those of known worms, and most like Code Red II');
	ok(/vouched for|operator/.test(text) && /infected → .*contained/s.test(text), 'its transitions are told, with what they rest on');
	const evidence = await api(`evidence?host=h${chosen.host}&limit=1000`);
	equal(await page.locator('.evidence tbody tr').count(), Math.min(50, evidence.items.length), 'all its evidence is there');
	const profile = await api(`hosts/h${chosen.host}/profile`);
	const rows = await table_of(page, 'New peers over time');
	equal(rows.length, profile.activity.buckets.length, 'its new peers over time are those of the API');
	const shares = (await table_of(page, 'Failure share')).map(r => r[1]).filter(s => /\d/.test(s));
	ok(shares.length > 0 && shares.every(s => /^\d+( %)?$/.test(s)), 'its failure share over time', shares);
	const ports = await table_of(page, 'Ports over time');
	equal(ports.length, profile.activity.buckets.length, 'and its ports');
	ok(/joined the incident/.test(await page.locator('.timeline').textContent()) && !/host-joined|edge/.test(await page.locator('.timeline').textContent()), 'what happened to it is told in words');
	await shot(page, 'host');
}

async function health(page) {
	await go(page, '#/health');
	await page.locator('.exporters td .address').first().waitFor();
	const [exporter] = (await api('exporters')).items;
	const row = await page.locator('.exporters tr[aria-rowindex="2"]').textContent();
	ok(row.includes(exporter.exporter) && row.includes(exporter.records.toLocaleString('en')), 'exporters are shown with their records', row);
	ok(/Yes\.|No\.|No exporter/.test(await page.locator('.verdict').textContent()), 'it is said whether silence can be trusted');
	await shot(page, 'telemetry');
}

export async function pictures() {
	const id = cordon('incident', 'list', '--json').sort((a, b) => b.hosts - a.hosts)[0].id;
	const { page, wrong, end } = await reader();
	await curve(page, id);
	await growths(page, id);
	await map(page, id);
	await tree(page, id);
	await host(page, id);
	await health(page);
	equal(wrong, [], 'nothing went wrong in the page');
	await end();
}
