#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# The store over the years: checked, copied and vacuumed beside a daemon that writes; a copy restores.
#
# Environment: CORDON (default build/cordon), GENERATE (default build/tests/generate/generate).
use strict;
use warnings;
use File::Temp qw(tempdir);
use FindBin;
use JSON::PP;
use lib $FindBin::Bin;
use Test::More;
use Daemon;

my $cordon = $ENV{CORDON} // 'build/cordon';
my $dir = tempdir(CLEANUP => 1);

# A verb on a store: its exit code, and what it printed on both channels.
sub store {
	my ($state, @words) = @_;
	my $pid = open my $out, '-|';
	die "fork: $!\n" unless defined $pid;
	if (!$pid) {
		open STDERR, '>&', \*STDOUT;
		exec $cordon, 'store', @words, '--state', $state or die "exec: $!\n";
	}
	local $/;
	my $text = <$out> // '';
	close $out;
	return ($? >> 8, $text);
}

# The board of a store, as a program reads it; how the daemon heard is of its status, not of the store.
sub board {
	my ($state) = @_;
	my $at = { state => $state };
	my $text = join '', map { (incident($at, 'show', $_->{id}, '--json'))[1] } incident_json($at, 'list');
	return join "\n", grep { !/"type":"telemetry"/ } split /\n/, $text;
}

my ($datagrams) = outbreak(qw(--format v9 --seed 5 --worm codered2:2));
my $d = start();
ok feed($d, @$datagrams), 'a daemon takes a world';
ok within(60, sub { incident_json($d, 'list') > 0 }), 'and has an incident';

my ($code, $text) = store($d->{state}, 'check', '--json');
is $code, 0, 'the store is whole beside it' or diag $text;
my $whole = decode_json($text);
cmp_ok $whole->{events}, '>', 2, 'it has events';
is $whole->{events_refused}, 0, 'and the board takes them all';

# People write while copies are made: each copy is of one moment, and holds what was there before.
my $writer = fork // die "fork: $!\n";
if (!$writer) {
	open STDOUT, '>', '/dev/null';
	for my $i (1 .. 40) { system $cordon, 'incident', 'note', 1, "note $i", '--state', $d->{state} }
	exec '/bin/true';
}
my @copies;
for my $i (1 .. 4) {
	($code, $text) = store($d->{state}, 'backup', "$dir/new/copy$i", '--json');
	is $code, 0, "copy $i" or diag $text;
	push @copies, decode_json($text)->{events};
}
waitpid $writer, 0;
is_deeply \@copies, [ sort { $a <=> $b } @copies ], 'a later copy has no less';
is_deeply [ glob "$dir/new/copy1/*" ], ["$dir/new/copy1/incidents.db"], 'a copy is one file';
is +(stat "$dir/new/copy1/incidents.db")[2] & 07777, 0600, 'for its owner alone';
my $before = text_of("$dir/new/copy1/incidents.db");
($code, $text) = store($d->{state}, 'backup', "$dir/new/copy1");
is $code, 2, 'a copy is not written over';
like $text, qr{copy1/incidents\.db is there already: name a new directory}, 'and it is said';
ok text_of("$dir/new/copy1/incidents.db") eq $before, 'it is as it was';

($code, $text) = store($d->{state}, 'vacuum');
is $code, 0, 'it is vacuumed beside the daemon' or diag $text;
like $text, qr/: vacuumed: \d+ events, .* bytes, 0 of them free$/, 'which leaves nothing free';
is +(incident($d, 'note', 1, 'after all'))[0], 0, 'people write on';
is +(store($d->{state}, 'check'))[0], 0, 'and all is whole';
is stop($d), 0, 'the daemon ends well';
unlike text_of($d->{err}), qr/^cordon watch: \S*incidents\.db/m, 'and had no trouble with its store';

# Restored: the same board, a daemon that goes on with it.
($code, $text) = store($d->{state}, 'backup', "$dir/last");
is $code, 0, 'a copy of what it left' or diag $text;
like $text, qr/: a copy that is whole: \d+ events/, 'was read again';
is board("$dir/last"), board($d->{state}), 'the board is the same';
my $restored = start(state => "$dir/last");
is_deeply [ map { $_->{id} } incident_json($restored, 'list') ], [ map { $_->{id} } incident_json($d, 'list') ],
	'a daemon goes on with the copy';
is stop($restored), 0, 'and ends well';

# Damage: a byte in the text of an event, then the file as such.
sub damaged {
	my ($name, $change) = @_;
	is +(store($d->{state}, 'backup', "$dir/$name"))[0], 0, "a copy to damage: $name";
	my $bytes = text_of("$dir/$name/incidents.db");
	my $is = $bytes;
	$change->($is);
	isnt $is, $bytes, 'it is damaged';
	open my $out, '>:raw', "$dir/$name/incidents.db" or die "open: $!\n";
	print {$out} $is;
	close $out or die "write: $!\n";
	return store("$dir/$name", 'check');
}
($code, $text) = damaged('text', sub { $_[0] =~ s/note 17/note 71/ });
is $code, 1, 'an event that was changed is found';
like $text, qr/incidents\.db: event \d+ is damaged: those before it are whole; restore a copy/, 'by its number';
is +(store("$dir/text", 'backup', "$dir/none"))[0], 1, 'no copy is made of that';
ok !-e "$dir/none", 'nothing is left of one';
($code, $text) = damaged('page', sub { substr($_[0], 4096 + 8, 200) = "\xff" x 200 });
is $code, 1, 'a page that was overwritten is found';
like $text, qr/damaged/, 'and said';
($code, $text) = damaged('other', sub { $_[0] = "not a database, but long enough to be one\n" x 200 });
is $code, 1, 'what is no store is said';

# Wrong use.
($code, $text) = store("$dir/not-there", 'check');
is $code, 2, 'a store that is not there cannot be checked';
ok !-e "$dir/not-there", 'and is not made';
($code, $text) = store($d->{state}, 'backup');
is $code, 2, 'a copy needs a place';
is $text, "usage: cordon store backup DIR [--state DIR]\n", 'which is said';
like +(store($d->{state}, 'bakcup'))[1], qr/did you mean 'backup'\?/, 'a slip is told';
($code, $text) = store($d->{state}, 'backup', '/proc/none');
is $code, 2, 'a place that cannot be written';
like $text, qr{/proc/none}, 'is named';
done_testing;
