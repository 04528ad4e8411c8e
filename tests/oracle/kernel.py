#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# kernel.py RULES PACKETS: what the kernel forwards under rules of nft -f, packet by packet. In network
# namespaces of its own: host A - router R - host V. Prints 1 for a packet that did not come out.
import ctypes
import os
import socket
import struct
import subprocess
import sys
import time

CLONE_NEWNET = 0x40000000
libc = ctypes.CDLL(None, use_errno=True)


def run(*words):
    subprocess.run(words, check=True)


def checksum(data):
    total = sum(struct.unpack(f'!{len(data) // 2}H', data))
    total = (total >> 16) + (total & 0xffff)
    return ~(total + (total >> 16)) & 0xffff


def packet(number, src, dst, proto, sport, dport):
    if proto == 17:
        rest = struct.pack('!HHHH', sport, dport, 8, 0)
    else:
        rest = struct.pack('!HHIIBBHHH', sport, dport, 1, 0, 5 << 4, 2, 1024, 0, 0)
        pseudo = socket.inet_aton(src) + socket.inet_aton(dst) + struct.pack('!BBH', 0, 6, 20)
        rest = rest[:16] + struct.pack('!H', checksum(pseudo + rest)) + rest[18:]
    head = struct.pack('!BBHHHBBH', 0x45, 0, 20 + len(rest), number, 0, 64, proto, 0)
    head += socket.inet_aton(src) + socket.inet_aton(dst)
    return head[:10] + struct.pack('!H', checksum(head)) + head[12:] + rest


def inside(namespace):
    fd = os.open(f'/proc/{namespace}/ns/net', os.O_RDONLY)
    if libc.setns(fd, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), 'setns')
    os.close(fd)


def main():
    # three processes hold three namespaces; they end with this one
    held = [subprocess.Popen(['unshare', '-n', 'sleep', '300']) for _ in 'ARV']
    try:
        a, r, v = (str(p.pid) for p in held)
        own = os.readlink('/proc/self/ns/net')
        for pid in (a, r, v):
            while os.readlink(f'/proc/{pid}/ns/net') == own:
                time.sleep(0.01)
        judge(a, r, v)
    finally:
        for p in held:
            p.kill()


def judge(a, r, v):
    inside(r)
    run('ip', 'link', 'add', 'ra', 'type', 'veth', 'peer', 'name', 'a0', 'netns', a)
    run('ip', 'link', 'add', 'rv', 'type', 'veth', 'peer', 'name', 'v0', 'netns', v)
    run('ip', 'addr', 'add', '192.0.2.1/30', 'dev', 'ra')
    run('ip', 'addr', 'add', '192.0.2.5/30', 'dev', 'rv')
    for name in ('ra', 'rv'):
        run('ip', 'link', 'set', name, 'up')
    with open('/proc/sys/net/ipv4/ip_forward', 'w') as out:
        out.write('1')
    for name in ('all', 'default', 'ra', 'rv'):
        with open(f'/proc/sys/net/ipv4/conf/{name}/rp_filter', 'w') as out:
            out.write('0')
    run('ip', 'route', 'add', 'default', 'via', '192.0.2.6')
    mac_r = link('ra')
    run('nft', '-c', '-f', sys.argv[1])
    run('nft', '-f', sys.argv[1])
    inside(v)
    run('ip', 'link', 'set', 'v0', 'up')
    mac_v = link('v0')
    listener = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
    listener.bind(('v0', 0x0800))
    inside(r)
    run('ip', 'neigh', 'replace', '192.0.2.6', 'lladdr', mac_v, 'dev', 'rv')
    inside(a)
    run('ip', 'link', 'set', 'a0', 'up')
    sender = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))
    to = ('a0', 0x0800, 0, 0, bytes.fromhex(mac_r.replace(':', '')))
    lines = [line.split() for line in open(sys.argv[2])]
    came = set()
    listener.settimeout(0.05)

    def listen():
        try:
            while True:
                came.add(struct.unpack('!H', listener.recv(2048)[4:6])[0])
        except socket.timeout:
            pass

    for number, (src, dst, proto, sport, dport) in enumerate(lines):
        sender.sendto(packet(number, src, dst, int(proto), int(sport), int(dport)), to)
        if number % 50 == 49:
            listen()
    # the last one to come out says that nothing is on its way: a marker that no rule can stop
    sender.sendto(packet(65535, '192.0.2.2', '198.18.255.254', 17, 9, 9), to)
    deadline = time.time() + 20
    while 65535 not in came and time.time() < deadline:
        listen()
    if 65535 not in came:
        sys.exit('the marker did not come out')
    for number in range(len(lines)):
        print(int(number not in came))


def link(name):
    words = subprocess.run(['ip', '-o', 'link', 'show', name], check=True, capture_output=True,
                           text=True).stdout.split()
    return words[words.index('link/ether') + 1]


main()
