# SPDX-License-Identifier: Apache-2.0
# A daemon under test, and raw HTTP to talk with it.
#
# Environment: CORDON (default build/cordon).
package Serve;
use strict;
use warnings;
use Cwd qw(abs_path);
use Exporter 'import';
use File::Temp qw(tempdir);
use IO::Select;
use IO::Socket::INET;
use IO::Socket::UNIX;
use JSON::PP;
use POSIX qw(:sys_wait_h);
use Time::HiRes qw(sleep time);

our @EXPORT = qw($cordon daemon_start daemon_stop within free_port text_of http_open http http_get
	http_post run_cordon $dir);
our $cordon = abs_path($ENV{CORDON} // 'build/cordon');
our $dir = tempdir(CLEANUP => 1);
my (%is_ours, $n);
my $owner = $$;
die "no program: run make, or set CORDON\n" unless $cordon && -x $cordon;

END { local $?; kill 'KILL', keys %is_ours if %is_ours && $$ == $owner }

# Whether something becomes true in so many seconds.
sub within {
	my ($seconds, $is_so) = @_;
	my $until = time + $seconds;
	while (time < $until) {
		return 1 if $is_so->();
		sleep 0.02;
	}
	return $is_so->();
}

sub text_of {
	my ($path) = @_;
	open my $in, '<', $path or return '';
	local $/;
	return scalar <$in>;
}

# A port of TCP that nobody has, below those that the kernel gives to clients.
sub free_port {
	for (1 .. 200) {
		my $port = 20000 + int rand 10000;
		my $s = IO::Socket::INET->new(Proto => 'tcp', LocalAddr => '127.0.0.1', LocalPort => $port);
		return $port if $s;
	}
	die "no free port\n";
}

# Start a daemon; `settings` is text of cordon.yaml. Returns when it is ready, or with `unready` alive.
sub daemon_start {
	my (%with) = @_;
	$n++;
	my $udp = IO::Socket::INET->new(Proto => 'udp', LocalAddr => '127.0.0.1')->sockport;
	my $d = { state => $with{state} // "$dir/state$n", udp => $udp, http => free_port(),
		out => "$dir/$n.out", err => "$dir/$n.err", config => "$dir/$n.yaml" };
	my $settings = $with{settings} // "http: ['127.0.0.1:HTTP']\n";
	$settings =~ s/HTTP\b(?=')/$d->{http}/g;
	open my $config, '>', $d->{config} or die "open: $!\n";
	print {$config} "listen: ['127.0.0.1:$udp']\nreceive-buffer: 4M\nmemory: 16M\n$settings";
	close $config;
	$d->{pid} = fork // die "fork: $!\n";
	if (!$d->{pid}) {
		open STDOUT, '>', $d->{out};
		open STDERR, '>', $d->{err};
		exec $cordon, 'watch', '-c', $d->{config}, '--state', $d->{state};
		exit 2;
	}
	$is_ours{ $d->{pid} } = 1;
	my $path = $with{unready} ? '/healthz' : '/readyz';
	within(30, sub { http($d, "GET $path HTTP/1.1", ['Host: localhost'])->{status} == 200 })
		or warn text_of($d->{err});
	return $d;
}

# Ask it to end; its exit status.
sub daemon_stop {
	my ($d) = @_;
	kill 'TERM', $d->{pid};
	within(60, sub { waitpid($d->{pid}, WNOHANG) == $d->{pid} }) or return undef;
	delete $is_ours{ $d->{pid} };
	return $?;
}

# A connection: to the unix socket, or with `tcp` to the port.
sub http_open {
	my ($d, %how) = @_;
	return IO::Socket::INET->new(Proto => 'tcp', PeerAddr => '127.0.0.1', PeerPort => $d->{http})
		if $how{tcp};
	chdir $d->{state} or return undef; # a unix socket's name must be short
	my $s = IO::Socket::UNIX->new(Type => SOCK_STREAM, Peer => 'api.sock');
	chdir '/';
	chdir $Serve::home;
	return $s;
}
our $home = abs_path('.');

# Send a request as it stands, and take the whole answer: status, header (lower case), body.
sub http {
	my ($d, $line, $headers, $body, %how) = @_;
	my $s = http_open($d, %how) or return { status => 0, header => {}, body => '' };
	local $SIG{PIPE} = 'IGNORE';
	$headers = [@{ $headers // [] }, 'Connection: close'];
	push @$headers, 'Content-Length: ' . length $body if defined $body;
	print {$s} join("\r\n", $line, @$headers, '', $body // '');
	$s->flush;
	my $text = '';
	my $until = time + 60;
	my $select = IO::Select->new($s);
	while (time < $until && $select->can_read($until - time)) {
		last unless sysread $s, $text, 1 << 16, length $text;
	}
	my ($head, $rest) = split /\r\n\r\n/, $text, 2;
	my ($status, @lines) = split /\r\n/, $head // '';
	my %header = map { /^([^:]+):\s*(.*)$/ ? (lc $1 => $2) : () } @lines;
	return { status => ($status // '') =~ m{^HTTP/1\.1 (\d+)} ? $1 : 0, header => \%header,
		body => $rest // '' };
}

# GET; with `token` and `tcp`. The answer, with its JSON.
sub http_get {
	my ($d, $target, %how) = @_;
	my @headers = ('Host: ' . ($how{host} // "127.0.0.1:$d->{http}"), @{ $how{headers} // [] });
	push @headers, "Authorization: Bearer $how{token}" if $how{token};
	my $a = http($d, "GET $target HTTP/1.1", \@headers, undef, %how);
	$a->{json} = eval { decode_json($a->{body}) };
	return $a;
}

sub http_post {
	my ($d, $target, $body, %how) = @_;
	my @headers = ('Host: ' . ($how{host} // "127.0.0.1:$d->{http}"),
		'Content-Type: ' . ($how{type} // 'application/json'), @{ $how{headers} // [] });
	push @headers, "Authorization: Bearer $how{token}" if $how{token};
	my $a = http($d, "POST $target HTTP/1.1", \@headers,
		ref $body ? encode_json($body) : $body, %how);
	$a->{json} = eval { decode_json($a->{body}) };
	return $a;
}

# Run cordon; its exit code, and what it said on both.
sub run_cordon {
	my (@words) = @_;
	my $pid = open my $out, '-|';
	die "fork: $!\n" unless defined $pid;
	if (!$pid) {
		open STDERR, '>&', \*STDOUT;
		exec $cordon, @words;
		exit 99;
	}
	my $text = do { local $/; <$out> } // '';
	close $out;
	return ($? >> 8, $text);
}
1;
