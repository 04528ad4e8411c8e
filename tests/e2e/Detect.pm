# SPDX-License-Identifier: Apache-2.0
# Running `cordon detect --json` from a test, and checking the form of what it answers.
package Detect;
use strict;
use warnings;
use Exporter 'import';
use File::Temp qw(tempfile);
use JSON::PP;
use Test::More;

our @EXPORT = qw(slurp decode_json_big detect check_form worm_like);

my $json = JSON::PP->new->utf8->allow_bignum;
my %is_usable_exit = map { $_ => 1 } 0, 1, 3;

sub decode_json_big {
	my ($text) = @_;
	return $json->decode($text);
}

sub slurp {
	my ($path) = @_;
	open my $in, '<:raw', $path or die "open $path: $!\n";
	local $/;
	return scalar <$in>;
}

# Run `CORDON detect --json FILE`; what it printed, line by line, and how it ended.
sub detect {
	my ($cordon, $path, @options) = @_;
	my (undef, $complaints) = tempfile(UNLINK => 1);
	my $pid = open my $out, '-|';
	die "fork: $!\n" unless defined $pid;
	if (!$pid) {
		open STDERR, '>', $complaints;
		exec $cordon, 'detect', '--json', @options, $path;
		die "exec $cordon: $!\n";
	}
	my @lines = <$out>;
	close $out;
	return { lines => \@lines, wait => $?, stderr => slurp($complaints) };
}

# Check the form of an answer; returns (summary, findings), no summary where the form is wrong.
sub check_form {
	my ($run) = @_;
	is $run->{wait} & 127, 0, 'ends without a signal' or diag $run->{stderr};
	my $exit = $run->{wait} >> 8;
	ok $is_usable_exit{$exit}, "exit code $exit is 0, 1 or 3" or diag $run->{stderr};
	my @objects;
	my $n_malformed = 0;
	for my $line (@{ $run->{lines} }) {
		my $object = eval { $json->decode($line) };
		$n_malformed++, diag "not JSON: $line" unless ref $object eq 'HASH';
		push @objects, $object // {};
	}
	is $n_malformed, 0, 'every line is a JSON object';
	my $summary = pop @objects;
	my $is_summary = $summary && ($summary->{type} // '') eq 'summary';
	ok $is_summary, 'the last line is the summary' or return;
	is scalar(grep { ($_->{type} // '') ne 'finding' } @objects), 0, 'all others are findings';
	return ($summary, @objects);
}

# The hosts among the findings that are called worm-like.
sub worm_like {
	my (@findings) = @_;
	my %host = map { $_->{host} => 1 } grep { ($_->{class} // '') eq 'worm-like' } @findings;
	return sort keys %host;
}

1;
