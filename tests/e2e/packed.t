#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Packed input tells what it tells unpacked; a cut one tells its beginning and says so.
#
# Environment: CORDON (default build/cordon), GENERATE (default build/tests/generate/generate).
use strict;
use warnings;
use File::Temp qw(tempdir);
use FindBin;
use lib $FindBin::Bin;
use IO::Compress::Bzip2 qw(bzip2);
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
	open my $out, '>:raw', "$dir/$name" or die "open $dir/$name: $!\n";
	print {$out} $content;
	close $out or die "write $dir/$name: $!\n";
	return "$dir/$name";
}

# What another program makes of bytes, undef where it is absent.
sub piped {
	my ($program, $content) = @_;
	my $path = spew('plain', $content);
	my $packed = qx($program -c < $path 2>/dev/null);
	return $? == 0 ? $packed : undef;
}

my %pack = (
	gzip => sub { my ($in) = @_; gzip \$in => \my $out or die; $out },
	bzip2 => sub { my ($in) = @_; bzip2 \$in => \my $out or die; $out },
	zstd => sub { piped('zstd', @_) },
	lz4 => sub { piped('lz4', @_) },
);

sub nameless {
	return join '', map { s/"[^"]*[#:](\d+")/"$1/gr } grep { !/"type":"summary"/ } @_;
}

# The findings, without the name of the file.
sub told {
	my ($run) = @_;
	check_form($run);
	return nameless(@{ $run->{lines} });
}

system($generate, qw(--format ipfix --worm codered2 --minutes 10 --seed 3), "$dir/good.pcap") == 0
	or die "cannot make a capture\n";
my %plain = (
	pcap => slurp("$dir/good.pcap"),
	text => slurp('samples/show-ip-cache-flow.txt'),
);

for my $kind (sort keys %plain) {
	my $alone = detect($cordon, spew("alone.$kind", $plain{$kind}));
	my $expected = told($alone);
	for my $name (sort keys %pack) {
		my $packed = $pack{$name}->($plain{$kind});
		SKIP: {
			skip "NOT TESTED: no program $name", 1 unless defined $packed;
			subtest "$kind in $name" => sub {
				my $run = detect($cordon, spew("x", $packed));
				is told($run), $expected, 'the findings are the same';
				is $run->{wait}, $alone->{wait}, 'and the exit code';
				is $run->{stderr}, $alone->{stderr} =~ s/alone\.$kind/x/gr, 'and the words';
				$run = detect($cordon, spew("x", $pack{gzip}->($packed)));
				is told($run), $expected, 'packed once more: the same';
				my $twice = $pack{gzip}->($pack{bzip2}->($packed));
				$run = detect($cordon, spew('deep', $twice));
				check_form($run);
				is $run->{wait} >> 8, 3, 'three layers are too many';
				like $run->{stderr}, qr/\Q$dir\E\/deep holds $name data in packed data; unpack/,
					'and words say so';
				my $cut = spew('cut', substr $packed, 0, -20);
				$run = detect($cordon, $cut);
				check_form($run);
				is $run->{wait} >> 8, 3, 'a cut file is partly read';
				like $run->{stderr}, qr/\Q$cut\E: $name data: .*, at byte \d+.*$name -t/,
					'with words: what, where, what to do';
			};
		}
	}
}

subtest 'appended files, in the middle of what they hold' => sub {
	my $half = length($plain{pcap}) >> 1;
	my $packed = gzip_of(substr $plain{pcap}, 0, $half) . gzip_of(substr $plain{pcap}, $half);
	my $alone = detect($cordon, "$dir/good.pcap");
	is told(detect($cordon, spew('appended.gz', $packed))), told($alone), 'are one file';
};

sub gzip_of { return $pack{gzip}->(@_) }

subtest 'standard input' => sub {
	my $path = spew('in.gz', gzip_of($plain{text}));
	my $answer = qx($cordon detect --json - < $path 2>/dev/null);
	my $alone = detect($cordon, spew('alone.text', $plain{text}));
	is nameless(split /^/, $answer), told($alone), 'may be packed';
};

subtest 'of a cut capture, the packets before the cut count' => sub {
	my $packed = gzip_of($plain{pcap});
	my $run = detect($cordon, spew('cut.gz', substr $packed, 0, length($packed) * 0.9));
	my ($summary, @findings) = check_form($run);
	isnt join(' ', worm_like(@findings)), '', 'the worm is still found';
	is $run->{wait} >> 8, 3, 'exit code 3';
	is $summary->{faults}{packed}, 1, 'counted in the summary';
};
done_testing;
