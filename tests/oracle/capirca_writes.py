#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# capirca_writes.py TARGET SEED LIST PACKETS: an access list for TARGET ("cisco", "cisconx") that Capirca writes of a
# random policy, and packets with what its checker says of each: source, destination, protocol, ports, 1 for denied.
import ipaddress
import random
import sys

from capirca.lib import aclcheck, cisco, cisconx, naming, policy

WRITERS = {'cisco': cisco.Cisco, 'cisconx': cisconx.CiscoNX}
PORTS = [22, 53, 69, 80, 135, 443, 445, 1433, 1434, 2000, 5060, 16384, 17000, 65535]


def net(dice):
    bits = dice.choice([8, 16, 20, 24, 28, 32, 32])
    return str(ipaddress.ip_network((0x0a010000 | dice.getrandbits(12), bits), strict=False))


def main():
    dice = random.Random(int(sys.argv[2]))
    names, terms, nets = naming.Naming(), [], []
    for n in range(30):
        proto = dice.choice(['tcp', 'udp'])
        term = [f'term t{n} {{', f'  protocol:: {proto}']
        for way in ('source', 'destination'):
            if dice.random() < 0.8:
                nets.append(net(dice))
                names.ParseNetworkList([f'A{way}{n} = {nets[-1]}'])
                term.append(f'  {way}-address:: A{way}{n}')
            if dice.random() < 0.5:
                low = dice.choice(PORTS)
                span = f'{low}-{min(low + dice.choice([1, 500]), 65535)}' if dice.random() < 0.3 else f'{low}'
                names.ParseServiceList([f'P{way}{n} = {span}/{proto}'])
                term.append(f'  {way}-port:: P{way}{n}')
        if proto == 'tcp' and dice.random() < 0.2:
            term.append('  option:: tcp-established')
        term.append('  action:: ' + dice.choice(['accept', 'deny']) + '\n}')
        terms.append('\n'.join(term))
    target = sys.argv[1]
    kind = f'{target} CORDON-oracle extended' if target == 'cisco' else f'{target} CORDON-oracle'
    text = f'header {{\n  target:: {kind}\n}}\n' + '\n'.join(terms) + '\n'
    with open(sys.argv[3], 'w') as out:
        out.write(str(WRITERS[target](policy.ParsePolicy(text, names), 1)))
    parsed = policy.ParsePolicy(text, names, optimize=False)
    with open(sys.argv[4], 'w') as out:
        for _ in range(1000):
            src, dst = (str(ipaddress.ip_network(dice.choice(nets))[0]) if dice.random() < 0.7
                        else str(ipaddress.ip_address(dice.getrandbits(32))) for _ in range(2))
            proto = dice.choice(['tcp', 'udp'])
            sport, dport = (dice.choice(PORTS) if dice.random() < 0.7 else dice.randrange(65536) for _ in range(2))
            found = aclcheck.AclCheck(parsed, src, dst, str(sport), str(dport), proto).ExactMatches()
            denied = int(not found or found[0].action == 'deny')
            print(src, dst, {'tcp': 6, 'udp': 17}[proto], sport, dport, denied, file=out)


main()
