# SPDX-License-Identifier: Apache-2.0
# The daemon as tests use it: started, fed, asked how it stands and what its store says, ended. Serve.pm talks
# HTTP with it.
#
# Environment: CORDON (default build/cordon), GENERATE (default build/tests/generate/generate).
package Daemon;
use strict;
use warnings;
use Detect;
use Exporter 'import';
use File::Temp qw(tempdir);
use IO::Socket::INET;
use JSON::PP;
use POSIX qw(:sys_wait_h);
use Port;
use Test::More;
use Time::HiRes qw(sleep time);

our @EXPORT = qw($cordon $dir %is_ours alerted append feed free_port incident incident_json lines load outbreak packets
	pids payloads repeated replay replay_from sender spill start status stop store_text text_of within world);

our $cordon = $ENV{CORDON} // 'build/cordon';
my $generate = $ENV{GENERATE} // 'build/tests/generate/generate';
our $dir = tempdir(CLEANUP => 1);
our %is_ours; # processes that are ended with the test
my $n_states;

my $owner = $$;

END { local $?; kill 'KILL', keys %is_ours if %is_ours && $$ == $owner }

# What a file holds so far; nothing when it is not there yet.
sub text_of { return -e $_[0] ? slurp($_[0]) : '' }

sub put_to {
	my ($how, $path, @text) = @_;
	open my $out, "$how:raw", $path or die "open $path: $!\n";
	print {$out} @text;
	close $out or die "write $path: $!\n";
}

sub spill { put_to('>', @_) }
sub append { put_to('>>', @_) }

# Start the daemon; returns when it listens, and says how it stands. `settings` is text of cordon.yaml, `config` the
# file to use; `options` go behind the command, `before` in front of it; `state` goes on with an old store.
# `is_ready` replaces what is waited for.
sub start {
	my (%with) = @_;
	my $d = { port => $with{port} // free_port(), state => $with{state} // "$dir/state" . ++$n_states };
	$d->{$_} = "$dir/" . ++$n_states . ".$_" for qw(out err yaml);
	$d->{config} = $with{config} // $d->{yaml};
	spill($d->{config}, "listen: ['127.0.0.1:$d->{port}']\n$with{settings}\n") if defined $with{settings};
	my @where = defined $with{settings} || $with{config} ? ('-c', $d->{config})
		: ('--listen', "127.0.0.1:$d->{port}");
	my @command = (@{ $with{before} // [] }, $cordon, 'watch', '--state', $d->{state}, @where,
		@{ $with{options} // [] });
	$d->{pid} = fork // die "fork: $!\n";
	if (!$d->{pid}) {
		open STDOUT, '>', $d->{out};
		open STDERR, '>', $d->{err};
		exec @command;
		die "exec $cordon: $!\n";
	}
	$is_ours{ $d->{pid} } = 1;
	my $is_ready = $with{is_ready} // sub { text_of($d->{err}) =~ /To feed it/ };
	within(10, sub { $is_ready->($d) }) or diag text_of($d->{err});
	# a state directory that was in use holds how the run before stood
	within(10, sub { (status($d)->{pid} // 0) == $d->{pid} || !kill 0, $d->{pid} }) if $with{state};
	return $d;
}

# Whether something becomes true in so many seconds; a machine that is busy gets four times that.
sub within {
	my ($seconds, $is_so) = @_;
	my $until = time + 4 * $seconds;
	while (time < $until) {
		return 1 if $is_so->();
		sleep 0.02;
	}
	return $is_so->();
}

# Ask it to end; its exit code, or undef when it does not.
sub stop {
	my ($d) = @_;
	kill 'TERM', $d->{pid};
	my $ended = within(15, sub { waitpid($d->{pid}, WNOHANG) == $d->{pid} });
	delete $is_ours{ $d->{pid} } if $ended;
	return $ended ? $? : undef;
}

sub status {
	my ($d) = @_;
	my $text = text_of("$d->{state}/status.json");
	return $text ? decode_json($text) : {};
}

# The UDP payloads of a capture that our generator wrote: Ethernet, IP without options. `times` gets theirs, in ms.
sub payloads {
	my ($path, $times) = @_;
	my $pcap = slurp($path);
	my @out;
	for (my $at = 24; $at + 16 <= length $pcap;) {
		my ($s, $us, $n) = unpack 'N3', substr $pcap, $at, 12;
		push @$times, $s * 1000 + int($us / 1000) if $times;
		my $heads = 14 + (unpack('n', substr $pcap, $at + 16 + 12, 2) == 0x86dd ? 40 : 20) + 8;
		push @out, substr $pcap, $at + 16 + $heads, $n - $heads;
		$at += 16 + $n;
	}
	return @out;
}

# `from` is an address of loopback, for each is an exporter of its own.
sub sender {
	my ($d, $from) = @_;
	return IO::Socket::INET->new(Proto => 'udp', PeerAddr => '127.0.0.1', PeerPort => $d->{port}, $from ? (LocalAddr => $from) : ());
}

sub replay { replay_from(undef, @_) }

# At some thousand datagrams a second.
sub replay_from {
	my ($from, $d, @payloads) = @_;
	my $to = sender($d, $from);
	for my $i (0 .. $#payloads) {
		$to->send($payloads[$i]);
		sleep 0.005 if $i % 16 == 15;
	}
}

# A site; its payloads, and the hosts that are infected there.
sub world {
	my ($name, @options) = @_;
	system($generate, @options, '--truth', "$dir/$name.tsv", "$dir/$name.pcap") == 0
		or die "$generate failed\n";
	my @truth = map { (split /\t/)[0] } split /\n/, slurp("$dir/$name.tsv");
	shift @truth;
	return ([payloads("$dir/$name.pcap")], [sort @truth]);
}

sub lines { return split /\n/, text_of($_[0]{out}) }

sub alerted {
	my ($d) = @_;
	my %host = map { (split / /)[2] => 1 } grep { / worm-like / } lines($d);
	return [sort keys %host];
}

# What was told as new twice.
sub repeated {
	my ($d) = @_;
	my %n;
	$n{ join ' ', (split / /)[2, 4] }++ for grep { / new / } lines($d);
	return [grep { $n{$_} > 1 } sort keys %n];
}

# As world, but datagrams are [time in ms, payload], and of each infected host it is told what is true of it.
sub outbreak {
	my (@options) = @_;
	my $name = "$dir/outbreak" . ++$n_states;
	system($generate, @options, '--truth', "$name.tsv", "$name.pcap") == 0 or die "$generate failed\n";
	my ($head, @rows) = map { [split /\t/] } split /\n/, slurp("$name.tsv");
	my (%truth, @times);
	for my $row (@rows) {
		my %of;
		@of{@$head} = @$row;
		$truth{ $of{host} } = \%of;
	}
	my @payloads = payloads("$name.pcap", \@times);
	return ([map { [$times[$_], $payloads[$_]] } 0 .. $#payloads], \%truth);
}

# Send what outbreak gave; returns whether the daemon took all of it.
sub feed {
	my ($d, @datagrams) = @_;
	my $before = status($d)->{collected}{datagrams} // 0;
	replay($d, map { $_->[1] } @datagrams);
	return within(20, sub { (status($d)->{collected}{datagrams} // 0) >= $before + @datagrams });
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

# All bytes of the store; bodies of events stand in it as they are.
sub store_text { return join '', map { slurp($_) } grep { !/status|lock/ } glob "$_[0]{state}/*" }

# A capture of packets: one host asks forty others for a connection on tcp/445, nobody answers.
sub packets {
	my ($path) = @_;
	open my $out, '>:raw', $path or die "open $path: $!\n";
	print $out pack 'VvvVVVV', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1; # Ethernet
	for my $i (1 .. 40) {
		my $tcp = pack 'nnNNCCnnn', 40000 + $i, 445, $i, 0, 0x50, 2, 8192, 0, 0;
		my $ip = pack 'CCnnnCCnNN', 0x45, 0, 20 + length $tcp, $i, 0, 64, 6, 0, 0x0a000005,
			0xc6336400 + $i;
		my $frame = "\2\0\0\0\0\1\2\0\0\0\0\2\x08\0$ip$tcp";
		print $out pack('VVVV', time, 1000 * $i, length $frame, length $frame), $frame;
	}
	close $out or die "write $path: $!\n";
}

# Send payloads again and again, in a process of its own; returns its id.
sub load {
	my ($d, @payloads) = @_;
	my $pid = fork // die "fork: $!\n";
	if (!$pid) {
		%is_ours = ();
		replay($d, @payloads) while 1;
	}
	$is_ours{$pid} = 1;
	return $pid;
}

# The ids of its processes that run; empty when one of them does not.
sub pids {
	my ($d, @which) = @_;
	my $s = status($d);
	my @pids = grep { $_ && kill 0, $_ } map { $s->{$_} } @which;
	return @pids == @which ? @pids : ();
}

1;
