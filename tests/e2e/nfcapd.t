#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Files of nfcapd: against a truth that was computed without cordon, and against what cordon reads
# from the very export packets that nfcapd made its file of.
#
# Environment: CORDON (default build/cordon), CORDON_DATA (default ../shared/data), GENERATE (default
# build/tests/generate/generate). Needs nfcapd and nfdump (Debian: nfdump) for its second half.
use strict;
use warnings;
use File::Temp qw(tempdir);
use FindBin;
use lib $FindBin::Bin;
use IO::Socket::INET;
use Test::More;
use Time::HiRes qw(sleep time);

use Detect;
use Port;

my $cordon = $ENV{CORDON} // 'build/cordon';
my $data = $ENV{CORDON_DATA} // '../shared/data';
my $generate = $ENV{GENERATE} // 'build/tests/generate/generate';
my $dir = tempdir(CLEANUP => 1);
my $patience_s = 20;

for my $program ($cordon, $generate) {
	die "no program $program: run make, or set CORDON and GENERATE\n" unless -x $program;
}

sub is_installed {
	my ($program) = @_;
	return scalar grep { -x "$_/$program" } split /:/, $ENV{PATH};
}

my $has_nfdump = is_installed('nfdump');
my $has_nfcapd = $has_nfdump && is_installed('nfcapd');

# What the truth says => where cordon says it.
my %told = (
	records => sub { $_[0]{records}{nfcapd} },
	sum_packets => sub { $_[0]{export}{packets} },
	sum_bytes => sub { $_[0]{export}{octets} },
);

sub check_exact {
	my ($entry, $path) = @_;
	my ($summary, @findings) = check_form(detect($cordon, $path));
	return unless $summary;
	is_deeply $summary->{faults}, {}, 'no faults';
	for my $expect (@{ $entry->{expect} }) {
		my $what = $expect->{what};
		my $got = $told{$what} ? $told{$what}->($summary) : undef;
		is "$got", "$expect->{value}", $what if defined $got;
		is join(' ', worm_like(@findings)), '', "no worm: $expect->{why}" if $what eq 'no_worm';
	}
}

# LZO is refused with a command; the command does what it promises.
sub check_refused {
	my ($entry, $path) = @_;
	my $run = detect($cordon, $path);
	is $run->{wait} >> 8, 3, 'exit code of input that cannot be used';
	my ($options) = $run->{stderr} =~ /nfdump -r FILE (.*) -w NEW/;
	ok defined $options, 'names the command that converts it' or return;
	return diag 'NOT TRIED: no nfdump' unless $has_nfdump;
	my $command = "nfdump -r '$path' $options -w '$dir/new' >/dev/null";
	is system($command), 0, $command;
	check_exact $entry, "$dir/new";
}

sub check_truth {
	my $entries = decode_json_big(slurp("$data/TRUTH.json"));
	for my $entry (grep { $_->{kind} eq 'nfcapd' } @$entries) {
		my $check = $entry->{file} =~ /\.lzo$/ ? \&check_refused : \&check_exact;
		subtest $entry->{file} => sub { $check->($entry, "$data/$entry->{file}") };
	}
}

# The UDP payloads of a capture by our generator: classic, big-endian, Ethernet, no fragments.
sub datagrams {
	my ($path) = @_;
	my $capture = slurp($path);
	my @payloads;
	for (my $at = 24; $at < length $capture;) {
		my $n = unpack 'x8 N', substr $capture, $at, 16;
		my $frame = substr $capture, $at + 16, $n;
		my $is_ipv4 = unpack('x12 n', $frame) == 0x0800;
		my $ip_bytes = $is_ipv4 ? (unpack('x14 C', $frame) & 15) * 4 : 40;
		push @payloads, substr $frame, 14 + $ip_bytes + 8;
		$at += 16 + $n;
	}
	return @payloads;
}

# Wait until something becomes true; whether it did.
sub comes_true {
	my ($condition) = @_;
	for (my $end = time + $patience_s; time < $end; sleep 0.02) {
		return 1 if $condition->();
	}
	return 0;
}

# The bytes that wait in a UDP port of this host; undef when nobody listens.
sub waiting_bytes {
	my ($port) = @_;
	my $local = sprintf ':%04X', $port;
	for (split /\n/, slurp('/proc/net/udp')) {
		my (undef, $address, undef, undef, $queues) = split;
		return hex((split /:/, $queues)[1]) if $address =~ /$local$/;
	}
	return undef;
}

sub send_all {
	my ($port, @payloads) = @_;
	my $socket = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port", Proto => 'udp')
	    or die "socket: $!\n";
	for my $payload (@payloads) {
		comes_true(sub { (waiting_bytes($port) // 0) < 50_000 }) or return 0;
		$socket->send($payload);
	}
	return comes_true(sub { !waiting_bytes($port) });
}

# Have nfcapd collect a capture's datagrams; the path of its file, or nothing.
sub collect {
	my ($capture) = @_;
	my $port = free_port();
	my $flows = tempdir(DIR => $dir);
	my $pid = fork // die "fork: $!\n";
	if (!$pid) {
		open STDOUT, '>', "$flows.log";
		open STDERR, '>&', \*STDOUT;
		exec 'nfcapd', '-b', '127.0.0.1', '-p', $port, '-w', $flows, '-t', 3600;
		die "exec nfcapd: $!\n";
	}
	my $is_sent = comes_true(sub { defined waiting_bytes($port) })
	    && send_all($port, datagrams($capture));
	sleep 0.2;
	kill 'INT', $pid;
	waitpid $pid, 0;
	my @files = grep { !/current/ } glob "$flows/nfcapd.*";
	ok $is_sent && @files == 1, 'nfcapd made a file' or diag slurp("$flows.log");
	return @files == 1 ? $files[0] : ();
}

# What must not depend on the way an export took.
sub essence {
	my ($path, $record_name) = @_;
	my ($summary, @findings) = check_form(detect($cordon, $path));
	return unless $summary;
	return {
		records => $summary->{records}{$record_name},
		packets => $summary->{export}{packets},
		octets => $summary->{export}{octets},
		faults => $summary->{faults},
		worm_like => [ worm_like(@findings) ],
	};
}

sub check_cut {
	my ($path, $n_records) = @_;
	my $whole = slurp($path);
	open my $out, '>:raw', "$dir/cut" or die "open: $!\n";
	print $out substr $whole, 0, length($whole) / 2;
	close $out;
	my $run = detect($cordon, "$dir/cut");
	my ($summary) = check_form($run);
	is_deeply $summary->{faults}, { cut_file => 1 }, 'half a file: one fault';
	my $n = $summary->{records}{nfcapd} // 0;
	cmp_ok $n, '>', $n_records / 3, 'half a file: what is there counts';
	cmp_ok $n, '<', $n_records, 'half a file: not all is there';
}

# `cat a b`: everything behind the first was lost.
sub check_appended {
	my ($path, $want) = @_;
	is system("cat $path $dir/new $path >$dir/appended"), 0, 'files appended to each other';
	my $all = essence("$dir/appended", 'nfcapd') or return;
	is_deeply $all->{faults}, {}, 'no faults';
	is $all->{records}, 3 * $want->{records}, 'every record counts';
	is_deeply $all->{worm_like}, $want->{worm_like}, 'and hosts are those of one';
}

sub check_world {
	my ($options, $record_name) = @_;
	my $capture = "$dir/world.pcap";
	is system("$generate $options --minutes 6 --seed 5 $capture"), 0, 'the world is made' or return;
	my $want = essence($capture, $record_name) or return;
	my $file = collect($capture) or return;
	is_deeply essence($file, 'nfcapd'), $want, 'as the packets';
	for my $how ('-y', '-j', '') {
		is system("nfdump -r $file $how -w $dir/new >/dev/null"), 0, "nfdump $how -w";
		is_deeply essence("$dir/new", 'nfcapd'), $want, "as the packets, after nfdump $how";
	}
	check_cut $file, $want->{records};
	check_appended $file, $want;
}

my @worlds = (
	[ '--format v5 --worm codered2:2 --worm slammer', 'netflow5' ],
	[ '--format v9 --worm mirai --worm blaster', 'netflow9' ],
	[ '--format ipfix --worm sasser --ipv6', 'ipfix' ],
	[ '--format v5 --sampling 10 --worm codered2', 'netflow5' ],
);

if (-e "$data/TRUTH.json") {
	check_truth;
} else {
	diag "NOT TESTED: files with a truth; no $data/TRUTH.json, set CORDON_DATA";
}
if ($has_nfcapd && -r '/proc/net/udp') {
	for my $world (@worlds) {
		subtest $world->[0] => sub { check_world(@$world) };
	}
} else {
	diag 'NOT TESTED: files of nfcapd itself; install nfdump';
}
pass 'came to the end';
done_testing;
