#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Certificate and tokens of the API over the years: renewed at SIGHUP, wrong when it starts, gone when a keeper is begun
# anew, which goes on finding hosts.
#
# Environment: CORDON (default build/cordon).
use strict;
use warnings;
use FindBin;
use IPC::Open2;
use lib $FindBin::Bin;
use Test::More;
use Daemon qw(pids);
use Serve;

my $openssl = qx(openssl version 2>/dev/null);
plan skip_all => 'NOT TESTED: no openssl' unless $openssl;
my $pairs = "$dir/pairs";
mkdir $pairs;
for my $name (qw(one two)) {
	system("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=$name -keyout '$pairs/$name.key'"
		. " -out '$pairs/$name.pem' 2>/dev/null") == 0 or die "openssl req failed\n";
}

# Put files where a running daemon reads them: whole, as those who renew certificates do.
sub install {
	my ($d, $certificate, $key) = @_;
	for (["$certificate.pem", 'cert.pem', 0644], ["$key.key", 'key.pem', 0600]) {
		my ($from, $to, $mode) = @$_;
		system("cp '$pairs/$from' '$dir/$to.new' && chmod " . sprintf('%o', $mode) . " '$dir/$to.new' && mv '$dir/$to.new' '$dir/$to'");
	}
}

# The name in the certificate that is shown at the port.
sub shown {
	my ($d) = @_;
	my $text = qx(openssl s_client -connect 127.0.0.1:$d->{http} </dev/null 2>/dev/null | openssl x509 -noout -subject 2>/dev/null);
	return $text =~ /CN\s*=\s*(\w+)/ ? $1 : '';
}

sub says { my ($d, $what) = @_; return within(20, sub { text_of($d->{err}) =~ $what }) }

# One request by TCP, in clear: its status; 0 when nobody answers in a second.
sub answered {
	my ($d, $token) = @_;
	my $s = http_open($d, tcp => 1) or return 0;
	print {$s} "GET /api/v1/hosts HTTP/1.1\r\nHost: localhost:$d->{http}\r\nAuthorization: Bearer $token\r\nConnection: close\r\n\r\n";
	$s->flush;
	return 0 unless IO::Select->new($s)->can_read(1);
	sysread $s, my $text, 100;
	return ($text // '') =~ m{^HTTP/1\.1 (\d+)} ? $1 : 0;
}

sub rewrite {
	my ($path, $mode, $text) = @_;
	open my $out, '>', $path or die "open $path: $!\n";
	print {$out} $text;
	close $out;
	chmod $mode, $path;
}

my $tls = "http: ['127.0.0.1:HTTP']\nhttp-certificate: '$dir/cert.pem'\nhttp-key: '$dir/key.pem'\n";

subtest 'a certificate that does not fit its key is told before anything begins' => sub {
	install(undef, 'one', 'two');
	rewrite("$dir/wrong.yaml", 0644, "listen: ['127.0.0.1:@{[free_port()]}']\n"
		. $tls =~ s/HTTP'/@{[free_port('tcp')]}'/r . "state-directory: '$dir/wrong'\n");
	my ($code, $text) = run_cordon('config', 'check', "$dir/wrong.yaml");
	is $code, 0, 'the settings are fine';
	like $text, qr/http-certificate: \S+cert\.pem and \S+key\.pem are no certificate and its key: .*does not begin/, 'the files are not';
	($code, $text) = run_cordon('watch', '--config', "$dir/wrong.yaml");
	is $code, 2, 'and the daemon does not begin';
	like $text, qr/are no certificate and its key/, 'with the reason';
};

subtest 'a certificate that was renewed is shown from SIGHUP on' => sub {
	install(undef, 'one', 'one');
	my $d = daemon_start(settings => $tls);
	is shown($d), 'one', 'the first';
	my $stream = http_open($d);
	syswrite $stream, "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n";
	ok within(10, sub { sysread $stream, my $text, 4096; ($text // '') =~ / 200 / }), 'a stream by the unix socket';
	my $client = open2(my $by_tls, my $to_tls, 'sh', '-c', "exec openssl s_client -quiet -connect 127.0.0.1:$d->{http} 2>/dev/null");
	syswrite $to_tls, "GET /api/v1/events HTTP/1.1\r\nHost: localhost:$d->{http}\r\n\r\n";
	my ($got, $is_over) = ('', 0);
	my $heard = sub {
		while (!$is_over && IO::Select->new($by_tls)->can_read(0)) {
			$is_over = !sysread $by_tls, $got, 4096, length $got;
		}
		return $got =~ / 200 /;
	};
	ok within(10, $heard), 'and one by TLS';
	install($d, 'two', 'one');
	kill 'HUP', $d->{pid};
	ok says($d, qr/are no certificate and its key/), 'half of a renewal is told';
	is shown($d), 'one', 'and the first one holds';
	install($d, 'two', 'two');
	kill 'HUP', $d->{pid};
	ok within(20, sub { shown($d) eq 'two' }), 'the second';
	ok within(20, sub { $heard->(); $is_over }), 'the stream by TLS is over, and its client comes again';
	close $to_tls;
	waitpid $client, 0;
	my ($keeper) = pids($d, 'keeper_pid');
	kill 'HUP', $d->{pid};
	ok within(20, sub { shown($d) eq 'two' }), 'nothing new, nothing happens';
	is_deeply [pids($d, 'keeper_pid')], [$keeper], 'by the same keeper';
	ok !IO::Select->new($stream)->can_read(0) || sysread($stream, my $rest, 4096), 'the stream by the unix socket goes on';
	is daemon_stop($d), 0, 'it ends';
};

subtest 'a keeper that may not read the tokens goes on without TCP' => sub {
	my ($token, $other) = ('a' x 32, 'b' x 32);
	rewrite("$dir/operators", 0600, "ann:$token\n");
	my $d = daemon_start(settings => "http: ['127.0.0.1:HTTP']\nhttp-operators: '$dir/operators'\n");
	is answered($d, $token), 200, 'whoever has the token comes in';
	is answered($d, $other), 401, 'nobody else';
	rewrite("$dir/operators", 0644, "ann:$token\nbob:$other\n");
	my ($keeper) = pids($d, 'keeper_pid');
	kill 'KILL', $keeper;
	ok says($d, qr/others may read it \(mode 0644\).*the unix socket alone answers/), 'a keeper that is begun anew says what is wrong';
	ok within(20, sub { http($d, 'GET /readyz HTTP/1.1', ['Host: localhost'])->{status} == 200 }), 'and goes on';
	is answered($d, $token), 0, 'by TCP nobody comes in, with a token or without';
	chmod 0600, "$dir/operators";
	kill 'HUP', $d->{pid};
	ok within(20, sub { answered($d, $other) == 200 }), 'once it is mended all is as it was';
	is daemon_stop($d), 0, 'it ends';
};
done_testing;
