# SPDX-License-Identifier: Apache-2.0
# The daemon under test: start and stop it, feed it, ask it and its store.
package Watch;
use strict;
use warnings;
use Exporter 'import';
use File::Temp qw(tempdir);
use IO::Socket::INET;
use JSON::PP;
use POSIX qw(:sys_wait_h);
use Time::HiRes qw(sleep time);

our @EXPORT = qw(watch_start watch_stop watch_status within incident incident_json world feed text_of);

my $cordon = $ENV{CORDON} // 'build/cordon';
my $generate = $ENV{GENERATE} // 'build/tests/generate/generate';
my $dir = tempdir(CLEANUP => 1);
my (%is_ours, $n);

END { kill 'KILL', keys %is_ours if %is_ours }

# What a file holds so far; nothing when it is not there yet.
sub text_of {
	open my $in, '<:raw', $_[0] or return '';
	local $/;
	return <$in> // '';
}

# Whether something becomes true in so many seconds.
sub within {
	my ($seconds, $is_so) = @_;
	my $until = time + $seconds;
	while (time < $until) {
		return 1 if $is_so->();
		sleep 0.05;
	}
	return $is_so->();
}

# Start the daemon with settings (YAML); returns when it listens. `state` continues with an old store.
sub watch_start {
	my (%with) = @_;
	my $socket = IO::Socket::INET->new(Proto => 'udp', LocalAddr => '127.0.0.1') or die "socket: $!\n";
	my $d = { port => $socket->sockport, state => $with{state} // "$dir/state" . ++$n };
	close $socket;
	$d->{$_} = "$dir/" . ++$n . ".$_" for qw(out err yaml);
	open my $yaml, '>', $d->{yaml} or die "open: $!\n";
	print {$yaml} $with{settings} // '';
	close $yaml or die "write: $!\n";
	$d->{pid} = fork // die "fork: $!\n";
	if (!$d->{pid}) {
		open STDOUT, '>', $d->{out};
		open STDERR, '>', $d->{err};
		exec $cordon, 'watch', '--state', $d->{state}, '--listen', "127.0.0.1:$d->{port}",
			'--config', $d->{yaml};
		die "exec $cordon: $!\n";
	}
	$is_ours{ $d->{pid} } = 1;
	within(30, sub { text_of($d->{err}) =~ /To feed it/ }) or die text_of($d->{err});
	# a state directory that was in use holds what the run before said
	within(30, sub { (watch_status($d)->{pid} // 0) == $d->{pid} }) or die "no status.json\n";
	return $d;
}

# Ask it to end; its exit code, or undef when it does not.
sub watch_stop {
	my ($d) = @_;
	kill 'TERM', $d->{pid};
	my $ended = within(40, sub { waitpid($d->{pid}, WNOHANG) == $d->{pid} });
	delete $is_ours{ $d->{pid} } if $ended;
	return $ended ? $? : undef;
}

sub watch_status {
	my $text = text_of("$_[0]{state}/status.json");
	return $text ? decode_json($text) : {};
}

# A verb on the store: its exit code, and what it printed on both channels.
sub incident {
	my ($d, @words) = @_;
	my $pid = open my $out, '-|';
	die "fork: $!\n" unless defined $pid;
	if (!$pid) {
		open STDERR, '>&', \*STDOUT;
		exec $cordon, 'incident', @words, '--state', $d->{state} or die "exec: $!\n";
	}
	local $/;
	my $text = <$out> // '';
	close $out;
	return ($? >> 8, $text);
}

# The same with --json: its objects; none while there is no store.
sub incident_json {
	my ($code, $text) = incident(@_, '--json');
	return map { /^\{/ ? decode_json($_) : () } split /\n/, $text;
}

# A site: its datagrams as [time in ms, payload], and of each infected host what is true of it.
sub world {
	my (@options) = @_;
	my $name = "$dir/world" . ++$n;
	system($generate, @options, '--truth', "$name.tsv", "$name.pcap") == 0 or die "$generate failed\n";
	my ($head, @rows) = map { [split /\t/] } split /\n/, text_of("$name.tsv");
	my %truth;
	for my $row (@rows) {
		my %of;
		@of{@$head} = @$row;
		$truth{ $of{host} } = \%of;
	}
	my $pcap = text_of("$name.pcap"); # Ethernet, IPv4 without options
	my @out;
	for (my $at = 24; $at + 16 <= length $pcap;) {
		my ($s, $us, $len) = unpack 'N3', substr $pcap, $at, 12;
		push @out, [$s * 1000 + int($us / 1000), substr $pcap, $at + 16 + 42, $len - 42];
		$at += 16 + $len;
	}
	return (\@out, \%truth);
}

# Send datagrams, at some thousand a second; returns when the daemon has them all.
sub feed {
	my ($d, @datagrams) = @_;
	my $to = IO::Socket::INET->new(Proto => 'udp', PeerAddr => '127.0.0.1', PeerPort => $d->{port});
	my $before = watch_status($d)->{collected}{datagrams} // 0;
	for my $i (0 .. $#datagrams) {
		$to->send($datagrams[$i][1]);
		sleep 0.005 if $i % 16 == 15;
	}
	return within(60, sub { (watch_status($d)->{collected}{datagrams} // 0) >= $before + @datagrams });
}

1;
