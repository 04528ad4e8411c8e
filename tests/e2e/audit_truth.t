#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Public outputs of real devices against the values that other projects read, and the papers.
#
# Environment: CORDON, CORDON_DATA (default ../shared/data), CORDON_SEEDS (default ../shared/seeds).
use strict;
use warnings;
use JSON::PP;
use Test::More;

my $cordon = $ENV{CORDON} // 'build/cordon';
my $data = $ENV{CORDON_DATA} // '../shared/data';
my $seeds = $ENV{CORDON_SEEDS} // '../shared/seeds';
plan skip_all => "THE TEST DATA IS ABSENT ($data, $seeds): NOTHING IS TESTED AGAINST IT"
    unless -d "$data/router" && -d $seeds;
my $json = JSON::PP->new->utf8;

sub slurp {
	my ($path) = @_;
	open my $in, '<:raw', $path or die "open $path: $!\n";
	local $/;
	return scalar <$in>;
}

sub objects {
	my (@words) = @_;
	my $command = join ' ', map { "'$_'" } @words;
	return map { $json->decode($_) } split /\n/, qx('$cordon' audit $command 2>/dev/null);
}

my @truth = grep { $_->{kind} eq 'router' } @{ $json->decode(slurp("$data/TRUTH.json")) };

# Which facts are the rows of a command, and what its other values are.
my %row_of = (
	'show arp' => 'arp', 'show ip arp' => 'arp', 'show ip nat translations' => 'nat',
	'show processes cpu' => 'process', 'show processes memory' => 'process-memory',
	'show interfaces' => 'interface', 'show interfaces status' => 'interface',
);
# Messages alone: no head, no command.
my %unnamed = ('genie_iosxe_logging_2.txt' => 1);
# Interfaces that do not say "line protocol": the count of the truth leaves them out, we do not.
my %is_more = map { $_ => 1 } qw(ntc_cisco_ios_show_interfaces.txt ntc_cisco_ios_show_interfaces5.txt
    genie_iosxe_interfaces_golden_interface_output_1.txt);

# Three of its ports have "Half Duplex" in their names as well: the truth counts those words too.
my %half_in_names = ('ntc_cisco_ios_show_interfaces_status.txt' => 3);

for my $t (@truth) {
	my ($name) = $t->{file} =~ m{([^/]+)$};
	my @facts = objects('--facts', "$data/$t->{file}");
	my %n;
	my %one = map { $n{ $_->{fact} }++; ($_->{fact} => $_) } @facts;
	my @passages = grep { $_->{type} eq 'output' } objects('--json', "$data/$t->{file}");
	ok $unnamed{$name} || (grep { $_->{output} } @passages), "$name: recognised";
	for my $e (@{ $t->{expect} }) {
		my $want = $e->{value};
		if ($e->{what} eq 'rows' && $row_of{ $t->{command} }) {
			my $got = $n{ $row_of{ $t->{command} } } // 0;
			ok $got == $want || ($is_more{$name} && $got > $want), "$name: $want rows" or diag $got;
		} elsif ($e->{what} eq 'cpu_5s_interrupt_1m_5m') {
			is_deeply [ map { $one{cpu}{$_} + 0 } qw(total interrupt one-minute five-minutes) ],
				$want, "$name: load";
		} elsif ($e->{what} eq 'dropped_flushes_overruns') {
			is_deeply [ map { $one{logging}{$_} } qw(dropped flushes overruns) ], $want, "$name: head";
		} elsif ($e->{what} eq 'console') {
			my $c = $one{console};
			is $c->{state} eq 'on' ? "level $c->{level}" : $c->{state}, $want, "$name: console";
		} elsif ($e->{what} =~ /^(total|active)_translations$/) {
			is $one{'nat-statistics'}{active}, $want, "$name: translations";
		} elsif ($e->{what} eq 'half_duplex_lines') {
			my @half = grep { $_->{fact} eq 'interface' && ($_->{duplex} // '') =~ /half/ } @facts;
			is @half + ($half_in_names{$name} // 0), $want, "$name: half duplex";
		} elsif ($e->{what} eq 'corrections') {
			is $one{align}{corrections}, $want, "$name: corrections";
		} elsif ($e->{what} eq 'spurious') {
			is $one{spurious}{accesses}, $want, "$name: spurious accesses";
		} elsif ($e->{what} =~ /^(current_entries|cache_size)$/) {
			my $key = $1 eq 'cache_size' ? 'size' : 'active';
			is $one{'flow-cache'}{$key}, $want, "$name: $1";
		} elsif ($e->{what} eq 'default_route') {
			my ($d) = grep { $_->{fact} eq 'route' && ($_->{prefix} // '') eq '0.0.0.0/0' } @facts;
			my ($hop, $interface) = ($d->{'next-hop'}, $d->{interface} // '?');
			like $want, qr/^\Q$d->{code}\E .*(via \Q$hop\E|\Q$interface\E)/, "$name: default route";
		}
	}
}

subtest 'ports of translations are not swapped' => sub {
	my ($nat) = grep { $_->{fact} eq 'nat' }
	    objects('--facts', "$data/router/show_ip_nat_translations/genie_iosxe_ipnattranslations_4.txt");
	is_deeply [ @$nat{qw(outside-local outside-global)} ],
		[qw(192.168.21.20:1260 192.168.21.20:1024)], 'local before global';
};

subtest 'outputs of many devices at once are not taken for those of a few' => sub {
	my @o = objects('--json', "$data/router");
	is_deeply [ grep { $_->{type} eq 'symptom' && $_->{rule} eq 'arp-outside-subnet' } @o ], [],
		'two that are called PE1 prove nothing against each other';
	is scalar(grep { $_->{type} eq 'device' && $_->{device} =~ /^PE1 \(/ } @o), 2, 'they are two';
};

my ($paper) = glob "$seeds/004_*.txt";
subtest 'the paper on routers, as it stands' => sub {
	my @o = objects('--json', $paper);
	my %found = map { $_->{rule} => $_ } grep { $_->{type} eq 'symptom' } @o;
	is_deeply [ sort keys %found ], [qw(cef-reset console-debugging default-route-to-broadcast)],
		'its conclusions, and no other';
	is $found{'default-route-to-broadcast'}{evidence}[0]{line}, 44, 'line 44';
	is_deeply [ grep { $_->{contradiction} } grep { $_->{type} eq 'output' } @o ], [], 'all sums hold';
	my @facts = objects('--facts', $paper);
	my %n;
	$n{ $_->{fact} }++ for @facts;
	is_deeply [ @n{qw(cache cache-route cef process-memory allocator route logging console)} ],
		[ 2, 4, 1, 14, 29, 1, 1, 1 ], 'facts';
	my ($cef) = grep { $_->{fact} eq 'cef' } @facts;
	is_deeply [ @$cef{qw(routes reresolve unresolved peak leaves nodes bytes inserts invalidations
		table-version load-sharing load-sharing-bytes resets timer timer-peak adjacencies)} ],
		[ 109212, 0, 0, 84625, 109212, 8000, 22299136, 2620745, 2511533, 2620746, 17, 5712, 1, 1,
		16, 16 ], 'CEF';
	my ($router) = sort { $b->{holding} <=> $a->{holding} } grep { $_->{fact} eq 'process-memory' } @facts;
	is "$router->{name} $router->{holding}", 'BGP Router 338145696', 'who holds most';
	my %bytes;
	for (grep { $_->{fact} eq 'allocator' } @facts) {
		my $group = $_->{what} =~ /^FIB/ ? 'FIB' : $_->{what} =~ /^CEF/ ? 'CEF' : 'adjacency';
		$bytes{$group} += $_->{bytes};
	}
	is_deeply \%bytes, { FIB => 17081808, CEF => 151872, adjacency => 66888 }, 'bytes by group';
	my @routes = grep { $_->{fact} eq 'cache-route' } @facts;
	is_deeply [ map { $_->{age} } @routes ], [qw(03:44:53 00:03:15 03:47:13 00:05:35)], 'ages';
	is_deeply [ map { $_->{header} // '' } @routes ],
		['', '', '0F000800', '00000C34A7FC00000C13DBA90800'], 'link headers';
	my ($logging) = grep { $_->{fact} eq 'logging' } @facts;
	is $logging->{flushes}, 0, 'the annotation below the head is no figure';
};

subtest 'the other papers hold no output' => sub {
	for my $seed (grep { !/004_/ } glob "$seeds/*.txt") {
		my @o = objects('--json', $seed);
		is scalar(grep { $_->{type} =~ /^(symptom|output)$/ } @o), 0, $seed;
	}
};

done_testing;
