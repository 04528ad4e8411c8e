#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# The API as people ask it by hand: with curl, by the unix socket and over TLS, its lists, changes and events.
#
# Environment: CORDON (default build/cordon).
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use JSON::PP;
use Test::More;
use Daemon qw(%is_ours spill);
use Serve;

plan skip_all => 'NOT TESTED: no curl (apt install curl)' if system 'curl --version >/dev/null 2>&1';
plan skip_all => 'NOT TESTED: no openssl' if system 'openssl version >/dev/null 2>&1';

my $token = 'o' x 32;
spill("$dir/operators", "ann:$token\n");
chmod 0600, "$dir/operators";
system("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
	. " -addext subjectAltName=IP:127.0.0.1 -keyout '$dir/key.pem' -out '$dir/cert.pem' 2>/dev/null") == 0
	or die "openssl req failed\n";
chmod 0600, "$dir/key.pem";
my ($code) = run_cordon('incident', 'import', 'tests/golden/incident/show/in.ndjson', '--state', "$dir/s");
is $code, 0, 'a store with an incident';
my $d = daemon_start(state => "$dir/s", settings => "http: ['127.0.0.1:HTTP']\nhttp-operators: '$dir/operators'\n"
	. "http-certificate: '$dir/cert.pem'\nhttp-key: '$dir/key.pem'\n");
my $site = "https://127.0.0.1:$d->{http}";

# What curl prints: the body, then the status.
sub curl {
	my (@words) = @_;
	open my $out, '-|', 'curl', '-s', '--max-time', '30', '-w', "\n%{http_code}", @words or die "curl: $!\n";
	my $text = do { local $/; <$out> } // '';
	close $out;
	return $text =~ /^(.*)\n(\d{3})$/s ? { body => $1, status => $2, exit => $? >> 8 } : { body => $text, status => 0, exit => $? >> 8 };
}
my @who = ('--cacert', "$dir/cert.pem", '-H', "Authorization: Bearer $token");

my $list = curl('--unix-socket', "$d->{state}/api.sock", 'http://localhost/api/v1/incidents');
is $list->{status}, 200, 'by the unix socket without a token';
is decode_json($list->{body})->{items}[0]{causes}, 'tcp/445', 'the incident';
is curl(@who, "$site/api/v1/incidents")->{body}, $list->{body}, 'over TLS, whose certificate curl checks, the same';
is curl('--cacert', "$dir/cert.pem", '-H', 'Authorization: Bearer wrong', "$site/api/v1/incidents")->{status}, 401,
	'a wrong token is none';
isnt curl('-H', "Authorization: Bearer $token", "$site/api/v1/incidents")->{exit}, 0,
	'and whoever does not know the certificate asks nothing';

curl(@who, '--etag-save', "$dir/etag", "$site/api/v1/incidents");
is curl(@who, '--etag-compare', "$dir/etag", "$site/api/v1/incidents")->{status}, 304, 'what has not changed is not sent again';

# A stream in the background; what it said so far.
my $heard = "$dir/stream";
sub listen_to {
	my (@words) = @_;
	my $pid = fork // die "fork: $!\n";
	if (!$pid) {
		open STDOUT, '>', $heard;
		open STDERR, '>', '/dev/null';
		exec 'curl', '-sSN', @who, @words, "$site/api/v1/events";
		exit 99;
	}
	$is_ours{$pid} = 1;
	return $pid;
}
sub hang_up { kill 'TERM', $_[0]; waitpid $_[0], 0; delete $is_ours{ $_[0] } }

my $stream = listen_to();
ok within(20, sub { text_of($heard) =~ /^: $/m }), 'a stream begins';
my $posted = curl(@who, '-H', 'Content-Type: application/json', '--data', '{"text":"by hand"}', "$site/api/v1/incidents/1/notes");
is $posted->{status}, 200, 'a note is taken';
ok within(20, sub { text_of($heard) =~ /^id: (\d+)\nevent: note\ndata: .*"text":"by hand"/m }), 'and comes as an event';
my ($id) = text_of($heard) =~ /^id: (\d+)$/m;
hang_up($stream);
curl(@who, '-H', 'Content-Type: application/json', '--data', '{"text":"meanwhile"}', "$site/api/v1/incidents/1/notes");
$stream = listen_to('-H', "Last-Event-ID: $id");
ok within(20, sub { text_of($heard) =~ /"text":"meanwhile"/ }), 'who was away gets what was missed';
is join(' ', text_of($heard) =~ /^id: (\d+)$/mg), $id + 1, 'and nothing twice';
hang_up($stream);
isnt curl(@who, '--etag-compare', "$dir/etag", "$site/api/v1/incidents/1/log")->{status}, 304, 'another page has a tag of its own';
is daemon_stop($d), 0, 'it ends';
done_testing;
