#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Alerts by mail, with a sendmail that writes down what it gets, refuses, hangs, or loses the process that runs it.
#
# Environment: CORDON (default build/cordon).
use strict;
use warnings;
use utf8;
use Daemon;
use Encode qw(decode_utf8);
use IO::Socket::INET;
use MIME::QuotedPrint qw(decode_qp);
use POSIX ();
use Test::More;
use Time::HiRes qw(sleep);

my ($outbreak, $infected) = world('outbreak', qw(--format ipfix --seed 7 --worm codered2:3));
my $n_yaml;

# A sendmail that does what the file beside it says: a command of the shell, before it takes the message.
mkdir "$dir/mail" or die "mkdir: $!\n";
open my $script, '>', "$dir/sendmail" or die "open: $!\n";
print {$script} <<"END";
#!/bin/sh
. $dir/mode
n=\$(mktemp $dir/mail/XXXXXX)
echo "\$*" > \$n.arguments
cat > \$n.part && mv \$n.part \$n.message
END
close $script or die "write: $!\n";
chmod 0755, "$dir/sendmail" or die "chmod: $!\n";

sub mode {
	open my $out, '>', "$dir/mode~" or die "open: $!\n";
	print {$out} "$_[0]\n";
	close $out or die "write: $!\n";
	rename "$dir/mode~", "$dir/mode" or die "rename: $!\n";
}

sub settings {
	my ($more) = @_;
	my $path = "$dir/" . ++$n_yaml . '.yaml';
	open my $out, '>:utf8', $path or die "open $path: $!\n";
	my $program = $more =~ /smtp/ ? '' : "sendmail: $dir/sendmail, ";
	print {$out} "alerts:\n- {type: mail, to: 'noc\@example.net, a\@example.org', least: worm-like, $program$more}\n";
	close $out or die "write $path: $!\n";
	return $path;
}

sub mails { return map { text_of($_) } sort { (stat $a)[10] <=> (stat $b)[10] } glob "$dir/mail/*.message" }
sub forget { unlink glob "$dir/mail/*" }

# What is told in a message: an array of [time, kind, host, class].
sub told {
	my ($head, $body) = split /\n\n/, $_[0], 2;
	$body = decode_utf8(decode_qp($body));
	return map { [$1, $2, $3, $4] if /^(\d{4}-\S+)  (\S+)  (\S+)  (\S+)/ } grep { /^\d{4}-/ } split /\n/, $body;
}

sub hosts { my %seen = map { $_->[2] => 1 } map { told($_) } mails(); return [sort keys %seen] }

subtest 'what is found together comes in one message, the rest behind the interval' => sub {
	forget();
	mode('');
	my $d = start(options => ['--config', settings("from: '監視 <cordon\@example.net>', interval: 2s")]);
	replay($d, @$outbreak);
	ok within(30, sub { "@{ hosts() }" eq "@$infected" }), 'all are told';
	ok within(10, sub { my $s = status($d)->{alerts}; $s->{targets}[0]{number} == $s->{number} }), 'nothing waits';
	my $sent = status($d)->{alerts}{targets}[0]{sent};
	is stop($d), 0, 'ends';
	my @mails = mails();
	is scalar(map { told($_) } @mails), $sent, "what is counted as sent is what was told: $sent in " . @mails;
	my %n;
	$n{"@$_"}++ for map { told($_) } @mails;
	is_deeply [grep { $n{$_} > 1 } keys %n], [], 'each once';
	like $mails[0], qr/^From: =\?UTF-8\?B\?55uj6KaW\?=\n <cordon\@example\.net>\nTo: noc\@example\.net,\n a\@example\.org\n/,
		'from whom, to whom';
	like $mails[0], qr/^Subject: cordon: .*worm-like/m, 'about what';
	like $mails[0], qr/^Message-ID: <cordon\.\d+\.\d+\.\d+@[^>]+>$/m, 'with a name';
	unlike join('', @mails), qr/[^\x20-\x7e\n]/, 'in ASCII';
	like decode_utf8(decode_qp($mails[0])), qr/警報/, 'that says Japanese';
	my ($arguments) = map { text_of($_) } glob "$dir/mail/*.arguments";
	is $arguments, "-i -f cordon\@example.net noc\@example.net a\@example.org\n", 'recipients are arguments';
};

subtest 'what sendmail refuses comes when it takes it again, and nothing twice' => sub {
	forget();
	mode('echo "queue file write error" >&2; exit 75');
	my $d = start(options => ['--config', settings('interval: 1s')]);
	replay($d, @$outbreak);
	ok within(20, sub { text_of($d->{err}) =~ m{alerts: mail: \Q$dir\E/sendmail ended with exit code 75: queue file write error; they wait} }),
		'why it did not go is said';
	ok within(10, sub { (status($d)->{alerts}{targets} // [])->[0]{is_down} }), 'and stands in the status';
	is_deeply [mails()], [], 'nothing came';
	mode('');
	ok within(40, sub { "@{ hosts() }" eq "@$infected" }), 'all come';
	ok within(10, sub { text_of($d->{err}) =~ /alerts: mail noc\@example\.net, a\@example\.org takes them again/ }), 'that is said';
	is stop($d), 0, 'ends';
	my %n;
	$n{"@$_"}++ for map { told($_) } mails();
	is_deeply [grep { $n{$_} > 1 } keys %n], [], 'each once';
};

subtest 'one that hangs does not hold up the end, and nothing is lost' => sub {
	forget();
	mode("echo \$\$ >> $dir/hung; exec sleep 1000");
	my $d = start(options => ['--config', settings('interval: 1s')]);
	replay($d, @$outbreak);
	ok within(20, sub { text_of("$dir/hung") =~ /\d/ }), 'it hangs';
	is stop($d), 0, 'ends';
	ok within(10, sub { !grep { kill 0, $_ } split /\s+/, text_of("$dir/hung") }), 'with it';
	mode('');
	my $again = start(state => $d->{state}, options => ['--config', settings('interval: 1s')]);
	ok within(20, sub { "@{ hosts() }" eq "@$infected" }), 'the next run sends them';
	is stop($again), 0, 'ends';
};

# The children of a process.
sub children_of {
	my ($parent) = @_;
	return grep { text_of("/proc/$_/stat") =~ /^\d+ \(.*\) \S (\d+)/ && $1 == $parent } map { m{(\d+)$} } glob '/proc/[0-9]*';
}

subtest 'the process that runs sendmail is killed: another one takes its place' => sub {
	forget();
	mode('');
	my $d = start(options => ['--config', settings('interval: 1s')]);
	my $sender;
	ok within(10, sub { ($sender) = pids($d, 'sender_pid') }), 'the sender runs';
	my ($mailer, @others);
	ok within(10, sub { ($mailer, @others) = children_of($sender) }), 'with one child';
	is scalar(@others), 0, 'and no more';
	kill 'KILL', $mailer;
	replay($d, @$outbreak);
	ok within(30, sub { "@{ hosts() }" eq "@$infected" }), 'all are told';
	is stop($d), 0, 'ends';
};

# A server of SMTP in a process of its own, which knows one of the recipients; messages go where those of sendmail do.
sub smtp_start {
	my ($port) = @_;
	my $listener = IO::Socket::INET->new(Proto => 'tcp', LocalAddr => '127.0.0.1', LocalPort => $port,
		Listen => 5, ReuseAddr => 1) or die "listen: $!\n";
	my $pid = fork // die "fork: $!\n";
	if (!$pid) {
		%is_ours = ();
		for (my $n = 1; my $c = $listener->accept; $n++) {
			print {$c} "220 test\r\n";
			while (defined(my $line = <$c>)) {
				my ($verb) = uc($line) =~ /^(\w+)/;
				print {$c} $verb eq 'DATA' ? "354 go on\r\n" : $line =~ /^RCPT TO:<noc/i ? "550 unknown\r\n" : "250 fine\r\n";
				last if $verb eq 'QUIT';
				next if $verb ne 'DATA';
				my $message = '';
				while (defined(my $text = <$c>)) {
					last if $text eq ".\r\n";
					$text =~ s/^\.//;
					$message .= $text =~ s/\r\n$/\n/r;
				}
				open my $out, '>', "$dir/mail/smtp$n.message";
				print {$out} $message;
				close $out;
				print {$c} "250 taken\r\n";
			}
			close $c;
		}
		POSIX::_exit(0);
	}
	close $listener;
	$is_ours{$pid} = 1;
	return $pid;
}

subtest 'a server of SMTP that is down for a while gets all, and needs no program' => sub {
	forget();
	my $port = free_port('tcp');
	my $d = start(options => ['--config', settings("interval: 1s, smtp: '127.0.0.1:$port'")]);
	replay($d, @$outbreak);
	ok within(20, sub { text_of($d->{err}) =~ m{alerts: mail: smtp://127\.0\.0\.1:$port: .*; they wait} }), 'that it is down is said';
	is_deeply [children_of(pids($d, 'sender_pid'))], [], 'the sender has no child';
	my $pid = smtp_start($port);
	ok within(40, sub { "@{ hosts() }" eq "@$infected" }), 'all are told';
	is stop($d), 0, 'ends';
	like +(mails())[0], qr/^From: "cordon" <cordon\@[^>]+>\nTo: noc\@example\.net,\n a\@example\.org\n.*\n\n.*--=20\ncordon /s,
		'from this machine, whole, though one recipient is refused' or diag mails();
	kill 'KILL', $pid;
	waitpid $pid, 0;
	delete $is_ours{$pid};
};

subtest 'cordon alert test mails too' => sub {
	forget();
	mode('');
	my $said = qx($cordon alert test --config @{[settings('interval: 1h')]});
	is $? >> 8, 0, 'sent';
	like decode_qp((mails())[0]), qr/this is a test of the alerts of cordon/, 'at once';
	mode('exit 1');
	$said = qx($cordon alert test --config @{[settings('interval: 1h')]});
	is $? >> 8, 3, 'refused';
	like $said, qr{^NOT  mail noc\@example\.net, a\@example\.org: mail: \Q$dir\E/sendmail ended with exit code 1$}m, 'and why';
};

done_testing;
