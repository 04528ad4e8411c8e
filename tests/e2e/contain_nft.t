#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# A plan for nftables on a real router: three network namespaces, real TCP and UDP. The worm's ports are
# shut, telephony goes on, the end comes by itself, the way back is whole, many hosts load as fast as bare.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Detect;
use File::Temp qw(tempdir);
use IO::Select;
use IO::Socket::INET;
use Test::More;
use Time::HiRes qw(sleep time);

my $cordon = $ENV{CORDON} // 'build/cordon';
for my $need ('nft --version', 'ip -V', 'nsenter --version', 'unshare -n true') {
	system("$need >/dev/null 2>&1") == 0
		or plan skip_all => "NOT HERE: '$need': CONTAINMENT BY THE KERNEL IS NOT TESTED";
}
my $dir = tempdir(CLEANUP => 1);
my (%ns, @children);
END { kill 'KILL', @children if @children }

# Namespaces live as long as their sleepers.
sub child {
	my ($code) = @_;
	my $pid = fork // die "fork: $!\n";
	if (!$pid) { @children = (); $code->(); POSIX::_exit(0) }
	push @children, $pid;
	return $pid;
}
require POSIX;
my $own = readlink '/proc/self/ns/net';
for my $n (qw(A R V)) {
	$ns{$n} = child(sub { exec 'unshare', '-n', 'sleep', '600' });
}
for my $n (qw(A R V)) {
	my $end = time + 30;
	sleep 0.02 while time < $end && (readlink("/proc/$ns{$n}/ns/net") // $own) eq $own;
}
sub in_ns {
	my ($n, @words) = @_;
	return system('nsenter', '-t', $ns{$n}, '-n', @words) >> 8;
}
sub ip { my ($n, $words) = @_; in_ns($n, 'ip', split ' ', $words) == 0 or BAIL_OUT("ip $words") }

ip($_, 'link set lo up') for qw(A R V);
ip('R', "link add ra type veth peer name a0 netns $ns{A}");
ip('R', "link add rv type veth peer name v0 netns $ns{V}");
ip('A', "addr add $_/24 dev a0") for qw(10.66.1.10 10.66.1.11 10.66.1.13);
ip('V', "addr add $_/24 dev v0") for qw(10.66.2.20 10.66.2.5);
ip('R', 'addr add 10.66.1.1/24 dev ra');
ip('R', 'addr add 10.66.2.1/24 dev rv');
ip('A', 'link set a0 up');
ip('V', 'link set v0 up');
ip('R', "link set $_ up") for qw(ra rv);
ip('A', 'route add default via 10.66.1.1');
ip('V', 'route add default via 10.66.2.1');
in_ns('R', 'sh', '-c', 'echo 1 >/proc/sys/net/ipv4/ip_forward');

# V answers: TCP by accepting, UDP by sending back.
open my $server, '>', "$dir/server.pl" or die;
print $server <<'PL';
use IO::Select; use IO::Socket::INET;
my $s = IO::Select->new;
for my $host (qw(10.66.2.20 10.66.2.5)) {
	$s->add(IO::Socket::INET->new(Listen => 20, LocalAddr => $host, LocalPort => $_, ReuseAddr => 1) // die "$host $_")
		for 22, 80, 445, 2000;
	$s->add(IO::Socket::INET->new(Proto => 'udp', LocalAddr => $host, LocalPort => $_) // die "$host $_")
		for 69, 1434, 5060, 17000;
}
open my $ready, '>', $ARGV[0]; close $ready;
while (1) {
	for my $h ($s->can_read) {
		if ($h->socktype == 1) { my $c = $h->accept; $c->send('ok') if $c }
		else { my $from = $h->recv(my $x, 100); $h->send('ok', 0, $from) if $from }
	}
}
PL
close $server;
child(sub { exec 'nsenter', '-t', $ns{V}, '-n', $^X, "$dir/server.pl", "$dir/ready" });
my $wait = time + 30;
sleep 0.05 while !-e "$dir/ready" && time < $wait;
ok -e "$dir/ready", 'the victim and the call manager serve';

# Whether a probe is answered; UDP is asked three times, for it may be lost.
open my $probe, '>', "$dir/probe.pl" or die;
print $probe <<'PL';
use IO::Select; use IO::Socket::INET;
my ($proto, $src, $dst, $port, $wait) = @ARGV;
if ($proto eq 'tcp') {
	my $c = IO::Socket::INET->new(Proto => 'tcp', LocalAddr => $src, PeerAddr => $dst, PeerPort => $port, Timeout => $wait) or exit 1;
	exit !IO::Select->new($c)->can_read(5);
}
my $c = IO::Socket::INET->new(Proto => 'udp', LocalAddr => $src, PeerAddr => $dst, PeerPort => $port) or exit 1;
for (1 .. 3) { $c->send('x'); exit 0 if IO::Select->new($c)->can_read($wait / 3) }
exit 1;
PL
close $probe;
sub reaches {
	my ($proto, $src, $dst, $port, $patience) = @_;
	return in_ns('A', $^X, "$dir/probe.pl", $proto, $src, $dst, $port, $patience // 5) == 0;
}
my ($infected, $neighbour, $victim, $cm) = qw(10.66.1.10 10.66.1.11 10.66.2.20 10.66.2.5);
ok reaches('tcp', $infected, $victim, 80), 'before: the worm reaches its victim';
ok reaches('udp', $infected, $victim, 1434), 'before: also by UDP';

open my $site, '>', "$dir/site.yaml" or die;
print $site "networks: [10.66.0.0/16]\nprotect:\n"
	. "  - {address: 10.66.1.0/24, as: phone}\n  - {address: 10.66.2.5, as: call-manager}\n";
close $site;
sub plan_for {
	my ($time, $file, @more) = @_;
	my $rc = system("$cordon contain --to nftables $infected -p tcp/80 -p tcp/445 -p udp/1434 -p udp/69 "
		. "-i $dir/site.yaml --for $time @more >$file 2>$dir/err") >> 8;
	is $rc, 1, "a plan for $time is written";
}
plan_for('1h', "$dir/plan.nft");
is in_ns('R', 'nft', '-c', '-f', "$dir/plan.nft"), 0, 'the kernel takes it';
is in_ns('R', 'nft', '-f', "$dir/plan.nft"), 0, 'it is applied';

my @open = (
	['tcp', $infected, $victim, 22, 'what is not the worm goes on'],
	['tcp', $infected, $cm, 2000, 'SCCP goes on'],
	['tcp', $infected, $cm, 80, 'the services of telephones go on'],
	['udp', $infected, $cm, 5060, 'SIP goes on'],
	['udp', $infected, $cm, 17000, 'speech goes on'],
	['udp', $infected, $cm, 69, 'TFTP goes on'],
	['tcp', $neighbour, $victim, 80, 'the neighbour goes on'],
	['udp', $neighbour, $victim, 1434, 'the neighbour goes on by UDP'],
);
my @shut = (
	['tcp', $infected, $victim, 80, 'the scan of port 80 is stopped'],
	['tcp', $infected, $victim, 445, 'the scan of port 445 is stopped'],
	['tcp', $infected, $cm, 445, 'also towards the call manager'],
	['udp', $infected, $victim, 1434, 'one packet of UDP is stopped'],
	['udp', $infected, $victim, 69, 'TFTP to others is stopped'],
);
for (@open) { my @p = @$_; ok reaches(@p[0 .. 3]), $p[4] }
for (@shut) { my @p = @$_; ok !reaches(@p[0 .. 3], 1.5), $p[4] }
my $list = qx(nsenter -t $ns{R} -n nft -j list table inet cordon);
like $list, qr/"expires"/, 'each element has an end';
like $list, qr/"packets": [1-9]/, 'counters move';

is in_ns('R', 'nft', '-f', "$dir/plan.nft"), 0, 'a second time changes nothing';
ok !reaches('tcp', $infected, $victim, 80, 1.5), 'still stopped';

plan_for('3s', "$dir/short.nft");
is in_ns('R', 'nft', '-f', "$dir/short.nft"), 0, 'a short one takes its place';
my $end = time + 60;
my $is_open = 0;
$is_open = reaches('tcp', $infected, $victim, 80, 1) while !$is_open && time < $end;
ok $is_open, 'it ends by itself';

is in_ns('R', 'nft', '-f', "$dir/plan.nft"), 0, 'applied again';
ok !reaches('tcp', $infected, $victim, 80, 1.5), 'stopped again';
system("$cordon contain --to nftables $infected -p tcp/80 -i $dir/site.yaml --rollback >$dir/undo.nft 2>/dev/null");
is in_ns('R', 'nft', '-f', "$dir/undo.nft"), 0, 'what takes it back';
ok reaches('tcp', $infected, $victim, 80), 'takes it back';
is qx(nsenter -t $ns{R} -n nft list ruleset), '', 'nothing is left behind';

# Applied by cordon itself, with a confirmation; then what the kernel counts proves it.
my $plan = "$dir/plan.ndjson";
system("$cordon contain --to plan $infected -p tcp/80 -p udp/1434 -i $dir/site.yaml >$plan 2>$dir/err");
my ($hash) = slurp("$dir/err") =~ /plan ([0-9a-f]{32}):/;
my $apply = "contain --to nftables --from $plan -i $dir/site.yaml --apply --state $dir/state";
sub on_router { my ($words) = @_; my $out = qx(nsenter -t $ns{R} -n $cordon $words 2>&1 </dev/null); return ($? >> 8, $out) }
my ($code, $out) = on_router($apply);
is $code, 2, 'without a reason nothing is applied';
($code, $out) = on_router("$apply --reason outbreak --confirm 00000000000000000000000000000000");
is $code, 2, 'nor with the hash of another plan';
like $out, qr/another plan/, 'which is said';
is qx(nsenter -t $ns{R} -n nft list ruleset), '', 'and nothing has changed';
($code, $out) = on_router("$apply --reason outbreak --confirm $hash");
is $code, 1, 'with both it is applied' or diag $out;
like $out, qr/newly blocked +10\.66\.1\.10/, 'after it was shown what changes';
sub verified {
	system("nsenter -t $ns{R} -n nft -j list table inet cordon >$dir/now.json");
	my $said = qx($cordon contain verify --from $plan -i $dir/site.yaml $dir/now.json 2>&1);
	return ($? >> 8, $said);
}
($code, $out) = verified();
is $code, 3, 'before anything came by its effect is unknown' or diag $out;
ok !reaches('tcp', $infected, $victim, 80, 1.5), 'the scan is stopped';
ok !reaches('udp', $infected, $victim, 1434, 1.5), 'by UDP too';
($code, $out) = verified();
is $code, 0, 'then it is effective' or diag $out;
($code, $out) = on_router("$apply --reason again --confirm $hash");
like $out, qr/no packet changes its fate/, 'a second time changes nothing';
my @audit = split /\n/, slurp("$dir/state/contain.audit");
is scalar @audit, 4, 'the audit trail has begin and end of both';
like $audit[1], qr/"why":"outbreak".*"plan":"$hash".*"result":"applied"/, 'with why and what';
is in_ns('R', 'nft', 'delete', 'element', 'inet', 'cordon', 'out_tcp_80_v4', "{ $infected }"), 0, 'an element is lost';
($code, $out) = verified();
is $code, 1, 'which is seen';
is in_ns('R', 'nft', '-f', "$dir/state/contain.nftables.undo"), 0, 'the kept way back works';
ok reaches('tcp', $infected, $victim, 80), 'and opens the port';

# Each host is counted by itself, and only what is stopped of it.
$plan = "$dir/two.ndjson";
system("$cordon contain --to plan $infected 10.66.1.13 -p tcp/80 >$plan 2>$dir/err");
system("$cordon contain --to nftables --from $plan >$dir/two.nft 2>$dir/err");
is in_ns('R', 'nft', '-f', "$dir/two.nft"), 0, 'two hosts in one set';
ok !reaches('tcp', $infected, $victim, 80, 1.5), 'one is stopped';
ok reaches('tcp', '10.66.1.13', $victim, 22), 'the other does something else';
($code, $out) = verified();
like $out, qr/^10\.66\.1\.10 .* effective .*counter moved/m, 'of the one it is proved' or diag $out;
like $out, qr/^10\.66\.1\.13 .* unknown .*nothing has come by yet/m, 'of the other it is not' or diag $out;
in_ns('R', 'nft', 'delete', 'table', 'inet', 'cordon');

# A network and a host in it, of different ends: no set takes both, so each end has its own.
system("$cordon contain --to plan 10.66.1.0/24 10.66.3.3 -p tcp/80 --for 2h >$dir/old.ndjson 2>/dev/null");
system("$cordon contain --to nftables $infected 10.66.3.3 -p tcp/80 --from $dir/old.ndjson --for 5h >$dir/ends.nft 2>$dir/err");
is in_ns('R', 'nft', '-f', "$dir/ends.nft"), 0, 'a network and a host in it with another end' or diag slurp("$dir/err");
ok !reaches('tcp', $infected, $victim, 80, 1.5), 'stop the host';
ok !reaches('tcp', $neighbour, $victim, 80, 1.5), 'and the network';
in_ns('R', 'nft', 'delete', 'table', 'inet', 'cordon');

# Loads of many hosts beside a bare set of the same size, the faster of two runs each; once more if others may have
# had the processor.
sub took {
	my ($file) = @_;
	my $best = 1e9;
	for (1 .. 2) {
		my $begin = time;
		in_ns('R', 'nft', '-f', $file) == 0 or return;
		$best = time - $begin if time - $begin < $best;
	}
	return $best;
}
my $limit_s = slurp($cordon) =~ /__asan_init/ ? 20 : 2; # with sanitizers it takes some times as long
for my $n (10_000, 100_000) {
	open my $f, '>', "$dir/findings" or die;
	open my $bare, '>', "$dir/bare.nft" or die;
	print $bare "table inet bare\ndelete table inet bare\ntable inet bare {\n set s { type ipv4_addr; flags timeout; elements = { ";
	for my $i (1 .. $n) {
		my $x = 0x0a000000 + 2 * $i; # no two of them make a prefix
		my $host = join '.', map { $x >> $_ & 255 } 24, 16, 8, 0;
		print $f qq({"type":"finding","host":"$host","class":"worm-like","confidence":0.99,"protocolIdentifier":6,"destinationTransportPort":80}\n);
		print $bare ($i > 1 ? ', ' : ''), "$host timeout 1h";
	}
	print $bare " }\n }\n}\n";
	close $f;
	close $bare;
	system("$cordon contain --to nftables --from $dir/findings >$dir/many.nft 2>/dev/null");
	my $cpu = (POSIX::times())[3] + (POSIX::times())[4];
	my $code = system("$cordon contain --to nftables --foreign --from $dir/findings -i $dir/site.yaml >/dev/null 2>&1") >> 8;
	$cpu = ((POSIX::times())[3] + (POSIX::times())[4] - $cpu) / POSIX::sysconf(&POSIX::_SC_CLK_TCK);
	ok $code == 1 && $cpu < $limit_s, sprintf '%d hosts are planned and proved in %.2f s of a core: less than %d', $n, $cpu, $limit_s;
	my ($ours, $theirs);
	for (1 .. 4) {
		($ours, $theirs) = (took("$dir/many.nft"), took("$dir/bare.nft"));
		last if !$ours || !$theirs || $ours <= 2 * $theirs;
	}
	ok $ours && $theirs && $ours <= 2 * $theirs,
		sprintf '%d hosts load in %.2f s, a bare set in %.2f s: at most twice', $n, $ours // -1, $theirs // -1;
}
done_testing;
