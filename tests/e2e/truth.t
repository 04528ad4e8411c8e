#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# What cordon reads out of real telemetry, against a truth that was computed without it.
#
# Environment: CORDON (default build/cordon), CORDON_DATA (default ../shared/data).
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Test::More;

use Detect;

my $cordon = $ENV{CORDON} // 'build/cordon';
my $data = $ENV{CORDON_DATA} // '../shared/data';

plan skip_all => "NOTHING WAS TESTED: no $data/TRUTH.json; set CORDON_DATA"
    unless -e "$data/TRUTH.json";
die "no program $cordon: run make, or set CORDON\n" unless -x $cordon;

# Kind of file => the name of its records in the summary.
my %record_name = (
	'netflow-v5' => 'netflow5',
	'netflow-v9' => 'netflow9',
	'ipfix' => 'ipfix',
	'sflow' => 'sflow',
);

# What the truth says => its name in summary.export.
my %export_name = (
	datagrams => 'datagrams',
	option_records => 'option_records',
	templates => 'templates',
	option_templates => 'option_templates',
	sets_without_template => 'sets_without_template',
	counter_samples => 'counter_samples',
	other_samples => 'other_samples',
	sum_packets => 'packets',
	sum_bytes => 'octets',
);

# Big numbers come as strings or objects: compare the text.
sub is_number {
	my ($got, $want, $what) = @_;
	is defined $got ? "$got" : 'absent', "$want", $what;
}

sub check_no_worm {
	my ($why, @findings) = @_;
	is join(' ', worm_like(@findings)), '', "no worm: $why";
}

sub check_export {
	my ($entry) = @_;
	my ($summary, @findings) = check_form(detect($cordon, "$data/$entry->{file}"));
	return unless $summary;
	my $name = $record_name{ $entry->{kind} };
	my $n = $summary->{records}{$name} // 0;
	my %truth = map { $_->{what} => $_->{value} } @{ $entry->{expect} };
	# Those that are no sFlow are NetFlow of another exporter, and count too.
	$truth{datagrams} += $truth{datagrams_not_sflow} if $truth{datagrams_not_sflow};
	for my $expect (@{ $entry->{expect} }) {
		my ($what, $value) = @$expect{qw(what value)};
		if ($export_name{$what}) {
			is_number $summary->{export}{ $export_name{$what} }, $truth{$what}, $what;
		} elsif ($what eq 'records') {
			is_number $n, $value, "$name records";
		} elsif ($what eq 'records_between') {
			cmp_ok $n, '>=', $value->[0], "$name records: not fewer";
			cmp_ok $n, '<=', $value->[1], "$name records: not more";
		} elsif ($what eq 'no_worm') {
			check_no_worm $expect->{why}, @findings;
		}
	}
}

# Outputs that list flows; every other router output holds none.
my $flow_list = qr{^router/(?:show_flow_monitor_cache|show_ip_flow_top_talkers)/};

sub check_router {
	my ($entry) = @_;
	my $run = detect($cordon, "$data/$entry->{file}");
	my ($summary) = check_form($run);
	return unless $summary;
	my $n = 0;
	$n += $_ for values %{ $summary->{records} };
	if ($entry->{file} =~ $flow_list) {
		my ($rows) = grep { $_->{what} eq 'rows' } @{ $entry->{expect} };
		is_number $n, $rows->{value}, 'records' if $rows;
		return;
	}
	is_number $n, 0, 'no flow records';
	is $run->{wait} >> 8, 3, 'exit code of input that cannot be used';
}

my %check = ((map { $_ => \&check_export } keys %record_name), router => \&check_router);

for my $entry (@{ decode_json_big(slurp("$data/TRUTH.json")) }) {
	my $check = $check{ $entry->{kind} } or next;
	subtest $entry->{file} => sub { $check->($entry) };
}
done_testing;
