// SPDX-License-Identifier: Apache-2.0
// Sites that are no square of IPv4: all in IPv6, or in many small networks; and a tree of a thousand hosts, which is
// folded, and opens down to each host.
import { api, axe, cordon_on, equal, go, ok, reader, shot, table_of, until } from './harness.mjs';

const { SIX_PAGE, SIX_STATE, WIDE_PAGE, WIDE_STATE } = process.env;
const sum = (rows, columns) => rows.reduce((n, r) => n + columns.reduce((m, i) => m + Number(r[i].replace(/\D/g, '')), 0), 0);
const largest = state => cordon_on(state, 'incident', 'list', '--json').sort((a, b) => b.hosts - a.hosts)[0];

/** Whether words of areas lie in them, and none lies on another. */
const words_fit = page => page.locator('.treemap').last().evaluate(svg => {
	const texts = [...svg.querySelectorAll('text')].map(t => t.getBoundingClientRect());
	const areas = [...svg.querySelectorAll('.leaf .ground')].map(r => r.getBoundingClientRect());
	const inside = texts.filter(t => areas.some(a => t.left >= a.left - 1 && t.right <= a.right + 1 && t.top >= a.top - 1 && t.bottom <= a.bottom + 1));
	const apart = texts.every((t, i) => texts.every((u, k) => k <= i || t.right <= u.left || u.right <= t.left || t.bottom <= u.top + 2 || u.bottom <= t.top + 2));
	return [texts.length > 0, inside.length === texts.length, apart];
});

async function six() {
	const { page, wrong, end } = await reader({ site: SIX_PAGE, token: null });
	await until(() => largest(SIX_STATE)?.hosts === 60, 'all hosts of IPv6 are found');
	const { id, hosts } = largest(SIX_STATE);
	await go(page, `#/map?incident=${id}`);
	await page.locator('.treemap .leaf').first().waitFor();
	equal(await page.locator('canvas.map').count(), 0, 'own networks of IPv6 are areas, not a square');
	equal(await page.locator('[data-order]').evaluateAll(all => all.map(b => [b.getAttribute('aria-pressed'), b.disabled])), [['false', true], ['false', true], ['true', false]],
		'and an order of squares cannot be chosen');
	const rows = await table_of(page, 'Address space');
	equal(sum(rows, [1, 2, 3, 4]), hosts, 'each host is in the table of its subnets');
	const held = rows.filter(r => sum([r], [1, 2, 3, 4]) > 0);
	ok(held.length >= 3 && held.every(r => /^2001:db8::a01:/.test(r[0])), `a site in one /64 is told by parts of it: ${held.length}`, held);
	equal(await words_fit(page), [true, true, true], 'words fit into their areas');
	await page.locator('.treemap .leaf').first().focus();
	ok(/2001:db8:.*infected/.test(await page.locator('.tip').textContent()), 'an area that has the focus is told in full');
	await shot(page, 'ipv6-map');
	equal(await axe(page), [], 'axe has no complaint: areas of IPv6');
	await page.keyboard.press('Enter');
	await until(() => page.url().includes('prefix=2001'), 'Enter opens an area');
	await page.locator('.treemap .leaf').first().waitFor();
	const within = decodeURIComponent(page.url()).match(/prefix=([^&]*)/)[1];
	await until(async () => sum(await table_of(page, 'Address space'), [1, 2, 3, 4]) === sum(held.filter(r => r[0].startsWith(within)), [1, 2, 3, 4]), 'it has the same hosts, closer');
	ok(await page.locator('.treemap .leaf').count() > 1, 'an area opens into smaller ones');
	await shot(page, 'ipv6-map-closer');
	for (const [view, found] of [['board', 'tr .address'], ['curve', 'svg.chart'], ['tree', '.tree .node'], [`host/${encodeURIComponent('2001:db8::a01:1')}`, 'main']])
		await go(page, `#/${view}?incident=${id}`).then(() => page.locator(found).first().waitFor());
	await go(page, `#/board?incident=${id}&q=${encodeURIComponent('2001:db8::a01:100/120')}`);
	const in_net = cordon_on(SIX_STATE, 'incident', 'show', String(id), '--json').filter(h => h.type === 'host' && /^2001:db8::a01:1..$/.test(h.address)).length;
	await until(async () => (await page.locator('.bar [role=status]').textContent()).startsWith(`${in_net} of`), 'a network of IPv6 filters');
	await shot(page, 'ipv6-board');
	await go(page, `#/tree?incident=${id}`);
	await page.locator('.tree .node').first().waitFor();
	await shot(page, 'ipv6-tree');
	equal(wrong, [], 'nothing went wrong in the page');
	await end();
}

async function scattered(page, hosts) {
	await go(page, '#/map?incident=1');
	await page.locator('.treemap .leaf').first().waitFor();
	ok(/more than 6: they are shown as areas/.test(await page.locator('figcaption').textContent()), 'many networks are areas, and it is said why');
	const rows = await table_of(page, 'Address space');
	const n_false = cordon_on(WIDE_STATE, 'incident', 'show', '1', '--json').filter(h => h.state === 'false-positive').length;
	equal(sum(rows, [1, 2, 3, 4]) + n_false, hosts, 'each host is in one of them, but for false positives');
	for (const net of ['10.1.1.0/24', '172.16.5.0/24 Werk Süd', '203.0.113.0/24', '2001:db8:1:3::/64', '2001:db8:2:5::/64'])
		ok(rows.some(r => r[0] === net), `${net} is one of them`, rows);
	equal(await words_fit(page), [true, true, true], 'words fit into their areas');
	await shot(page, 'scattered-map');
	equal(await axe(page), [], 'axe has no complaint: scattered networks');
	await page.locator('.treemap .leaf[aria-label^="2001:db8:2:5::/64"]').click();
	await until(() => decodeURIComponent(page.url()).includes('prefix=2001:db8:2:5::/64'), 'a click opens a subnet');
	await until(async () => await page.locator('.treemap .leaf').count() > 4, 'into parts of it');
	await shot(page, 'scattered-map-closer');
	await go(page, '#/map?incident=1&prefix=10.1.1.0%2F24');
	await page.locator('canvas.map').waitFor();
	ok(true, 'and one of IPv4 is a square again');
	await shot(page, 'scattered-map-square');
}

const node_of = address => `.tree .node:is([aria-label^="${address},"], [aria-label^="${address} "])`;

/** Open folds until a host stands by itself; how many had to be opened. */
async function open_down_to(page, address) {
	const number = address.split(/[:.]/).map(p => parseInt(p || '0', 16)).at(-1);
	for (let opened = 0; opened < 10; opened++) {
		if (await page.locator(node_of(address)).count() > 0)
			return opened;
		const before = page.url();
		const folds = await page.locator('.tree .node:has(.fold)').evaluateAll(all => all.map(n => [n.dataset.id, n.textContent]));
		const around = folds.find(([, text]) => {
			const found = text.match(/2001:db8:2:5::([0-9a-f]*)\/(\d+)/);
			const size = found && 2 ** (128 - Number(found[2]));
			return found && Math.floor(parseInt(found[1] || '0', 16) / size) === Math.floor(number / size);
		});
		if (!around)
			return -1;
		await page.locator(`.tree .node[data-id="${around[0]}"]`).focus();
		await page.keyboard.press('Enter');
		await until(() => page.url() !== before, 'a fold opens');
		await until(async () => await page.locator(`.tree .node[data-id="${around[0]}"]`).count() === 0, 'and is another tree');
		await page.locator('.tree .node').first().waitFor();
	}
	return -1;
}

async function folded(page, hosts) {
	await go(page, '#/tree?incident=1');
	await page.locator('.tree .node').first().waitFor();
	const found = await api('incidents/1/tree?limit=120', WIDE_PAGE);
	const folds = found.nodes.filter(n => n.kind === 'fold');
	ok(folds.length > 0 && found.nodes.length <= 120, `of ${hosts} hosts ${found.shown} are shown by themselves, the rest in ${folds.length} folds`);
	equal(found.nodes.reduce((n, node) => n + (node.kind === 'fold' ? node.hosts : node.has_more ? node.hosts : 1), 0), hosts, 'no host is lost in a fold');
	const said = await page.locator('.summary').textContent();
	ok(said.startsWith(`${hosts.toLocaleString('en')} hosts, ${found.shown} shown by themselves.`), 'which the sentence says', said);
	equal(await page.locator('.tree .node').count(), found.nodes.length, 'all nodes are drawn');
	const apart = await page.locator('.tree').evaluate(svg => {
		const boxes = [...svg.querySelectorAll('.node > text:not(.plus)')].map(t => t.getBoundingClientRect());
		return boxes.filter((a, i) => boxes.some((b, k) => k > i && a.left < b.right && b.left < a.right && a.top + 3 < b.bottom && b.top + 3 < a.bottom)).length;
	});
	equal(apart, 0, 'no name lies on another');
	await shot(page, 'folded-tree');
	equal(await axe(page), [], 'axe has no complaint: a folded tree');
	const opened = await open_down_to(page, '2001:db8:2:5::1f4');
	ok(opened > 0, `300 hosts in one subnet open down to each: ${opened} folds`);
	await shot(page, 'folded-tree-opened');
	const target = page.locator(node_of('2001:db8:2:5::1f4'));
	await target.click();
	await page.locator('.detail').getByText('Who may have infected').waitFor();
	const odds = await page.locator('.detail tbody tr').evaluateAll(all => all.map(r => Number(r.children[1].textContent.match(/\d+/)[0])));
	ok(odds.length >= 3 && Math.abs(odds.reduce((a, b) => a + b) - 100) <= 2, 'a click names the alternatives, with odds that make a whole', odds);
	ok(await page.locator('.detail tbody a.address').count() >= 2, 'each of which opens');
	await page.getByRole('link', { name: /Whole tree/ }).click();
	await until(() => !page.url().includes('subnet='), 'and back');
}

export async function spaces() {
	await six();
	const { page, wrong, end } = await reader({ site: WIDE_PAGE, token: null });
	const { hosts } = largest(WIDE_STATE);
	await scattered(page, hosts);
	await folded(page, hosts);
	equal(wrong, [], 'nothing went wrong in the page');
	await end();
}
