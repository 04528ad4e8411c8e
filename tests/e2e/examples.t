#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# What README and guide show as printed is what is printed: their examples on bundled input, run.
#
# Environment: CORDON (default build/cordon), BUILD (default build).
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Temp qw(tempdir);
use FindBin;
use lib $FindBin::Bin;
use Test::More;
use Detect;

my $cordon = abs_path($ENV{CORDON} // 'build/cordon');
my $build = abs_path($ENV{BUILD} // 'build');
my $root = abs_path('.');
my $dir = tempdir(CLEANUP => 1);
symlink "$root/samples", "$dir/samples" or die "symlink: $!\n";
symlink $build, "$dir/build" or die "symlink: $!\n";
chdir $dir or die "chdir: $!\n";

for my $page (qw(README.md docs/guide/detect.md)) {
	my $text = slurp("$root/$page");
	while ($text =~ /^```\n\$ cordon ([^\n]*)\n(.*?)^```/msg) {
		my ($words, $want) = ($1, $2);
		next unless $words =~ m{samples/|build/demo};
		my $got = qx($cordon $words 2>notes);
		is slurp('notes') . $got, $want, "$page: cordon $words";
	}
}
chdir $root; # so that the folder can be removed
done_testing;
