#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# The five papers that are the specification: 004 as it stands and its samples cut out, the three
# that hold a request of Code Red, and the one that holds neither.
#
# Environment: CORDON (default build/cordon), CORDON_SEEDS (default ../shared/seeds).
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use File::Temp qw(tempdir);
use Test::More;
use Detect;

my $cordon = $ENV{CORDON} // 'build/cordon';
my $seeds = $ENV{CORDON_SEEDS} // '../shared/seeds';
plan skip_all => "THE PAPERS ARE ABSENT ($seeds): NOTHING IS TESTED AGAINST THEM" unless -d $seeds;

my ($paper) = glob "$seeds/004_*.txt";
my @line = split /\n/, slurp($paper);
my $dir = tempdir(CLEANUP => 1);

sub cut_out {
	my ($name, $text) = @_;
	open my $out, '>', "$dir/$name" or die;
	print $out $text;
	close $out;
	return "$dir/$name";
}

my @cache = ([qw(193.23.45.35 suspect 6 80)]);
my @accounting = (
	[qw(20.1.104.194 suspect 5 -)], [qw(20.1.145.49 suspect 4 -)],
	[qw(20.1.145.43 suspect 3 -)], [qw(20.1.25.73 suspect 2 -)],
);

sub findings_are {
	my ($path, $records, @want) = @_;
	my ($summary, @findings) = check_form(detect($cordon, $path));
	my @got = map { [$_->{host}, $_->{class}, $_->{peers_contacted},
		$_->{destinationTransportPort} // '-'] } @findings;
	is_deeply \@got, \@want, 'hosts, in order';
	is_deeply $summary->{records}, $records, 'records';
	is_deeply $summary->{faults}, {}, 'no fault';
	return ($summary, @findings);
}

subtest 'the whole paper' => sub {
	my ($summary, @f) = findings_are($paper,
		{ 'show ip cache flow' => 10, 'show ip accounting' => 16 }, @cache, @accounting);
	is $f[0]{interface}, 'Vl1', 'interface';
	is $f[0]{peers_unknown}, 6, 'a list shows no outcome';
	ok $f[0]{targeting}{uniform} > .95, 'targeting uniform';
	ok $f[1]{targeting}{'fixed-slash-8'} > .95, 'targeting of 20.1.104.194: all in 169/8';
	ok $f[0]{confidence} > .9 && $f[1]{confidence} > .75 && $f[2]{confidence} > .75,
		'likely where the paper says so';
	ok $f[3]{confidence} < .75 && $f[4]{confidence} < $f[3]{confidence}, 'less below them';
	my ($background) = grep { $_->{text} =~ /Null/ } @{ $summary->{notes} };
	like $background->{text}, qr/\Q$_\E/, "dropped background: $_"
		for qw(211.101.189.208 61.146.138.212 202.96.242.110 24.180.26.253);
	is $summary->{export}{packets}, 41, 'packets: 11 and 30';
	is $summary->{export}{octets}, 1569, 'bytes';
};
subtest 'show ip cache flow, cut out' => sub {
	findings_are(cut_out('cache.txt', "$line[11]\n"), { 'show ip cache flow' => 10 }, @cache);
};
subtest 'show ip accounting, cut out' => sub {
	findings_are(cut_out('accounting.txt', "$line[20]\n"), { 'show ip accounting' => 16 },
		@accounting);
};
subtest 'one row a line, CRLF, mark and --More--' => sub {
	my $text = $line[11];
	$text =~ s/ (?=Vl1 )/\r\n/g;
	$text =~ s/(\r\nVl1 98)/\r\n --More-- \x08\x08\x08\x08\x08\x08\x08\x08\x08$1/;
	findings_are(cut_out('crlf.txt', "\xef\xbb\xbf$text\r\n"), { 'show ip cache flow' => 10 },
		@cache);
};
# What 000 to 002 hold of logs is in weblogs.t.
for my $other (sort grep { /003_/ } glob "$seeds/*.txt") {
	subtest $other => sub {
		my $run = detect($cordon, $other);
		my ($summary, @findings) = check_form($run);
		is scalar @findings, 0, 'accuses nobody';
		is $summary->{flows}, 0, 'no flow';
		is $run->{wait} >> 8, 3, 'says that nothing could be judged';
		if ($other =~ /00[012]_/) {
			is_deeply $summary->{records}, { 'pasted request' => 1 }, 'the sample is read';
			unlike $run->{stderr}, qr/holds no row/, 'and is enough';
		} else {
			like $run->{stderr}, qr/holds no row/, 'and why';
		}
	};
}
done_testing;
