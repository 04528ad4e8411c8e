#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# The command below the table, pasted into a shell, explains the very verdict of the table: options that
# change a verdict are in it, and names of files are quoted. It left out --inventory once, and cut long names.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Copy qw(copy);
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use FindBin;
use lib $FindBin::Bin;
use Test::More;

use Detect qw(slurp);

my $cordon = abs_path($ENV{CORDON} // 'build/cordon');
my $dir = tempdir(CLEANUP => 1);
my $samples = abs_path('samples');
die "no program $cordon: run make, or set CORDON\n" unless -x $cordon;

sub spew {
	my ($name, $content) = @_;
	open my $out, '>:raw', "$dir/$name" or die "open $dir/$name: $!\n";
	print {$out} $content;
	close $out or die "write $dir/$name: $!\n";
}

# What a command prints on stdout, run in the folder of the files.
sub told {
	my (@command) = @_;
	my $pid = open my $out, '-|';
	die "fork: $!\n" unless defined $pid;
	if (!$pid) {
		chdir $dir or die "cd $dir: $!\n";
		open STDERR, '>', '/dev/null';
		exec @command or die "exec $command[0]: $!\n";
	}
	my $text = do { local $/; <$out> };
	close $out;
	return $text // '';
}

sub next_of {
	my ($text) = @_;
	return $text =~ /^Next: cordon (detect .*)$/m ? $1 : undef;
}

# Run what is printed; its heading has to name the host and the verdict of the first row.
sub is_followed {
	my ($what, $verdict, @words) = @_;
	my $table = told($cordon, 'detect', @words);
	my ($host, $class) = $table =~ /^(\d\S+)\s+(\S+)/m;
	is $class, $verdict, "$what: $verdict" or return diag $table;
	my $next = next_of($table) // return fail "$what: a command";
	unlike $next, qr/[^\x20-\x7e\x80-\xff]/, "$what: nothing in it that a terminal obeys";
	like told('bash', '-c', "exec '$cordon' $next"), qr/^\Q$host\E: \Q$verdict\E, /, "$what: the command agrees" or diag $next;
	return;
}

spew("in 'v.yaml", "roles:\n- address: 10.20.7.66\n  role: monitor\n");
spew('own.yaml', <<'END');
signatures:
- id: code-red-2
  name: Our own
  class: scanner
  stage: probing
  where: [target]
  literals: ['default.ida']
  patterns: ['default\.ida']
  meaning: { en: A probe., ja: 探査です。 }
  fix: { en: None., ja: 不要です。 }
END
copy("$samples/show-ip-cache-flow.txt", "$dir/cache.txt") or die "copy: $!\n";
copy("$samples/ex010809.log", "$dir/ex.log") or die "copy: $!\n";
is_followed('nothing but a file', 'suspect', 'cache.txt');
is_followed('inventory', 'poller', '-i', "in 'v.yaml", 'cache.txt');
spew('red.log', join '', grep { /^#|default\.ida/ } split /^/, slurp("$dir/ex.log"));
is_followed('signatures', 'scanner', '--signatures', 'own.yaml', 'red.log');
is_followed('memory and language', 'suspect', '--memory', '64M', '--lang', 'ja', 'cache.txt');
like next_of(told($cordon, qw(detect --memory 64M --lang ja cache.txt))), qr/ --lang ja --memory 64M cache/, 'as they were given';
like next_of(told($cordon, qw(detect --memory 1500000 cache.txt))), qr/ --memory 1500000 cache/, 'bytes stay bytes';

my $long = join '/', ('a folder of a long name') x 30;
make_path("$dir/$long");
my @odd = ('a b.txt', "it's \$(date) `date` !x.txt", "esc\e[31m\\n\t'\n.txt", "bell\a\xc2\x9b1.txt", '日本.txt', '-e.txt', '=ls',
	"$long/x.txt");
for my $name (@odd) {
	copy("$samples/show-ip-cache-flow.txt", "$dir/$name") or die "copy: $!\n";
	(my $shown = $name) =~ s/[^ -~]/?/g;
	is_followed('named ' . substr($shown, 0, 30), 'suspect', '--', $name);
}
is_followed('several', 'suspect', '--', @odd);

# Without a command that comes to the same, none is told.
my $pid = open my $from, '-|', "exec '$cordon' detect --follow --state '$dir/state' '$dir/ex.log'" or die "fork: $!\n";
my $first = <$from>;
kill INT => $pid;
my $rest = do { local $/; <$from> };
close $from;
like "$first$rest", qr/^HOST /m, 'a log that was followed ends with the table';
is next_of($rest), undef, 'and names no command where a state holds what was read before';
done_testing;
