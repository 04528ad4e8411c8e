#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# The dashboard as it is sent: headers, versions, who may load it. What it does in a browser is tested by
# tests/browser.
#
# Environment: CORDON (default build/cordon).
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Serve;
use Test::More;

my $gzip = ['Accept-Encoding: gzip'];
my ($viewers, $operators) = map { "$dir/$_" } qw(viewers operators);
for my $path ($viewers, $operators) {
	open my $out, '>', $path or die "open: $!\n";
	chmod 0600, $path;
	print {$out} 'x' x 20 . ($path eq $viewers ? 'v' : 'o') . "\n";
	close $out or die "write: $!\n";
}
my $d = daemon_start(settings => "http: ['127.0.0.1:HTTP']\nhttp-viewers: $viewers\nhttp-operators: $operators\n");
my ($lacks) = text_of($d->{err}) =~ /the dashboard is not in this program: it was built without (.*)/;
diag "SKIPPED: without $lacks the program has no dashboard: only the page that says so is tested" if $lacks;

is http_get($d, '/api/v1/status', tcp => 1)->{status}, 401, 'the API wants a token';
my $page = http_get($d, '/', tcp => 1, headers => $gzip);
is $page->{status}, 200, 'the page does not, for it holds no data';
is $page->{header}{'content-type'}, 'text/html; charset=utf-8', 'it is a page';
is $page->{header}{'content-encoding'}, 'gzip', 'packed';
is $page->{header}{vary}, 'Accept-Encoding', 'which caches have to know';
is $page->{header}{'x-content-type-options'}, 'nosniff', 'nothing is guessed';
is $page->{header}{'referrer-policy'}, 'no-referrer', 'nothing is told to others';
like $page->{header}{'content-security-policy'}, qr/^default-src 'none';.*frame-ancestors 'none';.*require-trusted-types-for 'script'/,
	'it may load what is named, and nobody may frame it';
unlike $page->{header}{'content-security-policy'}, qr/unsafe|\*|https?:/, 'nothing of others, nothing inline';
is http_get($d, '/', tcp => 1, headers => [@$gzip, "If-None-Match: $page->{header}{etag}"])->{status}, 304,
	'who has this version is told so';
is http($d, 'HEAD / HTTP/1.1', ["Host: 127.0.0.1:$d->{http}", @$gzip], undef, tcp => 1)->{body}, '', 'HEAD is answered without it';
is http_get($d, '/', tcp => 1, headers => ['Accept-Encoding: identity'])->{status}, 406, 'who takes no gzip is told so';
is http_get($d, '/', tcp => 1, host => 'evil.example', headers => $gzip)->{status}, 421, 'a name that was pointed here is refused';
is http_get($d, '/app.js', tcp => 1, headers => [@$gzip, 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: no-cors'])->{status}, 403,
	'a page of another site does not get the script';
is http_get($d, '/', tcp => 1, headers => [@$gzip, 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate'])->{status}, 200,
	'but a link to here may be followed';
my $post = http_post($d, '/', { text => 'x' }, tcp => 1);
is $post->{status}, 405, 'it cannot be written to';
is $post->{header}{allow}, 'GET, HEAD', 'and says what it takes';
is http_get($d, '/app.js', tcp => 1, headers => $gzip)->{status}, $lacks ? 404 : 200, 'its script is there, if it was built';
is http_get($d, '/nothing', tcp => 1)->{status}, 404, 'nothing else is';
is daemon_stop($d), 0, 'it ends';
done_testing;
