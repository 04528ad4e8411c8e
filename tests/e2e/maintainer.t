#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Who maintains the package that `make deb` builds is what DEBFULLNAME and DEBEMAIL say.
use strict;
use warnings;
use File::Copy qw(copy);
use File::Temp qw(tempdir);
use Test::More;

my $dir = tempdir(CLEANUP => 1);

sub slurp {
	open my $in, '<', $_[0] or die "open $_[0]: $!\n";
	local $/;
	return scalar <$in>;
}

# The exit code, what was said, and the two lines that it is about.
sub maintained {
	my (%env) = @_;
	mkdir "$dir/debian";
	copy("debian/$_", "$dir/debian/$_") or die "copy: $!\n" for qw(control changelog);
	delete local @ENV{qw(DEBFULLNAME DEBEMAIL)};
	@ENV{keys %env} = values %env;
	my $said = qx(debian/maintainer '$dir' 2>&1);
	my $code = $? >> 8;
	delete @ENV{keys %env};
	my ($field) = slurp("$dir/debian/control") =~ /^Maintainer: (.*)$/m;
	my ($trailer) = slurp("$dir/debian/changelog") =~ /^ -- (.*)  \w/m;
	return ($code, $said, $field, $trailer);
}

my ($whole) = (slurp('debian/control') . slurp('debian/changelog'));
is_deeply [maintained()], [0, '', ('cordon maintainers <cordon@example.org>') x 2], 'where nothing is said it is nobody';
is slurp("$dir/debian/control") . slurp("$dir/debian/changelog"), $whole, 'and all is as it was';
my @who = ('Ann O\'Neill & Söhne \1', 'ann+deb@noc.example.net');
my @is = maintained(DEBFULLNAME => $who[0], DEBEMAIL => $who[1]);
is_deeply \@is, [0, '', ("$who[0] <$who[1]>") x 2], 'a name and an address';
my $now = slurp("$dir/debian/control") . slurp("$dir/debian/changelog");
$now =~ s/\Q$who[0] <$who[1]>\E/cordon maintainers <cordon\@example.org>/g;
is $now, $whole, 'and nothing else is another';
is +(maintained(DEBEMAIL => 'NOC <noc@example.net>'))[2], 'NOC <noc@example.net>', 'both in one';
is +(maintained(DEBEMAIL => 'noc@example.net'))[2], 'noc@example.net <noc@example.net>', 'an address alone';
for (['DEBFULLNAME is set', DEBFULLNAME => 'Ann'], ['expected an address', DEBEMAIL => 'ann'], ['expected an address', DEBEMAIL => "a\@b.net\nX: y"],
	['expected one line', DEBEMAIL => 'a@b.net', DEBFULLNAME => "Ann\nDepends: x"], ['expected one line', DEBEMAIL => 'a@b.net', DEBFULLNAME => 'Ann, Bob']) {
	my ($why, @env) = @$_;
	my ($code, $said, $field) = maintained(@env);
	is $code, 2, "refused: $why";
	like $said, qr/\Q$why\E/, 'and told';
	is $field, 'cordon maintainers <cordon@example.org>', 'nothing is written';
}
done_testing;
