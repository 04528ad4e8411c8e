#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# A plan that was applied goes on within what a person approved: signed or refused, renewed while its host scans,
# taken away when it is over, put back after a restart, never more than was approved; by hand and by the daemon.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Temp qw(tempdir);
use POSIX qw(strftime :sys_wait_h);
use Test::More;
use Time::HiRes qw(sleep);

my $cordon = abs_path($ENV{CORDON} // 'build/cordon');
for my $need ('nft --version', 'ip -V', 'command -v ssh-keygen', 'unshare -n true') {
	system("$need >/dev/null 2>&1") == 0
		or plan skip_all => "NOT HERE: '$need': WHAT BECOMES OF A PLAN IS NOT TESTED";
}
if (!$ENV{CORDON_TEST_ALONE}) {
	$ENV{CORDON_TEST_ALONE} = 1;
	exec 'unshare', '-n', $^X, abs_path($0);
}
system('ip link set lo up');
my $dir = tempdir(CLEANUP => 1);
my $now = time;
my ($daemon, $n_plans);
END { local $?; kill 'KILL', $daemon if $daemon }

sub at { return strftime('%Y-%m-%dT%H:%M:%SZ', gmtime $_[0]) }
sub slurp { local $/; open my $f, '<', $_[0] or return ''; return scalar <$f> // '' }
sub write_file { my ($path, $text) = @_; open my $f, '>', $path or die "$path: $!"; print $f $text; close $f }
sub cordon { my ($words) = @_; my $out = qx($cordon $words 2>&1 </dev/null); return ($? >> 8, $out) }
sub held { return join ' ', sort { $a cmp $b } map { /"val": "([\d.]+)"|"elem": \["?([\d.]+)/ ? $1 // $2 : () } split /(?=\{)/, qx(nft -j list table inet cordon 2>/dev/null) }
sub is_there { return system('nft list table inet cordon >/dev/null 2>&1') == 0 }
sub within {
	my ($s, $is_so) = @_;
	my $end = time + $s;
	while (time < $end) { return 1 if $is_so->(); sleep 0.05 }
	return $is_so->();
}
# A plan of hosts, applied; gives the exit code and what was said.
sub apply {
	my ($state, $hosts, $options, $more) = @_;
	my $plan = "$dir/plan" . ++$n_plans;
	system("$cordon contain --to plan $hosts -p tcp/445 $options >$plan 2>$dir/err");
	my ($hash) = slurp("$dir/err") =~ /plan ([0-9a-f]{32}):/;
	my ($code, $said) = cordon("contain --to nftables --from $plan $options --apply --reason outbreak --confirm $hash --state $state $more");
	return ($code, $said, $plan);
}
sub audit { return map { /"result":"([a-z]+)"/ ? $1 : () } split /\n/, slurp("$_[0]/contain.audit") }

# An incident of three hosts: one scans, one has been quiet for long, one was cleared by a person.
sub event {
	my ($id, $host, $kind, $body) = @_;
	my $ms = ($now - 7200) * 1000;
	return qq({"type":"event","id":$id,"at_ms":$ms,"arrived_ms":$ms,"incident":1,"host":$host,"kind":"$kind","actor":"cordon","body":{$body}}\n);
}
sub finding {
	my ($last) = @_;
	my $ms = ($now - $last) * 1000;
	return qq("what":"finding","cause":"tcp/445","verdict":"worm-like","source":"flows","why":"x","confidence_pct":99,"contacted":429,"failed":390,"onset_ms":$ms,"last_ms":$ms);
}
my $id = 1;
my $log = qq({"type":"export","version":1}\n) . event($id++, 0, 'incident-opened', '');
for (['10.1.1.14', 60], ['10.1.1.38', 36000], ['10.1.1.50', 60]) {
	my ($host, $last) = @$_;
	my $n = int $id / 2 + 0.5;
	$log .= event($id++, $n, 'host-joined', qq("address":"$host")) . event($id++, $n, 'evidence', finding($last));
}
write_file("$dir/log", $log . sprintf qq({"type":"end","events":%d}\n), $id - 1);
my $state = "$dir/state";
my ($code, $said) = cordon("incident import --state $state $dir/log");
is $code, 0, 'an incident of three hosts' or diag $said;
($code, $said) = cordon("incident set 10.1.1.50 false-positive --state $state --reason 'a scanner of ours'");
is $code, 0, 'one of them was cleared' or diag $said;

subtest 'what is renewed, and how long' => sub {
	my $plan;
	my $options = '--at ' . at($now - 5400) . ' --for 2h';
	($code, $said, $plan) = apply($state, '10.1.1.14 10.1.1.38 10.1.1.50', $options, '--renew 3h');
	is $code, 1, 'a plan is applied' or diag $said;
	like $said, qr/renews an entry by 2h while its host still scans, until ${\at($now + 5400)} at most/, 'the confirmation says what it permits';
	is held(), '10.1.1.14 10.1.1.38 10.1.1.50', 'three hosts are stopped';
	($code, $said) = cordon("contain tend --state $state --at " . at($now));
	is $code, 1, 'looked after' or diag $said;
	like $said, qr/1 renewed, 0 ended, 1 clean/, 'who scans is renewed, who is clean is let go';
	is held(), '10.1.1.14 10.1.1.38', 'the others are stopped';
	like slurp("$state/contain.nftables.standing"), qr/10\.1\.1\.14.*"until":"${\at($now + 5400)}"/, 'no longer than was approved';
	($code, $said) = cordon("contain tend --state $state --at " . at($now + 60));
	is $code, 0, 'a minute later there is nothing to do' or diag $said;
	($code, $said) = cordon("contain tend --state $state --at " . at($now + 1900));
	like $said, qr/0 renewed, 1 ended, 0 clean/, 'who was quiet ran out';
	is held(), '10.1.1.14', 'one is left';
	($code, $said) = cordon("contain tend --state $state --at " . at($now + 5400));
	like $said, qr/1 entries still scan: their approval goes no further/, 'at the end of the approval all ends, and it is said that it still scans';
	ok !is_there(), 'nothing is left';
	is join(' ', audit($state)), 'begun applied begun tended begun tended begun ended', 'the audit trail has it all';
};

subtest 'without leave nothing is renewed, and nobody is let go early' => sub {
	apply($state, '10.1.1.14 10.1.1.50', '--at ' . at($now - 5400) . ' --for 2h', '');
	($code, $said) = cordon("contain tend --state $state --at " . at($now));
	is $code, 0, 'nothing is done' or diag $said;
	system('nft delete table inet cordon');
	($code, $said) = cordon("contain tend --state $state --at " . at($now));
	ok !is_there(), 'nothing is put back either';
	($code, $said) = cordon("contain tend --state $state --at " . at($now + 1800));
	is $code, 1, 'at its end it is over';
};

subtest 'what is lost in part is named, and put back alone' => sub {
	my $hosts = join ' ', map { '10.30.1.' . 2 * $_ } 1 .. 100;
	my @gone = qw(10.30.1.4 10.30.1.50 10.30.1.78);
	my $expiry = sub { return map { /"val": "([\d.]+)", "timeout": \d+, "expires": (\d+)/ ? ($1 => $2) : () } split /(?=\{)/, qx(nft -j list table inet cordon) };
	my $n_held = sub { return scalar split / /, held() };
	my $delete = sub { system("nft 'delete element inet cordon out_tcp_445_v4 { @{[ join ', ', @gone ]} }'") };
	apply($state, $hosts, '--for 2h', '');
	$delete->();
	($code, $said) = cordon("contain tend --state $state");
	is $code, 1, 'without leave it is found' or diag $said;
	like $said, qr/lost: what stops $_ -> any tcp\/445/, "$_ is named" for @gone;
	like $said, qr/3 rules of 100 are lost, and nobody permitted to put them back \(--renew\)/, 'and why nothing is done';
	is $n_held->(), 97, 'nothing is';
	apply($state, $hosts, '--for 2h', '--renew 7d');
	is $n_held->(), 100, 'applied with leave';
	($code, $said) = cordon("contain tend --state $state");
	is $code, 0, 'nothing is lost, nothing is done' or diag $said;
	$delete->();
	my %before = $expiry->();
	sleep 1.1;
	($code, $said) = cordon("contain tend --state $state");
	is $code, 1, 'three of them are lost again' or diag $said;
	like $said, qr/lost: what stops $_ -> any tcp\/445/, "$_ is named" for @gone;
	is join(' ', sort(slurp("$state/contain.nftables.mend") =~ /\{ ([\d.]+) /g)), join(' ', sort @gone), 'those are what is pushed';
	is $n_held->(), 100, 'all are there again';
	my %after = $expiry->();
	is scalar(grep { $after{$_} > $before{$_} } keys %before), 0, 'the others were not touched: their time went on';
	like slurp("$state/contain.audit"), qr/put back: 3 rules of 100, which were lost.*"result":"tended"/, 'the audit trail has it';
	# while somebody applies or withdraws it is not looked after, or what is let go would be taken for lost
	open my $lock, '+<', "$state/contain.nftables.lock" or die "lock: $!\n";
	flock $lock, 2;
	$delete->();
	($code, $said) = cordon("contain tend --state $state");
	is "$code $said", '3 ', 'nobody looks after what somebody is at';
	is $n_held->(), 97, 'and nothing is put back';
	close $lock;
	($code, $said) = cordon("contain tend --state $state");
	is $n_held->(), 100, 'but afterwards' or diag $said;
	system('nft flush chain inet cordon cordon_forward');
	($code, $said) = cordon("contain tend --state $state");
	like $said, qr/put back: 100 rules of 100/, 'a rule that is gone takes all of its set with it';
	like qx(nft list chain inet cordon cordon_forward), qr/tcp dport 445 ip saddr \@out_tcp_445_v4 counter.* drop/, 'and comes back with the table';
	system('nft delete table inet cordon');
	unlink "$state/contain.nftables.standing";
};

subtest 'what the kernel lists is read as what was applied, of every shape' => sub {
	my $data = abs_path('tests/golden/contain');
	for my $words ("--from $data/findings.ndjson -i $data/site.yaml", "10.1.1.10 10.1.1.11 2001:db8::5 -p any -i $data/site.yaml",
		"--segment 10.30.0.0/16 -p tcp/445 -p udp/69 -i $data/site.yaml", '10.30.1.0/24 10.30.1.7 2001:db8:1::/64 -p tcp/80',
		"10.30.1.1 10.30.1.2 -p 'icmp echo' -p tcp -p 'protocol 50'") {
		my $plan = "$dir/shape" . ++$n_plans;
		my ($site) = $words =~ /(-i \S+)/ ? $1 : '';
		system("$cordon contain --to plan $words >$plan 2>$dir/err");
		my ($hash) = slurp("$dir/err") =~ /plan ([0-9a-f]{32}):/;
		($code, $said) = cordon("contain --to nftables --from $plan $site --apply --reason shape --confirm $hash --renew 7d --state $state");
		is $code, 1, "applied: $words" or diag $said;
		($code, $said) = cordon("contain tend --state $state");
		is $code, 0, 'nothing of it is missed' or diag $said;
		system("nft -j list table inet cordon >$dir/now.json");
		($code, $said) = cordon("contain verify --from $plan $site $dir/now.json");
		like $said, qr/, 0 that cannot be read/, 'all of it can be read' or diag $said;
		unlike $said, qr/not effective|decides it/, 'and is the plan';
	}
	# neighbours of different ends: when one has ended the other is what it was
	system("$cordon contain --to plan 10.30.1.8 10.30.1.11 -p tcp/445 --for 2s >$dir/short 2>/dev/null");
	system("$cordon contain --to plan 10.30.1.9 10.30.1.10 -p tcp/445 --for 1h --from $dir/short >$dir/both 2>$dir/err");
	my ($hash) = slurp("$dir/err") =~ /plan ([0-9a-f]{32}):/;
	($code, $said) = cordon("contain --to nftables --from $dir/both --apply --reason ends --confirm $hash --state $state");
	is held(), '10.30.1.10 10.30.1.11 10.30.1.8 10.30.1.9', 'four neighbours of two ends' or diag $said;
	ok within(60, sub { held() eq '10.30.1.10 10.30.1.9' }), 'two end, and no set is wider for it' or diag held();
	system('nft delete table inet cordon');
	unlink "$state/contain.nftables.standing";
};

subtest 'nothing is pushed that was not approved' => sub {
	apply($state, '10.1.1.14 10.1.1.38', '--at ' . at($now - 5400) . ' --for 2h', '--renew 3h');
	my $standing = slurp("$state/contain.nftables.standing");
	(my $forged = $standing) =~ s/10\.1\.1\.38/10.1.1.39/;
	write_file("$state/contain.nftables.standing", $forged);
	($code, $said) = cordon("contain tend --state $state --at " . at($now));
	is $code, 2, 'a host that came in by itself' or diag $said;
	like $said, qr/it would stop more than what was approved/, 'is refused';
	is held(), '10.1.1.14 10.1.1.38', 'and not stopped';
	write_file("$state/contain.nftables.standing", $standing);
	my ($name) = $standing =~ /"approval":"([^"]+)"/;
	my $approval = "$state/contain.approvals/$name";
	my $text = slurp($approval);
	(my $wider = $text) =~ s/10\.1\.1\.38/10.1.1.39/;
	write_file($approval, $wider);
	($code, $said) = cordon("contain tend --state $state --at " . at($now));
	like $said, qr/its entries are not those of plan/, 'an approval that was changed is refused';
	write_file($approval, $text);
	($code, $said) = cordon("contain withdraw --to nftables --state $state --reason over --confirm 0");
	is $code, 2, 'it is taken back by its hash only';
	my ($hash) = $said =~ /this one is ([0-9a-f]{32})/;
	($code, $said) = cordon("contain withdraw --to nftables --state $state --reason over --confirm $hash");
	is $code, 1, 'with it, it is' or diag $said;
	ok !is_there(), 'and nothing is left';
	($code, $said) = cordon("contain withdraw --to nftables --state $state --reason over --confirm $hash");
	is $code, 2, 'once';
};

subtest 'what was applied can be proved by a signature' => sub {
	my $signed = "$dir/signed";
	mkdir $signed, 0700;
	system("ssh-keygen -q -t ed25519 -N '' -f $dir/$_") for qw(alice mallory);
	my ($type, $key) = split / /, slurp("$dir/alice.pub");
	write_file("$signed/contain.signers", qq(alice\@example.net namespaces="cordon-contain" $type $key\n));
	my ($plan, $sign);
	($code, $said) = apply($signed, '10.1.1.14', '', '');
	is $code, 2, 'where keys are listed, nothing is applied without a signature' or diag $said;
	like $said, qr/sign it with --sign KEY/, 'which is said';
	($code, $said) = apply($signed, '10.1.1.14', '', "--sign $dir/mallory");
	like $said, qr/is none of the keys of/, "nor with anybody else's";
	ok !is_there(), 'nothing was touched';
	($code, $said, $plan) = apply($signed, '10.1.1.14', '', "--sign $dir/alice --renew 7d");
	is $code, 1, 'with one of them it is applied' or diag $said;
	like slurp("$signed/contain.audit"), qr/"result":"applied","approval":"\S+","signer":"alice\@example.net"/, 'the audit trail names the key';
	($code, $said) = cordon("contain verify --from $plan --state $signed --signers $signed/contain.signers");
	is $code, 0, 'verify proves it' or diag $said;
	like $said, qr/approved \S+ by \S+ for nftables: outbreak; its signature is good, by alice\@example\.net/, 'who, when, for what, why';
	my ($approval) = grep { -e "$_.sig" && slurp("$_.sig") && slurp($_) =~ /renew_until/ } glob "$signed/contain.approvals/*";
	is system("ssh-keygen -Y verify -f $signed/contain.signers -I alice\@example.net -n cordon-contain -s $approval.sig <$approval >/dev/null"), 0,
		'and so does ssh-keygen, without cordon';
	my $text = slurp($approval);
	(my $longer = $text) =~ s/"renew_until":"20/"renew_until":"21/;
	write_file($approval, $longer);
	($code, $said) = cordon("contain verify --from $plan --state $signed");
	is $code, 2, 'verify asks by what' or diag $said;
	($code, $said) = cordon("contain verify --from $plan --state $signed --signers $signed/contain.signers");
	is $code, 1, 'an approval that was made longer is not proved' or diag $said;
	($code, $said) = cordon("contain tend --state $signed --at " . at($now + 80000));
	like $said, qr/its signature does not hold, so nothing is done by it/, 'nor followed';
	write_file($approval, $text);
	system('nft delete table inet cordon');
};

subtest 'the daemon looks after it' => sub {
	my $watched = $state;
	my $watch = sub {
		$daemon = fork // die "fork: $!\n";
		return if $daemon;
		open STDOUT, '>', "$dir/out";
		open STDERR, '>', "$dir/watch.err";
		write_file("$dir/cordon.yaml", "http: []\n");
		exec $cordon, 'watch', '-c', "$dir/cordon.yaml", '--state', $watched, '--listen', '127.0.0.1:20555';
	};
	$watch->();
	ok within(60, sub { slurp("$dir/watch.err") =~ /To feed it/ }), 'it runs' or diag slurp("$dir/watch.err");
	($code, $said) = apply($watched, '10.1.1.14', '--for 1h', '--renew 7d');
	is $code, 1, 'a plan is applied beside it' or diag $said;
	ok within(60, sub { slurp("$watched/status.json") =~ /"warden_pid": ?[1-9]/ }), 'it has a warden';
	my $lost = Time::HiRes::time();
	system('nft delete table inet cordon');
	ok within(60, sub { held() eq '10.1.1.14' }), sprintf 'a table that was lost is back after %.1f s', Time::HiRes::time() - $lost;
	# what is let go by another plan is not taken for lost while that is applied
	my $n_wrong = 0;
	for my $round (1 .. 8) {
		my $hosts = $round % 2 ? '10.1.1.38' : '10.1.1.14';
		apply($watched, $hosts, '--for 1h', '--renew 7d');
		sleep 0.3;
		$n_wrong += held() ne $hosts;
	}
	is $n_wrong, 0, 'plans that take turns: each time the kernel has the one';
	unlike slurp("$dir/watch.err"), qr/lost: what stops 10\.1\.1\.38/, 'and nothing was taken for lost';
	($code, $said) = apply($watched, '10.1.1.38', '--for 4s', '');
	is held(), '10.1.1.38', 'another plan takes its place';
	ok within(60, sub { !is_there() }), 'when all of it has ended, the table is taken away';
	ok within(60, sub { (audit($watched))[-1] eq 'ended' }), 'and the audit trail has it';
	ok !-e "$watched/contain.nftables.standing", 'nothing stands any more';
	# killed with all that is its own, and something lost meanwhile
	apply($watched, '10.1.1.14 10.1.1.38', '--for 1h', '--renew 7d');
	ok within(60, sub { slurp("$watched/status.json") =~ /"warden_pid": ?[1-9]/ }), 'it looks after another one';
	kill 'KILL', $daemon;
	waitpid $daemon, 0;
	ok within(60, sub { system("$cordon contain tend --state $watched >/dev/null 2>&1") == 0 }), 'killed, what it applied stands';
	system("nft 'delete element inet cordon out_tcp_445_v4 { 10.1.1.38 }'");
	unlink "$dir/watch.err";
	my $again = Time::HiRes::time();
	$watch->();
	ok within(60, sub { held() eq '10.1.1.14 10.1.1.38' }), sprintf 'started anew, the kernel equals the plan after %.1f s', Time::HiRes::time() - $again;
	diag sprintf 'SLOW: %.1f s, where 5 s are promised', Time::HiRes::time() - $again if Time::HiRes::time() - $again > 5;
	ok within(60, sub { slurp("$dir/watch.err") =~ /To feed it/ }), 'it runs';
	system('nft delete table inet cordon');
	unlink "$watched/contain.nftables.standing";
	# who may write no file can still have it written down, by the daemon
	write_file("$dir/list", "Extended IP access list CORDON-1a2b3c4d\n    10 deny tcp host 10.1.1.14 any eq 445 (12 matches)\n"
		. "    20 permit ip any any (99 matches)\n");
	$said = qx(sh -c 'ulimit -f 0; exec $cordon contain verify --incident 1 --state $watched $dir/list' 2>&1 </dev/null);
	like $said, qr/written down for 2 hosts/, 'what verify sees of an incident goes through the daemon';
	my ($hash) = $said =~ /plan ([0-9a-f]{32}): not effective/;
	($code, $said) = cordon("incident export all --state $watched");
	for (['yes', 1, 'containment'], ['no', 2, 'containment-failed']) {
		my ($effective, $host, $what) = @$_;
		like $said, qr/"host":$host,"kind":"evidence".*"what":"$what".*"effective":"$effective".*"target":"access-list CORDON-1a2b3c4d","plan":"$hash"/,
			"an event says '$effective', by what, of which plan";
	}
	kill 'TERM', $daemon;
	ok within(60, sub { waitpid($daemon, WNOHANG) == $daemon }), 'it ends';
	is $?, 0, 'well' or diag slurp("$dir/watch.err");
	undef $daemon;
};
done_testing;
