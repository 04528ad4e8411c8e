#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Real exporters feed the daemon, each one of its own: pmacct's two probes watch an interface of a network
# namespace, on which a host looks for others; softflowd reads a capture of such a host, for on an
# interface it waits until a buffer of the kernel is full.
use strict;
use warnings;

# All of it happens in a namespace of its own, with an interface whose other end nobody listens to.
BEGIN {
	$ENV{PATH} .= ':/usr/sbin:/sbin';
	if (!$ENV{CORDON_NAMESPACE}) {
		$ENV{CORDON_NAMESPACE} = 'made';
		my $makes = 'ip link set lo up && ip link add probe0 type veth peer name probe1';
		system("unshare -n sh -c '$makes' >/dev/null 2>&1") == 0
			and exec 'unshare', '-n', $^X, $0;
		print "1..0 # SKIP NO NETWORK NAMESPACE CAN BE MADE HERE (unshare -n, ip): NO REAL EXPORTER IS TESTED\n";
		exit 0;
	}
}
use Daemon;
use Detect;
use POSIX qw(:sys_wait_h);
use Socket;
use Test::More;
use Time::HiRes qw(sleep time);

system('ip link set lo up && ip link add probe0 type veth peer name probe1 && ip link set probe1 up'
	. ' && ip link set probe0 up arp off && ip addr add 10.0.0.5/24 dev probe0'
	. ' && ip route add 198.51.100.0/24 dev probe0') == 0
	or die "the interface cannot be made\n";
my $peers = 40;

# Whoever sends: what it is called, whether it is there, and the command that runs in the foreground.
sub pmacct {
	my ($name, $port, @lines) = @_;
	my $path = "$dir/$name.conf";
	open my $out, '>', $path or die "open $path: $!\n";
	print $out map { "$_\n" } 'daemonize: false', 'pcap_interface: probe0', 'plugin_buffer_size: 10240',
		'plugin_pipe_size: 1024000', 'aggregate: src_host, dst_host, src_port, dst_port, proto, tcpflags, '
			. 'timestamp_start, timestamp_end', @lines;
	close $out or die "write $path: $!\n";
	return ('pmacctd', '-f', $path);
}
my $ages = 'tcp=1:tcp.rst=1:tcp.fin=1:udp=1:icmp=1:general=1:maxlife=2:expint=1';
my @exporters = (
	(map { my $v = $_; {
		name => "softflowd, version $v", package => 'softflowd', version => $v, reads_file => 1,
		command => sub { ('softflowd', '-r', "$dir/syn.pcap", '-v', $v, '-d', '-n', "127.0.0.1:$_[0]", '-p',
			"$dir/sf$v.pid", '-c', 'none') },
	} } 5, 9, 10),
	(map { my $v = $_; {
		name => "pmacct's nfprobe, version $v", package => 'pmacct', version => $v,
		command => sub { pmacct("nfprobe$v", $_[0], 'plugins: nfprobe', "nfprobe_receiver: 127.0.0.1:$_[0]",
			"nfprobe_version: $v", "nfprobe_timeouts: $ages") },
	} } 5, 9, 10),
	{ name => "pmacct's sfprobe, sFlow", package => 'pmacct', version => 0,
		command => sub { pmacct('sfprobe', $_[0], 'plugins: sfprobe', "sfprobe_receiver: 127.0.0.1:$_[0]",
			'sampling_rate: 1') } },
);

sub begin {
	my ($x) = @_;
	my ($program) = my @command = $x->{command}->($x->{daemon}{port});
	$x->{pid} = fork // die "fork: $!\n";
	if (!$x->{pid}) {
		%is_ours = ();
		open STDIN, '<', '/dev/null';
		open STDOUT, '>', "$dir/$program.$x->{version}.log";
		open STDERR, '>&', \*STDOUT;
		exec @command;
		die "exec $program: $!\n";
	}
	$is_ours{ $x->{pid} } = 1;
}

# A SYN each, that nobody answers.
my @open;
sub scan {
	for my $i (1 .. $peers) {
		socket my $s, AF_INET, SOCK_STREAM, 0 or die "socket: $!\n";
		$s->blocking(0);
		connect $s, pack_sockaddr_in(445, inet_aton("198.51.100.$i"));
		push @open, $s;
	}
}

my %is_there = map { my $p = $_->{package}; $p => scalar grep { -x "$_/" . ($p eq 'pmacct' ? 'pmacctd' : $p) }
	split /:/, $ENV{PATH} } @exporters;
my @there = grep { $is_there{ $_->{package} } } @exporters;
packets("$dir/syn.pcap");
$_->{daemon} = start(), begin($_) for @there;

# When a program listens on the interface, the kernel knows a packet socket more; all have to.
my $listeners = sub { my @lines = split /\n/, slurp('/proc/net/packet'); return @lines - 1 };
my $n_live = grep { !$_->{reads_file} } @there;
ok within(10, sub { $listeners->() >= $n_live }), "$n_live exporters listen";
scan();
for my $x (@exporters) {
	subtest $x->{name} => sub {
		plan skip_all => "NO $x->{package}: $x->{name} IS NOT TESTED AS AN EXPORTER" if !$x->{daemon};
		my $d = $x->{daemon};
		my @told = sub { @{ status($d)->{exporters} // [] } };
		ok within(15, sub { "@{ alerted($d) }" eq '10.0.0.5' }), 'its exports become an alert'
			or diag text_of($d->{out}), text_of($d->{err}), explain status($d);
		kill $x->{package} eq 'pmacct' ? 'INT' : 'TERM', $x->{pid};
		within(10, sub { waitpid($x->{pid}, WNOHANG) == $x->{pid} });
		delete $is_ours{ $x->{pid} };
		ok within(5, sub {
			my ($e) = @{ status($d)->{exporters} // [] };
			return $e && $e->{records} >= $peers;
		}), "all $peers flows came, and whatever else was on the interface" or diag explain status($d);
		my $s = status($d);
		is scalar @{ $s->{exporters} }, 1, 'from one exporter';
		my $e = $s->{exporters}[0];
		is $e->{version}, $x->{version}, 'of that version';
		# The sequence of softflowd 1.1.0 does not count the records of IPFIX as RFC 7011, 3.1 wants.
		my $counts = $x->{package} ne 'softflowd' || $x->{version} != 10;
		is $e->{$_}, 0, "nothing is wrong with it: $_"
			for qw(missing faults without_template), $counts ? 'late' : ();
		is $s->{collected}{unknown} + $s->{collected}{kernel_drops}, 0, 'nor with what it sent';
		cmp_ok abs $e->{clock_skew_s}, '<', 2, 'its clock is ours';
		is stop($d), 0, 'exit code 0';
	};
}
done_testing;
