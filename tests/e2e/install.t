#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# What `make install` puts where: everything, nothing else, and nothing outside of DESTDIR.
#
# Environment: BUILD (default build), MAKE (default make).
use strict;
use warnings;
use File::Basename qw(basename);
use File::Find qw(find);
use File::Temp qw(tempdir);
use FindBin;
use lib $FindBin::Bin;
use Test::More;
use Detect;

my $build = $ENV{BUILD} // 'build';
my $dir = tempdir(CLEANUP => 1);

# Every source of a page of the manual is a page: `cordon-x.1.in` or `cordon-x.5`.
my @man = map { basename($_) =~ s/\.in$//r } glob 'docs/man/*';
cmp_ok scalar @man, '>', 10, 'there are pages of the manual';

sub expected {
	my ($prefix, %place) = @_;
	return sort "$prefix/bin/cordon", "$prefix/include/cordon.h", "$place{lib}/libcordon.a",
		"$place{lib}/pkgconfig/cordon.pc", "$prefix/lib/sysusers.d/cordon.conf",
		"$prefix/lib/tmpfiles.d/cordon.conf", "$place{unit}/cordon.service",
		"$prefix/share/bash-completion/completions/cordon",
		"$prefix/share/fish/vendor_completions.d/cordon.fish", "$place{zsh}/_cordon",
		"$prefix/share/doc/cordon/cordon.yaml", "$prefix/share/doc/cordon/nftables.conf",
		map { "$prefix/share/man/man" . (/(\d)$/)[0] . "/$_" } @man;
}

# Install with variables of make; what was installed, with its mode.
my $n;
sub installed {
	my (@variables) = @_;
	my $root = "$dir/root" . ++$n;
	my $text = `@{[ $ENV{MAKE} // 'make' ]} -s install BUILD=$build DESTDIR=$root @variables 2>&1`;
	is $?, 0, "make install @variables" or diag $text;
	my %mode;
	find(sub { $mode{ substr $File::Find::name, length $root } = (stat)[2] & 07777 if -f }, $root);
	return ($root, %mode);
}

my ($root, %mode) = installed();
is_deeply [ sort keys %mode ],
	[ expected('/usr/local', lib => '/usr/local/lib', unit => '/usr/local/lib/systemd/system',
		zsh => '/usr/local/share/zsh/site-functions') ], 'everything, and nothing else';
is_deeply [ grep { $mode{$_} != ($_ eq '/usr/local/bin/cordon' ? 0755 : 0644) } sort keys %mode ], [],
	'with the rights it should have';
like slurp("$root/usr/local/lib/systemd/system/cordon.service"), qr{^ExecStart=/usr/local/bin/cordon watch$}m,
	'the unit starts what was installed';
my @left = grep { slurp("$root$_") =~ /\@[A-Z]+\@/ } grep { !m{/bin/|\.a$} } keys %mode;
is "@left", '', 'no place is left open in a file';

($root, %mode) = installed('PREFIX=/usr', 'LIBDIR=/usr/lib/x', 'UNITDIR=/lib/systemd/system', 'ZSHDIR=/usr/share/zsh/x');
is_deeply [ sort keys %mode ],
	[ expected('/usr', lib => '/usr/lib/x', unit => '/lib/systemd/system', zsh => '/usr/share/zsh/x') ],
	'places can be chosen';
like slurp("$root/lib/systemd/system/cordon.service"), qr{^ExecStart=/usr/bin/cordon watch$}m, 'the unit too';
my ($program) = slurp('src/app/command.h') =~ /^#define CORDON_VERSION "(.*)"/m;
my ($package) = slurp('debian/changelog') =~ /^cordon \((\S+)\)/;
is $package, $program, 'the package has the version of the program';
done_testing;
