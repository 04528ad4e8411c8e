#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# The daemon under a service manager: what it tells it, and what the journal gets; then the unit itself.
#
# Environment: CORDON (default build/cordon).
use strict;
use warnings;
use Fcntl qw(O_NONBLOCK O_WRONLY);
use FindBin;
use IO::Socket::UNIX;
use lib $FindBin::Bin;
use POSIX qw(mkfifo);
use Socket qw(SOCK_DGRAM);
use Test::More;
use Daemon;

my $manager = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => "$dir/notify") or die "socket: $!\n";
$manager->blocking(0);
my @heard;

# Whether the manager hears a datagram like that, behind the one that was asked for before.
my $at = 0;
sub hears_all {
	while (defined $manager->recv(my $text, 4096)) { push @heard, $text }
	return @heard[$at .. $#heard];
}

sub hears {
	my ($like) = @_;
	return within(30, sub {
		hears_all();
		for my $i ($at .. $#heard) {
			next if $heard[$i] !~ /$like/;
			$at = $i + 1;
			return 1;
		}
		return 0;
	});
}

sub under_systemd {
	my (%with) = @_;
	local @ENV{qw(NOTIFY_SOCKET WATCHDOG_USEC)} = ("$dir/notify", 400_000);
	delete local $ENV{WATCHDOG_PID};
	return start(%with);
}
my $settings = "$dir/cordon.yaml";
sub settings {
	open my $out, '>', $settings or die "open $settings: $!\n";
	print {$out} $_[0];
	close $out or die "write: $!\n";
}

settings("window: 500ms\n");
my $d = under_systemd(options => [ '--config', $settings ]);
ok hears(qr/^STATUS=.*\nEXTEND_TIMEOUT_USEC=\d+$/), 'it asks for time to read what it remembered';
ok hears(qr/^READY=1$/), 'it says when it is ready';
ok hears(qr/^WATCHDOG=1$/) && hears(qr/^WATCHDOG=1$/), 'and that it lives, again and again';
settings("window: 600ms\n");
kill 'HUP', $d->{pid};
ok hears(qr/^RELOADING=1\nMONOTONIC_USEC=\d+$/), 'that it reads its settings again';
ok hears(qr/^READY=1$/), 'and when it has';
is stop($d), 0, 'it ends, though its children were begun a moment ago';
ok hears(qr/^STOPPING=1$/), 'and said that it will';
like text_of($d->{err}), qr/^cordon watch: settings were read again$/m, 'a file gets no priorities';

# A keeper that hangs: the supervisor alone is no daemon that lives.
$d = under_systemd();
ok hears(qr/^READY=1$/) && hears(qr/^WATCHDOG=1$/), 'another one lives';
my ($keeper) = pids($d, 'keeper_pid');
kill 'STOP', $keeper;
ok within(30, sub { text_of($d->{err}) =~ /^cordon watch: the keeper \(process $keeper\) has not gone on for \d+ ms: /m }),
	'that its keeper hangs is said';
hears_all();
$at = @heard;
select undef, undef, undef, 1.2; # three intervals
hears_all();
is_deeply [ grep { /WATCHDOG/ } @heard[$at .. $#heard] ], [], 'and the watchdog hears nothing';
kill 'CONT', $keeper;
ok hears(qr/^WATCHDOG=1$/), 'until it goes on';
like text_of($d->{err}), qr/^cordon watch: the keeper goes on$/m, 'which is said, too';
is stop($d), 0, 'it ends';

# A keeper that has not begun: it waits for the inventory, a pipe that nobody writes to.
mkfifo("$dir/site.yaml", 0600) or die "mkfifo: $!\n";
settings("inventory: $dir/site.yaml\n");
{
	my $writer = fork // die "fork: $!\n";
	if (!$writer) { # the settings are checked first
		%is_ours = ();
		open my $out, '>', "$dir/site.yaml";
		print {$out} "{}\n";
		close $out;
		POSIX::_exit(0);
	}
	$is_ours{$writer} = 1;
	$d = under_systemd(options => [ '--config', $settings ]);
	waitpid $writer, 0;
	delete $is_ours{$writer};
	ok hears(qr/^EXTEND_TIMEOUT_USEC=\d+$/m) && hears(qr/^EXTEND_TIMEOUT_USEC=\d+$/m), 'time is asked for again and again';
	is_deeply [ grep { /^READY/ } @heard[$at .. $#heard] ], [], 'ready is not told meanwhile';
	ok within(30, sub {
		if (sysopen my $out, "$dir/site.yaml", O_WRONLY | O_NONBLOCK) { print {$out} "{}\n" }
		return grep { /^READY/ } hears_all();
	}), 'but when the keeper has begun';
	is stop($d), 0, 'it ends';
}

# A manager that is gone is told of, and nothing else happens.
close $manager;
unlink "$dir/notify";
$d = under_systemd();
like text_of($d->{err}), qr/^cordon watch: NOTIFY_SOCKET=.*No such file or directory$/m, 'a manager that is gone is told';
is stop($d), 0, 'and costs nothing';

# The journal: its stream is known by device and inode, so a pipe that is not it gets no priorities.
sub told {
	my ($is_journal) = @_;
	pipe my $in, my $out or die "pipe: $!\n";
	my $pid = fork // die "fork: $!\n";
	if (!$pid) {
		my ($device, $inode) = (stat $out)[ 0, 1 ];
		$ENV{JOURNAL_STREAM} = join ':', $device, $inode + ($is_journal ? 0 : 1);
		open STDERR, '>&', $out;
		exec $cordon, 'watch', '--state', "$dir/none", '--config', "$dir/not-there.yaml";
		die "exec: $!\n";
	}
	close $out;
	local $/;
	my $text = <$in>;
	waitpid $pid, 0;
	return $text;
}
like told(1), qr/^<3>cordon watch: .*not-there\.yaml/, 'an error has its priority in the journal';
like told(0), qr/^cordon watch: .*not-there\.yaml/, 'and none anywhere else';

# The unit, with the program under test in its place.
SKIP: {
	my $has = grep { -x "$_/systemd-analyze" } split /:/, $ENV{PATH};
	diag 'NOT TESTED: the unit; install systemd' if !$has;
	skip 'no systemd-analyze', 2 if !$has;
	(my $unit = text_of('dist/cordon.service.in')) =~ s{\@PREFIX\@/bin/cordon}{/usr/bin/env}g;
	open my $out, '>', "$dir/cordon.service" or die "open: $!\n";
	print {$out} $unit;
	close $out or die "write: $!\n";
	is system('systemd-analyze', 'verify', '--man=no', "$dir/cordon.service"), 0, 'the unit is one';
	my ($exposure) = `systemd-analyze security --offline=yes --no-pager $dir/cordon.service` =~
		/exposure level for \S+: ([\d.]+)/;
	cmp_ok $exposure, '<=', 1.5, "exposure of the unit is $exposure";
}
done_testing;
