#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# ansible_acl.py ios|nxos LIST PACKETS: what an access list does by the readers of Ansible's collections cisco.ios and
# cisco.nxos, packet by packet: 1 for one that is denied. The list is as `show access-lists` of IOS, or the
# configuration of NX-OS, prints it; behind it an interface may say which list it takes.
import ipaddress
import re
import sys

from ansible_collections.cisco.ios.plugins.module_utils.network.ios.facts.acls.acls import AclsFacts as IosFacts
from ansible_collections.cisco.ios.plugins.module_utils.network.ios.rm_templates.acl_interfaces import (
    Acl_interfacesTemplate)
from ansible_collections.cisco.nxos.plugins.module_utils.network.nxos.facts.acls.acls import AclsFacts as NxosFacts

PROTOCOLS = {'tcp': 6, 'udp': 17, 'icmp': 1, 'ospf': 89, 'eigrp': 88, 'igmp': 2, 'pim': 103}


def network(end):
    if end.get('any'):
        return ipaddress.ip_network('0.0.0.0/0')
    if 'host' in end:
        return ipaddress.ip_network(end['host'])
    if 'prefix' in end:
        return ipaddress.ip_network(end['prefix'])
    mask = int(ipaddress.ip_address(end['wildcard_bits'])) ^ 0xffffffff
    return ipaddress.ip_network(f"{end['address']}/{ipaddress.ip_address(mask)}")


def ports(end):
    said = end.get('port_protocol', {})
    if 'range' in said:
        return range(int(said['range']['start']), int(said['range']['end']) + 1)
    if 'eq' in said:
        return range(int(said['eq']), int(said['eq']) + 1)
    if said:
        sys.exit(f'not understood: {said}')
    return range(0, 65536)


def rule(ace, spans):
    known = {'sequence', 'grant', 'protocol', 'source', 'destination', 'protocol_options', 'remark', 'remarks'}
    if 'grant' not in ace:
        return None
    if set(ace) - known:
        sys.exit(f'not understood: {ace}')
    options = ace.get('protocol_options', {})
    proto = ace.get('protocol')
    number = options.get('protocol_number')
    if proto != 'ip':
        number = int(number) if number else PROTOCOLS.get(proto) or int(proto)
    return (ace['grant'] == 'deny', number, network(ace['source']),
            spans.get(ace['sequence']) or ports(ace['source']),
            network(ace['destination']), ports(ace['destination']),
            bool(options.get('tcp', {}).get('established')), proto == 'icmp' and 'icmp' in options)


def main():
    dialect, text = sys.argv[1], open(sys.argv[2]).read()
    facts = {'ansible_network_resources': {}}
    text, _, interface = text.partition('interface ')
    spans = {}
    if dialect == 'nxos':  # a running configuration prints hosts as prefixes
        text = re.sub(r'host (\S+)', r'\1/32', text)
        # its reader leaves the word "range" of a source where the destination should stand: those are read here
        source = re.compile(r'^(\s*(\d+) (?:permit|deny) \S+ \S+) range (\d+) (\d+)', re.M)
        spans = {int(m[2]): range(int(m[3]), int(m[4]) + 1) for m in source.finditer(text)}
        text = source.sub(r'\1', text)
        NxosFacts(None).populate_facts(None, facts, text)
    else:
        IosFacts(None).populate_facts(None, facts, text)
    lists = facts['ansible_network_resources']['acls'][0]['acls']
    if len(lists) != 1:
        sys.exit(f'{len(lists)} lists in it')
    if interface and dialect == 'ios':
        parsed = Acl_interfacesTemplate(lines=('interface ' + interface).splitlines()).parse()
        taken = next(iter(parsed.values()))['access_groups']['ipv4']['acls'][0]
        if taken['name'] != lists[0]['name'] or taken['direction'] != 'in':
            sys.exit(f'the interface takes {taken}')
    rules = [r for r in (rule(ace, spans) for ace in lists[0]['aces']) if r]
    n_lines = len(re.findall(r'^\s*\d+ (?:permit|deny) ', text, re.M))
    if len(rules) != n_lines:
        sys.exit(f'{n_lines} lines, of which {len(rules)} were read')
    for line in open(sys.argv[3]):
        src, dst, proto, sport, dport = line.split()[:5]
        src, dst = ipaddress.ip_address(src), ipaddress.ip_address(dst)
        is_answer = line.rstrip().endswith('established')
        denied = True
        for deny, number, source, sports, destination, dports, established, is_icmp in rules:
            if ((number is None or number == int(proto)) and src in source and dst in destination
                    and int(sport) in sports and int(dport) in dports
                    and (is_answer or not established) and not is_icmp):
                denied = deny
                break
        print(int(denied))


main()
