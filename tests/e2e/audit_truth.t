#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Public outputs of real devices against the values that other projects read, and the papers.
#
# Environment: CORDON, CORDON_DATA (default ../shared/data), CORDON_SEEDS (default ../shared/seeds).
use strict;
use warnings;
use File::Temp qw(tempdir);
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

# Fields of another project's rows, and ours.
my %same = (
	show_arp => [ arp => { address => 'address', age_min => 'age', hardware_address => 'mac', interface => 'interface',
		type => 'type' } ],
	show_ip_arp => [ arp => { ip_address => 'address', age => 'age', mac_address => 'mac', interface => 'interface',
		type => 'type' } ],
	show_interfaces_status => [ interface => { port => 'name', status => 'status', vlan_id => 'vlan',
		duplex => 'duplex', speed => 'speed', type => 'media' } ],
	show_interfaces => [ interface => { interface => 'name', crc => 'crc', input_errors => 'input-errors', runts => 'runts' } ],
	show_processes_cpu => [ process => { process_pid => 'pid', process_runtime => 'runtime', process_invoked => 'invoked',
		process_cpu_time_for_invocation => 'usecs', process_cpu_usage_5_sec => 'five-seconds',
		process_cpu_usage_1_min => 'one-minute', process_cpu_usage_5_min => 'five-minutes', process_name => 'name' } ],
	show_ip_nat_translations => [ nat => { protocol => 'protocol', inside_global => 'inside-global',
		inside_local => 'inside-local', outside_local => 'outside-local', outside_global => 'outside-global' } ],
);

# What that project reads otherwise than it is printed, put right.
sub mended {
	my ($row) = @_;
	my %r = %$row;
	if (exists $r{inside_global_ip}) {
		@r{qw(outside_local_port outside_global_port)} = @r{qw(outside_global_port outside_local_port)}; # swapped
		for my $side (qw(inside_global inside_local outside_local outside_global)) {
			my $port = $r{"${side}_port"} // '';
			$r{$side} = $r{"${side}_ip"} . ($port eq '' ? '' : ":$port");
		}
	}
	delete $r{type} if ($r{type} // '') eq 'SFP not present'; # a reason of the status, no type
	delete @r{qw(hardware_address mac_address)} if grep { ($_ // '') =~ /incomplete/i } values %r;
	return \%r;
}

sub is_same_value {
	my ($got, $want) = @_;
	return 1 if lc $got eq lc $want;
	return $got =~ /^[\d.]+$/ && $want =~ /^[\d.]+$/ && $got == $want;
}

subtest 'field by field what another project reads' => sub {
	my $n = 0;
	for my $t (sort { $a->{file} cmp $b->{file} } @truth) {
		my ($folder, $name) = $t->{file} =~ m{([^/]+)/([^/]+)\.txt$} or next;
		my ($kind, $field) = @{ $same{$folder} // next };
		my ($parsed) = grep { $_->{what} eq 'parsed' && $_->{schema} eq 'ntc' } @{ $t->{expect} } or next;
		my @want = map { mended($_) } @{ $json->decode(slurp("$data/$parsed->{file}")) };
		my @got = grep { $_->{fact} eq $kind } objects('--facts', "$data/$t->{file}");
		my %by;
		my $key = $kind eq 'interface' ? 'name' : undef;
		%by = map { lc $_->{$key} => $_ } @got if $key;
		my @bad;
		for my $i (0 .. $#want) {
			my $own = $key ? $by{ lc $want[$i]{ (grep { $field->{$_} eq 'name' } keys %$field)[0] } } : $got[$i];
			for my $f (sort keys %$field) {
				my ($w, $g) = ($want[$i]{$f} // '', $own->{ $field->{$f} } // '');
				next if $w eq '' || is_same_value($g, $w);
				push @bad, "row $i: $f is '$g', not '$w'";
			}
			$n += keys %$field;
		}
		is_deeply \@bad, [], "$name: the same values" or diag join "\n", @bad;
	}
	cmp_ok $n, '>', 3000, "$n values were compared";
};

subtest '45K packets are 45,000' => sub {
	my ($file) = glob "$data/router/show_ip_flow_top_talkers/*.txt";
	my $packets = sub { $json->decode(scalar qx('$cordon' detect --json '$_[0]' 2>/dev/null))->{export}{packets} };
	my @rows = @{ $json->decode(slurp($file =~ s/txt$/json/r)) };
	is $packets->($file), eval { my $n = 0; $n += $_->{pkt} for @rows; $n }, 'the packets of the file as it is';
	my $dir = tempdir(CLEANUP => 1);
	(my $text = slurp($file)) =~ s/ $rows[0]{pkt}\s*$/ 45K/m or die "no such row\n";
	open my $out, '>', "$dir/k.txt" or die;
	print $out $text;
	close $out;
	is $packets->("$dir/k.txt"), 45_000 + $rows[1]{pkt}, 'with the first shown as 45K';
};

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
