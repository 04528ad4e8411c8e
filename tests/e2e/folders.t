#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# A folder stands for the files in it, oldest first; what is left out is told in one note.
#
# Environment: CORDON (default build/cordon), GENERATE (default build/tests/generate/generate).
use strict;
use warnings;
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use FindBin;
use lib $FindBin::Bin;
use IO::Compress::Gzip qw(gzip);
use Test::More;

use Detect;

my $cordon = $ENV{CORDON} // 'build/cordon';
my $generate = $ENV{GENERATE} // 'build/tests/generate/generate';
my $dir = tempdir(CLEANUP => 1);

for my $program ($cordon, $generate) {
	die "no program $program: run make, or set CORDON and GENERATE\n" unless -x $program;
}

sub spew {
	my ($name, $content) = @_;
	make_path("$dir/$name" =~ s{/[^/]*$}{}r);
	open my $out, '>:raw', "$dir/$name" or die "open $dir/$name: $!\n";
	print {$out} $content;
	close $out or die "write $dir/$name: $!\n";
}

sub packed { my ($in) = @_; gzip \$in => \my $out or die; return $out }

system($generate, qw(--format ipfix --worm codered2 --minutes 10 --seed 3), "$dir/good.pcap") == 0
	or die "cannot make a capture\n";
my $good = slurp("$dir/good.pcap");
my (undef, @alone) = check_form(detect($cordon, "$dir/good.pcap"));

# Nothing can be read in any of them: each is told by its name, in the order of reading.
subtest 'rotated files, oldest first' => sub {
	my @order = qw(access.log-20260228 access.log.10.gz access.log.9.gz access.log.1 access.log
		deep/a/ex9.log deep/a/ex10.log deep/b.log.1 deep/b.log);
	for my $name (reverse @order) {
		my $binary = "\1" x 100;
		spew("logs/$name", $name =~ /gz$/ ? packed($binary) : $binary);
	}
	my $run = detect($cordon, "$dir/logs");
	my ($summary) = check_form($run);
	is $summary->{files}, scalar @order, 'every file is read';
	my @told = $run->{stderr} =~ m{^cordon: \Q$dir\E/logs/(\S+) holds binary}gm;
	is "@told", "@order", 'in this order';
};

subtest 'what is left out is told in one note' => sub {
	spew('mixed/good.pcap', $good);
	spew('mixed/.hidden', 'x');
	spew('mixed/.git/config', 'x');
	spew('mixed/empty.log', '');
	symlink "$dir/good.pcap", "$dir/mixed/link.pcap" or die "symlink: $!\n";
	symlink "$dir/mixed", "$dir/mixed/loop" or die "symlink: $!\n";
	system('mkfifo', "$dir/mixed/pipe") == 0 or die "mkfifo\n";
	my $run = detect($cordon, "$dir/mixed");
	my ($summary, @findings) = check_form($run);
	is $summary->{files}, 1, 'one file is read';
	is join(' ', worm_like(@findings)), join(' ', worm_like(@alone)), 'and tells what it tells alone';
	is $run->{wait} >> 8, 1, 'exit code 1: what is left out is no trouble';
	my @notes = grep { /^note: not read/ } split /^/, $run->{stderr};
	is scalar @notes, 1, 'one note';
	my $at = "$dir/mixed";
	is $notes[0], "note: not read: $at/.git (hidden), $at/.hidden (hidden), $at/empty.log (empty), "
		. "$at/link.pcap (a link), and 2 more in the folders\n", 'that names what it has room for'
		if length $dir < 20;
	like $notes[0], qr/\(hidden\).* and \d+ more in the folders$/, 'and counts the rest';
};

subtest 'deep folders end' => sub {
	my $deep = 'deep' . '/d' x 7;
	spew("$deep/good.pcap", $good);
	my ($summary) = check_form(detect($cordon, "$dir/deep"));
	is $summary->{files}, 1, 'eight deep is read';
	spew("$deep/d/d/good.pcap", $good);
	my $run = detect($cordon, "$dir/deep");
	($summary) = check_form($run);
	is $summary->{files}, 1, 'deeper is not';
	like $run->{stderr}, qr/note: not read: .*\(too deep\)|more in the folders/, 'and is told';
};

subtest 'a folder named by a link, and with a slash' => sub {
	mkdir "$dir/real";
	spew('real/good.pcap', $good);
	symlink "$dir/real", "$dir/by-link" or die "symlink: $!\n";
	for my $name ("$dir/by-link", "$dir/real/") {
		my ($summary, @findings) = check_form(detect($cordon, $name));
		is $summary->{files}, 1, 'is read';
		unlike $findings[0]{evidence}[0], qr{//}, 'names are plain';
	}
};

subtest 'an empty folder, and one that may not be read' => sub {
	mkdir "$dir/none";
	my $run = detect($cordon, "$dir/none");
	check_form($run);
	is $run->{wait} >> 8, 3, 'exit code 3';
	like $run->{stderr}, qr/\Q$dir\E\/none is a directory without a file that can be read/, 'words';
	SKIP: {
		skip 'NOT TESTED: root may read everything', 2 if $> == 0;
		spew('part/good.pcap', $good);
		make_path("$dir/part/locked", { mode => 0 });
		$run = detect($cordon, "$dir/part");
		is $run->{wait} >> 8, 3, 'exit code 3';
		like $run->{stderr}, qr/open \Q$dir\E\/part\/locked: Permission denied/, 'words';
	}
};

subtest 'too many files' => sub {
	my $run = detect($cordon, "$dir/real", (qw(x)) x 32767);
	is $run->{wait} >> 8, 2, 'exit code 2';
	like $run->{stderr}, qr/at most 32767 files in one call/, 'words';
};
done_testing;
