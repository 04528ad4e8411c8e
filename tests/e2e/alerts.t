#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Alerts of the daemon at their targets: a file, syslog over a unix socket, UDP and TCP; targets that are down,
# processes that are killed. Each alert arrives, in order.
use strict;
use warnings;
use Daemon;
use Detect;
use IO::Select;
use IO::Socket::INET;
use IO::Socket::UNIX;
use JSON::PP;
use Test::More;
use Time::HiRes qw(sleep time);

my ($outbreak, $infected) = world('outbreak', qw(--format ipfix --seed 7 --worm codered2:3));
my $n_yaml;

sub settings {
	my ($text) = @_;
	my $path = "$dir/" . ++$n_yaml . '.yaml';
	open my $out, '>', $path or die "open $path: $!\n";
	print {$out} $text;
	close $out or die "write $path: $!\n";
	return $path;
}

# The alerts of a text, a line each.
sub alerts_in { return map { decode_json($_) } grep { /^\{/ } split /\n/, $_[0] }

sub worms { return [sort map { $_->{class} eq 'worm-like' ? $_->{host} : () } @_] }

sub is_in_order {
	my ($what, @alerts) = @_;
	my @numbers = map { $_->{number} } @alerts;
	my %seen;
	is_deeply [@numbers], [sort { $a <=> $b } @numbers], "$what: in order";
	is scalar(grep { $seen{$_}++ } @numbers), 0, "$what: each once";
}

subtest 'a file gets each alert once, and may be rotated by its name' => sub {
	my $file = "$dir/alerts.json";
	my $d = start(options => ['--config', settings("alerts:\n- {type: file, to: '$file', least: worm-like}\n")]);
	replay($d, @$outbreak);
	ok within(20, sub { "@{ worms(alerts_in(text_of($file))) }" eq "@$infected" }), 'the infected hosts are told';
	rename $file, "$file.1";
	ok within(10, sub {
		my $s = status($d)->{alerts};
		return $s->{number} && $s->{targets}[0]{number} == $s->{number};
	}), 'the status says how far it is';
	is stop($d), 0, 'ends';
	my @alerts = alerts_in(text_of("$file.1") . text_of($file));
	is_deeply worms(@alerts), $infected, 'they, and nobody else';
	is_in_order('file', @alerts);
	unlike text_of($d->{err}), qr/ ended: /, 'no process died';
	my $again = start(state => $d->{state},
		options => ['--config', settings("alerts:\n- {type: file, to: '$file', least: worm-like}\n")]);
	replay($again, @$outbreak);
	ok within(10, sub { (status($again)->{judging}{findings}{'worm-like'} // 0) == @$infected }),
		'the next run finds them again';
	is stop($again), 0, 'ends';
	is scalar(alerts_in(text_of("$file.1") . text_of($file))), scalar @alerts, 'and tells nothing again';
};

subtest 'a folder that comes later is written to as soon as it is there' => sub {
	my $file = "$dir/later/alerts.json";
	my $d = start(options => ['--config', settings("alerts:\n- {type: file, to: '$file'}\n")]);
	replay($d, @$outbreak);
	ok within(20, sub { text_of($d->{err}) =~ /alerts: open \Q$file\E: / }), 'that it is not there is said';
	mkdir "$dir/later" or die "mkdir: $!\n";
	ok within(30, sub { "@{ worms(alerts_in(text_of($file))) }" eq "@$infected" }), 'it gets all';
	is stop($d), 0, 'ends';
	is_in_order('later', alerts_in(text_of($file)));
};

subtest 'kill -9 of keeper and sender loses none' => sub {
	my $file = "$dir/killed.json";
	my $d = start(options => ['--config', settings("alerts:\n- {type: file, to: '$file'}\n")]);
	my $step = int(@$outbreak / 6) + 1;
	for (my $i = 0; $i < @$outbreak; $i += $step) {
		my $end = $i + $step - 1 < $#$outbreak ? $i + $step - 1 : $#$outbreak;
		replay($d, @$outbreak[$i .. $end]);
		ok within(10, sub { (my @both = pids($d, qw(keeper_pid sender_pid))) == 2 }), 'both run';
		kill 'KILL', pids($d, qw(keeper_pid sender_pid));
		sleep 0.3;
	}
	ok within(30, sub {
		my %seen = map { $_ => 1 } @{ worms(alerts_in(text_of($file))) };
		return "@{[sort keys %seen]}" eq "@$infected";
	}), 'all are told';
	is stop($d), 0, 'ends';
	my @alerts = alerts_in(text_of($file));
	my @numbers = map { $_->{number} } @alerts;
	my %n;
	$n{$_}++ for @numbers;
	is_deeply [sort { $a <=> $b } keys %n], [1 .. $numbers[-1]], 'no number is missing';
	my %kind;
	$kind{"$_->{host} $_->{service} $_->{class} $_->{kind}"}{ $_->{number} } = 1 for @alerts;
	is scalar(grep { keys %$_ > 1 } values %kind), 0, 'no finding has two numbers';
};

# A server of TCP syslog in this process; its messages, frames taken off.
sub take_tcp {
	my ($listener, $seconds, $is_enough) = @_;
	my $select = IO::Select->new($listener);
	my (%buffer, @got);
	my $until = time + $seconds;
	while (time < $until && !$is_enough->(@got)) {
		for my $s ($select->can_read(0.1)) {
			if ($s == $listener) {
				$select->add($listener->accept);
				next;
			}
			my $n = sysread $s, $buffer{$s}, 65536, length($buffer{$s} // '');
			$select->remove($s) if !$n;
			while (($buffer{$s} // '') =~ /^(\d+) /) {
				my ($len, $head) = ($1, length($1) + 1);
				last if length $buffer{$s} < $head + $len;
				push @got, substr $buffer{$s}, $head, $len;
				substr $buffer{$s}, 0, $head + $len, '';
			}
		}
	}
	return @got;
}

subtest 'a target that is down for a while gets all, in order, and no other waits for it' => sub {
	my $port = free_port('tcp');
	my $file = "$dir/beside.json";
	my $d = start(options => ['--config',
			settings("alerts:\n- {type: syslog, to: 'tcp:127.0.0.1:$port'}\n- {type: file, to: '$file'}\n")]);
	replay($d, @$outbreak);
	ok within(20, sub { "@{ worms(alerts_in(text_of($file))) }" eq "@$infected" }), 'the file has them at once';
	ok within(10, sub { text_of($d->{err}) =~ /alerts: connect to tcp:127\.0\.0\.1 port $port: Connection refused/ }),
		'that the other is down is said';
	ok within(10, sub { (status($d)->{alerts}{targets} // [])->[0]{is_down} }), 'and stands in the status';
	my $listener = IO::Socket::INET->new(Proto => 'tcp', LocalAddr => '127.0.0.1', LocalPort => $port,
		Listen => 5, ReuseAddr => 1) or die "listen: $!\n";
	my @got = take_tcp($listener, 120, sub { @_ >= alerts_in(text_of($file)) });
	is stop($d), 0, 'ends';
	my @alerts = map { /^<\d+>1 \S+ \S+ cordon \d+ \w+ \[meta sequenceId="\d+"\] (\{.*\})$/ ? decode_json($1) : () } @got;
	is scalar(@alerts), scalar(@got), 'all are RFC 5424, and frames hold what they count';
	is_in_order('tcp', @alerts);
	is_deeply [map { $_->{number} } @alerts], [map { $_->{number} } alerts_in(text_of($file))], 'none is missing';
};

# A webhook in a process of its own: what is posted goes into a file. The first `refuses` are told 503, and whatever
# holds `poison` 400.
sub webhook_start {
	my ($port, $file, $refuses, $poison) = @_;
	my $listener = IO::Socket::INET->new(Proto => 'tcp', LocalAddr => '127.0.0.1', LocalPort => $port,
		Listen => 5, ReuseAddr => 1) or die "listen: $!\n";
	my $pid = fork // die "fork: $!\n";
	if (!$pid) {
		%is_ours = ();
		open my $out, '>>', $file or exit 1;
		$out->autoflush(1);
		while (my $c = $listener->accept) {
			my ($length, $is_json);
			while (defined(my $line = <$c>)) {
				$length = $1 if $line =~ /^content-length:\s*(\d+)/i;
				$is_json = 1 if $line =~ m{^content-type: application/json\r}i;
				last if $line eq "\r\n";
			}
			read $c, my $body, $length // 0;
			my $is_refused = $refuses-- > 0 || !$is_json;
			my $is_poison = $poison && $body =~ /$poison/;
			print {$out} "$body\n" unless $is_refused || $is_poison;
			print {$c} 'HTTP/1.1 ', $is_refused ? '503 No' : $is_poison ? '400 Bad' : '200 OK', "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
			close $c;
		}
		exit 0;
	}
	close $listener;
	$is_ours{$pid} = 1;
	return $pid;
}

subtest 'a webhook that is down, and then refuses, gets each alert once, in order' => sub {
	my ($port, $file) = (free_port('tcp'), "$dir/webhook.json");
	my $d = start(options => ['--config',
			settings("alerts:\n- {type: webhook, to: 'http://127.0.0.1:$port/message?token=secret'}\n")]);
	replay($d, @$outbreak);
	ok within(20, sub { @{ alerted($d) } == @$infected }), 'the infected hosts are found';
	ok within(10, sub { text_of($d->{err}) =~ /alerts: webhook: / }), 'that it is down is said';
	my $pid = webhook_start($port, $file, 2);
	ok within(40, sub {
		my $n = status($d)->{alerts}{number};
		return $n && alerts_in(text_of($file)) == $n;
	}), 'all arrive';
	kill 'KILL', grep { delete $is_ours{$_} } $pid;
	waitpid $pid, 0;
	is stop($d), 0, 'ends';
	my @posted = alerts_in(text_of($file));
	is_in_order('webhook', map { $_->{alert} } @posted);
	is_deeply worms(map { $_->{alert} } @posted), $infected, 'none is missing';
	is scalar(grep { $_->{title} =~ /^cordon: \S+ \S+ is found$/ && $_->{message} && $_->{body} eq $_->{message}
			&& $_->{priority} > 0 && $_->{type} =~ /^(failure|warning)$/ } @posted), scalar(@posted),
		'with what Gotify and Apprise show';
	unlike text_of($d->{err}) . text_of("$d->{state}/status.json"), qr/secret/, 'the token is not shown';
};

subtest 'an alert that a webhook refuses as such is passed over, and holds up none behind it' => sub {
	my ($port, $file) = (free_port('tcp'), "$dir/poison.json");
	my $d = start(options => ['--config', settings("alerts:\n- {type: webhook, to: 'http://127.0.0.1:$port/x'}\n")]);
	my $pid = webhook_start($port, $file, 0, qr/"number":2,/);
	replay($d, @$outbreak);
	ok within(30, sub { my $s = status($d)->{alerts}; $s->{number} && $s->{number} > 2 && $s->{targets}[0]{number} == $s->{number} }),
		'it goes on';
	my $target = status($d)->{alerts}{targets}[0];
	is $target->{refused}, 1, 'one is counted as refused';
	cmp_ok $target->{retries}, '>=', 4, 'after some tries';
	like text_of($d->{err}), qr{alerts: webhook http://127\.0\.0\.1:$port refuses alert 2 \(webhook: it answers 400 in place of 2xx\): it is passed over},
		'and told';
	kill 'KILL', grep { delete $is_ours{$_} } $pid;
	waitpid $pid, 0;
	is stop($d), 0, 'ends';
	my @numbers = map { $_->{alert}{number} } alerts_in(text_of($file));
	is_deeply \@numbers, [1, 3 .. $target->{number}], 'all others came';
};

subtest 'more than a target takes in a minute are told as a number' => sub {
	my $file = "$dir/slow.json";
	my $yaml = settings("alerts:\n- {type: file, to: '$file', per-minute: 1}\n");
	my $d = start(options => ['--config', $yaml]);
	replay($d, @$outbreak);
	ok within(20, sub { @{ alerted($d) } == @$infected && (status($d)->{alerts}{number} // 0) >= @$infected }), 'the hosts are found';
	my $n = status($d)->{alerts}{number};
	ok within(10, sub { alerts_in(text_of($file)) == 1 }), 'one comes';
	is stop($d), 0, 'the minute is cut short';
	my ($first, $held, @more) = alerts_in(text_of($file));
	is_deeply [map { $_->{kind} } $first, $held, @more], ['new', 'held-back'], 'and the rest is told';
	is $held->{held_back}, $n - 1, 'all of it';
	like $held->{why}, qr/^\d+ alerts held back in \d+ s, for more than 1 came within a minute: \d+ new, /, 'in words';
	ok $first->{incident} && $held->{incident}, 'with their incident';
	$d = start(state => $d->{state}, options => ['--config', $yaml]);
	ok within(10, sub { my $s = status($d)->{alerts}; $s->{number} && $s->{targets}[0]{number} == $s->{number} }), 'the next run';
	is stop($d), 0, 'ends';
	is scalar(alerts_in(text_of($file))), 2, 'and tells nothing again';
};

subtest 'a host that is a false positive, as a person says, is over, once' => sub {
	my $file = "$dir/over.json";
	my $d = start(options => ['--config', settings("alerts:\n- {type: file, to: '$file'}\n")]);
	replay($d, @$outbreak);
	ok within(20, sub { "@{ worms(alerts_in(text_of($file))) }" eq "@$infected" }), 'the infected hosts are told';
	my $host = $infected->[0];
	my $said = qx($cordon incident set $host false-positive --reason 'a test' --state $d->{state} 2>&1);
	is $? >> 8, 0, 'a person says so' or diag $said;
	my $over = sub { grep { $_->{kind} eq 'over' } alerts_in(text_of($file)) };
	ok within(20, sub { $over->() > 0 }), 'that it is over is told';
	my ($keeper) = pids($d, 'keeper_pid');
	kill 'KILL', $keeper;
	ok within(20, sub { my ($other) = pids($d, 'keeper_pid'); $other && $other != $keeper }), 'the keeper is killed, and is back';
	is stop($d), 0, 'ends' or diag text_of($d->{err});
	is_deeply [map { $_->{host} } $over->()], [$host], 'once, of this host alone';
	like(($over->())[0]{why}, qr/^incident \d+: the host is false-positive, as a person decided$/, 'and why');
};

subtest 'cordon alert test tells which target takes it' => sub {
	my ($port, $file) = (free_port('tcp'), "$dir/test.json");
	my $path = settings("alerts:\n- {type: file, to: '$file', format: ecs}\n- {type: syslog, to: 'tcp:127.0.0.1:$port'}\n");
	my $said = qx($cordon alert test --config $path);
	is $? >> 8, 3, 'exit code 3';
	like $said, qr/^sent file \Q$file\E$/m, 'the one that took it';
	like $said, qr/^NOT  syslog tcp:127\.0\.0\.1:$port: connect to .*refused$/m, 'the other, and why';
	is decode_json(text_of($file))->{event}{action}, 'test', 'what arrived is a test';
	my @objects = alerts_in(scalar qx($cordon alert test --json --config $path));
	is_deeply [map { $_->{is_sent} ? 1 : 0 } @objects], [1, 0], 'as JSON too';
	my $pid = webhook_start($port, "$dir/templates.json", 0);
	my $url = "http://127.0.0.1:$port";
	qx($cordon alert test --config @{[ settings(join '', "alerts:\n", map { "- {type: webhook, to: '$url/$_', template: $_}\n" } qw(generic slack teams)) ]});
	is $? >> 8, 0, 'by each template';
	kill 'KILL', grep { delete $is_ours{$_} } $pid;
	waitpid $pid, 0;
	my ($generic, $slack, $teams) = alerts_in(text_of("$dir/templates.json"));
	is $generic->{alert}{kind}, 'test', 'Gotify and Apprise';
	is $slack->{blocks}[0]{type}, 'header', 'Slack';
	is $teams->{attachments}[0]{content}{type}, 'AdaptiveCard', 'Teams';
	my $form = "$dir/form.json";
	my $write = sub { open my $out, '>', $form or die "open: $!\n"; print {$out} @_; close $out };
	$write->("{\"content\": \"**{{title}}**\\n{{why}}\", \"host\": {{host}}, \"port\": {{port}}}\n");
	$pid = webhook_start($port, "$dir/forms.json", 0);
	my $with_form = settings("alerts:\n- {type: webhook, to: '$url', template-file: form.json}\n");
	qx($cordon alert test --config $with_form);
	is $? >> 8, 0, 'by a template of its own';
	$write->("{\"content\":\n  {{hots}}}\n");
	$said = qx($cordon alert test --config $with_form);
	like $said, qr/^NOT  webhook \S+: \Q$form\E:2:5: no place 'hots', did you mean 'host'\?$/m, 'one that is wrong is told with its place';
	kill 'KILL', grep { delete $is_ours{$_} } $pid;
	waitpid $pid, 0;
	is_deeply [alerts_in(text_of("$dir/forms.json"))], [{ content => "**cordon: 192.0.2.1 worm-like is a test**\nthis is a test of the alerts of "
		. 'cordon: no host is meant', host => '192.0.2.1', port => undef }], 'filled in';
	qx($cordon alert test --config @{[settings('')]} 2>&1);
	is $? >> 8, 2, 'without a target: exit code 2';
};

my ($rsyslogd) = grep { -x } qw(/usr/sbin/rsyslogd /sbin/rsyslogd);
SKIP: {
	skip 'NOT TESTED: no rsyslogd (Debian package rsyslog)', 1 if !$rsyslogd;
	subtest 'rsyslogd takes RFC 5424 over a unix socket, UDP and TCP' => sub {
		my ($udp, $tcp, $unix) = (free_port(), free_port('tcp'), "$dir/log");
		my $conf = "$dir/rsyslog.conf";
		open my $out, '>', $conf or die "open: $!\n";
		print {$out} <<"END";
global(workDirectory="$dir")
module(load="imuxsock" SysSock.Use="off")
module(load="imudp")
module(load="imtcp")
template(name="t" type="string" string="%inputname% %protocol-version% %syslogfacility-text%.%syslogseverity-text% %app-name% %msgid% %structured-data% %msg%\\n")
ruleset(name="r") { action(type="omfile" file="$dir/rsyslog.out" template="t") }
input(type="imuxsock" Socket="$unix" UseSpecialParser="off" RateLimit.Interval="0" ruleset="r")
input(type="imudp" address="127.0.0.1" port="$udp" ruleset="r")
input(type="imtcp" address="127.0.0.1" port="$tcp" ruleset="r")
END
		close $out;
		my $pid = fork // die "fork: $!\n";
		if (!$pid) {
			open STDOUT, '>', "$dir/rsyslog.log";
			open STDERR, '>&', \*STDOUT;
			exec $rsyslogd, '-n', '-f', $conf, '-i', "$dir/rsyslog.pid" or exit 1;
		}
		$is_ours{$pid} = 1;
		ok within(10, sub { -S $unix && IO::Socket::INET->new(PeerAddr => "127.0.0.1:$tcp") }), 'it listens'
			or diag text_of("$dir/rsyslog.log");
		my $d = start(options => ['--config', settings(<<"END")]);
alerts:
- {type: syslog, to: 'unix:$unix'}
- {type: syslog, to: 'udp:127.0.0.1:$udp', format: cef}
- {type: syslog, to: 'tcp:127.0.0.1:$tcp', format: ecs}
END
		replay($d, @$outbreak);
		my $enough = sub {
			my $n = status($d)->{alerts}{number} or return 0;
			return 3 * $n == grep { /\S/ } split /\n/, text_of("$dir/rsyslog.out");
		};
		within(20, sub { @{ alerted($d) } == @$infected });
		ok within(30, $enough), 'each alert arrived by each way' or diag text_of("$dir/rsyslog.out"), text_of($d->{err});
		is stop($d), 0, 'ends';
		kill 'TERM', $pid;
		waitpid $pid, 0;
		delete $is_ours{$pid};
		my @lines = split /\n/, text_of("$dir/rsyslog.out");
		for (['imuxsock', qr/\{"type":"alert",.*\}$/], ['imudp', qr/CEF:0\|cordon\|.* msg=/], ['imtcp', qr/\{"\@timestamp":.*\}$/]) {
			my ($input, $body) = @$_;
			my @of = grep { /^$input / } @lines;
			is scalar(grep { /^$input 1 local0\.\w+ cordon new \[meta sequenceId="\d+"\]\s+$body/ } @of), scalar(@of),
				"$input: header and text are understood" or diag $of[0];
		}
	};
}

done_testing;
