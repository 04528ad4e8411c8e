#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# What goes wrong around the daemon: keepers that die in the middle of a slow scan, files that are
# damaged, templates that change, malformed datagrams by the million, floods, clocks. It says so, goes on
# where it can, and refuses where it must.
use strict;
use warnings;
use Daemon;
use Detect;
use POSIX qw(:sys_wait_h);
use Test::More;
use Time::HiRes qw(sleep time);

my $is_slow = slurp($cordon) =~ /__asan_init|__tsan_init/; # sanitizers
my $syn = 2;

sub ip { return unpack 'N', pack 'C4', split /\./, $_[0] }

# A v5 datagram of SYNs: source, destinations; sequence in flows.
my %sequence;
sub v5 {
	my ($name, $src, $port, @dst) = @_;
	my $now = time;
	my $n = $sequence{$name} // 0;
	$sequence{$name} += @dst;
	my $out = pack 'nnNNNNN', 5, scalar @dst, 3600_000, int $now, 0, $n, 0;
	$out .= pack 'NNNnnNNNNnnCCCCnnCCn', ip($src), ip($_), 0, 0, 0, 1, 48, 3599_000, 3599_000, 1025, $port,
		0, $syn, 6, 0, 0, 0, 0, 0, 0 for @dst;
	return $out;
}

sub peers { my ($from, $n) = @_; return map { "198.51.100.$_" } $from .. $from + $n - 1 }

# From an address of its own, and so an exporter of its own.
sub sender_at {
	my ($d, $address) = @_;
	return IO::Socket::INET->new(Proto => 'udp', PeerAddr => '127.0.0.1', PeerPort => $d->{port},
		LocalAddr => $address) // die "socket: $!\n";
}

sub exporter_of {
	my ($d, $address) = @_;
	my ($x) = grep { $_->{exporter} eq $address } @{ status($d)->{exporters} // [] };
	return $x // {};
}

subtest 'a slow scan is counted on, though keepers die in the middle of it' => sub {
	my $d = start();
	my $to = sender($d);
	for my $i (0 .. 7) {
		my $before = status($d)->{keeper_restarts} // 0;
		$to->send(v5('slow', '10.0.0.7', 445, peers(10 + $i, 1)));
		ok within(4, sub { (status($d)->{evidence}{contacts} // 0) == $i + 1 }), 'contact ' . ($i + 1)
			or diag explain status($d);
		next if $i % 3 != 1;
		kill 'KILL', pids($d, 'keeper_pid');
		within(8, sub { (status($d)->{keeper_restarts} // 0) > $before });
	}
	ok within(5, sub { "@{ alerted($d) }" eq '10.0.0.7' }), 'eight failures make a case'
		or diag text_of($d->{out});
	my $s = status($d);
	is $s->{keeper_restarts}, 3, 'three keepers died';
	is $s->{parcels}{missing}, 0, 'no parcel was lost between them';
	cmp_ok $s->{memory}{recalled}, '>=', 5, 'the last one recalled what the others knew';
	like text_of($d->{err}), qr/keeper .* ended: signal 9; .* read again from the disk/, 'it is said';
	is stop($d), 0, 'exit code 0';

	open my $journal, '>>', (glob "$d->{state}/contacts.journal.*")[0] or die "$!\n";
	print $journal substr(slurp((glob "$d->{state}/contacts.snapshot")[0]), 0, 100);
	close $journal;
	my $snapshot = slurp("$d->{state}/contacts.snapshot");
	substr($snapshot, 90, 4) = 'XXXX';
	open my $out, '>', "$d->{state}/contacts.snapshot" or die "$!\n";
	print $out $snapshot;
	close $out;
	my $again = start(state => $d->{state});
	ok within(5, sub { (status($again)->{memory}{damaged} // 0) == 1 }), 'a damaged snapshot is noticed';
	like text_of($again->{err}), qr/contacts\.snapshot: damaged at byte 64; .* put aside as contacts\.damaged/,
		'said with its place';
	cmp_ok status($again)->{memory}{cut_bytes}, '>', 0, 'a torn tail is cut and counted';
	ok within(5, sub { () = glob "$d->{state}/contacts.damaged.*" }), 'it is put aside';
	is stop($again), 0, 'and nothing else happens';
};

# Bytes that the kernel holds for the daemon.
sub waiting {
	my ($d) = @_;
	my $port = sprintf ':%04X', $d->{port};
	my $n = 0;
	/^\s*\d+: \w+\Q$port\E \S+ \S+ \w+:(\w+)/ and $n += hex $1 for split /\n/, slurp('/proc/net/udp');
	return $n;
}

subtest 'what dies with a collector is counted to the datagram' => sub {
	my $d = start(options => [ '--config', config('window: 1min') ]);
	my $to = sender($d);
	my ($n, $n_lost) = (0, 0);
	for my $round (1 .. 2) {
		my $was = (pids($d, 'collector_pid'))[0];
		$to->send(v5('dies', '10.0.0.6', 445, peers(10, 3))) for 1 .. 20 * $round;
		within(10, sub { (pids($d, 'collector_pid'))[0] && !waiting($d) });
		sleep 0.3; # they were read just now, and stand in the open window
		kill 'KILL', pids($d, 'collector_pid');
		$n_lost += 20 * $round;
		ok within(10, sub { (status($d)->{collected}{lost} // 0) == $n_lost }), "round $round: $n_lost in all"
			or diag explain status($d)->{collected};
		within(10, sub { my ($is) = pids($d, "collector_pid"); $is && $is != ($was // 0) });
	}
	kill 'KILL', pids($d, 'keeper_pid');
	within(8, sub { (status($d)->{keeper_restarts} // 0) == 1 });
	$to->send(v5('dies', '10.0.0.6', 445, peers(10, 30)));
	is stop($d), 0, 'exit code 0';
	is status($d)->{collected}{datagrams} , 1, 'what came later was handed on';
	is_deeply alerted($d), ['10.0.0.6'], 'and judged';
};

subtest 'sampling holds from the first datagram after a restart' => sub {
	my $message = sub { # NetFlow v9
		my ($n, @sets) = @_;
		return join '', pack('nnNNNN', 9, scalar @sets, 3600_000, int time, $n, 7),
			map { pack('nn', $_->[0], 4 + length $_->[1]) . $_->[1] } @sets;
	};
	my $options = [ 1, pack 'n*', 301, 4, 8, 1, 4, 48, 1, 34, 4 ];
	my $sampler = [ 301, pack 'NCN', 0, 3, 100 ];
	my @fields = (8, 4, 12, 4, 7, 2, 11, 2, 4, 1, 6, 1, 2, 4, 1, 4, 48, 1);
	my $template = [ 0, pack 'n*', 300, @fields / 2, @fields ];
	my $data = [ 300, pack 'NNnnCCNNC', ip('10.0.0.1'), ip('192.0.2.1'), 1025, 80, 6, 0x1b, 9, 900, 3 ];
	my $d = start();
	my $to = sender($d);
	$to->send($message->(0, $options, $template));
	$to->send($message->(1, $sampler, $data));
	ok within(5, sub { (exporter_of($d, '127.0.0.1')->{samplingInterval} // 0) == 100 }), '1 in 100'
		or diag explain status($d);
	is stop($d), 0, 'ended';
	my $again = start(state => $d->{state});
	sender($again)->send($message->(2, $data));
	ok within(5, sub { (exporter_of($again, '127.0.0.1')->{samplingInterval} // 0) == 100 }),
		'the next run knows, without options and template' or diag explain status($again);
	ok within(5, sub { (status($again)->{store}{samplers} // 0) == 1 }), 'it is told' or diag explain status($again);
	is stop($again), 0, 'ended';
};

subtest 'a store that is damaged before the start is refused, and left as it is' => sub {
	my $d = start();
	sender($d)->send(v5('whole', '10.0.0.9', 445, peers(10, 30)));
	ok within(5, sub { "@{ alerted($d) }" eq '10.0.0.9' }), 'an incident is recorded';
	is stop($d), 0, 'ended';
	my $file = "$d->{state}/incidents.db";
	my $whole = slurp($file);
	my %damage = (
		'a page of it' => sub { my $t = $_[0]; substr($t, 4096 * 1 + 8, 2000) = 'x' x 2000; return $t },
		'one letter of an event' => sub { my $t = $_[0]; $t =~ s/10\.0\.0\.9/10.0.0.8/; return $t },
		'another program has it' => sub { return 'This is a letter.' . "\n" x 4096 },
	);
	for my $what (sort keys %damage) {
		my $text = $damage{$what}->($whole);
		isnt $text, $whole, "$what is damaged";
		unlink glob "$file-*";
		open my $out, '>', $file or die "$!\n";
		print $out $text;
		close $out;
		my $said = qx(timeout 60 $cordon watch --state $d->{state} --listen 127.0.0.1:$d->{port} 2>&1 >/dev/null);
		is $? >> 8, 2, "$what: refused" or diag $said;
		like $said, qr/incidents\.db: .*(restore a copy|--state)/s, "$what: what to do is said";
		is slurp($file), $text, "$what: the file is as it was";
	}
	open my $out, '>', $file or die "$!\n";
	print $out $whole;
	close $out;
	my $again = start(state => $d->{state});
	sender($again)->send(v5('again', '10.0.0.9', 445, peers(10, 30)));
	within(5, sub { (status($again)->{judging}{findings}{'worm-like'} // 0) == 1 });
	is stop($again), 0, 'a copy that is restored is taken';
	is_deeply [lines($again)], [], 'and what was told is not told again';
};

subtest 'a store that is damaged beneath the daemon costs no detection' => sub {
	my $d = start();
	my $to = sender($d);
	$to->send(v5('beneath', '10.0.0.11', 445, peers(10, 30)));
	ok within(5, sub { "@{ alerted($d) }" eq '10.0.0.11' }), 'an incident is recorded';
	for my $file (glob "$d->{state}/incidents.db $d->{state}/incidents.db-wal") {
		open my $out, '+<', $file or die "$!\n";
		seek $out, 100, 0;
		print $out 'x' x ((-s $file) - 100);
		close $out;
	}
	kill 'KILL', pids($d, 'keeper_pid'); # whatever it had read of the file is gone with it
	ok within(8, sub { text_of($d->{err}) =~ /incidents\.db: .*(damaged|malformed|not a database)/ }), 'it is said'
		or diag text_of($d->{err});
	$to->send(v5('beneath', '10.0.0.12', 445, peers(10, 30)));
	ok within(8, sub { "@{ alerted($d) }" =~ /10\.0\.0\.12/ }), 'the next host is told all the same'
		or diag text_of($d->{out}), text_of($d->{err});
	ok !status($d)->{store}{is_open}, 'the status says that the store takes nothing';
	like status($d)->{store}{why}, qr/restore a copy|--state/, 'and what to do';
	stop($d);
	my $text = slurp("$d->{state}/incidents.db");
	like $text, qr/^.{100}x{1000}/s, 'the file was not overwritten';
};

# An IPFIX message of one domain.
my $ipfix_sequence = 0;
sub ipfix {
	my ($n_records, @sets) = @_;
	my $body = join '', map { pack('nn', $_->[0], 4 + length $_->[1]) . $_->[1] } @sets;
	my $out = pack 'nnNNN', 10, 16 + length $body, int time, $ipfix_sequence, 5;
	$ipfix_sequence += $n_records;
	return $out . $body;
}

subtest 'a template is lost, and its number used again for another layout' => sub {
	my %bytes = (8 => 4, 12 => 4, 7 => 2, 11 => 2, 4 => 1, 6 => 2, 2 => 8, 1 => 8, 152 => 8, 153 => 8);
	my %form = (1 => 'C', 2 => 'n', 4 => 'N', 8 => 'Q>');
	my @layouts = ([ 8, 12, 7, 11, 4, 6, 2, 1, 152, 153 ], [ 153, 1, 6, 12, 4, 11, 8, 152, 2, 7 ]);
	my $template = sub { [ 2, pack 'n*', 300, scalar @{ $_[0] }, map { ($_, $bytes{$_}) } @{ $_[0] } ] };
	my $data = sub {
		my ($layout, $src, @dst) = @_;
		my $now_ms = int(time * 1000);
		return [ 300, join '', map {
			my %v = (8 => ip($src), 12 => ip($_), 7 => 1025, 11 => 445, 4 => 6, 6 => $syn, 2 => 1, 1 => 48,
				152 => $now_ms, 153 => $now_ms);
			map { pack $form{ $bytes{$_} }, $v{$_} } @$layout
		} @dst ];
	};
	my $d = start();
	my $to = sender($d);
	$to->send(ipfix(0, $data->($layouts[0], '10.0.0.20', peers(10, 4)))); # nobody knows it yet
	ok within(5, sub { (exporter_of($d, '127.0.0.1')->{without_template} // 0) == 1 }),
		'data without a template is counted' or diag explain status($d);
	is status($d)->{collected}{faults}, 1, 'as a fault of that datagram';
	is exporter_of($d, '127.0.0.1')->{silence_is_trusted}, JSON::PP::false(), 'and its silence is not trusted';
	$to->send(ipfix(0, $template->($layouts[0])));
	$to->send(ipfix(20, $data->($layouts[0], '10.0.0.21', peers(10, 20))));
	$to->send(ipfix(0, $template->($layouts[1]))); # without a withdrawal, as after a restart
	$to->send(ipfix(20, $data->($layouts[1], '10.0.0.22', peers(10, 20))));
	ok within(5, sub { "@{ alerted($d) }" eq '10.0.0.21 10.0.0.22' }), 'both layouts are read right'
		or diag text_of($d->{out});
	kill 'KILL', pids($d, 'collector_pid');
	$to->send(ipfix(20, $data->($layouts[1], '10.0.0.23', peers(10, 20)))) for 1 .. 2;
	ok within(8, sub { "@{ alerted($d) }" eq '10.0.0.21 10.0.0.22 10.0.0.23' }),
		'a collector that begins again has the later one';
	ok within(5, sub { (status($d)->{evidence}{contacts} // 0) == 60 }), 'and no contact was made of bytes read in another order';
	is stop($d), 0, 'exit code 0';
};

subtest 'malformed datagrams by the million disturb nobody else' => sub {
	my $n = $is_slow ? 20_000 : 1_000_000;
	my $d = start();
	my ($bad, $good) = (sender_at($d, '127.0.0.2'), sender_at($d, '127.0.0.3'));
	my %is = ( # by the name of its fault
		short => pack('nnNNNN', 9, 1, 0, int time, 0, 1) . pack('nn', 256, 400) . 'x' x 20,
		count => pack('nnNNNNN', 5, 30, 0, int time, 0, 0, 0) . 'x' x 100,
		length => pack('nnNNN', 10, 16 + 8, int time, 0, 1) . pack('nn', 300, 2) . 'xxxx',
		reserved_set => pack('nnNNN', 10, 16 + 20, int time, 0, 2) . pack('n6', 2, 12, 400, 1, 8, 4)
			. pack('nn', 77, 8) . 'xxxx',
		unknown => 'GET / HTTP/1.0',
	);
	my @names = sort keys %is;
	my $n_good = 0;
	for my $i (1 .. $n) {
		$bad->send($is{ $names[$i % @names] });
		next if $i % 4000;
		sleep 0.004;
		next if $i % ($n / 10); # ten times, three contacts of one host
		$good->send(v5('good', '10.0.0.30', 445, peers(10 + 3 * $n_good++, 3)));
	}
	ok within(20, sub {
		my $c = status($d)->{collected} // {};
		return ($c->{datagrams} // 0) + ($c->{kernel_drops} // 0) == $n + $n_good;
	}), "each of $n was received, or dropped and counted" or diag explain status($d);
	my $s = status($d);
	my $all = 0;
	$all += $_->{datagrams} for grep { $_->{exporter} eq '127.0.0.2' } @{ $s->{exporters} };
	my $faults = 0;
	$faults += $_->{faults} for grep { $_->{exporter} eq '127.0.0.2' } @{ $s->{exporters} };
	my $unknown = $s->{collected}{unknown};
	cmp_ok $unknown, '>=', $n / @names * 0.9, 'what is no export is counted';
	is $all + $unknown + $s->{collected}{kernel_drops}, $n, 'the rest is of that exporter';
	is $faults, $all, 'a fault each';
	is $s->{collected}{faults}, $all, 'and there are no others';
	my $by_name = 0;
	for my $name (grep { $_ ne 'unknown' } @names) {
		cmp_ok $s->{faults}{$name} // 0, '>=', $n / @names * 0.9, "$name: counted by name";
		$by_name += $s->{faults}{$name} // 0;
	}
	cmp_ok $by_name, '>=', $all, 'each has a name';
	my $x = exporter_of($d, '127.0.0.3');
	is $x->{faults}, 0, 'the other exporter has no fault';
	is $x->{datagrams} + ($x->{missing} / 3), $n_good, 'and lost nothing uncounted';
	ok within(5, sub { "@{ alerted($d) }" eq '10.0.0.30' }), 'what it tells is found';
	unlike text_of($d->{err}), qr/ ended: /, 'no process died';
	is stop($d), 0, 'exit code 0';
};

subtest 'the alert comes within a second of the datagram that decides' => sub {
	my $bound = $is_slow ? 5 : 1;
	my $d = start();
	my $to = sender($d);
	my $least = 60;
	for my $host (1 .. 5) { # a busy machine may spoil some of them
		my $address = "10.0.1.$host";
		$to->send(v5('decides', $address, 445, peers(10, 6)));
		sleep 1.3;
		my $sent = time;
		$to->send(v5('decides', $address, 445, peers(16, 2)));
		within(5, sub { text_of($d->{out}) =~ / \Q$address\E worm-like / });
		my $took = time - $sent;
		$least = $took if $took < $least;
	}
	cmp_ok $least, '<', $bound, sprintf 'at best %.2f s', $least;
	is stop($d), 0, 'exit code 0';
};

# bench/flood-watch does this with ten millions.
subtest 'a flood of spoofed sources stays in its memory, and the scanner among them is found' => sub {
	my $n = $is_slow ? 60_000 : 300_000;
	my $d = start(options => [ '--config', config('memory: 4M') ]);
	my $to = sender($d);
	my ($k, $n_sent) = (0, 0);
	while ($n_sent < $n) {
		my $out = pack 'nnNNNNN', 5, 30, 3600_000, int time, 0, $n_sent, 0;
		for my $i (1 .. 30) { # one flow in a hundred is of the scanner
			my $is_scan = ++$k % 100 == 0;
			$out .= pack 'NNNnnNNNNnnCCCCnnCCn', $is_scan ? ip('10.0.0.40') : 0x20000000 + $k * 7919 % 0x50000000,
				$is_scan ? 0x0b000000 + $k : ip('10.1.1.80'), 0, 0, 0, 1, 48, 3599_000, 3599_000, 1025,
				$is_scan ? 445 : 80, 0, $syn, 6, 0, 0, 0, 0, 0, 0;
		}
		$to->send($out);
		$n_sent += 30;
		sleep 0.002 if $n_sent % 1800 == 0;
	}
	ok within(15, sub { grep { $_ eq '10.0.0.40' } @{ alerted($d) } }), 'the scanner is found'
		or diag text_of($d->{out}), explain status($d);
	is_deeply alerted($d), ['10.0.0.40'], 'and nobody else is called a worm';
	ok within(5, sub { (status($d)->{collected}{thinned} // 0) > $n / 2 }), 'a sample was kept, and that is counted';
	my $s = status($d);
	my $bytes = 0;
	$bytes += -s $_ for glob "$d->{state}/contacts.*";
	cmp_ok $bytes, '<=', 4 << 20, 'on the disk there is no more than memory either';
	ok !$s->{silence_is_trusted}, 'while a sample is judged, silence is not trusted';
	is stop($d), 0, 'exit code 0';
};

sub config {
	my ($text) = @_;
	my $path = "$dir/" . (0 + @{[ glob "$dir/*.yaml" ]}) . '.yaml';
	open my $out, '>', $path or die "open $path: $!\n";
	print $out "$text\n";
	close $out or die "write $path: $!\n";
	return $path;
}

# The wall clock jumps in tests/unit/app/test_keeper_clock.c; here the steady one is far off.
subtest 'a machine that has just been started, and one that is up for years' => sub {
	system('unshare -T --fork true 2>/dev/null') == 0
		or plan skip_all => 'NO TIME NAMESPACE CAN BE MADE HERE (unshare -T): STEADY CLOCKS ARE NOT TESTED';
	my ($uptime) = slurp('/proc/uptime') =~ /^(\d+)/;
	for my $offset (-$uptime, 10 * 365 * 86400) {
		my $d = { port => free_port(), state => "$dir/steady$offset", map { $_ => "$dir/steady$offset.$_" } qw(out err) };
		my $pid = fork // die "fork: $!\n";
		if (!$pid) {
			open STDOUT, '>', $d->{out};
			open STDERR, '>', $d->{err};
			exec 'unshare', '-T', '--monotonic', $offset, '--boottime', $offset, '--fork', '--kill-child',
				$cordon, 'watch', '--state', $d->{state}, '--listen', "127.0.0.1:$d->{port}";
			die "exec unshare: $!\n";
		}
		$is_ours{$pid} = 1;
		within(5, sub { text_of($d->{err}) =~ /To feed it/ }) or diag text_of($d->{err});
		sender($d)->send(v5("steady$offset", '10.0.0.50', 445, peers(10, 30)));
		ok within(5, sub { "@{ alerted($d) }" eq '10.0.0.50' }), "steady clock by $offset s: found"
			or diag text_of($d->{out}), text_of($d->{err});
		within(5, sub { status($d)->{pid} });
		kill 'TERM', status($d)->{pid};
		within(15, sub { waitpid($pid, WNOHANG) == $pid });
		is $?, 0, 'ended by itself';
		delete $is_ours{$pid};
	}
};

done_testing;
