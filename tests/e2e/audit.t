#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# cordon audit as its users meet it: captures, archives and pastes in, symptoms out.
#
# Environment: CORDON (default build/cordon).
use strict;
use warnings;
use Encode qw(encode);
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use JSON::PP;
use Test::More;

my $cordon = $ENV{CORDON} // 'build/cordon';
die "no program $cordon: run make, or set CORDON\n" unless -x $cordon;
my $dir = tempdir(CLEANUP => 1);
my $sick = 'tests/unit/audit/sick-ios.txt';
my $json = JSON::PP->new->utf8;

# What the program printed on both channels, and its exit code.
sub audit {
	my ($input, @words) = @_;
	open my $in, '>', "$dir/stdin" or die;
	print $in $input;
	close $in;
	my $command = join ' ', map { "'$_'" } @words;
	my $out = qx('$cordon' audit $command < '$dir/stdin' 2> '$dir/stderr');
	return ($? >> 8, $out, slurp("$dir/stderr"));
}

sub slurp {
	my ($path) = @_;
	open my $in, '<:raw', $path or die "open $path: $!\n";
	local $/;
	return scalar <$in>;
}

sub save {
	my ($name, $text) = @_;
	my $path = "$dir/$name";
	make_path($path =~ s{/[^/]*$}{}r);
	open my $out, '>:raw', $path or die "open $path: $!\n";
	print $out $text;
	close $out;
	return $path;
}

sub objects {
	my ($text) = @_;
	return map { $json->decode($_) } split /\n/, $text;
}

# Symptoms by rule, and the rest by type.
sub report {
	my ($code, $out, $err) = @_;
	my %r = (code => $code, err => $err);
	push @{ $r{ $_->{type} } }, $_ for objects($out);
	$r{found} = { map { $_->{rule} => $_ } @{ $r{symptom} // [] } };
	return \%r;
}

sub found_are {
	my ($r, @rules) = @_;
	is_deeply [ sort keys %{ $r->{found} } ], [ sort @rules ], 'symptoms';
}

subtest 'a router in trouble' => sub {
	my $r = report(audit('', '--json', $sick));
	is $r->{code}, 1, 'found';
	found_are($r, qw(default-route-to-broadcast cpu-interrupt nat-meltdown mallocfail-fragmentation
		console-flushes console-debugging acl-logs accounting-disables-dcef cache-ager-outdated
		http-server));
	my $route = $r->{found}{'default-route-to-broadcast'};
	my %of = map { $_->{output} => 1 } @{ $route->{evidence} };
	is_deeply [ sort keys %of ], [ 'show ip arp', 'show processes cpu', 'show processes memory',
		'show running-config' ], 'one finding, witnesses of three other outputs';
	is $route->{command}, 'no ip route 0.0.0.0 0.0.0.0 Vlan3', 'the command names the interface';
	ok $route->{$_}, "it tells: $_" for qw(cause action verify check risk rollback);
	ok !$r->{found}{'arp-outside-subnet'}, 'what it explains is not told twice';
	is $r->{device}[0]{release}, '12.0(10)S', 'release';
	like $r->{found}{'mallocfail-fragmentation'}{symptom}, qr/65536.*5453728/, 'figures in the text';
};

subtest 'the hosts behind a symptom' => sub {
	my $rows = join '', map { "Vl1  10.1.7.9  Vl3  198.$_.2.1$_  06 0F9F 0050  2\n" } 18 .. 25;
	my $r = report(audit("R1#show ip cache flow\nSrcIf SrcIPaddress DstIf DstIPaddress Pr SrcP DstP "
		. "Pkts\n${rows}R1#show ip cef summary\n%IPv4 CEF not running\n", '--json', '-'));
	is $r->{code}, 1, 'found';
	is_deeply [ map { "$_->{host} $_->{device} $_->{port}" } @{ $r->{host} } ],
		['10.1.7.9 R1 tcp/80'], 'the scanning host, and whose output shows it';
	is_deeply $r->{found}{'cef-off'}{hosts}, ['10.1.7.9'], 'the symptom names it';
};

subtest 'clean devices' => sub {
	for my $name (qw(clean-ios clean-iosxe clean-nxos clean-catos clean-nxos-config clean-catos-config clean-xr-config)) {
		my $r = report(audit('', '--json', "tests/unit/audit/$name.txt"));
		is $r->{code}, 0, "$name: nothing found";
		found_are($r);
		cmp_ok $r->{device}[0]{not_so}, '>', 0, "$name: something is known to be fine";
	}
};

subtest 'two configurations in one file are of two devices' => sub {
	my $config = "version 12.2\nhostname %s\nip route 0.0.0.0 0.0.0.0 %s\nend\n";
	my $r = report(audit(sprintf($config, 'aa', '192.0.2.1') . sprintf($config, 'bb', 'Vlan3'), '--json', '-'));
	is $r->{found}{'default-route-to-broadcast'}{device}, 'bb', 'the second is called by its own name';
	(my $nxos = slurp('tests/unit/audit/clean-nxos-config.txt')) =~ s/^(?:leaf-101#|07:30).*\n//gm;
	(my $other = $nxos) =~ s/leaf-101/leaf-102/g;
	$r = report(audit($nxos . $other, '--json', '-'));
	is_deeply [ map { $_->{device} } @{ $r->{device} } ], [qw(leaf-101 leaf-102)], 'of NX-OS, without an end between them';
	is scalar(grep { $_->{is_complete} } @{ $r->{output} }), 0, 'and none is called whole';
	like $r->{note}[0]{text}, qr/without a sign that it is whole/, 'which is said';
};

subtest 'standard input, Japanese' => sub {
	my ($code, $out) = audit("ip route 0.0.0.0 0.0.0.0 Vlan3\n", '--lang', 'ja', '-');
	is $code, 1, 'found';
	like $out, qr/症状.*Vlan3/s, 'told in Japanese';
	like $out, qr/standard input/, 'named';
};

subtest 'nothing of a device' => sub {
	my ($code, $out) = audit("Dear all,\nthe network is slow today.\n", '-');
	is $code, 3, 'unusable';
	like $out, qr/says nothing about any device/, 'and says so';
	($code, $out) = audit('', '-');
	is $code, 3, 'empty';
};

subtest 'wrong usage' => sub {
	for ([], ['--json', '--html', 'x'], ['--before', 'x'], ['--lang', 'fr', 'x'],
		['--before', 'a', '--after', 'b', 'c']) {
		my ($code, $out, $err) = audit('', @$_);
		is $code, 2, "refused: @$_";
		like $err, qr/^cordon audit: \S/, 'with words';
	}
	my ($code, $out, $err) = audit('', "$dir/absent");
	is $code, 3, 'a file that is not there';
	like $err, qr/absent.*No such file/, 'is named';
};

subtest 'a folder of archives, in stable order' => sub {
	my $config = "!RANCID-CONTENT-TYPE: cisco\n!\n!Chassis type: 7206VXR\nversion 12.2\nhostname r%d\n"
	    . "ip route 0.0.0.0 0.0.0.0 %s\nend\n";
	save(sprintf('site/configs/r%d', $_),
		sprintf($config, $_, $_ % 2 ? 'Vlan3' : '192.0.2.1')) for 1 .. 9;
	my ($code, $out) = audit('', '--json', "$dir/site");
	my $r = report($code, $out);
	is $code, 1, 'found';
	is_deeply [ map { $_->{device} } @{ $r->{symptom} } ], [ map { "r$_" } 1, 3, 5, 7, 9 ],
		'devices by the names in their configurations, in order';
	is +(audit('', '--json', "$dir/site"))[1], $out, 'the same again';
	my ($clear) = grep { $_->{device} eq 'r2' } @{ $r->{device} };
	cmp_ok $clear->{not_so}, '>', 5, 'a whole configuration can be called fine';
};

subtest 'many files, read side by side, are told as if one by one' => sub {
	my @paths = map { save(sprintf('many/d%03d', $_), "R$_#show ip arp summary\n" . 7 * $_
		. " IP ARP entries, with $_ of them incomplete\nR$_#\n") } 1 .. 150;
	my $each = join '', map { +(audit('', '--facts', $_))[1] } @paths;
	is +(audit('', '--facts', "$dir/many"))[1], $each, 'the same facts in the same order';
	is +(audit('', '--facts', @paths))[1], $each, 'named one by one too';
	my ($code, $out, $err) = audit('', '--facts', $paths[0], "$dir/absent", $paths[1]);
	is $code, 3, 'one that is not there';
	is scalar(objects($out)), 2, 'the others are read';
};

# A text as it comes out of terminals, editors and mails: by line, or as a whole.
my $escape = "\x1b";
my %noise_of_line = (
	'CRLF' => sub { "$_[0]\r\n" },
	'carriage returns alone' => sub { "$_[0]\r" },
	'CR NUL of telnet' => sub { "$_[0]\r\0\r\n" },
	'two carriage returns' => sub { "$_[0]\r\r\n" },
	'times of a terminal log' => sub { sprintf "[2026-12-01 07:30:%02d.123] %s\n", $_[1] % 60, $_[0] },
	'times with names of days' => sub { sprintf "[Tue Dec 01 07:30:%02d 2026] %s\n", $_[1] % 60, $_[0] },
	'times without brackets' => sub { sprintf "2026-12-01T07:30:%02dZ %s\n", $_[1] % 60, $_[0] },
	'times of the day' => sub { sprintf "07:30:%02d %s\n", $_[1] % 60, $_[0] },
	'a mail' => sub { "> $_[0]\n" },
	'an answered mail' => sub { ">> $_[0]\n" },
	'colours' => sub { "$escape\[32m$_[0]$escape(B$escape\[m\n" },
	'titles of a window' => sub { "$escape]0;jump: core1\x07$_[0]\n" },
	'wide spaces' => sub { "\xc2\xa0$_[0]\xe3\x80\x80\n" },
	map { my $more = $_; ("a pager: " . s/[^ -~]/./gr => sub { $_[1] % 20 ? "$_[0]\n" : "$_[0]\n$more" }) }
	    "--More--\r        \r", " --More-- " . "\b" x 10 . ' ' x 10 . "\b" x 10, '--More-- (q to quit)', '--More--(12%)',
	    '-- More --', '<--- More --->', "$escape\[7m--More--$escape\[m\r$escape\[K", 'Press any key to continue (Q to quit)',
	    'More: <space>,  Quit: q or CTRL+Z, One line: <return>',
);
my %noise_of_text = (
	'UTF-8 with its mark' => sub { "\xef\xbb\xbf$_[0]" },
	'UTF-16, little end first' => sub { encode('UTF-16LE', "\x{feff}$_[0]") },
	'UTF-16, big end first' => sub { encode('UTF-16BE', "\x{feff}$_[0]") },
	'bracketed paste' => sub { "$escape\[?2004h$_[0]" },
	'a command typed with a slip' => sub { $_[0] =~ s/#show/#shw\b \bow/gr },
);

subtest 'what terminals, editors and mails put between is no part of the text' => sub {
	my $clean = slurp('tests/unit/audit/clean-ios.txt');
	my @lines = split /\n/, $clean;
	my $facts = sub { my $got = +(audit('', '--facts', save('noise/plain.txt', $_[0])))[1]; $got };
	my $want = $facts->($clean);
	my %text = map { my $of = $noise_of_line{$_};
		($_ => join '', map { $of->($lines[$_], $_ + 1) } 0 .. $#lines) } keys %noise_of_line;
	$text{$_} = $noise_of_text{$_}->($clean) for keys %noise_of_text;
	is $facts->($text{$_}), $want, "$_: the same facts on the same lines" for sort keys %text;
	my $dated = "2026-12-01T07:30:11Z R1 45: %SYS-2-MALLOCFAIL: Memory allocation of 9 bytes failed from 0x1, alignment 0\n" x 9;
	my $r = report(audit($dated, '--json', '-'));
	like $r->{found}{mallocfail}{evidence}[0]{text}, qr/^2026-12-01T07:30:11Z R1/, 'times that are of the device stay';
};

subtest 'an output that was left at the pager is not whole, which is said' => sub {
	my $rows = "R1#show ip arp\nInternet  10.3.0.1   -   0000.0c07.ac01  ARPA   Vlan3\n";
	my $r = report(audit("${rows} --More-- \b\b\b\b\b\b\b\b\b        \b\b\b\b\b\b\b\b\bR1#show clock\n", '--json', '-'));
	ok !$r->{output}[0]{is_complete}, 'not whole';
	like $r->{note}[0]{text}, qr/left at the pager/, 'and said';
	$r = report(audit("${rows} --More-- \r        \rInternet  10.3.0.2   1   0000.0c07.ac02  ARPA   Vlan3\nR1#show clock\n", '--json', '-'));
	ok $r->{output}[0]{is_complete} && !$r->{note}, 'whole, where rows follow';
};

subtest 'lines that a terminal broke within a word are joined, and counted' => sub {
	my $text = slurp('tests/unit/audit/broken-ios.txt');
	my $r = report(audit($text, '--json', '-'));
	is $r->{found}{'console-flushes'}{symptom}, 'The console was flushed 4500 time(s).', 'figures behind the break are read';
	is $r->{summary}[0]{lines_joined}, 2, 'two lines were joined';
	is $r->{note}[0]{line}, 2, 'it is said where the first one stands';
	like +(audit($text, '-'))[1], qr/broken within a word, joined: 2/, 'in the text too';
	my ($code, $facts) = audit($text =~ s/(flus|invalidati)\n/$1/gr, '--facts', '-');
	my ($code80, $facts80) = audit($text, '--facts', '-');
	s/,"line":\d+//g for $facts, $facts80;
	is $facts80, $facts, 'the same facts as of the lines unbroken';
	# 80 columns, but another line is wider; a piece that can be read by itself; another width
	my ($head, $rest) = ('Syslog logging: enabled (12 messages dropped, 3 messages rate-limited, 4500 flus', 'hes, 12 overruns)');
	for ("$head\n$rest\n" . 'x' x 81 . "\n", "$head\n%SYS-5-CONFIG_I: x\n$rest\n", "$head\n $rest\n", substr($head, 1) . "s\nhes, 12 overruns)\n") {
		$r = report(audit("R1#show logging\n$_", '--json', '-'));
		is $r->{summary}[0]{lines_joined}, 0, 'not joined: ' . s/\n/|/gr;
	}
};

subtest 'messages in the midst of a configuration are no lines of it' => sub {
	my $n = 0;
	my $text = join '', map { ++$n % 4 ? "$_\n" : "$_\n*Mar  1 00:12:33.123: %LINK-3-UPDOWN: Interface FastEthernet0/1, changed state to up\n" }
	    split /\n/, slurp('tests/unit/audit/clean-ios.txt');
	my $r = report(audit('', '--json', save('amid/core.txt', $text)));
	my $clean = report(audit('', '--json', 'tests/unit/audit/clean-ios.txt'));
	my ($got) = grep { $_->{os} } @{ $r->{device} };
	is $got->{not_so}, $clean->{device}[0]{not_so}, 'as much is known as without them';
};

subtest 'outputs of three systems under load' => sub {
	my $r = report(audit('', '--json', 'tests/unit/audit/busy-nxos.txt'));
	found_are($r, qw(default-route-to-broadcast arp-incomplete console-debugging cpu-high late-collisions));
	is $r->{found}{'cpu-high'}{symptom}, 'The CPU is at 98.63 %.', 'what is not idle, not what is';
	is scalar(grep { $_->{lines_not_understood} } @{ $r->{output} }), 0, 'NX-OS: each line is understood';
	$r = report(audit('', '--json', 'tests/unit/audit/busy-iosxe.txt'));
	found_are($r, qw(nat-meltdown arp-incomplete cpu-arp-input cpu-ip-input cpu-process process-memory-high));
	$r = report(audit('', '--json', 'tests/unit/audit/busy-ios.txt'));
	is_deeply [ map { $_->{device} } @{ $r->{device} } ], ['gw1'], 'an access list in the statistics of NAT is no other device';
	for ('-1 weeks', '4294967295 days', '3 moons') {
		my ($code, $facts) = audit("R1#show version\nCisco IOS Software, x, Version 12.4(1), y\nR1 uptime is $_\nR1#\n", '--facts', '-');
		unlike $facts, qr/uptime-seconds/, "no time that a device ran: $_";
	}
};

subtest 'two captures' => sub {
	my $version = "R9#show version\nCisco IOS Software, x Version 12.4(1), y\nR9 uptime is %s\n";
	my $logging = "R9#show logging\nSyslog logging: enabled (0 messages dropped, %d flushes, 0 overruns)\n";
	my $align = "R9#show align\nTotal Corrections %d, Recorded 2, Reads %d, Writes 0\nR9#\n";
	my $make = sub {
		my ($name, $uptime, $flushes, $corrections) = @_;
		return save($name, sprintf($version . $logging . $align, $uptime, $flushes,
			$corrections, $corrections));
	};
	my $a = $make->('a', '1 week', 3, 6);
	my $one = report(audit('', '--json', $a));
	my %why = map { $_->{rule} => $_->{reason} } @{ $one->{unknown} };
	like $why{'console-flushes-grow'}, qr/second one/, 'one capture: unknown';
	my $r = report(audit('', '--json', '--before', $a, '--after', $make->('b', '8 days', 9, 60)));
	ok $r->{found}{'console-flushes-grow'} && $r->{found}{'alignment-grows'}, 'both rise';
	is scalar(@{ $r->{found}{'alignment-grows'}{evidence} }), 2, 'both lines are quoted';
	$r = report(audit('', '--json', '--before', $a, '--after', $make->('c', '2 minutes', 9, 60)));
	%why = map { $_->{rule} => $_->{reason} } @{ $r->{unknown} };
	like $why{'console-flushes-grow'}, qr/began anew/, 'a reload: unknown';
	$r = report(audit('', '--json', '--before', $a, '--after', $make->('d', '8 days', 1, 2)));
	%why = map { $_->{rule} => $_->{reason} } @{ $r->{unknown} };
	like $why{'alignment-grows'}, qr/began anew/, 'a counter that fell: unknown';
	ok $r->{found}{'console-flushes'}, 'what one capture shows is found all the same';
	$r = report(audit('', '--json', '--before', $a, '--after', $make->('e', '8 days', 3, 6)));
	for my $of ('Router#', '') {
		my ($x, $y) = map { save("pair$_", ($of ? "${of}show align\n" : '')
			. "Total Corrections $_, Recorded 2, Reads $_, Writes 0\n") } 6, 7;
		my $pair = report(audit('', '--json', '--before', $x, '--after', $y));
		ok $pair->{found}{'alignment-grows'}, "two captures of a device called '$of'";
	}
	ok !$r->{found}{'alignment-grows'}, 'the same figures: no trend';
	my ($n) = grep { $_->{rule} eq 'alignment-grows' } @{ $r->{unknown} // [] };
	ok !$n, 'and that is known';
};

subtest 'figures that contradict each other' => sub {
	my $cef = "IP CEF with switching (Table Version 2620746)\n"
	    . " 109212 routes, 0 reresolve, 0 unresolved (0 old, 0 new), peak 84625\n"
	    . " 109212 leaves, 8000 nodes, 22299136 bytes, 2620745 inserts, 2511533 invalidations\n";
	my $memory = "  Alloc PC        Size     Blocks      Bytes    What\n"
	    . "0x60B8821C         448          7       3136    FIB: FIBIDB\n";
	my $nat = "Total active translations: 2674 (74 static, 2600 dynamic; 2600 extended)\n";
	my $cache = "IP routing cache 2 entries, 332 bytes\n 27 adds, 25 invalidates, 0 refcounts\n";
	my %checked = (
		$cef => [qw(109212: 2620745 2511533)], $memory => [qw(448 7 3136)],
		$nat => [qw(2674 74 2600)], $cache => [qw(2 27 25)],
	);
	for my $text (sort keys %checked) {
		my $r = report(audit($text, '--json', '-'));
		ok !$r->{found}{'output-does-not-add-up'}, 'as it is it adds up';
		for my $number (@{ $checked{$text} }) {
			my ($n, $field) = $number =~ /^(\d+)(:?)$/;
			for my $i (0 .. length($n) - 1) {
				my $flipped = $n;
				substr $flipped, $i, 1, (substr($n, $i, 1) + 1) % 10;
				my $what = $field ? "$n leaves" : "\\b$n\\b";
				(my $broken = $text) =~ s/$what/$field ? "$flipped leaves" : $flipped/e;
				$r = report(audit($broken, '--json', '-'));
				ok $r->{found}{'output-does-not-add-up'}, "$n made $flipped is seen";
				is $r->{code}, 3, 'and the exit code says so';
			}
		}
	}
};

subtest 'rows and headings that other readers drop' => sub {
	my ($code, $out) = audit("R1#show ip nat translations\n"
		. "Pro Inside global      Inside local       Outside local      Outside global\n"
		. "gre 192.0.2.9:0        10.1.7.9:0         198.51.100.1:0     198.51.100.1:0\n"
		. "tcp 192.0.2.9:1024     10.1.7.9:1260      198.51.100.1:80    198.51.100.2:8080\nR1#\n", '--facts', '-');
	my @nat = grep { $_->{fact} eq 'nat' } objects($out);
	is_deeply [ map { $_->{protocol} } @nat ], [qw(gre tcp)], 'a gre row is kept';
	is_deeply [ @{ $nat[1] }{qw(outside-local outside-global)} ], [qw(198.51.100.1:80 198.51.100.2:8080)],
		'local stands before global';
	($code, $out) = audit("R1#show processes memory\nTotal: 5611448, Used: 2307548, Free: 3303900\n"
		. " PID TTY  Allocated      Freed    Holding    Getbufs    Retbufs Process\n"
		. "   1   0        548        104       6844          0          0 Load Meter\nR1#\n", '--facts', '-');
	my %f = map { $_->{fact} => $_ } objects($out);
	is $f{pool}{free}, 3303900, 'the old heading of memory';
	is $f{'process-memory'}{name}, 'Load Meter', 'and the rows below it';
};

subtest 'show tech-support, and a folder of Oxidized' => sub {
	my $r = report(audit("core2#show tech-support\n\n------------------ show version ------------------\n\n"
		. "Cisco IOS Software, x, Version 12.4(15)T7, RELEASE\n\n"
		. "------------------ show ip cef summary ------------------\n\n%IPv4 CEF not running\n\n"
		. "------------------ show align ------------------\n\nNo alignment data has been recorded.\ncore2#\n",
		'--json', '-'));
	is_deeply [ map { $_->{output} // '' } grep { $_->{facts} } @{ $r->{output} } ],
		[ 'show version', 'show ip cef summary', 'show align' ], 'each part is told';
	is $r->{found}{'cef-off'}{device}, 'core2', 'and whose it is';
	save("oxidized/$_", "! Cisco IOS Software, x, Version 12.4(15)T7, RELEASE\n! \n! VTP: off\n!\nversion 12.4\n"
		. "hostname ox-$_\nip route 0.0.0.0 0.0.0.0 Vlan3\nend\n") for qw(a b);
	$r = report(audit('', '--json', "$dir/oxidized"));
	is_deeply [ map { "$_->{device} $_->{rule}" } @{ $r->{symptom} } ],
		[ map { "ox-$_ default-route-to-broadcast" } qw(a b) ], 'a file a device';
};

subtest 'the head of an archive tells release and platform' => sub {
	my $r = report(audit("!RANCID-CONTENT-TYPE: cisco\n!\n!Chassis type: 7206VXR - a 7206VXR router\n!CPU: NPE300, R7000 CPU at "
		. "262MHz, impl 39\n!\n!Processor ID: 20282213\n!\n!Image: Software: C7200-JS-M, 12.4(24)T, RELEASE SOFTWARE (fc2)\n"
		. "!\nversion 12.4\nhostname R1\nno ip cef\nend\n", '--json', '-'));
	is "$r->{device}[-1]{release} $r->{device}[-1]{platform}", '12.4(24)T 7206VXR', 'both';
	like $r->{found}{'cef-turned-off'}{action}, qr/no fast switching/, 'and the advice follows';
};

subtest 'releases change the advice' => sub {
	my %action;
	my %release = (
		old => 'IOS (tm) 7200 Software (C7200-JS-M), Version 12.0(10)S, EARLY',
		middle => 'Cisco IOS Software, x, Version 12.4(15)T7, RELEASE',
		new => 'Cisco IOS Software, x, Version 15.1(4)M, RELEASE',
	);
	for my $name (keys %release) {
		my $r = report(audit("R9#show version\n$release{$name}\nR9#show running-config\n"
			. "version 12\nhostname R9\nno ip cef\nend\nR9#\n", '--json', '-'));
		$action{ $r->{found}{'cef-turned-off'}{action} }++;
	}
	is scalar(keys %action), 3, 'the same configuration, three releases, three answers';
};

subtest 'rules of the user' => sub {
	my $rule = "rules:\n- id: mine\n  severity: warning\n  confidence: 50\n  when:\n"
	    . "  - { fact: cef, where: [%s] }\n  symptom: { en: 'routes: {routes}', ja: 'a' }\n"
	    . join('', map { "  $_: { en: 'a', ja: 'a' }\n" } qw(cause action verify risk rollback))
	    . "  check: show ip cef summary\n";
	my $cef = "IPv4 CEF is enabled and running\n 12 prefixes (12/0 fwd/non-fwd)\n";
	my $r = report(audit($cef, '--json', '--rules-file', save('mine.yaml', sprintf $rule, 'routes >= 12'), '-'));
	is $r->{found}{mine}{symptom}, 'routes: 12', 'is asked like any other';
	for (['rotes >= 12', qr/bad\.yaml:6:\d+: .*'rotes', did you mean 'routes'/],
		['routes => 12', qr/bad\.yaml:6:\d+: expected one of/],
		['running >= 12', qr/'running' is no number/], ['routes >= many', qr/expected a number/],
		['running rises', qr/cannot rise/]) {
		my ($code, $out, $err) = audit('', '--rules-file', save('bad.yaml', sprintf $rule, $_->[0]), '-');
		is $code, 2, "refused: $_->[0]";
		like $err, $_->[1], 'with its place and what is meant';
	}
	$r = report(audit("Total active translations: 20000 (0 static, 20000 dynamic; 0 extended)\n", '--json',
		'--rules-file', save('small.yaml', "platforms:\n- { name: other, nat-most: 20000 }\n"), '-'));
	like $r->{found}{'nat-meltdown'}{symptom} // '', qr/limit is 20000 \(platform: unknown\)/,
		'the last platform stands for all others, and is no knowledge of this one';
	my $npe = "R1#show version\nIOS (tm) 7200 Software (C7200-JS-M), Version 12.0(10)S, EARLY\n"
	    . "cisco 7206VXR (NPE300) processor (revision D) with 122880K/40960K bytes of memory.\n"
	    . "R1#show ip nat statistics\nTotal active translations: 40000 (0 static, 40000 dynamic; 0 extended)\nR1#\n";
	$r = report(audit($npe, '--json', '-'));
	like $r->{found}{'nat-meltdown'}{symptom} // '', qr/limit is 40000 \(platform: NPE300\)/, 'one that is known';
	$r = report(audit($npe, '--json', '--rules-file', save('npe.yaml',
		"platforms:\n- { name: NPE300, nat-most: 100000 }\n- { name: other, nat-most: 40000 }\n"), '-'));
	ok !$r->{found}{'nat-meltdown'}, 'the figure of the user stands in place of ours';
};

subtest 'SARIF and HTML' => sub {
	my ($code, $out) = audit('', '--sarif', $sick);
	my $log = $json->decode($out);
	is $log->{version}, '2.1.0', 'version';
	my $run = $log->{runs}[0];
	is scalar(@{ $run->{results} }), 10, 'a result a symptom';
	my %rule = map { $_->{id} => 1 } @{ $run->{tool}{driver}{rules} };
	ok $rule{ $_->{ruleId} }, "rule $_->{ruleId} is described" for @{ $run->{results} };
	my ($first) = @{ $run->{results} };
	is $first->{level}, 'error', 'critical is an error';
	like $first->{locations}[0]{physicalLocation}{artifactLocation}{uri}, qr/sick-ios\.txt$/, 'file';
	cmp_ok $first->{locations}[0]{physicalLocation}{region}{startLine}, '>', 0, 'line';
	($code, $out) = audit("access-list 9 permit <script>alert(1)</script> log\n", '--html', '-');
	like $out, qr/^<!DOCTYPE html>/, 'a page';
	unlike $out, qr/<script/, 'of which nothing is a program';
	like $out, qr/&lt;script&gt;/, 'what was pasted is text';
};

subtest 'a page ties hosts to symptoms, and asks alike devices once' => sub {
	my $rows = join '', map { "Vl1  10.1.7.9  Vl3  198.$_.2.1$_  06 0F9F 0050  2\n" } 18 .. 25;
	my $flows = save('page/r1.txt', "R1#show ip cache flow\nSrcIf SrcIPaddress DstIf DstIPaddress Pr SrcP DstP Pkts\n"
		. "${rows}R1#show ip cef summary\n%IPv4 CEF not running\n");
	my ($code, $page) = audit('', '--html', $flows);
	like $page, qr/CEF does not run.*<a href="#host-0">10\.1\.7\.9<\/a>.*<tr id="host-0"><td>10\.1\.7\.9/s, 'the symptom leads to its host';
	save("alike/r$_.txt", "R$_#show ip arp summary\n100 IP ARP entries, with 4 of them incomplete\nR$_#\n") for 2 .. 4;
	($code, $page) = audit('', '--html', "$dir/alike");
	like $page, qr{<h3>R2, R3, R4</h3>}, 'one question for three';
	($code, my $text) = audit('', "$dir/alike");
	is +(() = $text =~ /the same as of the device above/g), 2, 'and in the text';
	($code, $page) = audit('', '--html', '--lang', 'ja', $flows);
	unlike $page, qr/Not told by this input|shown by/, 'in Japanese its own words are Japanese';
};

subtest 'several routers called Router are told apart by their files' => sub {
	save("same/$_", "Router#show align\nNo alignment data has been recorded.\nRouter#\n") for qw(tokyo.txt osaka.txt);
	my ($code, $text) = audit('', "$dir/same");
	like $text, qr/^Router \($_\.txt\): /m, $_ for qw(tokyo osaka);
};

subtest 'the line that says it proves it' => sub {
	my $r = report(audit("R1#show interfaces\nFastEthernet0/1 is up, line protocol is up\n  MTU 1500 bytes\n"
		. "  Half-duplex, 10Mb/s, 100BaseTX/FX\nR1#\n", '--json', '-'));
	is_deeply [ map { $_->{line} } @{ $r->{found}{'half-duplex'}{evidence} } ], [ 4, 2 ], 'duplex, and the head';
};

subtest 'the command undoes the route as it is written' => sub {
	my %undo = (
		"ip route vrf OUT 0.0.0.0 0.0.0.0 Vlan3\n" => 'no ip route vrf OUT 0.0.0.0 0.0.0.0 Vlan3',
		"ip route 0.0.0.0/0 Vlan3\n" => 'no ip route 0.0.0.0/0 Vlan3',
		"RP/0/RSP0/CPU0:x#show running-config\nrouter static\n address-family ipv4 unicast\n"
		    . "  0.0.0.0/0 GigabitEthernet0/0/0/1\n" => 'no 0.0.0.0/0 GigabitEthernet0/0/0/1',
		"ip route 0.0.0.0 0.0.0.0 Vlan3 250\nip route vrf OUT 0.0.0.0 0.0.0.0 Vlan4\n" => 'no ip route 0.0.0.0 0.0.0.0 Vlan3',
	);
	for my $text (sort keys %undo) {
		my $r = report(audit($text, '--json', '-'));
		is $r->{found}{'default-route-to-broadcast'}{command}, $undo{$text}, $undo{$text};
	}
};

subtest 'the software of a neighbor is not that of the device' => sub {
	my $r = report(audit("SW1#show cdp neighbors detail\nDevice ID: R2\nInterface: Gi0/1, Port ID (outgoing port): Gi0/2\n"
		. "Version :\nCisco Internetwork Operating System Software\nIOS (tm) x Software, Version 12.1(13)E6, EARLY\n"
		. "SW1#show version\nCisco IOS Software, y Software, Version 15.2(2)E, RELEASE\nSW1#\n", '--json', '-'));
	is_deeply [ map { "$_->{device} $_->{release}" } @{ $r->{device} } ], ['SW1 15.2(2)E'], 'one device, its own release';
};

subtest 'the software that a log names at a restart is not what runs now' => sub {
	my $r = report(audit("R1#show logging\nSyslog logging: enabled (0 messages dropped, 2 flushes, 0 overruns)\n"
		. "*Mar  1 00:00:12.123: %SYS-5-RESTART: System restarted --\n"
		. "Cisco IOS Software, 2800 Software (C2800NM-IPBASE-M), Version 12.4(15)T7, RELEASE SOFTWARE (fc3)\n"
		. "*Mar  1 00:00:13.123: %SYS-2-MALLOCFAIL: Memory allocation of 65536 bytes failed from 0x60103098, alignment 0\n"
		. "Pool: Processor  Free: 3728  Cause: Not enough free memory\nR1#\n", '--json', '-'));
	is_deeply [ map { $_->{device} } @{ $r->{device} } ], ['R1'], 'one device';
	is $r->{device}[0]{release}, undef, 'whose release is not told';
	is $r->{found}{'mallocfail-exhaustion'}{device}, 'R1', 'and what stands below is its own';
};

subtest 'rules and kinds of facts as tables' => sub {
	my ($code, $out) = audit('', '--rules');
	is $code, 0, 'printed';
	my @rows = grep { /^\| `/ } split /\n/, $out;
	cmp_ok scalar(@rows), '>', 50, 'a row a rule';
	my $guide = slurp('docs/guide/audit.md');
	my @missing = grep { index($guide, $_) < 0 } @rows;
	is_deeply \@missing, [], 'the guide holds the same table';
	($code, $out) = audit('', '--facts');
	like $out, qr/^\| route \| show ip route static \| code/m, 'kinds';
};

done_testing;
