#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# The library as its users have it: the header, the archive, the example, the installed files.
#
# Environment: BUILD (default build), CC (default cc), MAKE (default make).
use strict;
use warnings;
use File::Temp qw(tempdir);
use Test::More;

my $build = $ENV{BUILD} // 'build';
my $cc = $ENV{CC} // 'cc';
my $archive = "$build/libcordon.a";
my $sample = 'samples/show-ip-cache-flow.txt';
my $example = 'docs/example/find-worms.c';
my $dir = tempdir(CLEANUP => 1);
my @libraries = qw(-lpcap -lyaml -lisal -llz4 -lbz2 -lzstd -lm);
die "no $archive: run make, or set BUILD\n" unless -e $archive;

sub has_program {
	my ($name) = @_;
	return grep { -x "$_/$name" } split /:/, $ENV{PATH};
}

sub output {
	my (@command) = @_;
	my $text = `@command 2>&1`;
	return ($text, $? >> 8, $? & 127);
}

my ($symbols) = output("nm $archive");
my @sanitizers = grep { $symbols =~ /\b__$_->[0]_/ } [ 'asan', 'address' ], [ 'ubsan', 'undefined' ];
my @sanitize = @sanitizers ? '-fsanitize=' . join ',', map { $_->[1] } @sanitizers : ();

# name, how to call it, flags that hold the header to the language
my @compilers = (
	[ 'gcc', 'gcc', '-std=c99 -Wpedantic' ],
	[ 'clang', 'clang', '-std=c99 -Wpedantic' ],
	[ 'gcc, C23', 'gcc', '-std=c2x -Wpedantic' ],
	[ 'g++', 'g++', '-x c++ -std=c++11 -Wpedantic' ],
);
@compilers = ([ "$cc with sanitizers", $cc, '' ]) if @sanitize;
diag 'SANITIZERS: THE EXAMPLE IS ONLY COMPILED AS THE ARCHIVE WAS' if @sanitize;

my $told = `$build/cordon detect --csv $sample 2>$dir/notes`;
for my $compiler (@compilers) {
	my ($name, $program, $flags) = @$compiler;
	SKIP: {
		unless (has_program($program)) {
			diag "$program IS ABSENT: THE EXAMPLE IS NOT COMPILED WITH IT";
			skip "$program is absent", 1;
		}
		subtest $name => sub {
			my ($text, $exit) = output($program, $flags, '-Wall -Wextra -Wshadow -Werror',
				"@sanitize -Iinclude $example -x none $archive @libraries",
				"-o $dir/find-worms");
			is $exit, 0, 'compiles and links without a warning' or diag $text;
			is $text, '', 'and silently';
			($text, $exit) = output("$dir/find-worms <$sample");
			is $exit, 1, 'an alarm is exit code 1';
			my @line = split /\n/, $text;
			like $line[0], qr/^10\.20\.7\.66 suspect \d+%: 10 different peers on tcp\/80 /,
				'names the host';
			is scalar @line, 1, 'and no other';
			is(() = $told =~ /\n/g, 1 + @line, 'as cordon detect does');
			($text, $exit) = output("$dir/find-worms </dev/null");
			is $exit, 0, 'nothing in, exit code 0';
			is $text, '', 'and nothing out';
		};
	}
}

# What the archive defines must not be what a library beside it defines as well.
subtest 'symbols' => sub {
	my %mine = map { /^[0-9a-f]+ [TDBRVW] (\w+)$/ ? ($1 => 1) : () } split /\n/, $symbols;
	ok scalar(grep { /^cordon_/ } keys %mine) > 15, 'the interface is there';
	my ($text) = output("sed -n 's/.*\\b\\(cordon_[a-z_]*\\)(.*/\\1/p' include/cordon.h");
	my %declared = map { $_ => 1 } split /\n/, $text;
	is_deeply [ sort grep { /^cordon_/ } keys %mine ], [ sort keys %declared ],
		'the header declares what the archive defines, no more, no less';
	my ($needed) = output("ldd $dir/find-worms");
	for my $library ($needed =~ m{(/\S+/lib(?:c|m|pcap|yaml|isal|lz4|bz2|zstd)[.-]\S+)}g) {
		my ($theirs) = output("nm -D --defined-only $library");
		my @both = grep { $mine{$_} } $theirs =~ / [TDBRVWi] (\w+)/g;
		is "@both", '', "no symbol of $library";
	}
};

subtest 'install' => sub {
	my ($text, $exit) = output($ENV{MAKE} // 'make', '-s install',
		"BUILD=$build DESTDIR=$dir/root PREFIX=/usr");
	is $exit, 0, 'make install' or diag $text;
	ok -s "$dir/root/usr/$_", $_ for qw(include/cordon.h lib/libcordon.a lib/pkgconfig/cordon.pc);
	SKIP: {
		unless (has_program('pkg-config')) {
			diag 'pkg-config IS ABSENT: cordon.pc IS NOT READ';
			skip 'pkg-config is absent', 2;
		}
		my $config = "PKG_CONFIG_PATH=$dir/root/usr/lib/pkgconfig pkg-config";
		my ($version) = output("$config --modversion cordon");
		like $version, qr/^\d+\.\d+\.\d+$/, 'version';
		my ($flags) = output("$config --define-variable=prefix=$dir/root/usr --cflags --libs cordon");
		chomp $flags;
		($text, $exit) = output("$cc @sanitize $example $flags -o $dir/installed");
		is $exit, 0, 'the example links against what was installed' or diag $text;
	}
};
done_testing;
