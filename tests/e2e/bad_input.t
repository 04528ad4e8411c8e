#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Bad input: the exit code, words that name the place, and no loss of what the good files tell.
#
# Environment: CORDON (default build/cordon), GENERATE (default build/tests/generate/generate).
use strict;
use warnings;
no warnings 'portable'; # 64-bit numbers
use File::Temp qw(tempdir);
use FindBin;
use lib $FindBin::Bin;
use IO::Compress::Gzip qw(gzip $GzipError);
use POSIX ();
use Test::More;

use Detect;

my $cordon = $ENV{CORDON} // 'build/cordon';
my $generate = $ENV{GENERATE} // 'build/tests/generate/generate';
my $nobody = 65534;
my $most_kb = 200 * 1024; # resident, however long a line is
my $dir = tempdir(CLEANUP => 1);
chmod 0755, $dir;

for my $program ($cordon, $generate) {
	die "no program $program: run make, or set CORDON and GENERATE\n" unless -x $program;
}
my $is_sanitized = slurp($cordon) =~ /__asan_init|__ubsan_handle/;

sub spew {
	my ($name, $content) = @_;
	my $path = "$dir/$name";
	open my $out, '>:raw', $path or die "open $path: $!\n";
	print {$out} $content or die "write $path: $!\n";
	close $out or die "write $path: $!\n";
	return $path;
}

# In the child: standard streams as the test wants them, then the program.
sub become {
	my ($how, @words) = @_;
	my $in = $how->{stdin} // '/dev/null';
	open STDIN, '<', $in or die "open $in: $!\n";
	open STDOUT, '>', $how->{stdout} // "$dir/out" or die "open stdout: $!\n";
	open STDERR, '>', "$dir/err" or die "open $dir/err: $!\n";
	if ($how->{as_nobody}) {
		POSIX::setgid($nobody);
		POSIX::setuid($nobody);
		POSIX::_exit(99) unless -x $cordon;
	}
	close STDOUT if $how->{is_closed};
	exec $cordon, @words or POSIX::_exit(98);
}

# Run cordon; what it printed line by line and how it ended, as check_form wants it.
sub cordon {
	my ($how, @words) = @_;
	unlink "$dir/out";
	my $pid = fork // die "fork: $!\n";
	become($how, @words) if !$pid;
	waitpid $pid, 0;
	my $wait = $?;
	my $out = -e "$dir/out" ? slurp("$dir/out") : '';
	return { lines => [ split /^/, $out ], wait => $wait, stderr => slurp("$dir/err") };
}

# How it must end, whatever happened: with this exit code, and without a sanitizer's report.
sub ends {
	my ($run, $exit, $what) = @_;
	is $run->{wait} & 127, 0, "$what: no signal" or diag $run->{stderr};
	is $run->{wait} >> 8, $exit, "$what: exit code $exit" or diag $run->{stderr};
	unlike $run->{stderr}, qr/Sanitizer|runtime error|Assertion/, "$what: nothing is broken";
}

# Wire formats, as small as they get.
sub set { my ($id, $content) = @_; return pack('nn', $id, 4 + length $content) . $content }

sub ipfix_of {
	my ($sequence, @sets) = @_;
	my $sets = join '', @sets;
	return pack('nnNNN', 10, 16 + length $sets, 1700000000, $sequence, 7) . $sets;
}

sub ipfix { return ipfix_of(1, @_) }

sub netflow9 {
	return pack('nnNNNN', 9, scalar @_, 1000000, 1700000000, 1, 7) . join '', @_;
}

sub netflow5 {
	my ($n_told, $n_held, $sequence) = @_;
	my $record = pack 'N*', 0x0a000001, 0x0a000002, 0, 0, 1, 40, 0, 0, 0x9c400050, 0x00020600, 0, 0;
	return pack('nnNNNNN', 5, $n_told, 1000000, 1700000000, 0, $sequence // 1, 0) . $record x $n_held;
}

sub template { my ($id, @fields) = @_; return pack 'n*', $id, @fields / 2, @fields }

sub frame {
	my ($payload) = @_;
	my $udp = pack('nnnn', 50000, 2055, 8 + length $payload, 0) . $payload;
	my $ip = pack 'CCnnnCCnNN', 0x45, 0, 20 + length $udp, 1, 0, 64, 17, 0, 0x0a090901, 0x0a090902;
	return "\0" x 12 . "\x08\0" . $ip . $udp;
}

# A capture of frames; a reference to two elements is a frame and how much of it was kept.
sub capture {
	my ($link, @frames) = @_;
	my $file = pack 'VvvVVVV', 0xa1b2c3d4, 2, 4, 0, 0, 65535, $link;
	for my $frame (@frames) {
		my ($bytes, $kept) = ref $frame ? @$frame : ($frame, length $frame);
		$file .= pack('VVVV', 1700000000, 0, $kept, length $bytes) . substr $bytes, 0, $kept;
	}
	return $file;
}

sub gzip_of {
	my ($plain) = @_;
	gzip(\$plain, \my $packed) or die "gzip: $GzipError\n";
	return $packed;
}

sub exported { return capture(1, map { frame($_) } @_) }

my $addresses = template(300, 8, 4, 12, 4);
my $usual = exported(ipfix(set(2, $addresses), set(300, pack 'NN', 0x0a000001, 0x0a000002)));
my $v5 = frame(netflow5(2, 2));

# Name, content, what must be said. Each is readable, and none of it can be wholly used.
my @bad = (
	[ 'empty', '', qr/nothing|empty/ ],
	[ 'no-rows.txt', "hello\nworld\n", qr/no row/ ],
	[ 'nul.txt', "nothing to see here, move along\n" x 9 . "\0\n", qr/no row|binary/ ],
	[ 'binary', pack('C*', map { $_ * 7 % 256 } 1 .. 5000), qr/binary.*(?:pcap|text)/s ],
	[ 'cut-header.pcap', substr($usual, 0, 20), qr/truncated|header/ ],
	[ 'cut-packet.pcap', substr($usual, 0, -5), qr/after packet 0: truncated/ ],
	[ 'cut-record.pcap', $usual . "\1\2\3", qr/after packet 1: truncated/ ],
	[ 'wrong-length.pcap', $usual . pack('VVVV', 0, 0, 0x7fffffff, 60), qr/packet 1\b/ ],
	[ 'no-frames.pcap', capture(1), qr/no NetFlow|no IP packet/ ],
	[ 'no-ip.pcap', capture(1, "\0" x 12 . "\x08\x06" . "\0" x 28), qr/no NetFlow|no IP packet/ ],
	[ 'link.pcap', capture(127, $v5),
		qr/link type 127 \(IEEE802_11_RADIO\) is not read, in 1 of 1 packets; read are Ethernet/ ],
	[ 'unnamed-link.pcap', capture(65535, $v5), qr/link type 65535 \(unknown to libpcap\)/ ],
	[ 'damaged-packet.pcap', capture(1, substr($v5, 0, 30)), qr/#1: headers of a packet are cut/ ],
	[ 'late.pcap', pack('VvvVVVV', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1)
		    . pack('VVVV', 1700000000, 1000000, length $v5, length $v5) . $v5,
		qr/#1: time of a packet is damaged/ ],
	[ 'appended.pcap', $usual . substr($usual, 0, 20),
		qr/after packet 1: the capture that begins at byte \d+ cannot be read: truncated/ ],
	[ 'lzo.nfcapd', pack('vvVQ<CCvVQ<VV', 0xa50c, 2, 0x01070100, 1700000000, 1, 0, 0, 1, 0, 0, 0),
		qr/packed with LZO; pack it another way first: nfdump/ ],
	[ 'bad.pcapng', "\n\r\r\n" . pack('VVvvVVV', 28, 0x1a2b3c4d, 9, 9, 0, 0, 28),
		qr/capture cannot be read/ ],
	[ 'snaplen.pcap', capture(1, [ $v5, 96 ]), qr/cut by the capture/ ],
	[ 'truncated.pcap', exported(substr(ipfix(set(2, $addresses)), 0, -3)), qr/ends before/ ],
	[ 'untold.pcap', exported(ipfix(set(300, pack 'NN', 1, 2))), qr/before its template/ ],
	[ 'zero-fields.pcap', exported(netflow9(set(0, pack 'nn', 300, 0))), qr/template is damaged/ ],
	[ 'zero-lengths.pcap', exported(ipfix(set(2, template(300, 8, 0, 12, 0)))),
		qr/template is damaged/ ],
	[ 'zero-set.pcap', exported(ipfix(pack 'nn', 300, 0)), qr/length that does not fit/ ],
	[ 'many-fields.pcap', exported(ipfix(set(2, pack('nn', 300, 65535) . pack('nn', 8, 4) x 900))),
		qr/ends before/ ],
	[ 'wide-fields.pcap', exported(ipfix(set(2, template(300, map { (8, 60000) } 1 .. 300)))),
		qr/too large/ ],
	[ 'count-more.pcap', exported(netflow5(30, 2)), qr/another number of records/ ],
	[ 'count-less.pcap', exported(netflow5(1, 3)), qr/after its last record/ ],
	[ 'reserved.pcap', exported(ipfix(set(2, $addresses), set(9, 'abcd'))), qr/reserved/ ],
	[ 'gzip', "\x1f\x8b\x08\0\xff\xff", qr/gzip|compress/ ],
	[ 'bzip2', 'BZh91AY&SY' . "\xff" x 9, qr/bzip2|compress/ ],
	[ 'xz', "\xfd7zXZ\0" . "\xff" x 9, qr/xz|compress/ ],
	[ 'zstd', "\x28\xb5\x2f\xfd" . "\xff" x 9, qr/zstd|compress/ ],
	[ 'lz4', "\x04\x22\x4d\x18" . "\xff" x 9, qr/lz4|compress/ ],
	[ 'zip', "PK\x03\x04" . "\xff" x 9, qr/zip|compress/ ],
	[ 'nfcapd', "\x0c\xa5\x01\0" . "\xff" x 9, qr/nfcapd|binary|ends/ ],
	[ 'nfcapd-big', "\xa5\x0c\0\x01" . "\xff" x 300, qr/nfcapd|binary|ends/ ],
);

my $good = "$dir/good.pcap";
my @make = ($generate, qw(--format ipfix --worm codered2 --minutes 10 --seed 3), $good);
is system(@make), 0, 'a good capture is made';
my (undef, @findings) = check_form(cordon({}, qw(detect --json), $good));
my @infected = worm_like(@findings);
isnt "@infected", '', 'the good capture has an infected host';

# The complaint names the file, and the good file along with it tells what it tells alone.
sub check_bad {
	my ($path, $words, @before) = @_;
	my $run = cordon({}, 'detect', '--json', $path);
	ends $run, 3, 'alone';
	check_form($run);
	like $run->{stderr}, qr/^(?:cordon: .*)?\Q$path\E/m, 'stderr names the file';
	like $run->{stderr}, $words, 'and says what is wrong';
	for my $files ([ $path, $good ], [ $good, $path ]) {
		$run = cordon({}, 'detect', '--json', @$files);
		ends $run, 3, 'with a good file';
		my (undef, @with) = check_form($run);
		is join(' ', worm_like(@with)), "@infected", 'the good file is still used';
	}
}

for my $row (@bad) {
	my ($name, $content, $words) = @$row;
	subtest $name => sub { check_bad(spew($name, $content), $words) };
}

subtest 'a damaged packet is none of IPFIX' => sub {
	my $run = cordon({}, qw(detect --json), "$dir/damaged-packet.pcap");
	unlike $run->{stderr}, qr/RFC 7011/, 'nothing of its document';
	my ($summary) = check_form($run);
	is_deeply $summary->{faults}, { damaged_packet => 1, no_ip => 1 }, 'its own';
};

subtest 'files packed with LZO are told once each, as that' => sub {
	my @files = map { spew("lzo.$_", slurp("$dir/lzo.nfcapd")) } 1 .. 3;
	my $run = cordon({}, qw(detect --json), @files);
	my ($summary) = check_form($run);
	is_deeply $summary->{faults}, { packing => 3 }, 'faults';
	is scalar(() = $run->{stderr} =~ /^.*lzo\.\d.*$/mg), 3, 'a line each';
	unlike $run->{stderr}, qr/layout/, 'and none that says another thing';
};

# `cat a.pcap b.pcap`, and of packed ones: all behind the first was lost.
subtest 'captures appended to each other are one body of evidence' => sub {
	my $other = capture(1, "\0" x 12 . "\x08\x06" . "\0" x 28);
	my $both = spew('both.pcap', $other . slurp($good) . $other);
	my $packed = spew('both.pcap.gz', join '', map { gzip_of($_) } $other, slurp($good), $other);
	for my $path ($both, $packed) {
		my $run = cordon({}, qw(detect --json), $path);
		my ($summary, @with) = check_form($run);
		is_deeply $summary->{faults}, {}, 'no faults';
		is join(' ', worm_like(@with)), "@infected", 'the second is used';
	}
};

subtest 'what was sent between two appended captures is not missing' => sub {
	my ($early, $late) = map { exported(ipfix_of($_, set(2, $addresses),
		set(300, pack 'NN', 0x0a000001, 0x0a000002))) } 1, 9000;
	my $run = cordon({}, qw(detect --json), spew('parted.pcap', $early . $late));
	my ($summary) = check_form($run);
	is $summary->{flows}, 2, 'both are read';
	unlike $run->{stderr}, qr/are missing/, 'and nothing is missing';
	$run = cordon({}, qw(detect --json), spew('lost.pcap', $early . substr $late, 24));
	like $run->{stderr}, qr/are missing/, 'as within one it is';
};

subtest 'a directory' => sub {
	mkdir "$dir/folder";
	check_bad("$dir/folder", qr{is a directory without a file});
};
subtest 'a missing file' => sub { check_bad("$dir/missing", qr/No such file/) };
subtest 'a path under a file' => sub { check_bad("$good/x", qr/Not a directory/) };

subtest 'a file that may not be read' => sub {
	my $path = spew('secret', $usual);
	chmod 0, $path;
	my $how = { as_nobody => $> == 0 };
	my $run = cordon($how, 'detect', '--json', $path, $good);
	plan skip_all => "NOT TESTED: nobody may not run $cordon" if $run->{wait} >> 8 == 99;
	ends $run, 3, 'with a good file';
	like $run->{stderr}, qr/open \Q$path\E: Permission denied/, 'stderr says why';
	my (undef, @with) = check_form($run);
	is join(' ', worm_like(@with)), "@infected", 'the good file is still used';
};

subtest 'flows that never came were not told' => sub {
	my $lost = spew('lost.pcap', exported(netflow5(2, 2, 0), netflow5(2, 2, 32), netflow5(2, 2, 34)));
	my $run = cordon({}, 'detect', '--json', $lost);
	ends $run, 0, 'what is there is fine';
	like $run->{stderr}, qr/about 30 flows of exporter 10\.9\.9\.1 are missing, as its numbers tell/, 'they are told';
	my ($summary) = check_form($run);
	is scalar @{ $summary->{notes} }, 1, 'in the summary too';
	my $whole = spew('whole.pcap', exported(netflow5(2, 2, 0), netflow5(2, 2, 2)));
	unlike cordon({}, 'detect', '--json', $whole)->{stderr}, qr/missing/, 'and none where none are missing';
};

subtest 'empty standard input' => sub {
	my $run = cordon({}, qw(detect --json -));
	ends $run, 3, 'nothing';
	check_form($run);
	like $run->{stderr}, qr/standard input holds nothing/, 'stderr says so';
};

subtest 'a terminal is asked for a paste' => sub {
	plan skip_all => 'NOT TESTED: no script(1) here' if system 'script --version >/dev/null 2>&1';
	my $said = `script -qec "$cordon detect -" /dev/null < /dev/null 2>&1`;
	like $said, qr/paste the output of the router, then press Ctrl-D/, 'with how to end it';
	like $said, qr/standard input holds nothing/, 'and told when nothing came';
};

subtest '10 MB of noise' => sub {
	my $state = 88172645463325252;
	my $noise = '';
	for (1 .. 1310720 / 16) {
		$state ^= $state << 13 & 0xffffffffffffffff;
		$state ^= $state >> 7;
		$state ^= $state << 17 & 0xffffffffffffffff;
		$noise .= pack 'Q', $state;
	}
	check_bad(spew('noise', $noise x 16), qr/binary|no row/);
};

# A clock that is off by ages must not break the times in the answer.
subtest 'times beyond all calendars' => sub {
	my $fields = template(300, 8, 4, 12, 4, 152, 8, 153, 8);
	for my $time (0, 1, 0xffffffff, 0x7fffffffffffffff, 0xffffffffffffffff) {
		my $records = join '', map { pack 'NNQ>Q>', 0x0a000001, $_, $time, $time } 1 .. 30;
		my $path = spew('clock.pcap', exported(ipfix(set(2, $fields), set(300, $records))));
		for my $form ('--json', '--csv', '--explain=10.0.0.1') {
			my $run = cordon({}, 'detect', $form, $path);
			is $run->{wait} & 127, 0, "$form at $time: no signal" or diag $run->{stderr};
			unlike $run->{stderr}, qr/Sanitizer|runtime error/, 'nothing is broken';
			check_form($run) if $form eq '--json';
		}
	}
};

# The most memory a process had in use, asked again and again until it ends; kB.
sub watch_memory {
	my ($pid) = @_;
	my $peak = 0;
	while (waitpid($pid, POSIX::WNOHANG()) == 0) {
		if (open my $status, '<', "/proc/$pid/status") {
			local $/;
			$peak = $1 if <$status> =~ /^VmHWM:\s+(\d+)/m && $1 > $peak;
		}
		select undef, undef, undef, 0.01;
	}
	return ($?, $peak);
}

subtest 'a line that does not end' => sub {
	my $size = $is_sanitized ? '100M' : '1G';
	my $from = "$dir/endless";
	POSIX::mkfifo($from, 0600) or die "mkfifo: $!\n";
	my $writer = fork // die "fork: $!\n";
	if (!$writer) {
		exec 'sh', '-c', "head -c $size /dev/zero | tr '\\0' a > '$from'" or POSIX::_exit(98);
	}
	my $pid = fork // die "fork: $!\n";
	become({ stdin => $from }, qw(detect --json -)) if !$pid;
	my ($wait, $peak_kb) = watch_memory($pid);
	waitpid $writer, 0;
	my $run = { wait => $wait, lines => [ split /^/, slurp("$dir/out") ],
		stderr => slurp("$dir/err") };
	ends $run, 3, "$size without a line end";
	check_form($run);
	note "peak $peak_kb kB";
	SKIP: {
		skip 'NOT TESTED: a sanitizer takes memory of its own', 1 if $is_sanitized;
		cmp_ok $peak_kb, '<', $most_kb, 'memory is bounded';
		cmp_ok $peak_kb, '>', 0, 'and was looked at';
	}
};

subtest 'a broken inventory' => sub {
	for my $row (
		[ "netwroks: [10.0.0.0/8]\n", qr/:1:1: unknown key 'netwroks', did you mean 'networks'/ ],
		[ "networks: [10.0.0.1/8]\n", qr/:1:\d+: / ],
		[ "networks: [\n", qr/:\d+:\d+: / ],
		[ "\0\1\2", qr/inventory/ ],
	) {
		my ($text, $words) = @$row;
		my $path = spew('inventory.yaml', $text);
		my $run = cordon({}, qw(detect --json --inventory), $path, $good);
		ends $run, 2, 'inventory';
		like $run->{stderr}, qr/\Q$path\E/, 'stderr names the file';
		like $run->{stderr}, $words, 'and the place';
		is "@{ $run->{lines} }", '', 'nothing is judged without it';
	}
	my $run = cordon({}, qw(detect --inventory), "$dir/missing", $good);
	ends $run, 2, 'no inventory';
	like $run->{stderr}, qr/open \Q$dir\E\/missing: No such file/, 'stderr names it';
};

subtest 'wrong usage' => sub {
	for my $row (
		[ [], qr/cordon help COMMAND/ ],
		[ ['detcet'], qr/no command 'detcet', did you mean 'detect'/ ],
		[ ['xyzzy'], qr/no command 'xyzzy'; 'cordon help' lists them/ ],
		[ [qw(detect --jsno -)], qr/unknown option '--jsno', did you mean '--json'/ ],
		[ [qw(detect --xyzzy -)], qr/unknown option '--xyzzy'; 'cordon help detect'/ ],
		[ [qw(detect -Z -)], qr/unknown option '-Z'/ ],
		[ ['detect'], qr/name the files to read/ ],
		[ [qw(detect --inventory)], qr/--inventory needs FILE/ ],
		[ [qw(detect --json=yes -)], qr/--json takes no value/ ],
		[ [qw(detect --json --csv -)], qr/exclude each other/ ],
		[ [qw(detect --explain here -)], qr/--explain takes an address, not 'here'/ ],
		[ [qw(detect --memory lots -)], qr/--memory takes a size like 512M, not 'lots'/ ],
		[ [qw(detect --memory -1 -)], qr/--memory/ ],
		[ [qw(detect --memory 1K -)], qr/at least/ ],
		[ [qw(help detcet)], qr/detcet/ ],
		[ [qw(completion csh)], qr/bash, zsh or fish/ ],
	) {
		my ($words, $said) = @$row;
		my $run = cordon({}, @$words);
		ends $run, 2, "cordon @$words";
		like $run->{stderr}, $said, 'what to do is said';
		is "@{ $run->{lines} }", '', 'standard output is clean';
	}
};

subtest 'an output that takes nothing' => sub {
	for my $words ([ 'detect', $good ], [ 'detect', '--json', $good ], ['help'], ['version'],
		[qw(completion bash)]) {
		my $run = cordon({ stdout => '/dev/full' }, @$words);
		ends $run, 2, "full disk: $words->[0]";
		like $run->{stderr}, qr/write standard output: No space left/, 'stderr says why';
	}
	my $run = cordon({ is_closed => 1 }, 'detect', '--json', $good);
	ends $run, 2, 'closed output';
	like $run->{stderr}, qr/write standard output: Bad file descriptor/, 'stderr says why';
};

# A reader that left early ends the program as it ends every filter, and never as a success.
subtest 'a closed pipe' => sub {
	for my $sigpipe ('DEFAULT', 'IGNORE') {
		pipe my $reader, my $writer or die "pipe: $!\n";
		close $reader;
		my $pid = fork // die "fork: $!\n";
		if (!$pid) {
			open STDERR, '>', "$dir/err";
			open STDOUT, '>&', $writer;
			$SIG{PIPE} = $sigpipe;
			exec $cordon, 'detect', '--json', $good or POSIX::_exit(98);
		}
		close $writer;
		waitpid $pid, 0;
		if ($sigpipe eq 'DEFAULT') {
			is $? & 127, POSIX::SIGPIPE(), 'ends quietly';
			is slurp("$dir/err"), '', 'without a word';
		} else {
			is $?, 2 << 8, 'exit code 2 where the signal is ignored';
			like slurp("$dir/err"), qr/write standard output: Broken pipe/, 'and words';
		}
	}
};
done_testing;
