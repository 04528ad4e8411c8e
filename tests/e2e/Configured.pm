# SPDX-License-Identifier: Apache-2.0
# A daemon with a file of settings: started, asked how it stands, ended.
package Configured;
use strict;
use warnings;
use Detect;
use Exporter 'import';
use File::Temp qw(tempdir);
use IO::Socket::INET;
use JSON::PP;
use POSIX qw(:sys_wait_h);
use Test::More;
use Time::HiRes qw(sleep time);

our @EXPORT = qw(start stop status within free_port text_of spill append lines);

my (%is_ours, $n_states);
my $dir = tempdir(CLEANUP => 1);

my $owner = $$;

END { local $?; kill 'KILL', keys %is_ours if %is_ours && $$ == $owner }

# What a file holds so far; nothing when it is not there yet.
sub text_of { return -e $_[0] ? slurp($_[0]) : '' }

sub lines { return split /\n/, text_of($_[0]{out}) }

sub put_to {
	my ($how, $path, @text) = @_;
	open my $out, "$how:raw", $path or die "open $path: $!\n";
	print {$out} @text;
	close $out or die "write $path: $!\n";
}

sub spill { put_to('>', @_) }
sub append { put_to('>>', @_) }

sub free_port {
	my $s = IO::Socket::INET->new(Proto => 'udp', LocalAddr => '127.0.0.1') or die "socket: $!\n";
	return $s->sockport;
}

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

# Start the daemon with settings; returns when it has greeted. `before`: words in front of the command.
sub start {
	my (%with) = @_;
	my $d = { state => $with{state} // "$dir/state" . ++$n_states };
	$d->{$_} = "$dir/" . ++$n_states . ".$_" for qw(out err);
	$d->{config} = $with{config} // "$dir/" . ++$n_states . '.yaml';
	$d->{port} = free_port();
	spill($d->{config}, "listen: ['127.0.0.1:$d->{port}']\n$with{settings}\n") if defined $with{settings};
	$d->{pid} = fork // die "fork: $!\n";
	if (!$d->{pid}) {
		open STDOUT, '>', $d->{out};
		open STDERR, '>', $d->{err};
		exec @{ $with{before} // [] }, $ENV{CORDON} // 'build/cordon', 'watch', '-c', $d->{config},
			'--state', $d->{state};
		die "exec: $!\n";
	}
	$is_ours{ $d->{pid} } = 1;
	within(20, sub { text_of($d->{err}) =~ /To feed it/ }) or diag text_of($d->{err});
	return $d;
}

# Ask it to end; its exit status, or undef when it does not.
sub stop {
	my ($d) = @_;
	kill 'TERM', $d->{pid};
	my $ended = within(40, sub { waitpid($d->{pid}, WNOHANG) == $d->{pid} });
	delete $is_ours{ $d->{pid} } if $ended;
	return $ended ? $? : undef;
}

sub status {
	my ($d) = @_;
	my $text = text_of("$d->{state}/status.json");
	return $text ? decode_json($text) : {};
}

1;
