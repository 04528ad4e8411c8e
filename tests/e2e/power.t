#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# detect --power: which telemetry it recognises, that it changes no verdict, and that what it says of
# a worm that is there is true.
#
# Environment: CORDON (default build/cordon), GENERATE (default build/tests/generate/generate).
use strict;
use warnings;
use File::Temp qw(tempdir);
use FindBin;
use lib $FindBin::Bin;
use Test::More;

use Detect;

my $cordon = $ENV{CORDON} // 'build/cordon';
my $generate = $ENV{GENERATE} // 'build/tests/generate/generate';
my $capture = tempdir(CLEANUP => 1) . '/world.pcap';

for my $program ($cordon, $generate) {
	die "no program $program: run make, or set CORDON and GENERATE\n" unless -x $program;
}

# options, kinds of telemetry, sampling, keys of what cannot be seen that must be there
my @worlds = (
	[ '--format v5', [qw(tcp_told other_both_ways)], undef, [qw(hit_list slow_scan)] ],
	[ '--format v9 --no-flags', [qw(tcp_both_ways other_both_ways)], undef, [qw(hit_list)] ],
	[ '--format ipfix --one-way', [qw(tcp_told other_one_way)], undef, [qw(same_message)] ],
	[ '--format ipfix --one-way --no-flags', [qw(tcp_one_way other_one_way)], undef,
		[qw(size_only same_message)] ],
	[ '--format ipfix --sampling 100', [qw(tcp_sampled other_sampled)], 100, [qw(unsampled)] ],
);

for my $world (@worlds) {
	my ($options, $kinds, $sampling, $blind) = @$world;
	subtest $options => sub {
		system("$generate $options --seed 3 --worm mirai $capture >/dev/null") == 0
			or die "generate $options\n";
		my $plain = detect($cordon, $capture);
		my $run = detect($cordon, $capture, '--power');
		is $run->{wait}, $plain->{wait}, 'the exit code is the same';
		my $line = splice @{ $run->{lines} }, -2, 1;
		is_deeply $run->{lines}, $plain->{lines}, 'a line before the summary, no other change';
		my $power = decode_json_big($line);
		is $power->{type}, 'power', 'type';
		is $power->{sampling_most}, $sampling, 'sampling';
		my %row = map { $_->{kind} => $_ } @{ $power->{telemetry} };
		is_deeply [ sort keys %row ], [ sort @$kinds ], 'telemetry';
		my %is_blind = map { $_->{key} => $_->{text} } @{ $power->{blind} };
		ok $is_blind{$_}, "blind: $_" for @$blind;

		my ($tcp) = grep { /^tcp/ } @$kinds;
		my ($mirai) = grep { ($_->{name} // '') eq 'Mirai' } @{ $row{$tcp}{scans} };
		ok $mirai->{in_time}, 'it says that Mirai would be seen';
		my ($summary, @findings) = check_form($run);
		my @infected = worm_like(@findings);
		is scalar @infected, 1, 'and it is' unless $sampling; # its 400 probes are too few then
		my @seconds = map { $_->{seconds} } @{ $row{$tcp}{scans} };
		is_deeply \@seconds, [ sort { $b <=> $a } @seconds ], 'a faster scan is seen sooner';
	};
}

subtest 'text' => sub {
	my $text = `$cordon detect --power $capture 2>/dev/null`;
	like $text, qr/^What this input could have shown$/m, 'heading';
	like $text, qr/^  sampling  1 packet in 100$/m, 'sampling';
	like $text, qr/^  TCP, sampled packets +\d+ +\d+/m, 'a row';
	like $text, qr/^  It cannot show:\n  - /m, 'what it cannot show';
	like `$cordon detect --power --csv $capture 2>&1`, qr/not with --csv/, 'no columns';
	is $? >> 8, 2, 'is wrong usage';
};
done_testing;
