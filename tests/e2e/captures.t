#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Captures of ordinary traffic against their truth: packets and connections exact, every scanner
# found with its port, no worm-like verdict on benign traffic.
#
# Environment: CORDON (default build/cordon), CORDON_DATA (default ../shared/data).
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use File::Temp qw(tempfile);
use Test::More;
use Detect;

my $cordon = $ENV{CORDON} // 'build/cordon';
my $data = $ENV{CORDON_DATA} // '../shared/data';
plan skip_all => "TEST DATA IS ABSENT ($data): NO CAPTURE IS TESTED" unless -e "$data/TRUTH.json";

my ($inventory, $path) = tempfile(UNLINK => 1);
print $inventory "dark: [10.10.0.0/16]\n";
close $inventory;

sub check_scanner {
	my ($want, @findings) = @_;
	return if $want->{detect} eq 'optional';
	my @port = keys %{ $want->{ports} };
	my @found = grep { $_->{host} eq $want->{src} && $_->{class} =~ /worm-like|scanner|suspect/ }
		@findings;
	ok scalar @found, "$want->{src} is found";
	if (@port == 1) {
		is $found[0]{destinationTransportPort}, $port[0], 'with its port';
		is $found[0]{peers_contacted}, $want->{destinations}, 'and its destinations';
		is $found[0]{class}, 'worm-like', 'class';
	}
}

for my $truth (grep { $_->{kind} eq 'pcap' } @{ decode_json_big(slurp("$data/TRUTH.json")) }) {
	my %want = map { $_->{what} => $_ } @{ $truth->{expect} };
	my @options = $want{scanner} && $want{scanner}{detect} =~ /dark/ ? ('--inventory', $path) : ();
	subtest $truth->{file} => sub {
		my ($summary, @findings) =
			check_form(detect($cordon, "$data/$truth->{file}", @options));
		is $summary->{records}{packet}, $want{packets}{value}, 'packets';
		is $summary->{records}{connection}, $want{connections}{value}, 'connections';
		check_scanner($want{scanner}, @findings) if $want{scanner};
		is_deeply [worm_like(@findings)], [], 'nobody is worm-like' if $want{no_worm};
	};
}
done_testing;
