# SPDX-License-Identifier: Apache-2.0
# Raw HTTP to talk with a daemon under test.
package Serve;
use strict;
use warnings;
use Cwd qw(abs_path);
use Daemon;
use Exporter 'import';
use IO::Select;
use IO::Socket::INET;
use IO::Socket::UNIX;
use JSON::PP;
use Time::HiRes qw(time);

our @EXPORT = qw($cordon daemon_start daemon_stop within free_port text_of http_open http http_get
	http_post run_cordon $dir);
$cordon = abs_path($cordon); # http_open changes the folder
die "no program: run make, or set CORDON\n" unless $cordon && -x $cordon;

# Start a daemon; `settings` is text of cordon.yaml. Returns when it is ready, or with `unready` alive.
sub daemon_start {
	my (%with) = @_;
	my $http = free_port('tcp');
	my $settings = $with{settings} // "http: ['127.0.0.1:HTTP']\n";
	$settings =~ s/HTTP\b(?=')/$http/g;
	my $path = $with{unready} ? '/healthz' : '/readyz';
	my $is_ready = sub {
		my ($d) = @_;
		$d->{http} = $http;
		return http($d, "GET $path HTTP/1.1", ['Host: localhost'])->{status} == 200;
	};
	my $d = start(settings => "receive-buffer: 4M\nmemory: 16M\n$settings", is_ready => $is_ready,
		defined $with{state} ? (state => $with{state}) : ());
	$d->{udp} = $d->{port};
	return $d;
}

# Ask it to end; its exit status.
sub daemon_stop { return stop(@_) }

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
