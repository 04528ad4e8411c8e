#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# suricata.py RULES PACKETS: what Suricata drops of a capture, packet by packet, as an inline sensor would.
# Prints 1 for a packet that it drops. Lines of packets: source, destination, protocol, ports; a sixth
# word "established" makes it one of TCP with ACK.
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile

CONFIG = '''%YAML 1.1
---
vars:
  address-groups:
    HOME_NET: any
classification-file: {folder}/classification.config
reference-config-file: {folder}/reference.config
threshold-file: {folder}/threshold.config
stats:
  enabled: no
# packets stand alone here: that the session was not seen is no reason to drop
exception-policy: ignore
stream:
  midstream: true
  drop-invalid: no
outputs:
  - eve-log:
      enabled: yes
      filename: eve.json
      types:
        - drop:
            alerts: yes
            flows: all
app-layer:
  protocols:
    http:
      enabled: yes
'''
SYN, ACK = 0x02, 0x10


def packet(number, src, dst, proto, sport, dport, state=''):
    if proto == '17':
        rest = struct.pack('!HHHH', int(sport), int(dport), 9, 0) + b'x'
    else:
        flags = ACK if state else SYN
        rest = struct.pack('!HHIIBBHHH', int(sport), int(dport), 1, 1, 5 << 4, flags, 1024, 0, 0)
    head = struct.pack('!BBHHHBBH', 0x45, 0, 20 + len(rest), number, 0, 64, int(proto), 0)
    return head + socket.inet_aton(src) + socket.inet_aton(dst) + rest


def main():
    lines = [line.split() for line in open(sys.argv[2])]
    with tempfile.TemporaryDirectory() as folder:
        with open(f'{folder}/seen.pcap', 'wb') as out:
            out.write(struct.pack('=IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101))
            for number, line in enumerate(lines):
                data = packet(number, *line)
                # a minute apart: no packet belongs to the flow of another
                out.write(struct.pack('=IIII', 997315200 + 60 * number, 0, len(data), len(data)))
                out.write(data)
        with open(f'{folder}/suricata.yaml', 'w') as out:
            out.write(CONFIG.format(folder=folder))
        with open(f'{folder}/classification.config', 'w') as out:
            out.write('config classification: web-application-attack,Web Application Attack,1\n')
        for name in ('reference', 'threshold'):
            open(f'{folder}/{name}.config', 'w').close()
        words = ['suricata', '-c', f'{folder}/suricata.yaml', '-S', sys.argv[1], '-l', folder,
                 '--init-errors-fatal']
        for more in (['-T'], ['-r', f'{folder}/seen.pcap', '-k', 'none', '--simulate-ips',
                              '--runmode', 'single']):
            done = subprocess.run(words + more, capture_output=True, text=True)
            if done.returncode:
                sys.exit(done.stdout + done.stderr)
        events = []
        if os.path.exists(f'{folder}/eve.json'):
            events = [json.loads(line) for line in open(f'{folder}/eve.json')]
    dropped = {e['drop']['ipid'] for e in events if e['event_type'] == 'drop'}
    for number in range(len(lines)):
        print(int(number in dropped))


main()
