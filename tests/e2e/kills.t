#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# kill -9 under load, a hundred times: of the collector, of the keeper, of both, of all. What a person asks
# for is acknowledged all the same, and is there exactly once in the end; what was told is not told as new
# again, and the store is whole.
use strict;
use warnings;
use Daemon;
use Detect;
use File::Temp qw(tempdir);
use JSON::PP;
use POSIX qw(:sys_wait_h);
use Test::More;
use Time::HiRes qw(sleep time);

# With sanitizers a start takes ten times as long.
my $is_slow = slurp($cordon) =~ /__asan_init|__tsan_init/;
my $n_rounds = $ENV{ROUNDS} // ($is_slow ? 20 : 100);
my $kills_of_a_run = 4; # then all is killed and begun again, or waiting after each death takes all the time

my ($outbreak, $infected) = world('kills', qw(--format ipfix --seed 7 --worm codered2:3));

sub children_of {
	my ($d) = @_;
	open my $in, '<', "/proc/$d->{pid}/task/$d->{pid}/children" or return ();
	return split ' ', <$in> // '';
}

# They by what they hold open: the keeper has a journal.
sub children {
	my ($d) = @_;
	my %child;
	for my $pid (children_of($d)) {
		my $is_keeper = grep { (readlink($_) // '') =~ m{/contacts\.journal\.\d+$} }
			glob "/proc/$pid/fd/*";
		$child{ $is_keeper ? 'keeper' : 'collector' } = $pid;
	}
	return %child;
}

# What `cordon incident` answers; it counts as acknowledged only with exit code 0.
sub acknowledge {
	my ($d, @words) = @_;
	my $pid = open my $out, '-|';
	die "fork: $!\n" unless defined $pid;
	if (!$pid) {
		open STDERR, '>&', \*STDOUT;
		exec $cordon, 'incident', @words, '--state', $d->{state};
		die "exec $cordon: $!\n";
	}
	my $text = do { local $/; <$out> } // '';
	close $out;
	return ($? == 0, $text);
}

my $state = tempdir(CLEANUP => 1);
my $d = start(state => $state);
my @outs = ($d->{out});
replay($d, @$outbreak);
ok within(10, sub { "@{ alerted($d) }" eq "@$infected" }), 'the infected hosts are named';
ok within(10, sub { (acknowledge($d, 'list'))[1] =~ /^\s+1\s+open/m }), 'they are an incident';
my $load = load($d, @$outbreak);

my @victims = (['collector'], ['keeper'], ['collector', 'keeper'], ['keeper'], ['collector']);
my (%note, @assigned);
my ($n_killed, $n_lives) = (0, 1);
for my $round (1 .. $n_rounds) {
	my $wanted = $victims[$round % @victims];
	my %child;
	within(10, sub { %child = children($d); return !grep { !$child{$_} } @$wanted })
		or last;
	# A person works on the incident while its processes die; the kill comes at any moment of it.
	my $writer = fork // die "fork: $!\n";
	if (!$writer) {
		%is_ours = ();
		sleep rand 0.02;
		kill 'KILL', @child{@$wanted};
		POSIX::_exit(0);
	}
	my ($is_noted, $said) = acknowledge($d, 'note', 1, "note of round $round.");
	$note{$round} = 1 if $is_noted;
	diag "round $round: $said" unless $is_noted;
	waitpid $writer, 0;
	$n_killed += @$wanted;
	if ($round % 10 == 0) {
		my ($is_assigned) = acknowledge($d, 'assign', 1, "person$round");
		push @assigned, "person$round" if $is_assigned;
	}
	if ($round % $kills_of_a_run == 0) {
		kill 'STOP', $d->{pid}; # it begins no more of them
		within(10, sub { text_of("/proc/$d->{pid}/stat") =~ /\) T / });
		my @all = children_of($d); # one that was just begun holds the lock too, and no journal yet
		kill 'KILL', @all, $d->{pid};
		waitpid $d->{pid}, 0;
		within(10, sub { !grep { kill 0, $_ } @all }); # they have the lock
		delete $is_ours{ $d->{pid} };
		$d = start(state => $state, port => $d->{port});
		push @outs, $d->{out};
		$n_lives++;
	}
}
is scalar(keys %note), $n_rounds, "$n_killed processes were killed in $n_rounds rounds, of $n_lives runs; "
	. 'each note was acknowledged, whoever died with it in his hands';
my ($is_set, $answer) = acknowledge($d, 'set', $infected->[0], 'contained', '--operator-says', 'the port is shut');
ok $is_set, 'a transition is acknowledged';

# The last deaths of all: both children at once, right after that.
kill 'KILL', values %{ { children($d) } };
ok within(15, sub { my %c = children($d); $c{keeper} && $c{collector} && pids($d, 'keeper_pid') }), 'it goes on';
ok within(15, sub { (status($d)->{judging}{findings}{'worm-like'} // 0) == @$infected }),
	'all infected hosts are found after that' or diag explain status($d);
my $s = status($d);
is $s->{memory}{damaged}, 0, 'no journal is damaged';
ok $s->{memory}{is_kept}, 'contacts are kept on the disk';
is $s->{parcels}{missing}, 0, 'no parcel between two keepers is missing';
kill 'KILL', $load;
waitpid $load, 0;
delete $is_ours{$load};
is stop($d), 0, 'SIGTERM ends it, exit code 0';

my %told;
$told{ join ' ', (split / /)[2, 4] }++ for map { grep { / new / } split /\n/, slurp($_) } @outs;
is_deeply [sort keys %told], [map { "$_ tcp/80" } @$infected], 'each infected host was told' or diag explain \%told;
is_deeply [grep { $told{$_} > 1 } keys %told], [], 'none was told as new again';
my ($is_whole, $text) = acknowledge($d, 'export', 1);
ok $is_whole, 'the store is whole' or diag $text;
my %n_times;
$n_times{$_}++ for $text =~ /note of round (\d+)\./g;
is_deeply \%n_times, \%note, 'each note that was acknowledged is there, exactly once';
is scalar(grep { $text !~ /\b$_\b/ } @assigned), 0, 'no assignment is lost';
like +(acknowledge($d, 'show', 1))[1], qr/^\s+\Q$infected->[0]\E\s+contained\b/m, 'nor the transition';
my @opened = $text =~ /"?incident-opened"?/g;
is scalar(@opened), 1, 'it is one incident';

done_testing;
