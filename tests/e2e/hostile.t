#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Clients that mean harm, or know no better: each is refused or bounded, the collector loses nothing,
# memory stays where it was, and the person at the unix socket gets his answer all the while.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use IO::Select;
use IO::Socket::INET;
use Socket;
use JSON::PP;
use Test::More;
use Time::HiRes qw(sleep time);
use Serve;

$SIG{PIPE} = 'IGNORE';

sub value {
	my ($d, $name) = @_;
	my $metrics = http_get($d, '/metrics')->{body};
	return $metrics =~ /^\Qcordon_$name\E (\S+)$/m ? $1 : undef;
}

# Kilobytes that the keeper has.
sub memory {
	my ($d) = @_;
	my $pid = http_get($d, '/api/v1/status')->{json}{keeper_pid};
	return text_of("/proc/$pid/status") =~ /^VmRSS:\s+(\d+)/m ? $1 : 0;
}

# One request as raw bytes; the status, 0 when the connection was closed without one.
sub raw {
	my ($d, $bytes) = @_;
	my $s = http_open($d, tcp => 1);
	syswrite $s, $bytes;
	shutdown $s, 1;
	my $text = '';
	my $select = IO::Select->new($s);
	while ($select->can_read(30)) {
		last unless sysread $s, $text, 1 << 16, length $text;
	}
	return $text =~ m{^HTTP/1\.[01] (\d+)} ? $1 : 0;
}

umask 077;
open my $tokens, '>', "$dir/unwanted.tokens" or die "open: $!\n";
print {$tokens} 'ann:' . 'o' x 40 . "\n";
close $tokens;

subtest 'requests that are none' => sub {
	my $d = daemon_start();
	my $host = "Host: 127.0.0.1:$d->{http}\r\n";
	my @cases = (
		['nothing', '', 0],
		['a line without end', 'GET ' . 'a' x 100_000, qr/^(?:0|4\d\d)$/],
		['binary', join('', map { chr } 0 .. 255) . "\r\n\r\n", qr/^(?:0|4\d\d)$/],
		['a header of 60 KB', "GET / HTTP/1.1\r\n${host}X: " . 'a' x 60_000 . "\r\n\r\n", qr/^(?:0|4\d\d)$/],
		['ten thousand headers', "GET / HTTP/1.1\r\n$host" . "X: a\r\n" x 10_000 . "\r\n", qr/^(?:0|4\d\d)$/],
		['no host', "GET /api/v1/incidents HTTP/1.1\r\n\r\n", qr/^(?:400|421)$/],
		['HTTP/1.0 without host', "GET /api/v1/incidents HTTP/1.0\r\n\r\n", 421],
		['a path out', "GET /../../etc/passwd HTTP/1.1\r\n$host\r\n", 400],
		['an escaped path out', "GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n$host\r\n", 400],
		['a path with a NUL', "GET /api/v1/incidents%00.html HTTP/1.1\r\n$host\r\n", 400],
		['a path that is no UTF-8', "GET /api/v1/hosts/%ff%fe HTTP/1.1\r\n$host\r\n", 400],
		['a path of raw bytes', "GET /api/v1/hosts/\xff\xfe HTTP/1.1\r\n$host\r\n", qr/^(?:0|400)$/],
		['double slashes', "GET //api//v1 HTTP/1.1\r\n$host\r\n", 400],
		['a proxy request', "GET http://evil.example/ HTTP/1.1\r\n$host\r\n", 400],
		['CONNECT', "CONNECT evil.example:443 HTTP/1.1\r\n$host\r\n", qr/^4\d\d$/],
		['TRACE', "TRACE /api/v1/incidents HTTP/1.1\r\n$host\r\n", 405],
		['a method of its own', "XYZZY /api/v1/incidents HTTP/1.1\r\n$host\r\n", 405],
		['a length that is none', "POST /api/v1/incidents/1/notes HTTP/1.1\r\n${host}Content-Length: x\r\n\r\n",
			qr/^(?:0|4\d\d)$/],
		['a length of the sky', "POST /api/v1/incidents/1/notes HTTP/1.1\r\n${host}Content-Length: "
			. '9' x 30 . "\r\n\r\n", qr/^(?:0|4\d\d)$/],
		['two hosts', "GET /api/v1/incidents HTTP/1.1\r\n${host}Host: evil.example\r\n\r\n", 421],
		['two hosts, the other one first', "GET /api/v1/incidents HTTP/1.1\r\nHost: evil.example\r\n$host\r\n", 421],
	);
	for my $case (@cases) {
		my ($name, $bytes, $becomes) = @$case;
		my $status = raw($d, $bytes);
		ref $becomes ? like $status, $becomes, $name : is $status, $becomes, $name;
	}
	my $s = http_open($d);
	my $head = "POST /api/v1/incidents/1/notes HTTP/1.1\r\nHost: localhost\r\n"
		. "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
	syswrite $s, $head;
	my $n_sent = 0;
	for (1 .. 400) {
		defined syswrite $s, "1000\r\n" . 'x' x 4096 . "\r\n" or last;
		$n_sent++;
		sleep 0.001;
	}
	cmp_ok $n_sent, '<', 400, 'a body without end is cut off';
	is value($d, 'http_held_bytes'), 0, 'nothing of it is kept';
	is http_get($d, '/readyz')->{status}, 200, 'it goes on';
	is value($d, 'restarts_keeper_total'), 0, 'nothing died';
	is daemon_stop($d), 0, 'it ends';
};

# NetFlow v5 to the daemon, a datagram with one flow at a call; how many were sent.
sub exporter {
	my ($d) = @_;
	my $socket = IO::Socket::INET->new(Proto => 'udp', PeerAddr => '127.0.0.1', PeerPort => $d->{udp});
	my $n_sent = 0;
	return sub {
		$socket->send(pack('nnNNNNCCn', 5, 1, 1000 + $n_sent, time, 0, $n_sent, 0, 0, 0)
			. pack('NNNnnNNNNnnCCCCnnCCn', 0x0a000001, 0x0a000002 + $n_sent % 99, 0, 0, 0, 3, 300, 500,
				900, 1024, 80, 0, 0x1b, 6, 0, 0, 0, 0, 0, 0)) and $n_sent++ for 1 .. $_[0];
		return $n_sent;
	};
}

# What the page of somebody else makes a browser send, and bodies that are none, while exports come in.
subtest 'changes that nobody here wanted' => sub {
	my $d = daemon_start(state => do {
		run_cordon('incident', 'import', 'tests/golden/incident/show/in.ndjson', '--state', "$dir/unwanted");
		"$dir/unwanted";
	}, settings => "http: ['127.0.0.1:HTTP']\nhttp-operators: unwanted.tokens\n");
	my $token = 'o' x 40;
	my $before = memory($d);
	my $n_events = @{ http_get($d, '/api/v1/log?limit=1000')->{json}{items} };
	my $export = exporter($d);
	my $own = "127.0.0.1:$d->{http}";
	my $json = 'Content-Type: application/json';
	my $good = '{"text":"planted"}';
	# What is sent along, the body, and what becomes of it; all with a token that may change.
	my @cases = (
		['another Host', ["Host: evil.example", $json], $good, 421],
		['a Host that points here', ["Host: evil.example:$d->{http}", $json], $good, 421],
		['another Origin', ["Host: $own", 'Origin: http://evil.example', $json], $good, 403],
		['no Origin to be told', ["Host: $own", 'Origin: null', $json], $good, 403],
		['a form of another site', ["Host: $own", 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate',
			'Content-Type: application/x-www-form-urlencoded'], 'text=planted', 403],
		['a form', ["Host: $own", 'Content-Type: text/plain'], $good, 415],
		['a key that is none', ["Host: $own", $json, 'Idempotency-Key: "'], $good, 400],
		['a key as long as a header may be', ["Host: $own", $json, 'Idempotency-Key: "' . 'k' x 8000 . '"'], $good, 400],
		['no UTF-8', ["Host: $own", $json], qq({"text":"\xff\xfe\xc0\xaf"}), 422],
		['half a surrogate', ["Host: $own", $json], '{"text":"\\ud800"}', qr/^4(?:00|22)$/],
		['a NUL', ["Host: $own", $json], '{"text":"a\\u0000b"}', qr/^4(?:00|22)$/],
		['no JSON', ["Host: $own", $json], '{"text":', qr/^4(?:00|22)$/],
		['deep JSON', ["Host: $own", $json], '[' x 60_000, qr/^4(?:00|22)$/],
		['a key twice', ["Host: $own", $json], '{"text":"a","text":"planted"}', qr/^4(?:00|22)$/],
		['too long', ["Host: $own", $json], '{"text":"' . 'x' x 65_000 . '"}', qr/^4(?:00|13|22)$/],
		['a body beyond all bounds', ["Host: $own", $json], 'x' x (1 << 20), qr/^(?:0|413)$/],
	);
	for my $round (1 .. 12) {
		for my $case (@cases) {
			my ($name, $headers, $body, $becomes) = @$case;
			$export->(20);
			my $a = http($d, 'POST /api/v1/incidents/1/notes HTTP/1.1',
				[@$headers, "Authorization: Bearer $token"], $body, tcp => 1);
			next if $round > 1;
			ref $becomes ? like $a->{status}, $becomes, $name : is $a->{status}, $becomes, $name;
		}
	}
	is scalar @{ http_get($d, '/api/v1/log?limit=1000')->{json}{items} }, $n_events, 'nothing was written';
	is http_post($d, '/api/v1/incidents/1/notes', { text => 'wanted' }, tcp => 1, token => $token)->{status}, 200,
		'but for what is meant';
	my $n_sent = $export->(0);
	ok within(30, sub { value($d, 'collected_datagrams_total') == $n_sent }), 'every datagram came in';
	is value($d, 'collected_kernel_drops_total'), 0, 'none was dropped';
	is value($d, 'http_held_bytes'), 0, 'nothing is kept of bodies';
	my $grown = memory($d) - $before;
	diag "memory of the keeper: $before KiB, and $grown more";
	cmp_ok $grown, '<', 32 * 1024, 'memory is bounded' unless $ENV{CORDON} && $ENV{CORDON} =~ /san/;
	is value($d, 'restarts_keeper_total') + value($d, 'restarts_collector_total'), 0, 'nothing died';
	is daemon_stop($d), 0, 'it ends';
};

# A store with an incident and so many notes of 2 KB.
sub state_with_notes {
	my ($name, $n) = @_;
	open my $out, '>', "$dir/$name.ndjson" or die "open: $!\n";
	my $id = 0;
	my $event = sub {
		my ($kind, $body) = @_;
		print {$out} encode_json({ type => 'event', id => ++$id, at_ms => 1000, arrived_ms => 1000, incident => 1,
			host => 0, kind => $kind, actor => 'ann', body => $body }), "\n";
	};
	print {$out} '{"type":"export","version":1}', "\n";
	$event->('incident-opened', {});
	$event->('note', { text => "$_ " . 'x' x 2000 }) for 1 .. $n;
	print {$out} "{\"type\":\"end\",\"events\":$id}\n";
	close $out;
	my ($code) = run_cordon('incident', 'import', "$dir/$name.ndjson", '--state', "$dir/$name");
	$code == 0 or die "import failed\n";
	return "$dir/$name";
}

subtest 'clients that are slow' => sub {
	my $d = daemon_start(state => state_with_notes('slow', 1000));
	# A stream of some MB into a buffer of some KB, which nobody reads.
	my $deaf = IO::Socket::INET->new(Proto => 'tcp', Type => SOCK_STREAM);
	setsockopt $deaf, SOL_SOCKET, SO_RCVBUF, pack 'i', 4096;
	connect $deaf, pack_sockaddr_in($d->{http}, inet_aton('127.0.0.1')) or die "connect: $!\n";
	syswrite $deaf, "GET /api/v1/events?after=0 HTTP/1.1\r\nHost: localhost:$d->{http}\r\n\r\n";
	my $quiet = http_open($d);
	syswrite $quiet, "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n";
	my @slow = map { http_open($d, tcp => 1) } 1 .. 40;
	syswrite $_, "GET /api/v1/incidents HTTP/1.1\r\n" for @slow;
	my $began = time;
	my %open = map { $_ => $_ } @slow;
	while (%open && time < $began + 90) {
		for my $key (keys %open) { # a byte of a header now and then
			delete $open{$key} unless defined syswrite $open{$key}, 'X';
		}
		my $select = IO::Select->new(values %open);
		for my $s ($select->can_read(0.5)) {
			sysread $s, my $buffer, 4096 or delete $open{$s};
		}
	}
	is scalar(keys %open), 0, 'who sends a byte at a time is closed';
	cmp_ok time - $began, '<', 80, 'after the time that a request has';
	cmp_ok value($d, 'http_timeouts_total'), '>=', 40, 'and counted';
	ok within(60, sub { value($d, 'http_streams_dropped_total') == 1 }), 'so is a stream that nobody reads';
	is value($d, 'http_streams_open'), 1, 'which is closed';
	my $beats = '';
	sysread $quiet, $beats, 1 << 16;
	cmp_ok scalar(() = $beats =~ /^: \r?$/mg), '>=', 2, 'one that has nothing to tell shows that it lives';
	is daemon_stop($d), 0, 'it ends';
};

# Pages of 2 MB that nobody takes: some are made, then there is no more room.
subtest 'answers that nobody reads' => sub {
	my $d = daemon_start(state => state_with_notes('pages', 1000));
	my (@clients, $most);
	for (1 .. 40) {
		my $s = http_open($d, tcp => 1);
		syswrite $s, "GET /api/v1/log?limit=1000 HTTP/1.1\r\nHost: localhost:$d->{http}\r\n\r\n";
		push @clients, $s;
	}
	ok within(30, sub { (value($d, 'http_refused_total{reason="busy"}') // 0) > 0 }), 'some are refused';
	$most = value($d, 'http_held_bytes') // 0; # the question is refused itself while all is held
	cmp_ok $most, '<=', (32 << 20) + (3 << 20), 'what waits is bounded';
	my ($n_busy, $n_whole) = (0, 0);
	for my $s (@clients) {
		my $text = '';
		$text .= $_ while IO::Select->new($s)->can_read(0.5) && sysread $s, $_, 1 << 20;
		$n_busy++ if $text =~ m{^HTTP/1\.1 503 .*^Retry-After: 5\r$}ms;
		$n_whole++ if $text =~ m{^HTTP/1\.1 200 } && $text =~ /"next":"1000"\}\s*$/;
	}
	is $n_busy + $n_whole, 40, 'each got its page, or 503 with a time to come again';
	cmp_ok $n_whole, '>=', 10, 'most got it';
	is value($d, 'http_held_bytes'), 0, 'and nothing is kept';
	is daemon_stop($d), 0, 'it ends';
};

# 2,000 streams that nobody reads, twice as many as connections there may be, while exports come in.
subtest 'streams that nobody reads' => sub {
	my $d = daemon_start(state => do {
		run_cordon('incident', 'import', 'tests/golden/incident/show/in.ndjson', '--state', "$dir/streams");
		"$dir/streams";
	});
	my $before = memory($d);
	my $export = exporter($d);
	my @streams;
	for my $i (1 .. 2000) {
		my $s = IO::Socket::INET->new(Proto => 'tcp', PeerAddr => '127.0.0.1', PeerPort => $d->{http},
			Blocking => 0) or last;
		push @streams, $s;
		$export->(1);
		if ($i % 50 == 0) {
			sleep 0.02;
			IO::Select->new(@streams[-50 .. -1])->can_write(1);
			syswrite $_, "GET /api/v1/events?after=0 HTTP/1.1\r\nHost: 127.0.0.1:$d->{http}\r\n\r\n"
				for @streams[-50 .. -1];
		}
	}
	diag scalar(@streams) . ' connections';
	ok within(30, sub { (value($d, 'http_streams_open') // 0) > 400 }), 'streams are open';
	cmp_ok value($d, 'http_streams_open'), '<=', 512, 'no more than there may be';
	cmp_ok value($d, 'http_connections_open'), '<=', 700 + 64, 'nor connections';
	my ($code) = run_cordon('incident', 'note', 1, 'while they wait', '--state', $d->{state});
	is $code, 0, 'the unix socket answers all the while';
	for my $i (1 .. 60) {
		http_post($d, '/api/v1/incidents/1/notes', { text => 'x' x 1900 });
		$export->(20);
	}
	my $slowest = 0;
	for (1 .. 50) {
		my $began = time;
		http_get($d, '/api/v1/incidents');
		$slowest = time - $began if time - $began > $slowest;
	}
	cmp_ok $slowest, '<', 5, 'it answers soon';
	my $n_sent = $export->(0);
	ok within(30, sub { value($d, 'collected_datagrams_total') == $n_sent }), 'every datagram came in';
	is value($d, 'collected_kernel_drops_total'), 0, 'none was dropped';
	my $grown = memory($d) - $before;
	diag "memory of the keeper: $before KiB, and $grown more";
	cmp_ok $grown, '<', 64 * 1024, 'memory is bounded' unless $ENV{CORDON} && $ENV{CORDON} =~ /san/;
	close $_ for @streams;
	ok within(60, sub { value($d, 'http_streams_open') == 0 }), 'when they go, their places are free';
	is value($d, 'restarts_keeper_total') + value($d, 'restarts_collector_total'), 0, 'nothing died';
	is daemon_stop($d), 0, 'it ends';
};

subtest 'every stream gets every event' => sub {
	my $d = daemon_start(state => do {
		run_cordon('incident', 'import', 'tests/golden/incident/show/in.ndjson', '--state', "$dir/fan");
		"$dir/fan";
	});
	my @streams;
	for (1 .. 500) {
		my $s = http_open($d, tcp => 1) or last;
		syswrite $s, "GET /api/v1/events HTTP/1.1\r\nHost: localhost:$d->{http}\r\n\r\n";
		push @streams, $s;
	}
	is scalar @streams, 500, '500 streams';
	ok within(30, sub { value($d, 'http_streams_open') == 500 }), 'are open';
	http_post($d, '/api/v1/incidents/1/notes', { text => "note $_" }) for 1 .. 20;
	my %text = map { $_ => '' } @streams;
	my $select = IO::Select->new(@streams);
	my $until = time + 180;
	while ($select->count && time < $until) {
		for my $s ($select->can_read(1)) {
			sysread $s, $text{$s}, 1 << 16, length $text{$s} or $select->remove($s);
			$select->remove($s) if $text{$s} =~ /"note 20"/;
		}
	}
	my @whole = grep { join(' ', $text{$_} =~ /^id: (\d+)$/mg) eq join ' ', 10 .. 29 } @streams;
	is scalar @whole, 500, 'and each has all 20 events, once and in order'
		or diag 'one of them: ', join ' ', $text{ $streams[0] } =~ /^id: (\d+)$/mg;
	is daemon_stop($d), 0, 'it ends';
};
done_testing;
