// SPDX-License-Identifier: Apache-2.0
// Containment as command lines: one prints the configuration, one looks whether it works.
import { h, refill } from '../base/dom';
import { kept } from '../base/kept';
import { t } from '../words/language';
import { command } from './command';

/** Targets of cordon contain, and what each needs beside. */
const targets: [name: string, options: string][] = [
	['ios-acl', '--interface IF'], ['nxos-acl', '--interface IF'], ['catos-vacl', '--vlan N'], ['ios-nbar', '--interface IF'],
	['nftables', ''], ['flowspec-gobgp', ''], ['flowspec-exabgp', ''], ['rtbh-source', '--accept-loss'],
	['suricata', ''], ['procurve-throttle', '--interface IF'],
];

function target(): [name: string, options: string] {
	return targets.find(([name]) => name === kept.get('target')) ?? ['ios-acl', '--interface IF'];
}

function line(what: string): string {
	const [name, options] = target();
	return ['cordon contain --to', name, options, what].filter(Boolean).join(' ');
}

/** For an incident, or a host of it with the port that it attacks. */
export function contain(incident: number, host?: { address: string; cause: string | null }, level: 'h2' | 'h3' = 'h3'): HTMLElement {
	const is_port = host?.cause && /^(tcp|udp)\/\d+$/.test(host.cause);
	const what = host ? `${is_port ? `--port ${host.cause} ` : ''}${host.address}` : String(incident);
	const lines = h('div', { class: 'stack tight' });
	const show = (): void => refill(lines, command(line(what)), command(`cordon contain verify --incident ${incident} FILE`));
	const choice = h('select', { 'aria-label': t('contain_target'), onchange: (event: Event) => {
		kept.set('target', (event.target as HTMLSelectElement).value);
		show();
	} }, ...targets.map(([name]) => h('option', { value: name, selected: name === target()[0] }, name)));
	show();
	return h('section', { class: 'contain' }, h(level, { class: 'minor' }, t('contain_title'), ' ', choice), h('p', { class: 'muted' }, t('contain_text')), lines);
}
