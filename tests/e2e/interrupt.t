#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Ctrl-C while a paste, or a capture from a pipe, is awaited: once was not enough, as the read was
# begun again.
use strict;
use warnings;
use Test::More;

my $cordon = $ENV{CORDON} // 'build/cordon';
my $frame = pack 'H*', '00' x 12 . '0800' . '450000280001000040060000' . '0a0000010a000002'
	. '9c4000500000000000000000' . '5002ffff00000000';
my $record = pack('VVVV', 1700000000, 0, length $frame, length $frame) . $frame;
my $capture = pack('VvvVVVV', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1) . $record;
for my $typed ('', "gw#show ip cache flow\nVl1 10.0.0.1 Vl3 2.34.56.12 06 0F9F 0050 40\n",
	$capture, $capture . $record x 200) {
	my $pid = open my $in, '|-';
	die "fork: $!\n" unless defined $pid;
	if (!$pid) {
		open STDERR, '>', '/dev/null';
		open STDOUT, '>', '/dev/null';
		exec $cordon, 'detect', '-';
		die "exec $cordon: $!\n";
	}
	syswrite $in, $typed;
	sleep 1;
	kill INT => $pid;
	my $ended = 0;
	for (1 .. 50) {
		$ended = waitpid $pid, 1 and last;
		select undef, undef, undef, .1;
	}
	my $status = $?;
	is $ended, $pid, 'ends at the first interrupt';
	is $status, 3 << 8, 'and says that the input was used in part';
	kill KILL => $pid if !$ended;
	close $in;
}

# A short paste that ends with Ctrl-C in place of Ctrl-D is judged.
pipe my $from, my $to or die "pipe: $!\n";
my $pid = open my $out, '-|';
die "fork: $!\n" unless defined $pid;
if (!$pid) {
	close $to;
	open STDIN, '<&', $from;
	open STDERR, '>', '/dev/null';
	exec $cordon, 'detect', '-';
	die "exec $cordon: $!\n";
}
close $from;
open my $sample, '<', 'samples/show-ip-cache-flow.txt' or die "open sample: $!\n";
syswrite $to, do { local $/; <$sample> };
sleep 1;
kill INT => $pid;
like do { local $/; <$out> }, qr/^10\.20\.7\.66 +suspect/m, 'what was pasted until then is judged';
done_testing;
