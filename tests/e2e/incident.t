#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Several processes work on one store: nothing that was acknowledged is lost, no number is given twice.
#
# Environment: CORDON (default build/cordon).
use strict;
use warnings;
use Cwd 'abs_path';
use File::Temp qw(tempdir);
use JSON::PP;
use Test::More;

my $cordon = abs_path($ENV{CORDON} // 'build/cordon');
die "no program: run make, or set CORDON\n" unless $cordon && -x $cordon;
my $state = tempdir(CLEANUP => 1) . '/state';
my $input = 'tests/golden/incident/show/in.ndjson';

# Run a verb on the store; what it printed, and its exit code.
sub incident {
	my (@words) = @_;
	my $pid = open my $out, '-|';
	die "fork: $!\n" unless defined $pid;
	if (!$pid) {
		open STDERR, '>&', \*STDOUT;
		exec $cordon, 'incident', @words, '--state', $state or die "exec: $!\n";
	}
	my @lines = <$out>;
	close $out;
	return ($? >> 8, @lines);
}

# Run code in children at once; how many ended well.
sub at_once {
	my ($n, $code) = @_;
	my @children;
	for my $i (1 .. $n) {
		my $pid = fork // die "fork: $!\n";
		exit $code->($i) if !$pid;
		push @children, $pid;
	}
	return scalar grep { waitpid($_, 0) > 0 && $? == 0 } @children;
}

is +(incident('import', $input))[0], 0, 'import';
is +(stat $state)[2] & 0777, 0700, 'the folder is its owner\'s';
is +(stat "$state/incidents.db")[2] & 0777, 0600, 'and so is the file';

my $n_good = at_once(8, sub {
	my ($i) = @_;
	return scalar grep { (incident('note', 1, "note $_ of process $i"))[0] } 1 .. 4;
});
is $n_good, 8, 'eight processes write notes';
my (undef, $line) = incident('list', '--json');
is decode_json($line)->{notes}, 33, 'and all of them are there';

is at_once(4, sub { return (incident('split', 1, $_[0] % 2 ? '10.1.1.14' : '10.1.1.38'))[0] ? 1 : 0 }),
    2, 'of four that split two hosts off, two are too late';
my (undef, @incidents) = incident('list', '--json');
is join(' ', map { decode_json($_)->{hosts} } @incidents), '0 1 1', 'each went to a number of its own';

my ($code, @said) = incident('show', 1);
unlike join('', @said), qr/[^\x20-\x7e\n]/, 'what a note says steers no terminal';

open my $db, '+<', "$state/incidents.db" or die "open: $!\n";
seek $db, 0, 0;
print {$db} 'x' x 100;
close $db;
($code, @said) = incident('list');
is $code, 2, 'a damaged store is refused';
like $said[0], qr/left as it is/, 'and the reason is told';
done_testing;
