#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# acl.py LIST PACKETS: what Capirca's checker says of an access list of IOS, packet by packet.
# The list is read here, apart from cordon, and told to Capirca as a policy of its own.
import ipaddress
import sys

from capirca.lib import aclcheck, naming, policy

EVERYTHING = 'permit ip any any'


def address(words):
    word = words.pop(0)
    if word == 'any':
        return None
    if word == 'host':
        return words.pop(0) + '/32'
    mask = ipaddress.ip_address(int(ipaddress.ip_address(words.pop(0))) ^ 0xffffffff)
    return str(ipaddress.ip_network(f'{word}/{mask}'))


def ports(words):
    if words and words[0] == 'eq':
        words.pop(0)
        return words.pop(0)
    if words and words[0] == 'range':
        words.pop(0)
        return words.pop(0) + '-' + words.pop(0)
    return None


def main():
    definitions = naming.Naming()
    terms = []
    for line in open(sys.argv[1]):
        words = line.split()
        if not words or words[0] not in ('permit', 'deny'):
            continue
        n = len(terms)
        term = [f'term t{n} {{']
        if line.strip() != EVERYTHING:
            action, proto = words.pop(0), words.pop(0)
            if proto != 'ip':
                term.append(f'  protocol:: {proto}')
            for way in ('source', 'destination'):
                where = address(words)
                span = ports(words) if proto in ('tcp', 'udp') else None
                if where:
                    definitions.ParseNetworkList([f'A{way}{n} = {where}'])
                    term.append(f'  {way}-address:: A{way}{n}')
                if span:
                    definitions.ParseServiceList([f'P{way}{n} = {span}/{proto}'])
                    term.append(f'  {way}-port:: P{way}{n}')
            if words:
                sys.exit(f'not understood: {line}')
        else:
            action = 'permit'
        term.append('  action:: ' + ('accept' if action == 'permit' else 'deny') + '\n}')
        terms.append('\n'.join(term))
    text = 'header {\n  target:: cisco cordon extended\n}\n' + '\n'.join(terms) + '\n'
    parsed = policy.ParsePolicy(text, definitions, optimize=False)
    for line in open(sys.argv[2]):
        src, dst, proto, sport, dport = line.split()
        name = {'6': 'tcp', '17': 'udp'}[proto]
        found = aclcheck.AclCheck(parsed, src, dst, sport, dport, name).ExactMatches()
        print(int(not found or found[0].action == 'deny'))


main()
