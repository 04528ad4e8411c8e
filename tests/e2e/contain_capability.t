#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Nobody in particular, with CAP_NET_ADMIN and no other capability, applies a plan to the kernel and has it looked
# after, as the drop-in of the unit gives it to the daemon; without it nothing is claimed, and what is missing is named.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Temp qw(tempdir);
use POSIX qw(:sys_wait_h);
use Test::More;
use Time::HiRes qw(sleep);

my $cordon = abs_path($ENV{CORDON} // 'build/cordon');
for my $need ('nft --version', 'ip -V', 'setpriv --version', 'unshare -n true') {
	system("$need >/dev/null 2>&1") == 0
		or plan skip_all => "NOT HERE: '$need': CAPABILITIES ARE NOT TESTED";
}
plan skip_all => 'NOT ROOT: CAPABILITIES ARE NOT TESTED' if $> != 0;
if (!$ENV{CORDON_TEST_ALONE}) {
	$ENV{CORDON_TEST_ALONE} = 1;
	exec 'unshare', '-n', $^X, abs_path($0);
}
system('ip link set lo up');
my $dir = tempdir(CLEANUP => 1);
my $daemon;
END { local $?; kill 'KILL', $daemon if $daemon }
chmod 0755, $dir;
my $nobody = 'setpriv --reuid 65534 --regid 65534 --clear-groups --no-new-privs';
my $with = "$nobody --inh-caps=-all,+net_admin --ambient-caps=-all,+net_admin --bounding-set=-all,+net_admin";
my $without = "$nobody --inh-caps=-all --ambient-caps=-all --bounding-set=-all";
system("cp $cordon $dir/cordon");    # a home may be closed to others
my $state = "$dir/state";
mkdir $state;
chown 65534, 65534, $state;

sub slurp { local $/; open my $f, '<', $_[0] or return ''; return scalar <$f> // '' }
sub as { my ($who, $words) = @_; my $out = qx(cd / && $who $dir/cordon $words 2>&1 </dev/null); return ($? >> 8, $out) }
sub table { return scalar qx(nft list table inet cordon 2>/dev/null) }
sub within {
	my ($s, $is_so) = @_;
	my $end = time + $s;
	while (time < $end) { return 1 if $is_so->(); sleep 0.05 }
	return $is_so->();
}

system("$cordon contain --to plan 10.66.1.10 -p tcp/80 --for 1h >$dir/plan 2>$dir/err");
my ($hash) = slurp("$dir/err") =~ /plan ([0-9a-f]{32}):/;
my $apply = "contain --to nftables --from $dir/plan --apply --reason outbreak --confirm $hash --renew 7d --state $state";
my ($code, $out) = as($without, $apply);
is $code, 2, 'without the capability nothing is applied' or diag $out;
like $out, qr/CAP_NET_ADMIN is missing: be root, or give it as an ambient capability/, 'it is named';
like $out, qr/what is in force now cannot be asked \(nft failed; CAP_NET_ADMIN is missing/, 'what is in force is not known';
unlike $out, qr/nothing is in force/, 'which is not that there is nothing';
is table(), '', 'the kernel has nothing';

($code, $out) = as($with, $apply);
is $code, 1, 'with it alone the plan is applied' or diag $out;
like $out, qr/nothing is in force yet/, 'after it was asked what is in force';
like table(), qr/10\.66\.1\.10 .*timeout/, 'the kernel has it';
($code, $out) = as($with, "contain tend --state $state");
is $code, 0, 'all of it is in force' or diag $out;
($code, $out) = as($without, "contain tend --state $state");
is $code, 3, 'who may not ask does not know' or diag $out;
like $out, qr/cannot be told: nft failed; CAP_NET_ADMIN is missing/, 'and says why';
($code, $out) = as($without, "contain tend --state $state --at 2099-01-01T00:00:00Z");
is $code, 2, 'at its end it cannot be taken away' or diag $out;
ok -e "$state/contain.nftables.standing", 'so it stands on';

# The daemon, as its unit with the drop-in begins it.
$daemon = fork // die "fork: $!\n";
if (!$daemon) {
	open STDOUT, '>', "$dir/out";
	open STDERR, '>', "$dir/watch.err";
	chdir '/';
	open my $f, '>', "$dir/cordon.yaml" or die;
	print $f "http: []\n";
	close $f;
	exec split(/ /, $with), "$dir/cordon", 'watch', '-c', "$dir/cordon.yaml", '--state', $state, '--listen', '127.0.0.1:20556';
}
ok within(60, sub { slurp("$state/status.json") =~ /"warden_pid": ?[1-9]/ }), 'the daemon looks after it' or diag slurp("$dir/watch.err");
system('nft delete table inet cordon');
ok within(60, sub { table() =~ /10\.66\.1\.10/ }), 'a table that was lost is back' or diag slurp("$dir/watch.err");
kill 'TERM', $daemon;
ok within(60, sub { waitpid($daemon, WNOHANG) == $daemon }), 'it ends';
undef $daemon;

($code, $out) = as($with, "contain withdraw --to nftables --reason over --confirm $hash --state $state");
is $code, 1, 'it is withdrawn' or diag $out;
is table(), '', 'and gone';

# The unit, with the drop-in beside it as an administrator puts it.
SKIP: {
	my $has = grep { -x "$_/systemd-analyze" } split /:/, $ENV{PATH};
	diag 'NOT TESTED: the drop-in of the unit; install systemd' if !$has;
	skip 'no systemd-analyze', 4 if !$has;
	(my $unit = slurp('dist/cordon.service.in')) =~ s{\@PREFIX\@/bin/cordon}{/usr/bin/env}g;
	my $exposure = sub {
		my ($name, $with) = @_;
		mkdir "$dir/$name";
		mkdir "$dir/$name/cordon.service.d";
		open my $f, '>', "$dir/$name/cordon.service" or die;
		print $f $unit;
		close $f;
		system("cp dist/nftables.conf $dir/$name/cordon.service.d/") if $with;
		is system("systemd-analyze verify --man=no $dir/$name/cordon.service >$dir/verify 2>&1"), 0, "the unit is one, $name" or diag slurp("$dir/verify");
		return scalar qx(systemd-analyze security --offline=yes --no-pager $dir/$name/cordon.service);
	};
	my ($bare, $dropped) = ($exposure->('alone', 0), $exposure->('dropped', 1));
	my ($before, $after) = map { /exposure level for \S+: ([\d.]+)/ } $bare, $dropped;
	ok $after > $before && $after <= 2, "its exposure goes from $before to $after";
	is scalar(() = $dropped =~ /\xe2\x9c\x97 (?:CapabilityBoundingSet=~CAP_NET_ADMIN|RestrictAddressFamilies=~AF_NETLINK|AmbientCapabilities=)/g), 3, 'by what it says, and no more' or diag $dropped;
}
done_testing;
