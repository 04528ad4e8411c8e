#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Completions load in their shells, and offer every command and option that the help has.
#
# Environment: CORDON (default build/cordon).
use strict;
use warnings;
use File::Temp qw(tempdir);
use Test::More;

my $cordon = $ENV{CORDON} // 'build/cordon';
die "no program $cordon: run make, or set CORDON\n" unless -x $cordon;
my $dir = tempdir(CLEANUP => 1);
$ENV{HOME} = $ENV{XDG_CONFIG_HOME} = $ENV{XDG_DATA_HOME} = $dir; # no settings of the user

# What a command prints, its complaints with it, and whether it went well.
sub output {
	my (@command) = @_;
	my $pid = open my $out, '-|';
	die "fork: $!\n" unless defined $pid;
	if (!$pid) {
		open STDERR, '>&', \*STDOUT;
		open STDIN, '<', '/dev/null';
		exec @command or die "exec $command[0]: $!\n";
	}
	my @lines = <$out>;
	chomp @lines;
	close $out;
	return ($? == 0, @lines);
}

sub has_program {
	my ($name) = @_;
	return grep { -x "$_/$name" } split /:/, $ENV{PATH};
}

# Commands and their options, as the help lists them.
my (undef, @help) = output($cordon, 'help');
my @commands = map { /^  ([a-z]+)  +[A-Z]/ ? $1 : () } @help;
ok scalar(grep { $_ eq 'detect' } @commands), 'the help lists commands' or BAIL_OUT('no help');
my %options;
for my $command (@commands) {
	my (undef, @lines) = output($cordon, 'help', $command);
	$options{$command} = [ map { /^  (?:-., |    )--([a-z-]+)/ ? $1 : () } @lines ];
}
cmp_ok scalar @{ $options{detect} }, '>', 3, 'the help lists options of detect';

# Ways to ask a shell what it would offer for a line; each gives the words.
my %ask = (
	bash => sub {
		my ($file, @words) = @_;
		my $script = 'set -u; source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1));'
		    . 'complete -p cordon >/dev/null && _cordon && printf "%s\n" "${COMPREPLY[@]-}"';
		my (undef, @offered) = output('bash', '--norc', '-c', $script, 'bash', $file, @words);
		return grep { length } @offered;
	},
	zsh => sub {
		my ($file, @words) = @_;
		my $script = '_describe() { print -l -- "${(@)${(P)2}%%:*}" };'
		    . '_arguments() { for i; do [[ $i = --* ]] && print -- "${i%%\[*}"; done };'
		    . 'file=$1; shift; words=("$@"); CURRENT=$#; set --; source $file';
		my (undef, @offered) = output('zsh', '-f', '-c', $script, 'zsh', $file, @words);
		return grep { index($_, $words[-1]) == 0 } @offered; # what compadd would do
	},
	fish => sub {
		my ($file, @words) = @_;
		my $script = 'source $argv[1]; complete -C "$argv[2]"';
		my (undef, @offered) =
		    output('fish', '--no-config', '-c', $script, $file, join ' ', @words);
		return map { (split /\t/)[0] } @offered;
	},
);

sub check_offers {
	my ($shell, $file) = @_;
	my $ask = $ask{$shell};
	is join(' ', $ask->($file, qw(cordon det))), 'detect', 'cordon det';
	is join(' ', $ask->($file, qw(cordon detect --js))), '--json', 'cordon detect --js';
	is join(' ', $ask->($file, qw(cordon detect --xyzzy))), '', 'cordon detect --xyzzy';
	my %offered = map { $_ => 1 } $ask->($file, 'cordon', '');
	is join(' ', grep { !$offered{$_} } @commands), '', 'every command is offered';
	for my $command (@commands) {
		%offered = map { $_ => 1 } $ask->($file, 'cordon', $command, '--');
		my @missing = grep { !$offered{"--$_"} } @{ $options{$command} };
		is "@missing", '', "every option of $command is offered";
	}
}

my %syntax = (
	bash => [qw(bash --norc -n)],
	zsh => [qw(zsh -f -n)],
	fish => [qw(fish --no-config --no-execute)],
);

sub write_completion {
	my ($shell, $path) = @_;
	my ($is_good, @lines) = output($cordon, 'completion', $shell);
	ok $is_good && @lines, "cordon completion $shell";
	open my $out, '>', $path or die "open $path: $!\n";
	print {$out} map { "$_\n" } @lines;
	close $out or die "write $path: $!\n";
}

for my $shell (sort keys %ask) {
	subtest $shell => sub {
		plan skip_all => "NOT TESTED: no $shell here" unless has_program($shell);
		my $file = "$dir/_cordon.$shell";
		write_completion($shell, $file);
		my ($is_good, @said) = output(@{ $syntax{$shell} }, $file);
		ok $is_good && !@said, 'the syntax is right' or diag join "\n", @said;
		check_offers($shell, $file);
	};
}

subtest 'zsh finds it by its first line' => sub {
	plan skip_all => 'NOT TESTED: no zsh here' unless has_program('zsh');
	mkdir "$dir/functions";
	write_completion('zsh', "$dir/functions/_cordon");
	my $script = 'fpath=($1 $fpath); autoload -Uz compinit; compinit -u -D; '
	    . 'print -- $_comps[cordon]; autoload +X _cordon && print loaded';
	my (undef, @said) = output('zsh', '-f', '-c', $script, 'zsh', "$dir/functions");
	is "@said", '_cordon loaded', 'as the completion of cordon';
};
done_testing;
