# SPDX-License-Identifier: Apache-2.0
# Ports for the servers of a test. Each is leased until the test ends, so that a daemon which is killed finds its
# port free when it is begun again, whatever tests run beside it.
package Port;
use strict;
use warnings;
use Exporter 'import';
use Fcntl qw(:flock);
use IO::Socket::INET;

our @EXPORT = qw(free_port);

my $folder = ($ENV{TMPDIR} // '/tmp') . "/cordon-test-ports.$<";
my @leases; # locks that go with this process; programs that it starts do not get them

# A port of 127.0.0.1 that nobody has ('udp' or 'tcp'), below those that the kernel gives to clients.
sub free_port {
	my ($proto) = @_;
	mkdir $folder, 0700;
	for (1 .. 200) {
		my $port = 12000 + int rand 20000;
		open my $lease, '>', "$folder/$port" or die "open $folder/$port: $!\n";
		flock $lease, LOCK_EX | LOCK_NB or next;
		IO::Socket::INET->new(Proto => $proto // 'udp', LocalAddr => '127.0.0.1', LocalPort => $port) or next;
		push @leases, $lease;
		return $port;
	}
	die "no free port\n";
}

1;
