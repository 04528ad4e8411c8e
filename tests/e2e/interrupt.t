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

# Begin to read $input from standard input; the process, the end to write to, and what it prints.
sub begin {
	my ($input, @ignored) = @_;
	pipe my $from, my $to or die "pipe: $!\n";
	pipe my $out, my $stdout or die "pipe: $!\n";
	my $pid = fork // die "fork: $!\n";
	if (!$pid) {
		close $to;
		$SIG{$_} = 'IGNORE' for @ignored;
		open STDIN, '<&', $from;
		open STDOUT, '>&', $stdout;
		open STDERR, '>', '/dev/null';
		exec $cordon, 'detect', '-';
		die "exec $cordon: $!\n";
	}
	close $_ for $from, $stdout;
	syswrite $to, $input;
	return ($pid, $to, $out);
}

# Whether the process handles a signal by now, or does no more.
sub comes_to_handle {
	my ($pid, $number, $handles) = @_;
	for (1 .. 200) {
		open my $status, '<', "/proc/$pid/status" or return 0;
		my ($caught) = join('', <$status>) =~ /^SigCgt:\s*([0-9a-f]+)/m;
		return 1 if !!(hex($caught) >> ($number - 1) & 1) == !!$handles;
		select undef, undef, undef, .05;
	}
	return 0;
}

# Wait until the process has taken all that is in the pipe, and sleeps.
sub waits_for_more {
	my ($pid, $pipe) = @_;
	for (1 .. 200) {
		my $left = pack 'i', -1;
		ioctl $pipe, 0x541b, $left or die "FIONREAD: $!\n";
		open my $status, '<', "/proc/$pid/status" or return 0;
		return 1 if unpack('i', $left) == 0 && join('', <$status>) =~ /^State:\s*S/m;
		select undef, undef, undef, .05;
	}
	return 0;
}

# SIGTERM (`timeout 60`) and SIGHUP threw away all that was read.
my $sweep = $capture;
for my $n (1 .. 60) {
	my $probe = $frame;
	substr $probe, 30, 4, pack 'CCCC', 10, 9, $n, 7;
	$sweep .= pack('VVVV', 1700000000 + $n, 0, length $probe, length $probe) . $probe;
}
my %number = (TERM => 15, HUP => 1, INT => 2);
for my $name (sort keys %number) {
	my ($pid, $to, $out) = begin($sweep);
	ok comes_to_handle($pid, $number{$name}, 1), "SIG$name is handled";
	ok waits_for_more($pid, $to), "SIG$name: all was read";
	kill $name => $pid;
	like do { local $/; <$out> }, qr/^10\.0\.0\.1 /m, "SIG$name: what was read until then is judged";
	waitpid $pid, 0;
	is $?, 3 << 8, "SIG$name: and said to be a part";
}
{
	my ($pid, $to, $out) = begin($sweep, 'HUP');
	ok comes_to_handle($pid, $number{TERM}, 1), 'SIGTERM is handled beside nohup';
	ok comes_to_handle($pid, $number{HUP}, 0), 'nohup goes before';
	kill HUP => $pid;
	close $to;
	like do { local $/; <$out> }, qr/^10\.0\.0\.1 /m, 'what was read to the end is judged';
	waitpid $pid, 0;
	is $? & 127, 0, 'no signal ended it';
}
done_testing;
