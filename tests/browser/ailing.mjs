// SPDX-License-Identifier: Apache-2.0
// Exporters that lose, whose templates did not come, that sample, whose clocks are wrong: each is named with what ails
// it, and nothing of the hosts that it shows is called proved.
import { api, axe, cordon_on, equal, go, ok, reader, shot, until } from './harness.mjs';

const { ILL_PAGE, ILL_STATE, ILL_CONTAINED, ILL_CLEANED } = process.env;

/** Rows of the exporters by their address: the texts of their cells by the heads of columns. */
const rows_of = page => page.locator('.exporters table').evaluate(table => {
	const heads = [...table.querySelectorAll('thead th')].map(th => th.textContent.replace(/[▴▾]/, ''));
	return Object.fromEntries([...table.querySelectorAll('tbody tr[aria-rowindex]')].map(tr => {
		const cells = Object.fromEntries([...tr.children].map((td, i) => [heads[i], td.textContent]));
		return [cells[heads[1]].match(/127\.0\.0\.\d/)[0], cells];
	}));
});

async function told(page) {
	await page.locator('.verdict').getByText('No.').waitFor();
	ok(/^✕ No\. 3 of 5 exporters /.test(await page.locator('.verdict').textContent()), 'silence cannot be trusted, and it is said of how many', await page.locator('.verdict').textContent());
	ok(/Silence proves nothing now/.test(await page.locator('.trust').textContent()), 'on every view');
	const rows = await rows_of(page);
	const shares = Object.fromEntries((await api('exporters', ILL_PAGE)).items.map(e => [e.exporter, e.lost_share]));
	equal(Object.keys(rows).sort(), ['127.0.0.2', '127.0.0.3', '127.0.0.4', '127.0.0.5', '127.0.0.6'], 'each exporter is there');
	equal(Object.entries(rows).map(([address, row]) => [address, row.Trusted]).sort(), [['127.0.0.2', '✓ yes'], ['127.0.0.3', '✕ no'], ['127.0.0.4', '✕ no'], ['127.0.0.5', '✓ yes'], ['127.0.0.6', '✕ no']],
		'those that lose, that cannot be read and whose clocks are wrong are not trusted, and no others');
	ok(rows['127.0.0.3'].Exporter.startsWith('core-west ') && rows['127.0.0.5'].Exporter.startsWith('edge-lab '), 'by the names of the inventory', rows);
	const lost = Number(rows['127.0.0.3'].Lost.match(/^✕ ([\d.]+) %$/)?.[1]);
	ok(shares['127.0.0.3'] > 0.05 && Math.abs(lost - 100 * shares['127.0.0.3']) <= 0.5, `the share that was lost is told: ${lost} %`, rows['127.0.0.3']);
	equal([rows['127.0.0.2'].Lost, rows['127.0.0.6'].Lost], ['0 %', '0 %'], 'nothing of others was');
	ok(/^✕ [1-9]/.test(rows['127.0.0.4']['No template']), 'a missing template is told', rows['127.0.0.4']);
	ok(/^✕ [67](\.\d)? min behind$/.test(rows['127.0.0.6'].Clock), 'a clock that is minutes off is told in words', rows['127.0.0.6'].Clock);
	equal([rows['127.0.0.5'].Sampling, rows['127.0.0.2'].Sampling], ['1 packet in 100', 'not announced'], 'sampling is told where it was announced, and that it was not');
	const ills = await page.locator('.ills > li').allTextContents();
	for (const wanted of [/^core-west 127\.0\.0\.3.*did not arrive.*missing in all.*receive-buffer/s, /^127\.0\.0\.4.*its template is missing.*Templates come again/s, /^127\.0\.0\.6.*clock differs.*NTP/s])
		ok(ills.some(text => wanted.test(text)), `what ails it and what helps: ${wanted}`, ills);
	await page.locator('.exporters tr').getByText('edge-lab').click();
	ok(/it looks at 1 packet in 100: a TCP scan/.test(await page.locator('.exporters').textContent()), 'what sampling hides is told on choosing it');
	await shot(page, 'ailing-telemetry');
	equal(await axe(page), [], 'axe has no complaint: exporters that ail');
}

async function doubted(page, id) {
	await go(page, `#/curve?incident=${id}`);
	const row = page.locator('tr', { has: page.locator('.effect') }).first();
	await row.waitFor();
	equal(await row.locator('.effect').allTextContents(), ['? not known yet', '? unknown'], 'whether containment holds is not known: neither by a look, nor by nobody attacking');
	await shot(page, 'ailing-curve');
	await go(page, `#/host/${ILL_CLEANED}`);
	const silence = page.locator('.facts dd', { hasText: 'of silence' }).or(page.locator('.facts dd', { hasText: 'watched' })).first();
	await until(async () => /\? not known whether it is clean/.test(await silence.textContent()), 'a host that was cleaned is not called clean');
	ok(/No silence is proved of the .* needed/.test(await silence.textContent()), 'and it is said why', await silence.textContent());
	equal(await page.locator('main').getByText('proved: it is clean').count(), 0, 'nowhere else either');
	await shot(page, 'ailing-host');
	const shown = cordon_on(ILL_STATE, 'incident', 'show', String(id), '--json').filter(h => h.type === 'host');
	await go(page, `#/board?incident=${id}&host=h${shown.find(h => h.address === ILL_CLEANED).host}`);
	await page.locator('.detail').getByText('? not known whether it is clean').waitFor();
	ok(true, 'nor beside the board');
	equal([ILL_CONTAINED, ILL_CLEANED].map(a => shown.find(h => h.address === a)?.state), ['contained', 'verifying'], 'and nobody is called recovered');
}

export async function ailing() {
	console.log('AIL');
	await until(async () => {
		const by = Object.fromEntries((await api('exporters', ILL_PAGE)).items.map(e => [e.exporter, e]));
		return ['127.0.0.2', '127.0.0.5', '127.0.0.6'].every(a => by[a]?.records > 0) && by['127.0.0.3'].missing > 0 && by['127.0.0.4']?.without_template > 0;
	}, 'all exporters are heard');
	const { page, wrong, end } = await reader({ site: ILL_PAGE, token: null, hash: '#/health' });
	await told(page);
	await doubted(page, 1);
	const other = await reader({ site: ILL_PAGE, token: null, hash: '#/health', language: 'ja', theme: 'dark' });
	await other.page.locator('.ills > li').nth(2).waitFor();
	ok(/時計.*NTP/s.test(await other.page.locator('.ills').textContent()) && /[67](\.\d)? 分遅れ/.test(await other.page.locator('.exporters').textContent()), 'the same in Japanese');
	await shot(other.page, 'ailing-telemetry-ja');
	await other.end();
	const [en, ja] = ['en', 'ja'].map(language => cordon_on(ILL_STATE, 'report', '--incident', '1', '--lang', language));
	ok(/core-west \(127\.0\.0\.3 \/ 1\): lost [\d.]+ %, sampling not announced, clock .*; not trusted: .*some of what it sent did not arrive/.test(en)
		&& /127\.0\.0\.6 \/ 1: lost 0 %.*clock [67](\.\d)? min behind; not trusted/.test(en) && /edge-lab .*1 packet in 100/.test(en), 'a report tells the same of each', en.split('== Can')[1]);
	ok(/attacked later not known/.test(en), 'and calls unknown what could not be seen');
	equal(ja.replace(/cordon contain[ a-z-]*/g, '').match(/[A-Za-z']{2,}( [A-Za-z']+){2,}/g), null, 'in Japanese too, without a sentence in English');
	equal(wrong, [], 'nothing went wrong in the page');
	await end();
}
