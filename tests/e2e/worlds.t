#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Synthetic sites with known worms: who is named, and that nobody else is.
#
# Environment: CORDON (default build/cordon), GENERATE (default build/tests/generate/generate),
# SEEDS (worlds of each kind, default 2).
use strict;
use warnings;
use File::Temp qw(tempdir);
use FindBin;
use lib $FindBin::Bin;
use Test::More;

use Detect;

my $cordon = $ENV{CORDON} // 'build/cordon';
my $generate = $ENV{GENERATE} // 'build/tests/generate/generate';
my $n_seeds = $ENV{SEEDS} // 2;
my $enough = 8; # first contacts that a verdict may ask for
my $dir = tempdir(CLEANUP => 1);
my ($capture, $truth) = ("$dir/world.pcap", "$dir/truth.tsv");

for my $program ($cordon, $generate) {
	die "no program $program: run make, or set CORDON and GENERATE\n" unless -x $program;
}

# What an infected host may be called. Where packets are sampled, too little may be left to name it.
my %classes = (
	clear => { 'worm-like' => 1 },
	blurred => { 'worm-like' => 1, suspect => 1 },
	listed => { suspect => 1 },
);

my @worlds = (
	# sight, options
	[ clear => '--format v5' ],
	[ clear => '--format v9' ],
	[ clear => '--format ipfix' ],
	[ clear => '--format v5 --worm codered2:2 --worm slammer' ],
	[ clear => '--format v9 --worm mirai --worm blaster' ],
	[ clear => '--format v9 --worm codered2:3 --exporters 2' ],
	[ clear => '--format v9 --worm sasser --worm codered --ipv6' ],
	[ clear => '--format ipfix --worm nimda --worm sasser --worm codered' ],
	[ clear => '--format ipfix --worm codered2 --worm slammer --ipv6 --exporters 2' ],
	[ blurred => '--format v5 --no-flags' ],
	[ blurred => '--format v5 --no-flags --worm codered2:2 --worm slammer' ],
	[ blurred => '--format v9 --no-flags --worm mirai --worm sasser' ],
	[ blurred => '--format v9 --one-way' ],
	[ blurred => '--format v9 --one-way --worm blaster --worm codered' ],
	[ blurred => '--format ipfix --one-way --worm codered2:2 --worm slammer' ],
	[ blurred => '--format ipfix --one-way --no-flags' ],
	[ blurred => '--format ipfix --one-way --no-flags --worm nimda:2 --worm mirai' ],
	[ sampled => '--format v5 --sampling 10 --worm codered2' ],
	[ sampled => '--format ipfix --sampling 100 --worm mirai --worm slammer' ],
	[ sampled => '--format v5 --no-flags --sampling 100 --hosts 150 --minutes 120' ],
	[ unsaid => '--format v5 --no-flags --one-way --unsaid --sampling 10 --hosts 150 --minutes 120' ],
	[ unsaid => '--format v5 --no-flags --one-way --unsaid --sampling 100 --hosts 150 --minutes 120' ],
	[ unsaid => '--format v5 --no-flags --unsaid --sampling 10 --worm mirai --hosts 150 --minutes 120' ],
	[ unsaid => '--format v9 --unsaid --sampling 30 --worm codered2 --hosts 150 --minutes 120' ],
	[ blurred => '--format v5 --no-flags --one-way --hosts 100 --worm codered2:15 --worm mirai:15' ],
	[ clear => '--format v5 --no-flags --hosts 100 --worm codered2:25 --worm mirai:25' ],
	[ clear => '--format sflow' ],
	[ clear => '--format sflow --worm codered2:2 --worm slammer' ],
	[ clear => '--format sflow --worm sasser --worm codered --ipv6 --exporters 2' ],
	[ sampled => '--format sflow --no-flags --sampling 10 --worm codered2:2 --worm slammer' ],
	[ blurred => '--format sflow --one-way --worm nimda --worm blaster' ],
	[ sampled => '--format sflow --sampling 10 --worm codered2 --worm blaster' ],
	[ sampled => '--format sflow --sampling 100 --worm mirai --worm slammer' ],
	[ clear => '--format packets --worm mirai --worm blaster' ],
	[ clear => '--format packets --worm sasser --worm codered --ipv6' ],
	[ listed => '--format cache' ],
	[ listed => '--format cache --worm codered2:2' ],
	[ listed => '--format cache --worm nimda --worm slammer' ],
	[ listed => '--format cache --one-way --worm mirai --worm sasser' ],
	# clocks wrong by minutes, datagrams out of order, each flow told twice
	[ clear => '--format v5 --exporters 2 --clock-error 300 --disorder 20 --worm codered2:2' ],
	[ clear => '--format v9 --exporters 2 --clock-error 300 --disorder 20 --worm mirai --worm blaster' ],
	[ clear => '--format ipfix --clock-error 300 --disorder 60 --worm nimda --worm slammer' ],
	[ clear => '--format sflow --exporters 2 --clock-error 300 --disorder 20 --worm sasser' ],
);

# The rows of a truth file, as hashes.
sub read_truth {
	my ($path) = @_;
	my ($names, @lines) = split /\n/, slurp($path);
	my @names = split /\t/, $names;
	return map { my %row; @row{@names} = split /\t/; \%row } @lines;
}

# Of each infected host, the port where most of its probes went.
sub widest {
	my (@rows) = @_;
	my %widest;
	for my $row (@rows) {
		my $best = $widest{ $row->{host} };
		$widest{ $row->{host} } = $row
		    if !$best || $row->{destinations} > $best->{destinations};
	}
	return @widest{ sort keys %widest };
}

sub check_infected {
	my ($row, $classes, @findings) = @_;
	my @of_host = grep { $_->{host} eq $row->{host} } @findings;
	my $is_found = grep {
		$classes->{ $_->{class} }
		    && ($_->{protocolIdentifier} // '') eq $row->{proto}
		    && ($_->{destinationTransportPort} // '') eq $row->{port}
	} @of_host;
	my $names = join ' or ', sort keys %$classes;
	ok $is_found, "$row->{worm}: $row->{host} is $names on $row->{proto}/$row->{port}"
	    or diag map { explain $_ } @of_host;
}

# A poorer view may say less of an infected host on its worm's port, but nothing else.
sub check_weaker {
	my ($infected, @findings) = @_;
	my %is_port = map { join(' ', @$_{qw(host proto port)}) => 1 } @$infected;
	my @contrary = grep {
		my ($proto, $port) = @$_{qw(protocolIdentifier destinationTransportPort)};
		$is_port{ join ' ', $_->{host}, $proto // '', $port // '' }
		    && !$classes{blurred}{ $_->{class} }
	} @findings;
	is scalar @contrary, 0, 'no infected host is called anything but worm-like or suspect'
	    or diag map { explain $_ } @contrary;
}

# Make a world and have it judged; returns (summary, findings), nothing where that went wrong.
sub judge_world {
	my ($options, $seed) = @_;
	my @command = ($generate, '--seed', $seed, '--minutes', 10, split(' ', $options),
		'--truth', $truth, $capture);
	is system(@command), 0, 'the world is made' or return;
	return check_form(detect($cordon, $capture));
}

sub check_world {
	my ($sight, $options, $seed) = @_;
	my ($summary, @findings) = judge_world($options, $seed);
	return unless $summary;
	my @infected = read_truth($truth);
	my %is_infected = map { $_->{host} => 1 } @infected;
	my @wrong = grep { !$is_infected{$_} } worm_like(@findings);
	is "@wrong", '', 'no clean host is called worm-like';
	check_weaker(\@infected, @findings);
	my @unsaid = grep { $_->{text} =~ /seem to sample/ } @{ $summary->{notes} };
	is scalar @unsaid, $sight eq 'unsaid' ? 1 : 0, 'sampling that nobody announced is noted';
	my @suspected = grep { !$is_infected{ $_->{host} } && $_->{class} eq 'suspect' } @findings;
	is scalar @suspected, 0, '... and its small flows accuse nobody' if $sight eq 'unsaid';
	my $classes = $classes{$sight} or return;
	for my $row (grep { $_->{destinations} >= $enough } widest(@infected)) {
		check_infected $row, $classes, @findings;
	}
}

# One world told in three formats: the same counts, the same names. sFlow and a capture tell packets, not
# flows: the same names.
sub check_same {
	my ($options, $seed) = @_;
	my %record_name = (v5 => 'netflow5', v9 => 'netflow9', ipfix => 'ipfix');
	my %told;
	for my $format (sort keys %record_name) {
		my ($summary, @findings) = judge_world("--format $format $options", $seed);
		return unless $summary;
		$told{$format} = {
			records => $summary->{records}{ $record_name{$format} },
			packets => $summary->{export}{packets},
			octets => $summary->{export}{octets},
			worm_like => [ worm_like(@findings) ],
		};
	}
	cmp_ok $told{v5}{records} // 0, '>', 0, 'there are records';
	is_deeply $told{$_}, $told{v5}, "$_ tells what v5 tells" for qw(v9 ipfix);
	my ($summary, @findings) = judge_world("--format sflow $options", $seed);
	return unless $summary;
	is_deeply [ worm_like(@findings) ], $told{v5}{worm_like}, 'sFlow names the hosts v5 names';
	($summary, @findings) = judge_world("--format packets $options", $seed);
	return unless $summary;
	is_deeply [ worm_like(@findings) ], $told{v5}{worm_like}, 'and so do the packets themselves';
}

for my $seed (1 .. $n_seeds) {
	my $options = '--worm codered2 --worm slammer';
	subtest "each format: $options --seed $seed" => sub { check_same($options, $seed) };
}

for my $world (@worlds) {
	my ($sight, $options) = @$world;
	for my $seed (1 .. $n_seeds) {
		subtest "$sight: $options --seed $seed" => sub { check_world($sight, $options, $seed) };
	}
}
done_testing;
