#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Evidence goes by its age and by the size of the store, beside a daemon that answers all the while: what it says of
# hosts is the same before and after, also once it was begun anew; what went is counted, said, and written down.
#
# Environment: CORDON (default build/cordon).
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use JSON::PP;
use Test::More;
use Time::HiRes qw(sleep time);
use Serve;

my ($n_hosts, $n_rows) = (20, 100);

# A store of an incident whose hosts were told again and again; one of them went through some states.
sub write_store {
	my ($state, $arrived_ms, $n_notes) = @_;
	my $id = 0;
	open my $out, '>', "$dir/export" or die "open: $!\n";
	my $event = sub {
		my ($kind, $host, $at, $body, $actor) = @_;
		print {$out} encode_json({ type => 'event', id => ++$id, at_ms => $at, arrived_ms => $arrived_ms,
			incident => 1, host => $host, kind => $kind, actor => $actor // 'cordon', body => $body }), "\n";
	};
	print {$out} qq({"type":"export","version":1}\n);
	$event->('incident-opened', 0, 1000, {});
	$event->('host-joined', $_, 1000, { address => "10.1.1.$_", onset_ms => 1000 }) for 1 .. $n_hosts;
	for my $row (1 .. $n_rows) {
		$event->('evidence', $_, 1000 * $row, { what => 'finding', cause => 'tcp/445', verdict => 'worm-like',
			source => 'flows', why => "$row of 429 peers on tcp/445 did not answer" . ' ' x 200,
			contacted => $row, onset_ms => 1000, last_ms => 2000 * $row }) for 1 .. $n_hosts;
		$event->('state', 1, 1000 * $row, { from => 'suspected', to => 'infected' }) if $row == 50;
		$event->('note', 0, 1000 * $row, { text => "note $row" }, 'ann') if $row % 10 == 0;
	}
	$event->('note', 0, 1000, { text => 'x' x 1900 }, 'ann') for 1 .. $n_notes // 0;
	print {$out} qq({"type":"end","events":$id}\n);
	close $out or die "write: $!\n";
	my ($code, $text) = run_cordon('incident', 'import', "$dir/export", '--state', $state);
	$code == 0 or die "import: $text";
	return $id;
}

sub value {
	my ($d, $name) = @_;
	return http_get($d, '/metrics')->{body} =~ /^\Qcordon_$name\E (\S+)$/m ? $1 : undef;
}

# What is known of hosts and incidents, without what goes on with the clock.
sub board {
	my ($d) = @_;
	my @hosts = @{ http_get($d, '/api/v1/hosts?limit=1000&with=ways')->{json}{items} };
	return JSON::PP->new->canonical->encode([ http_get($d, '/api/v1/incidents')->{json}{items}, \@hosts ]);
}

sub kinds {
	my ($d, $kind) = @_;
	my ($cursor, @items) = ('');
	do {
		my $page = http_get($d, "/api/v1/log?kind=$kind&limit=1000$cursor")->{json};
		push @items, @{ $page->{items} };
		$cursor = $page->{next} ? "&cursor=$page->{next}" : undef;
	} while (defined $cursor);
	return @items;
}

# Go through the log now, and wait until that is done.
sub go_through {
	my ($d, $settings) = @_;
	open my $out, '>>', $d->{config} or die "open: $!\n";
	print {$out} $settings;
	close $out;
	my $n = value($d, 'store_retention_passes_total');
	kill 'HUP', $d->{pid};
	return within(60, sub { value($d, 'store_retention_passes_total') > $n });
}

my $now_ms = int time * 1000;
subtest 'by age' => sub {
	my $state = "$dir/age";
	my $n_written = write_store($state, $now_ms - 10 * 86_400_000);
	my $d = daemon_start(state => $state);
	my $before = board($d);
	is value($d, 'store_evidence_removed_total'), 0, 'nothing goes by itself that is young enough';
	ok go_through($d, "keep-evidence: 30d\n"), 'a pass over what is younger';
	is value($d, 'store_evidence_removed_total'), 0, 'takes nothing';
	open my $in, '<', $d->{config} or die;
	my $text = do { local $/; <$in> };
	open my $out, '>', $d->{config} or die;
	print {$out} $text =~ s/keep-evidence: 30d/keep-evidence: 2d/r;
	close $out;
	ok go_through($d, ''), 'a pass over what is older';
	my $n_removed = value($d, 'store_evidence_removed_total');
	# Of each host the first and the last stay, and of one the one before its transition.
	is $n_removed, $n_hosts * ($n_rows - 2) - 1, 'takes what later evidence says again';
	ok within(10, sub { scalar kinds($d, 'retention') }), 'that is written down';
	my ($told) = kinds($d, 'retention');
	is $told->{body}{count}, $n_removed, 'with how much';
	is $told->{body}{reason}, "older than 'keep-evidence' (2d)", 'and why';
	like text_of($d->{err}), qr/$n_removed events of evidence were removed: older than/, 'and said';
	my $sum = 0;
	$sum += $_->{body}{count} for kinds($d, 'removed');
	is $sum, $n_removed, 'in its place stands how much it was';
	cmp_ok scalar(kinds($d, 'removed')), '<=', 11 * $n_hosts, 'in one row a host between two notes';
	is scalar(kinds($d, 'note')), 10, 'notes stay';
	is scalar(kinds($d, 'state')), 1, 'so do transitions';
	is board($d), $before, 'hosts are what they were';
	diag 'a piece of it held the keeper up for at most ' . value($d, 'store_retention_longest_seconds') . ' s';
	ok defined value($d, 'store_retention_longest_seconds'), 'which is counted';
	is daemon_stop($d), 0, 'it ends';

	$d = daemon_start(state => $state);
	is board($d), $before, 'and are so for a daemon that begins anew';
	my ($code, $check) = run_cordon('store', 'check', '--json', '--state', $state);
	is $code, 0, 'the store is whole' or diag $check;
	my $is = decode_json($check);
	is $is->{events_refused}, 0, 'the board takes all of it';
	cmp_ok $is->{bytes_free}, '>', $is->{bytes} / 3, 'room is free';
	(undef, $check) = run_cordon('store', 'vacuum', '--json', '--state', $state);
	my $small = decode_json($check);
	is $small->{bytes_free}, 0, 'vacuum gives it back';
	cmp_ok $small->{bytes}, '<', $is->{bytes} / 2, 'the file is smaller';
	is http_post($d, '/api/v1/incidents/1/notes', { text => 'after all' })->{status}, 200, 'it goes on';
	is daemon_stop($d), 0, 'it ends';

	(undef, my $export) = run_cordon('incident', 'export', 'all', '--state', $state);
	open my $file, '>', "$dir/again" or die;
	print {$file} $export;
	close $file;
	($code, $text) = run_cordon('incident', 'import', "$dir/again", '--state', "$dir/moved");
	is $code, 0, 'an export of it is taken elsewhere' or diag $text;
	my ($moved, $stays) = map { (run_cordon('incident', 'show', 1, '--json', '--state', $_))[1] } "$dir/moved", $state;
	is_deeply [ map { /"evidence":(\d+)/g } $moved ], [ map { /"evidence":(\d+)/g } $stays ], 'with all that was counted';
};

subtest 'by size' => sub {
	my $state = "$dir/size";
	($n_hosts, $n_rows) = (20, 200);
	write_store($state, $now_ms);
	my $d = daemon_start(state => $state);
	my $before = board($d);
	ok go_through($d, "store-size: 1M\n"), 'a pass over a store that is too large';
	my $n = value($d, 'store_evidence_removed_total');
	cmp_ok $n, '>', 0, 'takes evidence of today';
	cmp_ok $n, '<', $n_hosts * ($n_rows - 2), 'not more than it must';
	my $used = value($d, 'store_bytes') - value($d, 'store_bytes_free');
	cmp_ok $used, '<=', 1 << 20, 'then the store is as small as is asked';
	is board($d), $before, 'hosts are what they were';
	is +(kinds($d, 'retention'))[0]{body}{reason}, "the store is larger than 'store-size' (1M)", 'why is written down';
	is daemon_stop($d), 0, 'it ends';
	$d = daemon_start(state => $state);
	is board($d), $before, 'also for a daemon that begins anew';
	is daemon_stop($d), 0, 'it ends';

	write_store("$dir/notes", $now_ms, 600);
	$d = daemon_start(state => "$dir/notes", settings => "http: ['127.0.0.1:HTTP']\nstore-size: 1M\n");
	ok go_through($d, ''), 'a pass over what may not go';
	ok within(10, sub {
		text_of($d->{err}) =~ /the store has \S+, more than 'store-size' \(1M\): nothing else may go/
	}), 'says so' or diag text_of($d->{err});
	is scalar(kinds($d, 'note')), 600 + $n_rows / 10, 'notes stay all the same';
	is daemon_stop($d), 0, 'it ends';
};
done_testing;
