#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Live capture, in a network namespace of its own: a sweep on its loopback is seen, Ctrl-C judges it.
use strict;
use warnings;
use Test::More;

my $cordon = $ENV{CORDON} // 'build/cordon';
system('unshare -rn true 2>/dev/null') == 0
	or plan skip_all => 'NO NETWORK NAMESPACE CAN BE MADE HERE (unshare -rn): LIVE CAPTURE IS NOT TESTED';

# In the namespace: loopback up, the program listens, twelve refused connections, then SIGINT.
my $script = <<'SH';
ip link set lo up 2>/dev/null || ifconfig lo up 2>/dev/null || exit 77
"$0" detect --json -I lo 2>/dev/null &
pid=$!
sleep 1
for n in 1 2 3 4 5 6 7 8 9 10 11 12; do
	bash -c "exec 3<>/dev/tcp/127.0.0.$n/81" 2>/dev/null
done
sleep 1
kill -INT $pid
wait $pid
SH
my $out = qx(unshare -rn timeout 30 bash -c '$script' '$cordon');
plan skip_all => 'NO ip COMMAND: LIVE CAPTURE IS NOT TESTED' if $? >> 8 == 77;
is $? >> 8, 1, 'something found';
like $out, qr/"host":"127\.0\.0\.1","class":"worm-like"/, 'the sweep is named';
like $out, qr/"destinationTransportPort":81,"peers_contacted":12/, 'with port and peers';

my $nobody = qx($cordon detect -I nosuchinterface 2>&1);
like $nobody, qr/nosuchinterface: there is no such interface/, 'a wrong name is told';
done_testing;
