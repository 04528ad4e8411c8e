#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Logs that are followed by a real process, under load and over rotations, restarts and full disks.
#
# Environment: CORDON (default build/cordon).
use strict;
use warnings;
use File::Copy qw(copy);
use File::Temp qw(tempdir);
use FindBin;
use lib $FindBin::Bin;
use IO::Handle;
use POSIX qw(_exit);
use Test::More;
use Time::HiRes qw(sleep time);

use Detect;

my $cordon = $ENV{CORDON} // 'build/cordon';
die "no program $cordon: run make, or set CORDON\n" unless -x $cordon;
my $worm = '/default.ida?' . 'X' x 224 . '%u9090%u6858%ucbd3%u7801%u9090%u6858=a';
my $n_runs = 0;

sub site { return tempdir(CLEANUP => 1) }

sub append {
	my ($path, @lines) = @_;
	open my $out, '>>:raw', $path or die "open $path: $!\n";
	$out->autoflush(1);
	print {$out} @lines or die "write $path: $!\n";
	close $out or die "write $path: $!\n";
}

# Line I of a log; each tenth is a worm's, from a host of its own.
sub line_of {
	my ($i) = @_;
	my $host = $i % 10 ? '10.9.9.9' : sprintf '10.1.%d.%d', $i / 10 / 250, $i / 10 % 250 + 1;
	my $target = $i % 10 ? "/page$i" : $worm;
	return "$host - - [09/Aug/2001:00:11:57 +0000] \"GET $target HTTP/1.0\" 404 209\n";
}

sub start {
	my ($dir, @arguments) = @_;
	my $run = { out => "$dir/out." . ++$n_runs, err => "$dir/err.$n_runs" };
	append($run->{$_}, '') for qw(out err);
	$run->{pid} = fork // die "fork: $!\n";
	if (!$run->{pid}) {
		open STDOUT, '>', $run->{out} or _exit(99);
		open STDERR, '>', $run->{err} or _exit(99);
		open STDIN, '<', '/dev/null' or _exit(99);
		exec { $arguments[0] } @arguments or _exit(99);
	}
	return $run;
}

sub follow { my ($dir, @arguments) = @_; return start($dir, $cordon, qw(detect --follow), @arguments) }

# Wait until something holds, at most some seconds; how long it took, or undef.
sub await {
	my ($holds, $seconds) = @_;
	my $from = time;
	while (time < $from + 4 * $seconds) { # a machine that is busy gets more
		return time - $from if $holds->();
		sleep .01;
	}
	return undef;
}

sub told { my ($run, $what) = @_; return slurp($run->{out}) =~ $what }

# End a run; its exit code, or minus the signal that ended it.
sub stop {
	my ($run, $signal) = @_;
	kill $signal => $run->{pid};
	my $is_over = await(sub { waitpid($run->{pid}, POSIX::WNOHANG()) == $run->{pid} }, 30);
	my $status = $?;
	if (!defined $is_over) {
		kill KILL => $run->{pid};
		waitpid $run->{pid}, 0;
		fail "ends at SIG$signal";
	}
	$run->{exit} = $status & 127 ? -($status & 127) : $status >> 8;
	my @objects = map { eval { decode_json_big($_) } } grep { /^\{/ } split /^/, slurp($run->{out});
	$run->{summary} = pop @objects if @objects && $objects[-1]{type} eq 'summary';
	$run->{findings} = \@objects;
	return $run->{exit};
}

# A run that has begun to read a log: its first line is that of a host of its own.
sub begun {
	my ($dir, @arguments) = @_;
	append("$dir/log", line_of(0) =~ s/^10\.1\.0\.1/10.8.8.8/r);
	my $run = follow($dir, @arguments);
	ok defined await(sub { told($run, qr/10\.8\.8\.8/) }, 10), 'begins';
	return $run;
}

sub written { my ($path) = @_; return (Time::HiRes::stat($path))[9] // 0 }

# A process that writes; its end is waited for.
sub writer {
	my ($write) = @_;
	my $pid = fork // die "fork: $!\n";
	return $pid if $pid;
	$write->();
	_exit(0);
}

# Until what there is of a log was read, and the state written: longer where others wait for the processor, too.
sub quiet {
	my ($load) = slurp('/proc/loadavg') =~ /^([\d.]+)/;
	sleep 1.5 + $load / 4;
}

subtest 'a line is told within a second' => sub {
	my $dir = site();
	append("$dir/log", map { line_of($_) } 1 .. 9);
	my $run = follow($dir, "$dir/log");
	sleep 1;
	my @took;
	for my $i (1 .. 3) {
		append("$dir/log", line_of($i * 10));
		push @took, await(sub { told($run, qr/^\S+Z  10\.1\.0\.@{[$i + 1]}  worm-like .*\n/m) }, 5) // 99;
		ok $took[-1] < 99, 'it is told';
	}
	my ($least) = sort { $a <=> $b } @took; # others may have had the processor
	ok $least < 1, sprintf 'after %.3f s', $least;
	is stop($run, 'INT'), 1, 'exit code 1: hosts were found';
	like slurp($run->{out}), qr/^HOST .*\n10\.1\.0\.2 /m, 'the table is the end of it';
	like slurp($run->{err}), qr/^log lines: 12 read: 12 parsed/m, 'every line was read';
};

subtest 'without a line end there is no line, until the end' => sub {
	my $dir = site();
	my $run = follow($dir, '--json', "$dir/log");
	append("$dir/log", substr(line_of(10), 0, 200));
	quiet();
	is slurp($run->{out}), '', 'half a line is none';
	append("$dir/log", substr(line_of(10), 200) =~ s/\n//r);
	quiet();
	stop($run, 'TERM');
	is scalar @{ $run->{findings} }, 1, 'the last line is read without its end when it is over';
	is $run->{summary}{log}{lines}, 1, 'once';
};

subtest 'rotation by rename, 10,000 lines under load: none lost, none twice' => sub {
	my $dir = site();
	my $run = begun($dir, '--json', "$dir/log");
	my $pid = writer(sub {
		open my $out, '>>:raw', "$dir/log" or _exit(1);
		$out->autoflush(1);
		for my $i (1 .. 10000) {
			print {$out} line_of($i);
			next if $i % 1000;
			my $n = $i / 1000;
			rename "$dir/log", "$dir/log.$n";
			print {$out} line_of(10001) if $n == 5; # a line for the old file, late
			open $out, '>>:raw', "$dir/log" or _exit(1);
			$out->autoflush(1);
			sleep .05;
		}
	});
	waitpid $pid, 0;
	quiet();
	is stop($run, 'INT'), 1, 'exit code 1';
	is $run->{summary}{log}{lines}, 10002, 'every line, once';
	is $run->{summary}{log}{parsed}, 10002, 'and whole';
	my %n;
	$n{ $_->{host} }++ for @{ $run->{findings} };
	is scalar keys %n, 1001, 'every attacker';
	is scalar(grep { $_ != 1 } values %n), 0, 'is told once';
	is_deeply $run->{summary}{faults}, {}, 'no gap';
	my @rotated = slurp($run->{err}) =~ /was rotated:/g;
	cmp_ok scalar @rotated, '>', 0, 'rotation is told';
};

subtest 'copy and cut: none twice, and what is lost is told' => sub {
	my $dir = site();
	my $run = begun($dir, '--json', "$dir/log");
	my $pid = writer(sub {
		open my $out, '>>:raw', "$dir/log" or _exit(1);
		$out->autoflush(1);
		for my $i (1 .. 5000) {
			print {$out} line_of($i);
			next if $i % 500;
			copy("$dir/log", "$dir/log.1") or _exit(1);
			truncate "$dir/log", 0;
			sleep .05;
		}
	});
	waitpid $pid, 0;
	quiet();
	stop($run, 'INT');
	my $n_lines = $run->{summary}{log}{lines};
	my $n_gaps = $run->{summary}{faults}{gap} // 0;
	diag "copy and cut: $n_lines of 5001 lines, $n_gaps gaps told";
	ok $n_lines == 5001 || $n_gaps, 'all of them, or a gap is told';
	cmp_ok $n_lines, '<=', 5001, 'none twice';
	is $run->{exit}, 3, 'exit code 3: some may be missing' if $n_gaps;
	like slurp($run->{err}), qr/log was (?:cut|copied and cut).* gap possible/, 'in words, with the file'
		if $n_gaps;
};

for my $signal ('TERM', 'KILL') {
	subtest "restarts by SIG$signal under load" => sub {
		my $dir = site();
		append("$dir/log", '');
		my $pid = writer(sub {
			open my $out, '>>:raw', "$dir/log" or _exit(1);
			$out->autoflush(1);
			for my $i (1 .. 6000) {
				sleep .01 while -e "$dir/hold";
				print {$out} line_of($i);
				sleep .01 if $i % 20 == 0;
				next if $i % 1500;
				rename "$dir/log", "$dir/log." . (4 - $i / 1500 + 1);
				open $out, '>>:raw', "$dir/log" or _exit(1);
				$out->autoflush(1);
			}
		});
		my (%n, $n_lines);
		my $is_over = 0;
		for (my $i = 0; !$is_over; $i++) {
			$is_over = waitpid($pid, POSIX::WNOHANG()) == $pid || $i == 20;
			my $run = follow($dir, '--json', '--state', "$dir/state", "$dir/log");
			sleep($is_over ? 3 : .9);
			# what is told and not yet on the disk would be told again: documented so
			append("$dir/hold", '') if $signal eq 'KILL' && !$is_over;
			sleep .8 if -e "$dir/hold";
			my $is_kept = sub { written("$dir/state") >= written($run->{out}) };
			ok defined await($is_kept, 20), 'what was told is kept' if -e "$dir/hold";
			stop($run, $is_over ? 'TERM' : $signal);
			unlink "$dir/hold";
			$n{ $_->{host} }++ for @{ $run->{findings} };
			$n_lines += $run->{summary}{log}{lines} if $run->{summary};
			unlike slurp($run->{err}), qr/gap/, 'no gap';
			if ($is_over) {
				my $told = $run->{summary}{findings};
				is $told, 600, 'the last summary knows all attackers';
			}
		}
		waitpid $pid, 0;
		is $n_lines, 6000, 'each line once' if $signal eq 'TERM';
		is scalar keys %n, 600, 'every attacker is told';
		is scalar(grep { $_ != 1 } values %n), 0, 'once'
			or diag join ' ', map { "$_: $n{$_}" } grep { $n{$_} != 1 } keys %n;
		# requests of each attacker, from the state: no line was counted twice
		my @attacks = slurp("$dir/state") =~ /^attack\t\S+\t\S+\t\d+\t(\d+)\t/gm;
		is scalar(grep { $_ != 1 } @attacks), 0, 'each request counts once';
	};
}

subtest 'columns hold after a restart, and in the next hour' => sub {
	my $dir = site();
	mkdir "$dir/w3svc1";
	my $fields = "#Fields: time cs-uri-query s-ip cs-uri-stem c-ip cs-method sc-status date\n";
	my $row = sub {
		my ($host) = @_;
		return '00:11:57 ' . 'X' x 224 . "%u9090%u6858%ucbd3%u7801=a 10.20.9.10 /default.ida "
			. "$host GET 200 2001-08-09\n";
	};
	append("$dir/w3svc1/ex01080900.log", $fields, $row->('10.20.7.1'));
	my @run = ('--json', '--state', "$dir/state", "$dir/w3svc1");
	my $run = follow($dir, @run);
	quiet();
	stop($run, 'TERM');
	append("$dir/w3svc1/ex01080900.log", $row->('10.20.7.2'));
	$run = follow($dir, @run);
	quiet();
	append("$dir/w3svc1/ex01080901.log", $fields, $row->('10.20.7.3'));
	quiet();
	stop($run, 'TERM');
	is join(' ', sort map { $_->{host} } @{ $run->{findings} }), '10.20.7.2 10.20.7.3',
		'attackers, not servers';
	is $run->{summary}{findings}, 4, 'the summary knows those of before, and the server';
	my ($second) = grep { $_->{host} eq '10.20.7.2' } @{ $run->{findings} };
	like slurp("$dir/state"), qr/^line\t\d+\t3\t/m, 'lines are numbered on';
};

subtest 'denied packets in syslog' => sub {
	my $dir = site();
	my $run = follow($dir, '--json', "$dir/log");
	append("$dir/log", map {
		"Aug  9 00:11:57 gw 77: %SEC-6-IPACCESSLOGP: list 101 denied tcp 10.3.3.3(1024) -> "
			. "10.7.$_.1(445), 1 packet\n"
	} 1 .. 60);
	ok defined await(sub { told($run, qr/"host":"10\.3\.3\.3","class":"worm-like"/) }, 3), 'are judged';
	stop($run, 'INT');
	is $run->{summary}{flows}, 60, 'each of them';
};

subtest 'a state that is damaged is refused and left alone' => sub {
	my $dir = site();
	append("$dir/log", line_of(10));
	my @run = ('--state', "$dir/state", "$dir/log");
	my $run = follow($dir, @run);
	quiet();
	stop($run, 'TERM');
	my $good = slurp("$dir/state");
	for my $bad (substr($good, 0, length($good) / 2), $good =~ s/attack/attick/r, "x\n",
		$good =~ s/state 1/state 9/r, '') {
		unlink "$dir/state";
		append("$dir/state", $bad);
		$run = follow($dir, @run);
		my $is_over = await(sub { waitpid($run->{pid}, POSIX::WNOHANG()) == $run->{pid} }, 5);
		is $? >> 8, 2, 'exit code 2' or kill KILL => $run->{pid};
		like slurp($run->{err}), qr{\Q$dir\E/state is .*: (?:move it away|name another)}, 'what to do';
		is slurp("$dir/state"), $bad, 'it stands as it was';
	}
};

subtest 'a full disk under the state' => sub {
	my $can = $> == 0 && system('unshare -m true 2>/dev/null') == 0;
	plan skip_all => 'NOT TESTED: needs root and mount namespaces' unless $can;
	my $dir = site();
	mkdir "$dir/full";
	append("$dir/log", line_of(10));
	my $run = start($dir, qw(unshare -m sh -c),
		'mount -t tmpfs -o size=64k none "$1" && exec "$2" detect --follow --json --state "$1/state" "$3"',
		'sh', "$dir/full", $cordon, "$dir/log");
	ok defined await(sub { told($run, qr/"finding"/) }, 5), 'begins';
	quiet();
	my $inside = "/proc/$run->{pid}/root$dir/full";
	open my $filler, '>:raw', "$inside/filler" or die "open: $!\n";
	$filler->autoflush(1);
	1 while syswrite $filler, 'x' x 4096;
	close $filler;
	append("$dir/log", line_of(20));
	ok defined await(sub { told($run, qr/10\.1\.0\.3"/) }, 5), 'findings are told all the same';
	ok defined await(sub { slurp($run->{err}) =~ /write .*state: No space left on device/ }, 5),
		'and that the state is not written';
	like slurp("$inside/state"), qr/^cordon state 1\n.*^end\t[0-9a-f]{16}\n\z/ms, 'the old one is whole';
	unlink "$inside/filler";
	ok defined await(sub { slurp($run->{err}) =~ /works again/ }, 5), 'it is tried again';
	like slurp("$inside/state"), qr/^attack\t10\.1\.0\.3\t/m, 'and has all';
	is stop($run, 'TERM'), 1, 'exit code 1';
	$run = follow($dir, '--state', '/dev/full/state', "$dir/log");
	await(sub { waitpid($run->{pid}, POSIX::WNOHANG()) == $run->{pid} }, 5);
	is $? >> 8, 2, 'where no state can be written at all nothing begins';
};

subtest 'what cannot be followed' => sub {
	my $dir = site();
	append("$dir/x.pcap", pack('VvvVVVV', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1));
	append("$dir/log", line_of(1));
	for ([ qr/standard input cannot be followed/, '-' ],
		[ qr/holds a packet capture: only logs are followed/, "$dir/x.pcap" ],
		[ qr/--csv does not go with --follow/, '--csv', "$dir/log" ],
		[ qr/--explain does not go with/, '--explain', '10.0.0.1', "$dir/log" ],
		[ qr/--interface does not go with/, '--interface', 'lo', "$dir/log" ],
		[ qr/--state in a folder that is followed/, '--state', "$dir/state", $dir ]) {
		my ($words, @arguments) = @$_;
		my $run = follow($dir, @arguments);
		my $is_over = await(sub { waitpid($run->{pid}, POSIX::WNOHANG()) == $run->{pid} }, 5);
		is $? >> 8, 2, 'exit code 2' or kill KILL => $run->{pid};
		like slurp($run->{err}), $words, 'in words';
	}
};
done_testing;
