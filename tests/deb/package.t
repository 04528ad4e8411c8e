#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# The Debian packages: looked at by lintian, then installed, run, upgraded, removed and purged in a clean
# Debian that is made for it. It needs root, debootstrap and a mirror of Debian.
#
# Environment: BUILD (default build), MIRROR (default http://deb.debian.org/debian).
use strict;
use warnings;
use File::Copy qw(copy);
use File::Path qw(remove_tree);
use Test::More;

my $build = $ENV{BUILD} // 'build';
my $mirror = $ENV{MIRROR} // 'http://deb.debian.org/debian';
my $suite = 'bookworm';
my $clean = "$build/$suite.tar"; # the clean system, kept for the next time
my $root = "$build/deb/root";

sub not_tested { diag "NOT TESTED: $_[0]"; plan skip_all => $_[0] }
sub has_program {
	my ($name) = @_;
	return grep { -x "$_/$name" } split(/:/, $ENV{PATH}), qw(/usr/sbin /sbin);
}

sub slurp {
	open my $in, '<', $_[0] or return '';
	local $/;
	return <$in> // '';
}

# A command; its exit code, and what it printed on both channels.
sub run {
	my (@command) = @_;
	my $pid = open my $out, '-|';
	die "fork: $!\n" unless defined $pid;
	if (!$pid) {
		open STDERR, '>&', \*STDOUT;
		open STDIN, '<', '/dev/null';
		exec @command or die "exec $command[0]: $!\n";
	}
	local $/;
	my $text = <$out> // '';
	close $out;
	return ($? >> 8, $text);
}

# A script of sh inside, in namespaces of its own: what it mounts and starts is gone with it.
sub inside {
	my ($script, %with) = @_;
	return run('unshare', '--mount', '--pid', '--fork', '--kill-child', $with{alone} ? '--net' : (), 'chroot', $root,
		'/usr/bin/env', '-i', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'DEBIAN_FRONTEND=noninteractive', 'LC_ALL=C',
		'/bin/sh', '-euc', "mount -t proc proc /proc\nmount -t tmpfs tmpfs /tmp\n$script");
}

sub succeeds {
	my ($what, $script, %with) = @_;
	my ($code, $text) = inside($script, %with);
	is $code, 0, $what or diag $text;
	return $text;
}

my ($package) = grep { !/\+/ } glob "$build/deb/cordon_*.deb";
$package or not_tested('there is no package; make check-deb builds it');
my ($changes) = glob "$build/deb/*.changes";

subtest 'lintian' => sub {
	has_program('lintian') or not_tested('lintian is absent');
	my ($code, $text) = run('lintian', '--no-cfg', '--allow-root', '--fail-on', 'error,warning', $changes);
	is $code, 0, 'no error and no warning';
	is $text, '', 'nothing at all is said';
};

for my $needed (qw(debootstrap unshare chroot dpkg-deb)) {
	next if has_program($needed);
	diag "NOT TESTED: the package in a clean Debian; $needed is absent";
	done_testing;
	exit;
}
if ($> != 0) {
	diag 'NOT TESTED: the package in a clean Debian; it needs root';
	done_testing;
	exit;
}

# A clean system. One that cannot be had is no fault of the package.
if (!-e $clean) {
	my ($code, $text) = run('debootstrap', '--variant=minbase', $suite, "$root.new", $mirror);
	if ($code == 0) {
		run('tar', '-C', "$root.new", '-cf', "$clean.new", '.');
		rename "$clean.new", $clean;
	}
	run('rm', '-rf', '--one-file-system', "$root.new");
	if ($code != 0) {
		diag "NOT TESTED: the package in a clean Debian; debootstrap failed: $text";
		done_testing;
		exit;
	}
}
mkdir $root;
my ($code, $text) = run('tar', '-C', $root, '-xf', $clean);
is $code, 0, 'a clean Debian' or BAIL_OUT($text);
END { run('rm', '-rf', '--one-file-system', $root) if $root && -d $root && $> == 0 }
copy($_, "$root$_") for '/etc/resolv.conf';
mkdir "$root/package";

# The next version is the same but for its number, and a line in its settings.
my $next = "$build/deb/next";
remove_tree($next);
run('dpkg-deb', '-R', $package, $next);
my ($version) = slurp("$next/DEBIAN/control") =~ /^Version: (\S+)$/m;
run('sed', '-i', 's/^Version: .*/&+next/', "$next/DEBIAN/control");
run('sh', '-c', "echo '# of the next version' >> $next/etc/cordon/cordon.yaml");
run('sh', '-c', "cd $next && find etc usr lib -type f | sort | xargs md5sum | grep -v ' etc/' > DEBIAN/md5sums");
($code, $text) = run('dpkg-deb', '--root-owner-group', '-b', $next, "$root/package/next.deb");
is $code, 0, 'a next version' or diag $text;
remove_tree($next);
copy($package, "$root/package/cordon.deb");
copy('tests/golden/incident/show/in.ndjson', "$root/package/in.ndjson");

succeeds('it installs', 'apt-get -qq update; apt-get -qq -y --no-install-recommends install /package/cordon.deb');
like succeeds('it runs', 'cordon version'), qr/^cordon \d/, 'and says its version';
like succeeds('the state', 'stat -c "%U %G %a" /var/lib/cordon'), qr/^cordon cordon 750$/, 'belongs to the daemon';
like succeeds('the user', 'getent passwd cordon'), qr{:/var/lib/cordon:/\S*nologin$}, 'cannot log in';
succeeds('what else there is', <<'SH');
zcat /usr/share/man/man1/cordon-contain.1.gz /usr/share/man/man1/cordon-audit.1.gz /usr/share/man/man5/cordon-audit-rules.5.gz \
	/usr/share/man/man5/cordon.yaml.5.gz | grep -q '^\.Dt CORDON'
test -s /usr/share/bash-completion/completions/cordon
test -s /usr/share/zsh/vendor-completions/_cordon
test -s /usr/share/fish/vendor_completions.d/cordon.fish
test -s /etc/cordon/cordon.yaml
test -L /etc/systemd/system/multi-user.target.wants/cordon.service
dpkg --verify cordon
SH
SKIP: {
	my ($absent) = inside('command -v systemd-analyze');
	diag 'NOT TESTED: the unit in the clean Debian; no systemd-analyze there' if $absent;
	skip 'no systemd-analyze', 1 if $absent;
	succeeds('the unit is one', 'systemd-analyze verify --man=no /lib/systemd/system/cordon.service');
}
succeeds('the settings are fine', 'setpriv --reuid cordon --regid cordon --clear-groups cordon config check');

# The daemon as its unit starts it, but for systemd: user, settings, state. It ends by itself when asked.
my $daemon = <<'SH';
begin() {
	mount -t tmpfs tmpfs /run
	rm -f /var/lib/cordon/status.json # the one before may have had the same process id
	STATE_DIRECTORY=/var/lib/cordon setpriv --reuid cordon --regid cordon --clear-groups --no-new-privs cordon watch 2>/run/err &
	pid=$!
	for i in $(seq 600); do
		grep -q "\"pid\":$pid," /var/lib/cordon/status.json 2>/dev/null && return
		kill -0 $pid || { cat /run/err; exit 1; }
		sleep 0.1
	done
	cat /run/err
	exit 1
}
end() {
	kill $pid
	wait $pid
}
SH
succeeds('the daemon runs and ends', "$daemon begin; end", alone => 1);
succeeds('with incidents', <<'SH');
setpriv --reuid cordon --regid cordon --clear-groups cordon incident import --state /var/lib/cordon /package/in.ndjson
SH
my $export = 'cordon incident export all --state /var/lib/cordon | sed /exported_at/d';
my $before = succeeds('which can be read', $export);
like $before, qr/"host-joined"/, 'there are hosts in them';

succeeds('it is upgraded', 'echo "window: 600ms" >> /etc/cordon/cordon.yaml; dpkg --force-confold -i /package/next.deb');
like succeeds('the version', 'dpkg-query -W cordon'), qr/\Q$version\E\+next/, 'is the next one';
is succeeds('the store', $export), $before, 'was kept, all of it';
like succeeds('the settings', 'cordon config check --json'), qr/"600ms"/, 'are those that were written';
succeeds('the next version runs on it', "$daemon begin; end", alone => 1);
is succeeds('and the store', $export), $before, 'is as it was';

succeeds('it is removed', 'apt-get -qq -y remove cordon');
succeeds('store and settings stay', <<'SH');
test ! -e /usr/bin/cordon
test ! -e /lib/systemd/system/cordon.service
test -s /var/lib/cordon/incidents.db
test -s /etc/cordon/cordon.yaml
SH
like succeeds('it is purged', 'apt-get -qq -y purge cordon'), qr{/var/lib/cordon is removed, with all incidents},
	'which says what goes';
is succeeds('nothing is left', 'find / -xdev -name "*cordon*" ! -path "/proc/*" ! -path "/package/*" ! -path "/var/log/*" ! -path "/var/cache/*" ! -path "/var/lib/apt/*"'),
	'', 'of it';
succeeds('it installs anew', 'apt-get -qq -y install /package/cordon.deb; test -d /var/lib/cordon');
done_testing;
