#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Ctrl-C while a paste is awaited: once was not enough, as the read was begun again.
use strict;
use warnings;
use Test::More;

my $cordon = $ENV{CORDON} // 'build/cordon';
for my $typed ('', "gw#show ip cache flow\nVl1 10.0.0.1 Vl3 2.34.56.12 06 0F9F 0050 40\n") {
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
done_testing;
