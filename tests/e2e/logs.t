#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Logs through the program: every line counted, as TRUTH.json has it; denied packets of access lists
# are judged; and what a log can be damaged by loses no line.
#
# Environment: CORDON (default build/cordon), CORDON_DATA (default ../shared/data).
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use File::Temp qw(tempdir);
use Test::More;
use Detect;

my $cordon = $ENV{CORDON} // 'build/cordon';
my $data = $ENV{CORDON_DATA} // '../shared/data';
my $dir = tempdir(CLEANUP => 1);

sub spew {
	my ($name, $content) = @_;
	open my $out, '>:raw', "$dir/$name" or die "open $dir/$name: $!\n";
	print {$out} $content;
	close $out or die "write $dir/$name: $!\n";
	return "$dir/$name";
}

# The books of one file; the sum is checked.
sub books {
	my ($path) = @_;
	my $run = detect($cordon, $path);
	my ($summary, @findings) = check_form($run);
	my $log = $summary->{log};
	is $log->{parsed} + $log->{malformed} + $log->{skipped}, $log->{lines}, 'the sum is exact';
	return ($summary, $run, @findings);
}

sub books_are {
	my ($path, @want) = @_;
	my ($summary, $run, @findings) = books($path);
	is_deeply [@{ $summary->{log} }{qw(lines parsed malformed skipped)}], \@want, 'books';
	return ($summary, $run, @findings);
}

if (-e "$data/TRUTH.json") {
	my $truth = decode_json_big(slurp("$data/TRUTH.json"));
	my @files = ref $truth eq 'HASH' ? @{ $truth->{files} // [] } : @$truth;
	my $n_files = 0;
	for my $file (grep { ($_->{kind} // '') eq 'log' } @files) {
		$n_files++;
		subtest $file->{file} => sub {
			my ($summary, $run) = books("$data/$file->{file}");
			for my $expect (@{ $file->{expect} }) {
				my $what = $expect->{what};
				my %got = (
					lines => $summary->{log}{lines},
					acl_lines => $summary->{records}{'access list log'},
					ids_lines => $summary->{records}{'cisco ids log'},
				);
				is $got{$what}, $expect->{value}, $what if exists $got{$what};
			}
			like $run->{stderr}, qr/log lines: $summary->{log}{lines} read/,
				'told on stderr';
		};
	}
	ok $n_files >= 16, 'logs with a known truth';
} else {
	diag "THE LOGS ARE ABSENT ($data): NOTHING IS TESTED AGAINST THEM";
}

my $row = '10.0.0.1 - - [09/Aug/2001:00:11:57 +0000] "GET /a HTTP/1.0" 200 5';
subtest 'NULs behind the text, as a file that is being written has them' => sub {
	books_are(spew('nul.log', "$row\r\n$row\r\n" . "\0" x 65536), 3, 2, 0, 1);
};
subtest 'UTF-16' => sub {
	my $text = "$row\n$row\n";
	books_are(spew('utf16.log', "\xff\xfe" . join '', map { "$_\0" } split //, $text), 2, 2, 0, 0);
};
subtest 'a line of 20 MB, and ends of lines of all sorts' => sub {
	books_are(spew('long.log', "$row\r$row\n$row\r\n" . 'x' x 20_000_000 . "\n$row\n"), 5, 4, 1, 0);
};
subtest 'ten bad lines first' => sub {
	my ($summary, $run) = books_are(spew('bad.log', "garbage\n" x 10 . "$row\n" x 12), 22, 12, 10, 0);
	is $summary->{faults}{log_line}, 10, 'counted as what they are';
	is scalar @{ $summary->{notes} }, 3, 'the first are shown';
	like $run->{stderr}, qr/bad\.log:2: note: malformed: garbage/, 'with their lines';
};
subtest 'another kind in the middle' => sub {
	books_are(spew('mixed.log', "$row\n#Fields: date time c-ip cs-uri-stem\n"
		. "2001-08-09 00:00:00 10.0.0.1 /a\n$row\n"), 4, 3, 0, 1);
};
subtest 'denied packets are judged' => sub {
	my $text = join '', map {
		"2001-08-09T00:12:0$_.5Z r1 45: %SEC-6-IPACCESSLOGP: list 102 denied tcp "
			. "10.0.61.108(14$_) -> 10.0.$_.$_(445), 1 packet\n"
	} 0 .. 9;
	my ($summary, $run, @findings) = books_are(spew('acl.log', $text), 10, 10, 0, 0);
	is_deeply [worm_like(@findings)], ['10.0.61.108'], 'worm-like';
	is $findings[0]{signs}{dropped}, 10, 'dropped on the way';
	is $findings[0]{first_seen}, '2001-08-09T00:12:00.500Z', 'time of the message';
};
subtest 'permitted connections accuse nobody' => sub {
	my $text = join '', map {
		"%SEC-6-IPACCESSLOGP: list 199 permitted tcp 10.0.40.16($_) -> 10.7.$_.1(80), 1 packet\n"
			. "%SEC-6-IPACCESSLOGP: list 199 permitted udp 10.0.40.17($_) -> 10.7.$_.1(53), 1 packet\n"
	} 1 .. 100;
	my ($summary, $run, @findings) = books_are(spew('permit.log', $text), 200, 200, 0, 0);
	is scalar @findings, 0, 'no finding';
};
done_testing;
