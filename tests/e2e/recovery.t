#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# From an outbreak to hosts that are proved clean, through the daemon: who infected whom, silence that was
# watched, what a gap in the telemetry does to it, a new infection, and addresses that move.
#
# Environment: CORDON (default build/cordon), GENERATE (default build/tests/generate/generate).
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use IO::Socket::UNIX;
use JSON::PP;
use POSIX qw(strftime);
use Test::More;
use Daemon;

my $cordon = $ENV{CORDON} // 'build/cordon';
my $minute = 60 * 1000;
my $now = time * 1000;

sub at { return strftime('%Y-%m-%dT%H:%M:%SZ', gmtime($_[0] / 1000)) }

sub hosts_of {
	my ($d, $id) = @_;
	return map { $_->{address} => $_ } grep { $_->{type} eq 'host' } incident_json($d, 'show', $id);
}

# The way from infected to waiting for proof, as people type it.
sub clean {
	my ($d, $host, $at) = @_;
	for (['contained', '--operator-says', 'ACL 101 counts'], ['remediating', '--reason', 'ticket 4711'],
		['remediated', '--operator-says', 'installed anew'])
	{
		my ($state, @why) = @$_;
		my ($code, $said) = incident($d, 'set', $host, $state, @why, '--at', at($at));
		is $code, 0, "$host is $state" or diag $said;
	}
}

sub state_of {
	my ($d, $host) = @_;
	my %host = hosts_of($d, 1);
	return $host{$host}{state} // '';
}

# What the daemon answers at a path, by its unix socket.
sub answer {
	my ($d, $path) = @_;
	my $s = IO::Socket::UNIX->new(Type => SOCK_STREAM, Peer => "$d->{state}/api.sock") or return {};
	print {$s} "GET /api/v1/$path HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
	my $text = do { local $/; <$s> } // '';
	return eval { decode_json((split /\r\n\r\n/, $text, 2)[1]) } // {};
}

subtest 'a planted Code Red II outbreak is one incident, with who infected whom' => sub {
	my ($outbreak, $truth) =
		outbreak(qw(--format ipfix --seed 7 --minutes 80 --chain --worm codered2:4));
	my $d = start();
	ok feed($d, @$outbreak), 'all of it was received';
	my ($zero) = grep { $truth->{$_}{infected_by} eq '-' } keys %$truth;
	within(30, sub { keys %{ { hosts_of($d, 1) } } == keys %$truth });
	my @incidents = incident_json($d, 'list');
	is scalar(@incidents), 1, 'one incident';
	is $incidents[0]{first_host}, $zero, 'patient zero is named';
	is $incidents[0]{causes}, 'tcp/80', 'and what they have in common';
	my %host = hosts_of($d, 1);
	is_deeply [sort keys %host], [sort keys %$truth], 'the infected hosts, and nobody else';
	for my $address (sort keys %$truth) {
		my ($most) = sort { $b->{probability} <=> $a->{probability} } @{ $host{$address}{edges} };
		my $by = $truth->{$address}{infected_by};
		is $most ? $most->{from} : '-', $by, "$address has it from $by";
		cmp_ok $most->{probability}, '>', 0.5, 'most likely' if $most;
		is $host{$address}{state}, 'infected', 'and is infected';
	}
	my $profile = answer($d, "hosts/$zero/profile");
	my ($likely) = sort { $b->{likelihood} <=> $a->{likelihood} } @{ $profile->{targeting}{expected} };
	is $likely->{worm}, 'code-red-2', 'targets lie where this worm looks for them';
	my $seen = 0;
	$seen += $_ for @{ $profile->{targeting}{targets} };
	my ($port) = grep { $_->{port} eq 'tcp/80' } @{ $profile->{activity}{ports} };
	is $port->{contacted}, $seen, 'each peer on its port is one of them';
	cmp_ok $port->{failed}, '>', $seen / 2, 'of which most fail';
	my $in_buckets = 0;
	$in_buckets += $_->{contacted} for @{ $profile->{activity}{buckets} };
	is $in_buckets + $profile->{activity}{untimed}, $profile->{activity}{contacted}, 'each has its time';
	my $map = answer($d, 'map?incident=1');
	my %sum;
	for my $cell (@{ $map->{cells} }) {
		$sum{$_} += $cell->{$_} for qw(infected targets);
	}
	is $sum{infected} + $map->{outside}, scalar keys %$truth, 'the map has each host';
	cmp_ok $sum{targets}, '>', 0, 'and targets';
	my ($roots) = grep { !defined $_->{parent} } @{ answer($d, 'incidents/1/tree')->{nodes} };
	is $roots->{address}, $zero, 'the tree begins with patient zero';
	is stop($d), 0, 'it ends';
};

subtest 'a benign day is none' => sub {
	my ($benign) = outbreak(qw(--format v9 --seed 8 --minutes 60));
	my $d = start();
	ok feed($d, @$benign), 'all of it was received';
	within(2, sub { 0 });
	is_deeply [incident_json($d, 'list')], [], 'no incident';
	is stop($d), 0, 'it ends';
};

# Four hours of a site that end now; the clock of its exporter is as far behind as the replay.
my $hours = { settings => "clock-skew: 24h\n" };
my @site = (qw(--format ipfix --seed 7 --minutes 240 --chain --worm codered2:2), '--start', $now - 245 * $minute);

subtest 'silence that was watched proves a host clean, and a new attack is a new episode' => sub {
	my ($outbreak, $truth) = outbreak(@site);
	my $d = start(%$hours);
	ok feed($d, @$outbreak), 'all of it was received';
	ok within(30, sub { keys %{ { hosts_of($d, 1) } } == keys %$truth }), 'both hosts are found';
	my ($host) = sort grep { $truth->{$_}{infected_by} ne '-' } keys %$truth;
	my ($code, $said) = incident($d, 'set', $host, 'recovered', '--operator-says', 'it is fine');
	is $code, 2, 'no way leads from infected to recovered';
	my $cleaned = $now - 110 * $minute;
	clean($d, $host, $cleaned);
	ok within(30, sub { state_of($d, $host) eq 'verifying' }), 'the daemon waits for proof by itself'
		or diag incident($d, 'show', 1);
	my $silence;
	ok within(30, sub {
		my %host = hosts_of($d, 1);
		$silence = $host{$host}{silence};
		return $silence->{is_enough};
	}), 'and finds that the silence was long enough';
	cmp_ok $silence->{watched_ms}, '>=', 100 * $minute, 'all of it';
	cmp_ok $silence->{clean_probability}, '>', 0.999, 'which leaves little doubt';
	($code, $said) = incident($d, 'explain', $host);
	like $said, qr/silence is verified: clean at 99\.\d+ % \(quiet 1\d\d min of \d+ min needed/,
		'which is explained with its numbers';
	($code, $said) = incident($d, 'set', $host, 'recovered');
	is $code, 2, 'silence alone is not enough';
	like $said, qr/missing: a clean scan of every address/, 'what is missing is named';
	unlike $said, qr/missing: silence/, 'and silence is not';
	($code, $said) = incident($d, 'set', $host, 'recovered', '--operator-says', 'scanned',
		'--at', at($now - 25 * $minute));
	is $code, 0, 'with the rest vouched for it is recovered' or diag $said;
	is state_of($d, $host), 'recovered', 'by proof';

	my ($of_export, $export) = incident($d, 'export', 1);
	my $copy = { state => "$d->{state}.copy" };
	open my $out, '>', "$d->{state}.ndjson" or die "open: $!\n";
	print {$out} $export;
	close $out or die "write: $!\n";
	($code, $said) = incident($copy, 'import', "$d->{state}.ndjson");
	is $code, 0, 'its export is imported into a fresh store' or diag $said;
	my @here = grep { $_->{type} ne 'telemetry' } incident_json($d, 'show', 1);
	my @there = incident_json($copy, 'show', 1);
	is_deeply \@there, \@here, 'which makes the same board';
	is stop($d), 0, 'it ends';

	my ($again) = outbreak(qw(--format ipfix --seed 7 --minutes 10 --chain --worm codered2:2),
		'--start', $now - 10 * $minute);
	$d = start(state => $d->{state});
	ok feed($d, @$again), 'the worm comes back';
	ok within(30, sub { state_of($d, $host) eq 'reinfected' }), 'the host is infected again'
		or diag incident($d, 'show', 1);
	my %host = hosts_of($d, 1);
	is $host{$host}{episode}, 2, 'in a new episode';
	is scalar(incident_json($d, 'list')), 1, 'of the same incident';
	is stop($d), 0, 'it ends';
};

subtest 'a gap in the telemetry begins silence anew' => sub {
	my ($outbreak, $truth) = outbreak(@site);
	my ($from, $to) = ($now - 60 * $minute, $now - 50 * $minute);
	my @cut = grep { $_->[0] < $from || $_->[0] > $to } @$outbreak;
	cmp_ok scalar(@cut), '<', scalar(@$outbreak), 'some datagrams are left out';
	my $d = start(%$hours);
	my @behind = grep { $_->[0] > $to } @cut;
	ok feed($d, grep { $_->[0] < $from } @cut), 'what is before the gap was received';
	ok feed($d, shift @behind), 'and the first behind it';
	within(4, sub { 0 }); # by our clock: then what is missing will not come any more
	ok feed($d, @behind), 'and the rest';
	ok within(30, sub { keys %{ { hosts_of($d, 1) } } == keys %$truth }), 'both hosts are found';
	my ($host) = sort keys %$truth;
	clean($d, $host, $now - 110 * $minute);
	ok within(30, sub {
		my %host = hosts_of($d, 1);
		return $host{$host}{silence}{watched_ms} > 0;
	}), 'some silence is proved';
	my ($code, $said) = incident($d, 'set', $host, 'recovered', '--operator-says', 'it is fine');
	is $code, 2, 'but not enough';
	like $said, qr/missing: silence long enough/, 'which is what is missing';
	like $said, qr/not long enough: clean at \d+\.\d+ % \(quiet [2-5]\d min of \d+ min needed/,
		'with its numbers, from behind the gap on';
	is state_of($d, $host), 'verifying', 'it stays in verification';
	ok within(10, sub { (status($d)->{exporters}[0]{silence} // '') =~ /did not arrive/ }),
		'the exporter is said not to be trusted, and why';
	SKIP: {
		skip 'NO script(1): WORDS ON A TERMINAL ARE NOT TESTED', 2 if system('command -v script >/dev/null');
		my $words = qx(script -qec "$cordon watch --status --state $d->{state}" /dev/null);
		like $words, qr/silence not trusted: .*did not arrive/, 'on a terminal in words';
		like $words, qr/looks at every packet: a TCP scan of/, 'with what it cannot see';
	}
	is ref decode_json(qx($cordon watch --status --state $d->{state})), 'HASH', 'to a pipe as JSON';
	like +(incident($d, 'show', 1))[1], qr/silence not trusted: .*some of what it sent did not arrive/,
		'beside the board too';
	is stop($d), 0, 'it ends';
};

subtest 'an exporter that was cut out never lets a host recover' => sub {
	my ($outbreak, $truth) = outbreak(@site);
	my @cut = grep { $_->[0] < $now - 100 * $minute } @$outbreak;
	my $d = start(%$hours);
	ok feed($d, @cut), 'what there is was received';
	ok within(30, sub { keys %{ { hosts_of($d, 1) } } == keys %$truth }), 'both hosts are found';
	my ($host) = sort keys %$truth;
	clean($d, $host, $now - 110 * $minute);
	within(5, sub { state_of($d, $host) eq 'verifying' });
	my ($code, $said) = incident($d, 'set', $host, 'recovered', '--operator-says', 'it is fine');
	is $code, 2, 'refused';
	is stop($d), 0, 'it ends';
	$d = start(%$hours, state => $d->{state});
	within(3, sub { 0 });
	is status($d)->{exporters}[0]{datagrams}, 0, 'after a restart the exporter is missed';
	($code, $said) = incident($d, 'set', $host, 'recovered', '--operator-says', 'it is fine');
	is $code, 2, 'and still it is refused';
	like +(incident($d, 'explain', $host))[1], qr/exporter 127\.0\.0\.1, domain 1, which shows the host, is not heard/,
		'with the reason';
	is stop($d), 0, 'it ends';
};

subtest 'a lease that moves takes the episode along' => sub {
	my ($outbreak, $truth) = outbreak(qw(--format ipfix --seed 7 --chain --worm codered2:1),
		'--start', $now - 25 * $minute);
	my ($host) = keys %$truth;
	my $d = start();
	my $leases = "$d->{state}.leases";
	my $write = sub {
		open my $out, '>', "$leases~" or die "open: $!\n";
		print {$out} @_;
		close $out or die "write: $!\n";
		rename "$leases~", $leases or die "rename: $!\n";
	};
	is stop($d), 0, 'ends';
	$write->("0 00:16:3e:00:00:07 $host pc-seven *\nthis is no lease\n");
	$d = start(settings => "leases: [$leases]\n", state => $d->{state});
	ok feed($d, @$outbreak), 'the outbreak was received';
	my $names = sub {
		my ($of) = grep { $_->{type} eq 'host' } incident_json($d, 'show', 1);
		return $of->{names} // [];
	};
	ok within(30, sub { ($names->()->[0]{mac} // '') eq '00:16:3e:00:00:07' }), 'its MAC address is told';
	is $names->()->[0]{name}, 'pc-seven', 'and its name';
	like text_of($d->{err}), qr/leases:2: not a lease; 1 like it/, 'what is no lease is told with its line';
	$write->("0 00:16:3e:00:00:08 $host other *\n0 00:16:3e:00:00:07 10.1.77.7 pc-seven *\n",
		"this is no lease\n");
	ok within(30, sub { grep { $_->{address} eq '10.1.77.7' } @{ $names->() } }), 'its new address too';
	my ($old) = grep { $_->{address} eq $host } @{ $names->() };
	ok $old->{until}, 'and until when it had the old one';
	like +(incident($d, 'explain', '10.1.77.7'))[1], qr/is infected in incident 1/,
		'it goes on under its new address';
	my ($code, $said) = incident($d, 'explain', $host);
	is $code, 2, 'who has the old one now is nobody yet';
	($code, $said) = incident($d, 'address', '10.1.77.7', '10.1.88.8', '--since', '1min');
	is $code, 0, 'a person may say an address' or diag $said;
	like +(incident($d, 'explain', '10.1.88.8'))[1], qr/is infected in incident 1/, 'which counts';
	is +(incident($d, 'address', '10.1.77.7', 'nowhere'))[0], 2, 'unless it is none';
	$write->("0 00:16:3e:00:00:08 $host other *\n", "nor is this\n", "this is no lease\n");
	ok within(30, sub { text_of($d->{err}) =~ /leases:2: not a lease; 2 like it/ }),
		'another line that is no lease is told as well';
	my $n = () = text_of($d->{err}) =~ /not a lease/g;
	is $n, 2, 'each of them once, however often the file is written';
	is stop($d), 0, 'it ends';
};

done_testing;
