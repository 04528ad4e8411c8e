#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Each target takes as many rules as cordon contain --list says, and not one more: what a table of a device cannot
# hold is refused before a line of it is written.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Test::More;

my $cordon = $ENV{CORDON} // 'build/cordon';
my $dir = tempdir(CLEANUP => 1);
my %more = (
	'ios-nbar' => '--interface Serial0/0',
	'rtbh-destination' => '--accept-loss',
	'rtbh-source' => '--accept-loss',
	'procurve-throttle' => '--accept-loss',
);
my (%limit, $target);
for (split /\n/, qx($cordon contain --list)) {
	$target = $1 if /^(\S+): /;
	$limit{$target} = $1 if /^ +limit +(\d+) rules/;
	$limit{$target} //= 0;
}
is scalar(keys %limit), 11, 'eleven targets';
# Hosts of which no two make a prefix.
sub findings {
	my ($n) = @_;
	my $path = "$dir/$n";
	return $path if -e $path;
	open my $f, '>', $path or die "$path: $!\n";
	for my $i (1 .. $n) {
		my $x = 0x0a000000 + 2 * $i;
		my $host = join '.', map { $x >> $_ & 255 } 24, 16, 8, 0;
		print $f qq({"type":"containment","host":"$host","port":"tcp/80","direction":"out","until":"2001-08-10T00:00:00Z","why":"x"}\n);
	}
	close $f;
	return $path;
}
for my $name (sort keys %limit) {
	my $n = $limit{$name} or next;
	my $words = "contain --to $name " . ($more{$name} // '') . ' --at 2001-08-09T00:00:00Z';
	my $code;
	if ($n <= 100_000) { # a million are many seconds
		$code = system("$cordon $words --from ${\findings($n)} >$dir/out 2>$dir/err") >> 8;
		is $code, 1, "$name takes $n hosts" or diag qx(head -c 600 $dir/err);
	}
	$code = system("$cordon $words --from ${\findings($n + 1)} >$dir/out 2>$dir/err") >> 8;
	is $code, 2, "$name does not take @{[$n + 1]}";
	is -s "$dir/out", 0, 'of which nothing is written';
	like qx(cat $dir/err), qr/need @{[$n + 1]} rules, $n are allowed|@{[$n + 1]} rules .* takes $n/, 'and it is said';
	unlink glob "$dir/[0-9]*";
}
done_testing;
