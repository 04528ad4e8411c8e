#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# The daemon as a process: exports sent over loopback become alerts; its processes are killed, its disk
# fills up, it is asked to end, and nothing that was told is lost or told as new again.
use strict;
use warnings;
use Daemon;
use Detect;
use POSIX qw(:sys_wait_h);
use Test::More;
use Time::HiRes qw(sleep time);

my ($outbreak, $infected) = world('outbreak', qw(--format ipfix --seed 7 --worm codered2:3));
my ($benign) = world('benign', qw(--format v9 --seed 8));

subtest 'a planted Code Red II outbreak becomes alerts' => sub {
	my $d = start();
	replay($d, @$outbreak);
	my $sent = time;
	ok within(5, sub { "@{ alerted($d) }" eq "@$infected" }), 'the infected hosts are named';
	cmp_ok time - $sent, '<', 3, 'soon after the last datagram';
	is_deeply alerted($d), $infected, 'they, and nobody else';
	like text_of($d->{out}), qr/^\S+Z new \S+ worm-like tcp\/80 \d+%: \d+ of \d+ peers/m,
		'a line says who, what, where, how sure and why';
	ok within(4, sub { (status($d)->{judging}{findings}{'worm-like'} // 0) == @$infected }),
		'the status says so too';
	my $s = status($d);
	is $s->{pid}, $d->{pid}, 'with the process';
	is scalar(@{ $s->{exporters} }) > 0, 1, 'and exporters';
	my $second = qx($cordon watch --state $d->{state} --listen 127.0.0.1:$d->{port} 2>&1);
	is $? >> 8, 2, 'a second instance is refused';
	like $second, qr/in use by process $d->{pid}\b/, 'and told by whom';
	like qx($cordon watch --status --state $d->{state}), qr/"pid":$d->{pid}\b/, '--status prints it';
	kill 'HUP', $d->{pid};
	ok within(5, sub { text_of($d->{err}) =~ /settings were read again/ }), 'SIGHUP reads the settings';
	replay($d, @$outbreak[0 .. 99]);
	sleep 1;
	is stop($d), 0, 'SIGTERM ends it, exit code 0';
	is_deeply repeated($d), [], 'nothing was told twice';
	unlike text_of($d->{err}), qr/ ended: /, 'no process died';
	my $text = store_text($d);
	is scalar(grep { $text =~ /\Q$_\E\b/ } @$infected), @$infected, 'all of it is in the store';

	my $again = start(state => $d->{state});
	replay($again, @$outbreak);
	ok within(5, sub { (status($again)->{judging}{findings}{'worm-like'} // 0) == @$infected }),
		'the next run finds them again';
	is stop($again), 0, 'ends';
	is_deeply [lines($again)], [], 'and tells nothing as new';
};

subtest 'a daemon begun right after its forerunner was killed was told that it still runs' => sub {
	my $d = start();
	my @children;
	ok within(10, sub { @children = pids($d, qw(collector_pid keeper_pid)) }), 'it has children';
	kill 'STOP', @children; # they would end at once
	kill 'KILL', $d->{pid};
	waitpid $d->{pid}, 0;
	delete $is_ours{ $d->{pid} };
	@is_ours{@children} = (1) x @children;
	my $waits = qr/process $d->{pid} was killed; waiting for its children to end/;
	my $again = start(state => $d->{state}, port => $d->{port}, is_ready => sub {
		my $said = text_of($_[0]{err});
		kill 'CONT', @children if $said =~ $waits;
		return $said =~ /To feed it/;
	});
	delete @is_ours{@children};
	like text_of($again->{err}), $waits, 'it waits, and says for whom';
	like text_of($again->{err}), qr/To feed it/, 'it begins when they have ended';
	is stop($again), 0, 'and works';
};

subtest 'a benign site makes no alert' => sub {
	my $d = start();
	replay($d, @$benign);
	ok within(5, sub { (status($d)->{collected}{datagrams} // 0) == @$benign }), 'all was received';
	sleep 0.5;
	is stop($d), 0, 'exit code 0';
	is_deeply [lines($d)], [], 'no alert';
};

subtest 'what was received is drained before the end' => sub {
	my $d = start();
	my $to = sender($d);
	my $n = 0;
	for my $payload (@$outbreak) {
		$to->send($payload);
		sleep 0.005 if ++$n % 32 == 0;
	}
	is stop($d), 0, 'ended at once';
	is_deeply alerted($d), $infected, 'what it had received was judged and told';
};

subtest 'kill -9 of its processes' => sub {
	my $d = start();
	my $load = fork // die "fork: $!\n";
	if (!$load) {
		%is_ours = ();
		replay($d, @$outbreak) while 1;
	}
	$is_ours{$load} = 1;
	my @victims = (['collector_pid'], ['keeper_pid'], ['collector_pid', 'keeper_pid'],
		['keeper_pid'], ['collector_pid']);
	for my $round (1 .. @victims) {
		my $s;
		my @pids;
		within(8, sub {
			$s = status($d);
			@pids = map { $s->{$_} // 0 } @{ $victims[$round - 1] };
			return @pids == grep { $_ && kill 0, $_ } @pids;
		});
		kill 'KILL', @pids;
		ok within(8, sub {
			my $now = status($d);
			return !grep { !$now->{$_} || $now->{$_} == $s->{$_} || !kill 0, $now->{$_} }
				@{ $victims[$round - 1] };
		}), "round $round: @{ $victims[$round - 1] } killed, and it goes on";
	}
	ok within(8, sub { (status($d)->{judging}{findings}{'worm-like'} // 0) == @$infected }),
		'all infected hosts are found after that';
	my $s = status($d);
	is $s->{collector_restarts}, 3, 'deaths of the collector are counted';
	is $s->{keeper_restarts}, 3, 'and of the keeper';
	kill 'KILL', $load;
	waitpid $load, 0;
	delete $is_ours{$load};
	is stop($d), 0, 'SIGTERM ends it, exit code 0';
	is_deeply alerted($d), $infected, 'all were told';
	is_deeply repeated($d), [], 'none was told as new again';
	my $text = store_text($d);
	is scalar(grep { $text =~ /\Q$_\E\b/ } @$infected), @$infected, 'no event that was told is lost';
};

# In a mount namespace of its own: a disk that is full when the worm comes, and empty later.
subtest 'a full disk' => sub {
	system('unshare -m true 2>/dev/null') == 0
		or plan skip_all => 'NO MOUNT NAMESPACE CAN BE MADE HERE (unshare -m): A FULL DISK IS NOT TESTED';
	my $d = { port => free_port(), state => "$dir/full", out => "$dir/full.out", err => "$dir/full.err" };
	mkdir $d->{state};
	my $script = <<'SH';
mount -t tmpfs -o size=640k none "$1" || exit 77
"$0" watch --state "$1" --listen "127.0.0.1:$2" > "$3" 2> "$4" & pid=$!
until grep -q 'To feed it' "$4"; do sleep 0.1; done
sleep 0.5
dd if=/dev/zero of="$1/fill" bs=4k 2>/dev/null
touch "$4.full"
until [ -e "$4.free" ]; do sleep 0.1; done
rm "$1/fill"
until { grep -q 'takes events again' "$4" && grep -q 'kept on the disk again' "$4"; } || [ -e "$4.end" ]; do sleep 0.1; done
kill -TERM $pid
wait $pid
code=$?
cat "$1"/*.db* "$1"/*.sqlite* 2>/dev/null > "$4.store"
exit $code
SH
	my $pid = fork // die "fork: $!\n";
	if (!$pid) {
		exec 'unshare', '-m', 'timeout', '100', 'sh', '-c', $script, $cordon, $d->{state}, $d->{port},
			$d->{out}, $d->{err};
		die "exec unshare: $!\n";
	}
	$is_ours{$pid} = 1;
	my $touch = sub { open my $f, '>', "$d->{err}.$_[0]" or die "$!\n" };
	ok within(8, sub { -e "$d->{err}.full" }), 'the disk is full';
	replay($d, @$outbreak);
	ok within(6, sub { "@{ alerted($d) }" eq "@$infected" }), 'all are told all the same';
	ok within(3, sub { text_of($d->{err}) =~ /detection goes on/ }), 'the store is said to refuse';
	sleep 1.5;
	my @said = text_of($d->{err}) =~ /detection goes on/g;
	is scalar(@said), 1, 'once';
	@said = text_of($d->{err}) =~ /a crash would cost what is remembered/g;
	is scalar(@said), 1, 'what is not kept of contacts is said, once';
	$touch->('free');
	ok within(5, sub { text_of($d->{err}) =~ /takes events again/ }), 'and to take events again';
	ok within(5, sub { text_of($d->{err}) =~ /kept on the disk again/ }), 'contacts are kept too';
	$touch->('end');
	within(10, sub { waitpid($pid, WNOHANG) == $pid });
	is $? >> 8, 0, 'exit code 0';
	delete $is_ours{$pid};
	my $text = slurp("$d->{err}.store");
	is scalar(grep { $text =~ /\Q$_\E\b/ } @$infected), @$infected, 'what waited was written down';
};

# How many bytes wait for who listens on a port of UDP; undef when nobody does.
sub unread {
	my ($port) = @_;
	my $row = sprintf '\d+: \w+:%04X \w+:0000 07 \w+:(\w+)', $port;
	return slurp('/proc/net/udp') =~ /$row/ ? hex $1 : undef;
}

subtest 'nfreplay' => sub {
	system('command -v nfreplay >/dev/null && command -v nfcapd >/dev/null') == 0
		or plan skip_all => 'NO nfdump: nfreplay IS NOT TESTED AS AN EXPORTER';
	my $port = free_port();
	mkdir "$dir/nfcapd";
	my $pid = fork // die "fork: $!\n";
	if (!$pid) {
		open STDOUT, '>', '/dev/null';
		open STDERR, '>', '/dev/null';
		exec 'nfcapd', '-w', "$dir/nfcapd", '-p', $port, '-b', '127.0.0.1' or exit 2;
	}
	$is_ours{$pid} = 1;
	ok within(5, sub { defined unread($port) }), 'nfcapd listens';
	replay({ port => $port }, @$outbreak);
	ok within(5, sub { unread($port) == 0 }), 'and has read all of it';
	kill 'TERM', $pid;
	waitpid $pid, 0;
	delete $is_ours{$pid};
	my @files = glob "$dir/nfcapd/nfcapd.*"; # two when a new five minutes began meanwhile
	my $d = start();
	system("nfreplay -H 127.0.0.1 -p $d->{port} -d 500 -r $_ >/dev/null 2>&1 </dev/null") for @files;
	ok within(5, sub { "@{ alerted($d) }" eq "@$infected" }), 'what it replays becomes the same alerts'
		or diag "@files\n", explain(alerted($d)), text_of($d->{err}), text_of("$d->{state}/status.json"),
			slurp('/proc/net/udp');
	is stop($d), 0, 'exit code 0';
};

done_testing;
