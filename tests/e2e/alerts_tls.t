#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Syslog over TLS (RFC 5425) at a real rsyslogd, with a CA that is made here: who is not who he should be gets
# nothing, and the alerts wait.
#
# Environment: CORDON (default build/cordon).
use strict;
use warnings;
use Daemon;
use IO::Socket::INET;
use JSON::PP;
use Test::More;

my ($rsyslogd) = grep { -x } qw(/usr/sbin/rsyslogd /sbin/rsyslogd);
my ($driver) = glob '/usr/lib/*/rsyslog/lmnsd_gtls.so';
my $has_openssl = system('command -v openssl >/dev/null') == 0;
if (!$rsyslogd || !$driver || !$has_openssl) {
	diag 'NOT TESTED: syslog over TLS; install rsyslog, rsyslog-gnutls and openssl';
	plan skip_all => 'no rsyslogd with TLS, or no openssl';
}

my ($outbreak, $infected) = world('outbreak', qw(--format ipfix --seed 7 --worm codered2:3));
my $n_files = 0;

sub run_quietly {
	my $said = qx(@_ 2>&1);
	die "@_: $said" if $?;
}

my $key = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes';
run_quietly("openssl req -x509 $key -keyout $dir/$_.key -out $dir/$_.pem -subj /CN=$_ -days 2") for qw(ca stranger);

# A certificate: its name, who signed it, what it is for, and the rest of its time.
sub certificate {
	my ($name, %with) = @_;
	my $ca = $with{ca} // 'ca';
	my $time = $with{time} // '-days 2';
	open my $out, '>', "$dir/$name.ext" or die "open: $!\n";
	print {$out} "subjectAltName=$with{san}\n", $with{usage} ? "extendedKeyUsage=$with{usage}\n" : '';
	close $out or die "write: $!\n";
	run_quietly("openssl req $key -keyout $dir/$name.key -out $dir/$name.csr -subj /CN=$name");
	if ($with{is_expired}) { # x509 knows no begin in the past
		mkdir "$dir/db";
		for my $file (qw(index serial)) {
			open my $made, '>', "$dir/db/$file" or die "open: $!\n";
			print {$made} $file eq 'serial' ? "01\n" : '';
		}
		open my $conf, '>', "$dir/db/conf" or die "open: $!\n";
		print {$conf} "[ca]\ndefault_ca=a\n[a]\ndatabase=$dir/db/index\nserial=$dir/db/serial\nnew_certs_dir=$dir/db\n",
			"default_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n";
		close $conf;
		run_quietly("openssl ca -batch -config $dir/db/conf -in $dir/$name.csr -out $dir/$name.pem -cert $dir/$ca.pem ",
			"-keyfile $dir/$ca.key -startdate 20200101000000Z -enddate 20200201000000Z -extfile $dir/$name.ext -notext");
		return;
	}
	run_quietly("openssl x509 -req -in $dir/$name.csr -CA $dir/$ca.pem -CAkey $dir/$ca.key -CAcreateserial ",
		"-out $dir/$name.pem $time -extfile $dir/$name.ext");
}

certificate('numbered', san => 'IP:127.0.0.1');
certificate('named', san => 'DNS:*.example.net');
certificate('expired', san => 'IP:127.0.0.1', is_expired => 1);
certificate('foreign', san => 'IP:127.0.0.1', ca => 'stranger');
certificate('client', san => 'DNS:cordon.example.net');
certificate('visitor', san => 'DNS:cordon.example.net', usage => 'clientAuth');

# A server with a certificate; what it takes is in the file `out`. With `auth` it wants one of its clients.
sub server {
	my (%with) = @_;
	my $s = { port => $with{port} // free_port('tcp'), out => "$dir/" . ++$n_files . '.out' };
	my $conf = "$dir/$n_files.conf";
	my $auth = $with{auth} // 'StreamDriver.AuthMode="anon"';
	open my $out, '>', $conf or die "open: $!\n";
	print {$out} <<"END";
global(workDirectory="$dir" DefaultNetstreamDriver="gtls" DefaultNetstreamDriverCAFile="$dir/ca.pem"
	DefaultNetstreamDriverCertFile="$dir/$with{certificate}.pem" DefaultNetstreamDriverKeyFile="$dir/$with{certificate}.key")
module(load="imtcp" StreamDriver.Name="gtls" StreamDriver.Mode="1" $auth)
template(name="t" type="string" string="%protocol-version% %app-name% %msgid% %msg%\\n")
ruleset(name="r") { action(type="omfile" file="$s->{out}" template="t") }
input(type="imtcp" address="127.0.0.1" port="$s->{port}" ruleset="r")
END
	close $out or die "write: $!\n";
	$s->{pid} = fork // die "fork: $!\n";
	if (!$s->{pid}) {
		open STDOUT, '>', "$dir/rsyslog.log";
		open STDERR, '>&', \*STDOUT;
		exec $rsyslogd, '-n', '-f', $conf, '-i', "$conf.pid" or exit 1;
	}
	$is_ours{ $s->{pid} } = 1;
	within(20, sub { IO::Socket::INET->new(PeerAddr => "127.0.0.1:$s->{port}") }) or diag text_of("$dir/rsyslog.log");
	return $s;
}

sub server_end {
	my ($s) = @_;
	kill 'TERM', $s->{pid};
	waitpid $s->{pid}, 0;
	delete $is_ours{ $s->{pid} };
}

sub settings {
	my ($port, $more) = @_;
	my $path = "$dir/" . ++$n_files . '.yaml';
	open my $out, '>', $path or die "open $path: $!\n";
	print {$out} "alerts:\n- {type: syslog, to: 'tls:127.0.0.1:$port', $more}\n";
	close $out or die "write $path: $!\n";
	return $path;
}

# What cordon alert test says of a target.
sub tried {
	my ($s, $more) = @_;
	my $said = qx($cordon alert test --config @{[ settings($s->{port}, $more) ]});
	return $? == 0 ? 'sent' : $said;
}

subtest 'a certificate of an address, of who signed it, and of its time' => sub {
	my $good = server(certificate => 'numbered');
	is tried($good, 'ca: ca.pem'), 'sent', 'that of the address is taken';
	like tried($good, 'ca: ca.pem, name: logs.example.net'),
		qr/tls:127\.0\.0\.1 port \d+: The certificate is NOT trusted\. The name .* not match .* of logs\.example\.net$/,
		'another name is refused';
	like tried($good, 'ca: stranger.pem'), qr/issuer is unknown\. Looked for in \Q$dir\E\/stranger\.pem$/,
		'another CA is refused';
	like tried($good, 'least: suspect'), qr/issuer is unknown\. Looked for in what the system trusts; name its 'ca'$/,
		'and that of the system does not know it';
	like tried($good, 'ca: not-there.pem'), qr/read \Q$dir\E\/not-there\.pem: /, 'a file that is not there is told';
	server_end($good);
	my $expired = server(certificate => 'expired');
	like tried($expired, 'ca: ca.pem'), qr/The certificate chain uses expired certificate\.$/, 'its time is over: refused';
	server_end($expired);
	my $foreign = server(certificate => 'foreign');
	like tried($foreign, 'ca: ca.pem'), qr/issuer is unknown/, 'who signed it is unknown: refused';
	server_end($foreign);
	my $visitor = server(certificate => 'visitor');
	like tried($visitor, 'ca: ca.pem, name: cordon.example.net'), qr/NOT trusted/, 'made for clients: refused';
	server_end($visitor);
};

subtest 'a name is matched as RFC 6125 has it' => sub {
	my $named = server(certificate => 'named');
	is tried($named, 'ca: ca.pem, name: logs.example.net'), 'sent', 'a star stands for one label';
	like tried($named, 'ca: ca.pem, name: a.logs.example.net'), qr/name .* does not match/, 'not for two';
	like tried($named, 'ca: ca.pem'), qr/name .* does not match .* of 127\.0\.0\.1$/, 'nor for an address';
	server_end($named);
};

subtest 'a server that wants a certificate gets ours, or nothing' => sub {
	my $strict = server(certificate => 'numbered',
		auth => 'StreamDriver.AuthMode="x509/name" PermittedPeer="cordon.example.net"');
	my $n_before = () = text_of($strict->{out}) =~ /\n/g;
	is tried($strict, 'ca: ca.pem, certificate: client.pem, key: client.key'), 'sent', 'with ours it takes it';
	ok within(10, sub { text_of($strict->{out}) =~ /^1 cordon test \s*\{"type":"alert"/m }), 'and has it';
	like tried($strict, 'ca: ca.pem'), qr/right after the handshake; does it take nobody without a 'certificate'\?$|TLS: /,
		'without, nothing counts as sent';
	like tried($strict, 'ca: ca.pem, certificate: foreign.pem, key: foreign.key'), qr/ takes? .*'certificate'|TLS: /,
		'nor with that of a stranger';
	server_end($strict);
};

subtest 'who does not speak TLS is told so' => sub {
	my $silent = IO::Socket::INET->new(Proto => 'tcp', LocalAddr => '127.0.0.1', Listen => 5) or die "listen: $!\n";
	like tried({ port => $silent->sockport }, 'ca: ca.pem'), qr/no handshake within \d+ ms; does it speak TLS there\?$/, 'in words';
};

subtest 'alerts wait in the spool for a server that is who it should be, and come once, in order' => sub {
	my $wrong = server(certificate => 'expired');
	my $d = start(options => ['--config', settings($wrong->{port}, 'ca: ca.pem')]);
	replay($d, @$outbreak);
	ok within(20, sub { text_of($d->{err}) =~ /alerts: connect to tls:127\.0\.0\.1 port \d+: .* expired .*they wait in the spool/ }),
		'that it is refused is said, and why';
	ok within(10, sub {
		my $alerts = status($d)->{alerts};
		return $alerts->{number} && $alerts->{targets}[0]{is_down} && $alerts->{targets}[0]{retries};
	}), 'and stands in the status';
	is text_of($wrong->{out}), '', 'it got nothing';
	server_end($wrong);
	my $right = server(certificate => 'numbered', port => $wrong->{port});
	ok within(60, sub {
		my %seen = map { $_ => 1 } text_of($right->{out}) =~ /"host":"([^"]+)","class":"worm-like"/g;
		return "@{[ sort keys %seen ]}" eq "@$infected";
	}), 'the right one gets them' or diag text_of($d->{err});
	ok within(10, sub { my $s = status($d)->{alerts}; $s->{targets}[0]{number} == $s->{number} }), 'all of them';
	is stop($d), 0, 'ends';
	server_end($right);
	my @numbers = map { /^1 cordon \w+ \s*(\{.*\})$/ ? decode_json($1)->{number} : 'no RFC 5424' } split /\n/, text_of($right->{out});
	is_deeply \@numbers, [1 .. @numbers], 'each once, in order, in whole frames';
};

done_testing;
