#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Which files speak of one device: those of one name, unless something in them contradicts.
#
# Environment: CORDON (default build/cordon).
use strict;
use warnings;
use File::Temp qw(tempdir);
use JSON::PP;
use Test::More;

my $cordon = $ENV{CORDON} // 'build/cordon';
die "no program $cordon: run make, or set CORDON\n" unless -x $cordon;
my $json = JSON::PP->new->utf8;

# Audit files, given as name => text in order; the objects by type, symptoms by rule.
sub audit {
	my @files = @_;
	my $dir = tempdir(CLEANUP => 1);
	my @paths;
	while (my ($name, $text) = splice @files, 0, 2) {
		open my $out, '>', "$dir/$name" or die "open $dir/$name: $!\n";
		print $out $text;
		close $out;
		push @paths, "$dir/$name";
	}
	my %r;
	push @{ $r{ $_->{type} } }, $_ for map { $json->decode($_) } split /\n/,
	    qx('$cordon' audit --json @paths 2> /dev/null);
	$r{found} = { map { $_->{rule} => $_ } @{ $r{symptom} // [] } };
	$r{names} = [ map { $_->{device} } @{ $r{device} } ];
	return \%r;
}

my $config = "PE1#show running-config\nversion 12.2\nhostname PE1\ninterface Vlan3\n"
    . " ip address %s 255.255.255.0\n!\nend\nPE1#\n";
my $arp = "PE1#show ip arp\nProtocol  Address  Age (min)  Hardware Addr  Type  Interface\n%s"
    . "Internet  198.51.100.7  2  0000.0c07.ac01  ARPA  Vlan3\nPE1#\n";
my $own = "Internet  %s  -  0000.0c07.ac09  ARPA  Vlan3\n";
my $version = "PE1#show version\nCisco IOS Software, x, Version %s, y\nPE1 uptime is %s\n%sPE1#\n";
my $flushes = "PE1#show logging\nSyslog logging: enabled (0 messages dropped, %d flushes, 0 overruns)\nPE1#\n";

subtest 'two unrelated routers called PE1 gave a false ARP entry outside' => sub {
	my $r = audit('a', sprintf($config, '10.3.0.1'), 'b', sprintf($arp, sprintf $own, '172.16.9.1'));
	ok !$r->{found}{'arp-outside-subnet'}, 'no proof across two devices';
	is_deeply $r->{names}, [ 'PE1 (a)', 'PE1 (b)' ], 'each is named with its file';
};

subtest 'a list that shows the own address of the interface is of the same device' => sub {
	my $r = audit('a', sprintf($config, '10.3.0.1'), 'b', sprintf($arp, sprintf $own, '10.3.0.1'));
	ok $r->{found}{'arp-outside-subnet'}, 'the entry lies outside';
	is_deeply $r->{names}, ['PE1'], 'one device';
};

subtest 'a list that nothing but the name ties to the configuration proves nothing' => sub {
	my $r = audit('a', sprintf($config, '10.3.0.1'), 'b', sprintf($arp, ''));
	ok !$r->{found}{'arp-outside-subnet'}, 'unknown';
	is_deeply $r->{names}, ['PE1'], 'nothing contradicts either: one device';
	is scalar(grep { $_->{rule} eq 'arp-outside-subnet' } @{ $r->{unknown} }), 1, 'and it says so';
};

subtest 'serial, system, release and platform tell two devices apart' => sub {
	my $same = sprintf $version, '12.4(15)T7', '2 weeks', "Processor board ID FTX1\n";
	is_deeply audit('a', $same, 'b', $same)->{names}, ['PE1'], 'the same';
	my $later = sprintf $version, '12.4(15)T7', '3 minutes', "Processor board ID FTX1\n";
	is_deeply audit('a', $same, 'b', $later)->{names}, ['PE1'], 'a reload is no other device';
	for (['serial', sprintf($version, '12.4(15)T7', '2 weeks', "Processor board ID FTX2\n")],
		['release', sprintf($version, '15.1(4)M', '2 weeks', '')],
		['system', "PE1#show version\nCisco Nexus Operating System (NX-OS) Software\nPE1#\n"]) {
		my ($what, $other) = @$_;
		is scalar(@{ audit('a', $same, 'b', $other)->{names} }), 2, $what;
	}
};

subtest 'an archive holds a file a device, also when two have one name' => sub {
	my $r = audit('london', sprintf($config, '10.3.0.1'), 'tokyo', sprintf($config, '10.4.0.1'),
		'paris', sprintf($config, '10.5.0.1'));
	is_deeply $r->{names}, [ 'PE1 (london)', 'PE1 (tokyo)', 'PE1 (paris)' ], 'three devices';
};

subtest 'what is tied to none stays with the first, and counts for less' => sub {
	my $r = audit('a', sprintf($config, '10.3.0.1'), 'b', sprintf($config, '10.4.0.1'),
		'c', sprintf($arp, sprintf $own, '10.4.0.1'));
	is_deeply $r->{names}, [ 'PE1 (a)', 'PE1 (b)' ], 'the list goes to whose address it shows';
	is $r->{found}{'arp-outside-subnet'}{device}, 'PE1 (b)', 'and is judged by its subnet';
};

subtest 'no trend goes across files that share a name alone' => sub {
	my $r = audit('a', sprintf($flushes, 3), 'b', sprintf($flushes, 9));
	ok !$r->{found}{'console-flushes-grow'}, 'unknown';
	my $show = sprintf $version, '12.4(15)T7', '2 weeks', "Processor board ID FTX1\n";
	$r = audit('a', $show . sprintf($flushes, 3), 'b', $show . sprintf($flushes, 9));
	ok $r->{found}{'console-flushes-grow'}, 'with the same serial number it is one';
};

subtest 'two routers of one name in one file gave a false ARP entry outside' => sub {
	my $two = sprintf($config, '10.3.0.1') . sprintf($arp, sprintf $own, '172.16.9.1');
	my $r = audit('session.log', $two);
	ok !$r->{found}{'arp-outside-subnet'}, 'no proof across two devices';
	is_deeply $r->{names}, [ 'PE1 (session.log:1)', 'PE1 (session.log:9)' ], 'named with the lines they begin at';
	$r = audit('session.log', sprintf($config, '10.3.0.1') . sprintf($arp, sprintf $own, '10.3.0.1'));
	ok $r->{found}{'arp-outside-subnet'}, 'of one device it is one';
	is_deeply $r->{names}, ['PE1'], 'which has its plain name';
};

subtest 'outputs in turn of two routers of one name go each to its own' => sub {
	my $a = sprintf $version, '12.4(15)T7', '2 weeks', "Processor board ID FTX1\n";
	my $b = sprintf $version, '12.4(15)T7', '3 weeks', "Processor board ID FTX2\n";
	my $r = audit('log', $a . sprintf($flushes, 3) . $b . sprintf($flushes, 9));
	is_deeply $r->{names}, [ 'PE1 (log:1)', 'PE1 (log:9)' ], 'two serial numbers are two';
	ok !$r->{found}{'console-flushes-grow'}, 'and no counter of one rose to that of the other';
	is $r->{found}{'console-flushes'}{device_is_sure} ? 1 : 0, 0, 'what stands below is not surely its own';
	$r = audit('log', $a . sprintf($config, '10.3.0.1') . $b . sprintf($config, '10.4.0.1') . $a
		. sprintf($arp, sprintf $own, '10.3.0.1'));
	is scalar(@{ $r->{names} }), 2, 'coming back to the first makes no third';
	is $r->{found}{'arp-outside-subnet'}{device}, 'PE1 (log:1)', 'whose list is held against its own subnets';
};

subtest 'an update within a session is no other device' => sub {
	my $r = audit('log', sprintf($version, '12.4(15)T7', '2 weeks', '')
		. sprintf($version, '15.1(4)M', '1 minute', ''));
	is_deeply $r->{names}, ['PE1'], 'one text, two releases';
};

subtest 'devices that all are called Router are told apart in one text' => sub {
	(my $text = sprintf($config, '10.3.0.1') . sprintf($arp, sprintf $own, '172.16.9.1')) =~ s/PE1/Router/g;
	my $r = audit('paste', $text);
	ok !$r->{found}{'arp-outside-subnet'}, 'no proof across two';
	is scalar(@{ $r->{names} }), 2, 'two';
	isnt $r->{names}[0], $r->{names}[1], 'with names of their own';
};

done_testing;
