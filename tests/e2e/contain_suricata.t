#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Whole connections through Suricata as an inline sensor sees them: a call manager that is stopped goes on
# serving telephones, its scan is dropped from the first packet, and a request of a worm is told.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Socket qw(inet_aton);
use Test::More;

my $cordon = $ENV{CORDON} // 'build/cordon';
system('command -v suricata >/dev/null') == 0
	or plan skip_all => 'NOT HERE: suricata (Debian has it in bookworm-backports): ITS RULES ARE NOT TESTED';
my $dir = tempdir(CLEANUP => 1);
my $data = 'tests/golden/contain';
my ($SYN, $ACK, $PSH) = (2, 16, 8);
my @packets;

sub put {
	my ($src, $dst, $proto, $rest) = @_;
	my $head = pack('CCnnnCCn', 0x45, 0, 20 + length $rest, scalar @packets, 0, 64, $proto, 0);
	push @packets, $head . inet_aton($src) . inet_aton($dst) . $rest;
}
# A connection: its handshake, a request, an answer. Gives the numbers of its packets.
sub talk {
	my ($client, $server, $from, $to, $request, $answer) = @_;
	my $first = @packets;
	my ($c, $s) = (1000, 9000);
	my $tcp = sub { my ($sp, $dp, $seq, $ack, $flags, $text) = @_; pack('nnNNCCnnn', $sp, $dp, $seq, $ack, 5 << 4, $flags, 8192, 0, 0) . ($text // '') };
	put($client, $server, 6, $tcp->($from, $to, $c++, 0, $SYN));
	put($server, $client, 6, $tcp->($to, $from, $s++, $c, $SYN | $ACK));
	put($client, $server, 6, $tcp->($from, $to, $c, $s, $ACK));
	put($client, $server, 6, $tcp->($from, $to, $c, $s, $ACK | $PSH, $request));
	put($server, $client, 6, $tcp->($to, $from, $s, $c + length $request, $ACK | $PSH, $answer));
	put($client, $server, 6, $tcp->($from, $to, $c + length $request, $s + length $answer, $ACK));
	return [$first .. $#packets];
}
sub datagram {
	my ($src, $dst, $from, $to) = @_;
	put($src, $dst, 17, pack('nnnn', $from, $to, 12, 0) . 'text');
	return [$#packets];
}
sub write_file { my ($path, $text) = @_; open my $f, '>:raw', $path or die "$path: $!"; print $f $text; close $f }

my %seen = (
	'a telephone registers' => talk('10.20.3.4', '10.1.1.10', 5000, 2000, 'register', 'registered'),
	'a telephone rings by SIP' => datagram('10.1.1.10', '10.20.3.4', 5060, 5060),
	'speech' => datagram('10.1.1.10', '10.20.3.4', 17000, 17002),
	'the cluster replicates' => talk('10.1.1.10', '10.1.1.11', 3000, 1433, 'select', 'rows'),
	'the scan by TCP' => talk('10.1.1.10', '198.51.100.7', 3001, 80, "GET / HTTP/1.0\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\n"),
	'the scan by UDP' => datagram('10.1.1.10', '198.51.100.7', 3002, 1434),
	'a neighbour' => talk('10.30.9.9', '198.51.100.7', 3003, 80, "GET /index.html HTTP/1.0\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\n"),
	'a worm of nobody' => talk('10.30.9.10', '198.51.100.7', 3004, 80, "GET /default.ida?NNNN HTTP/1.0\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\n"),
);
my $pcap = pack('LSSlLLL', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101);
$pcap .= pack('LLLL', 997315200 + $_, 0, (length $packets[$_]) x 2) . $packets[$_] for 0 .. $#packets;
write_file("$dir/seen.pcap", $pcap);
write_file("$dir/$_.config", $_ eq 'classification' ? "config classification: web-application-attack,Web Application Attack,1\n" : '')
	for qw(classification reference threshold);
write_file("$dir/suricata.yaml", "%YAML 1.1\n---\nvars:\n  address-groups:\n    HOME_NET: any\n"
	. "classification-file: $dir/classification.config\nreference-config-file: $dir/reference.config\n"
	. "threshold-file: $dir/threshold.config\nstats:\n  enabled: no\noutputs:\n  - eve-log:\n      enabled: yes\n"
	. "      filename: eve.json\n      types:\n        - alert\n        - drop:\n            alerts: yes\n            flows: all\n"
	. "app-layer:\n  protocols:\n    http:\n      enabled: yes\n");
my $whole = 'contain --to suricata 10.1.1.10 -p any';
is system("$cordon $whole -i $data/site.yaml >$dir/rules 2>$dir/err") >> 8, 1, 'a call manager is stopped as a whole';
my $run = "suricata -c $dir/suricata.yaml -S $dir/rules -l $dir --init-errors-fatal";
is system("$run -T >$dir/log 2>&1"), 0, 'suricata -T takes every rule' or diag qx(cat $dir/log);
is system("$run -r $dir/seen.pcap -k none --simulate-ips --runmode single >$dir/log 2>&1"), 0, 'suricata -r reads the capture' or diag qx(cat $dir/log);
my (%dropped, @alerts);
open my $eve, '<', "$dir/eve.json" or die "$dir/eve.json: $!";
while (<$eve>) {
	$dropped{$1} = 1 if /"event_type":"drop"/ && /"ipid":(\d+)/;
	push @alerts, $_ if /"event_type":"alert"/ && /"action":"allowed"/;
}
my $n_dropped = sub { scalar grep { $dropped{$_} } @{ $seen{ $_[0] } } };
is $n_dropped->($_), 0, "$_: nothing is dropped"
	for 'a telephone registers', 'a telephone rings by SIP', 'speech', 'the cluster replicates', 'a neighbour', 'a worm of nobody';
ok $dropped{ $seen{$_}[0] }, "$_: dropped from the first packet" for 'the scan by TCP', 'the scan by UDP';
is $n_dropped->('the scan by TCP'), 6, 'and with it the rest of the connection';
is scalar(@alerts), 1, 'one alert';
like $alerts[0] // '', qr/"src_ip":"10\.30\.9\.10".*request for \.ida, as Code Red sends it/, 'of the request of the worm, with who sent it';
done_testing;
