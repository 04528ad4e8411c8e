#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Settings of the daemon: every key is in the manual and in the example, which says the defaults; and
# what `cordon config check` warns of.
#
# Environment: CORDON (default build/cordon).
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Temp qw(tempdir);
use FindBin;
use IO::Socket::INET;
use JSON::PP;
use lib $FindBin::Bin;
use POSIX qw(setgid setuid);
use Test::More;
use Detect;

my $cordon = abs_path($ENV{CORDON} // 'build/cordon');
my $dir = tempdir(CLEANUP => 1);
$ENV{STATE_DIRECTORY} = '/var/lib/cordon'; # the default does not depend on who runs the test

# Write a file of settings; its path.
sub settings {
	my ($text) = @_;
	my $path = "$dir/cordon.yaml";
	open my $out, '>', $path or die "open $path: $!\n";
	print {$out} $text;
	close $out or die "write $path: $!\n";
	return $path;
}

# What `cordon config check` says of a file; as `user`, when one is given.
sub check {
	my ($path, $user) = @_;
	my $pid = open my $out, '-|';
	die "fork: $!\n" unless defined $pid;
	if (!$pid) {
		!$user || (setgid($user) && setuid($user)) or die "setuid: $!\n";
		exec $cordon, qw(config check --json), $path or die "exec $cordon: $!\n";
	}
	my $text = do { local $/; <$out> };
	close $out;
	is $?, 0, 'exit code 0';
	return decode_json($text // '{}');
}

sub warned {
	my ($config, $key) = @_;
	return join "\n", map { $_->{key} eq $key ? $_->{text} : () } @{ $config->{warnings} };
}

my $default = check(settings(''));
my @keys = sort keys %{ $default->{settings} };
cmp_ok scalar @keys, '>', 10, 'there are keys';
ok !defined $default->{settings}{$_}{line}, "$_ is not in an empty file" for @keys;

# The manual has each key, and its default where it is a plain value.
my %manual = slurp('docs/man/cordon.yaml.5') =~ /^\.It Cm (\S+)\n(.*?)(?=^\.It|^\.El)/msg;
is_deeply [ sort keys %manual ], \@keys, 'the manual has the keys of the program, no others';
for my $key (@keys) {
	my $value = $default->{settings}{$key}{value};
	next if $key =~ /^(?:listen|http|state-directory)$/; # told in words
	my $want = 'Default: ' . ($value // 'none') . ".\n";
	like $manual{$key}, qr/^\Q$want\E/m, "the manual has the default of $key";
}

# The example, as it is and with every key in force, says the defaults.
my $example = slurp('dist/cordon.yaml');
is_deeply check(settings($example))->{settings}, $default->{settings}, 'the example changes nothing';
(my $in_force = $example) =~ s/^#(?=[a-z-]+:)//mg;
for my $file (qw(site.yaml signatures.yaml viewers operators cordon.pem cordon.key)) {
	open my $out, '>', "$dir/$file" or die "open $dir/$file: $!\n";
	print {$out} $file eq 'signatures.yaml' ? "signatures: []\n" : '';
	close $out or die "write $dir/$file: $!\n";
}
my $said = check(settings($in_force))->{settings};
for my $key (@keys) {
	ok $said->{$key}{line}, "the example has $key";
	next unless defined $default->{settings}{$key}{value};
	is_deeply $said->{$key}{value}, $default->{settings}{$key}{value},
		"the example has the default of $key";
}
is $said->{inventory}{value}, "$dir/site.yaml", 'a path begins in the folder of the file';

# Listeners: free, taken, reachable, of another machine.
my $taken = IO::Socket::INET->new(Proto => 'udp', LocalAddr => '127.0.0.1') or die "bind: $!\n";
my $port = $taken->sockport;
my $config = check(settings("listen: ['127.0.0.1:$port', '192.0.2.1:$port']\n"));
like warned($config, 'listen'), qr/^\Q127.0.0.1:$port\E: somebody listens there already/m,
	'a port that is taken is told';
like warned($config, 'listen'), qr/^\Q192.0.2.1:$port\E: this machine does not have/m,
	'an address of another machine is told';
is_deeply [ map { $_->{reachable_from_outside} ? 1 : 0 } @{ $config->{settings}{listen}{value} } ],
	[ 0, 1 ], 'who can be reached from outside is told';
close $taken;
is warned(check(settings("listen: ['127.0.0.1:$port']\n")), 'listen'), '', 'a free port is fine';

# The machine.
my $granted = slurp('/proc/sys/net/core/rmem_max') + 0;
like warned(check(settings("receive-buffer: 1G\n")), 'receive-buffer'), qr/net\.core\.rmem_max=1073741824/,
	'a buffer above the limit of the kernel is told' if $granted < 1 << 30;
is warned(check(settings("receive-buffer: 64K\n")), 'receive-buffer'), '', 'a small buffer is granted';
like warned(check(settings("interface: not-there0\n")), 'interface'), qr/no interface not-there0/,
	'an interface that is not there is told';
# Targets of alerts.
like warned(check(settings("alerts: [{type: file, to: none/x}, {type: syslog, to: 'unix:$dir/none'}]\n")), 'alerts'),
	qr/none\/x cannot be written .*\n.*none is no socket/, 'a target of alerts that cannot be told is told';
is warned(check(settings("alerts: [{type: file, to: x.json}, {type: webhook, to: 'http://[::1]:9/'}]\n")), 'alerts'), '',
	'a file that can be made is fine';
for (["{type: syslog, to: 'udp:host:514'}", qr/unix:PATH, udp:ADDRESS:PORT, tcp:ADDRESS:PORT or tls/], ['{type: file, to: x, least: p2p-like}', qr/scanner/],
	['{type: webhook, to: ftp://x}', qr/a URL/], ['{type: webhook, to: "http://x/", format: cef}', qr/not cef/],
	['{type: post, to: x}', qr/syslog/], ['{type: mail, to: x}', qr/addresses with commas/],
	['{type: mail, to: "a@b, -c@d"}', qr/addresses with commas/], ['{type: mail, to: a@b, from: "x <y"}', qr/a name and one/],
	['{type: mail, to: a@b, sendmail: sendmail}', qr/from the root/], ['{type: mail, to: a@b, smtp: "host:25"}', qr/an address and a port/],
	['{type: mail, to: a@b, smtp: "127.0.0.1:25", sendmail: /x}', qr/not both/], ['{type: mail, to: a@b, format: ecs}', qr/no 'format'/],
	['{type: mail, to: a@b, interval: 0ms}', qr/from 1s to 1d/], ['{type: file, to: x, per-minute: 0}', qr/1 to 6000/],
	['{type: file, to: x, ca: y}', qr/no 'ca'/], ['{type: syslog, to: "udp:[::1]:514", ca: y}', qr/of syslog over TLS/],
	['{type: syslog, to: "tls:[::1]:6514", key: y}', qr/go together/], ['{type: webhook, to: "http://x/", template: slak}', qr/slack/],
	['{type: webhook, to: "http://x/", template: slack, format: ecs}', qr/a form of its own/],
	['{type: webhook, to: "http://x/", template: teams, template-file: f}', qr/either 'template' or/],
	['{type: syslog, to: "udp:[::1]:514", template-file: f}', qr/no 'template-file'/],
	['{type: file, to: x}, {type: file, to: x}', qr/in line 1 already/]) {
	my ($target, $why) = @$_;
	my $said = qx($cordon config check @{[settings("alerts: [$target]\n")]} 2>&1);
	is $? >> 8, 2, "refused: $target";
	like $said, qr/cordon\.yaml:1:\d+: .*$why/, 'with place and reason';
}
like warned(check(settings("alerts: [{type: syslog, to: 'tls:[::1]:6514', ca: gone.pem}]\n")), 'alerts'), qr/read \S+gone\.pem: /,
	'a CA that is not there is told';
like scalar(qx($cordon config check @{[settings("state: /x\n")]} 2>&1)), qr/:1:1: unknown key 'state', did you mean 'state-directory'\?$/,
	'what begins so is meant';
like scalar(qx($cordon config check @{[settings("zzzzzz: x\n")]} 2>&1)), qr/known are listen, .*[a-z], \.\.\.$/, 'no name is cut in two';
open my $form, '>', "$dir/form.json" or die "open: $!\n";
print {$form} "{\n  \"text\": {{hots}}\n}\n";
close $form;
like warned(check(settings("alerts: [{type: webhook, to: 'http://[::1]:9/', template-file: form.json}]\n")), 'alerts'),
	qr/form\.json:2:13: no place 'hots', did you mean 'host'\?; alerts wait/, 'a template that is wrong is told, with its place';
like warned(check(settings("alerts: [{type: mail, to: a\@b, sendmail: /not/there}]\n")), 'alerts'),
	qr{^/not/there: No such file.* smtp: "127\.0\.0\.1:25"}, 'a sendmail that is not there is told, and the other way';
is warned(check(settings("alerts: [{type: mail, to: a\@b, smtp: '127.0.0.1:25'}]\n")), 'alerts'), '', 'a server needs none';
# Logs: there, waited for, of somebody else, no file; each with its place in the file.
for my $log (qw(a.log b.log)) {
	open my $out, '>', "$dir/$log" or die "open $dir/$log: $!\n";
}
is warned(check(settings("logs: [a.log, $dir]\nstate-directory: /var/lib/cordon\n")), 'logs'), '',
	'a log and a folder are fine';
my $logs = check(settings("logs:\n- a.log\n- gone.log\n- none/x.log\n- /dev/null\n"));
like warned($logs, 'logs'), qr/gone\.log: is not there; it is waited for\n.*none\/x\.log: the folder .* is not there.*\n.*null: is no file/,
	'what cannot be followed is told';
is_deeply [ map { "$_->{line}:$_->{column}" } grep { $_->{key} eq 'logs' } @{ $logs->{warnings} } ],
	[ '3:3', '4:3', '5:3' ], 'with line and column';
like warned(check(settings("logs: ['$dir']\nstate-directory: state\n")), 'logs'), qr/^$/, 'a state that is not there yet'
	unless -e "$dir/state";
mkdir "$dir/in";
like warned(check(settings("logs: ['$dir']\nstate-directory: in\n")), 'logs'), qr/state directory lies in it/,
	'a state among the logs is told';

like warned(check(settings("memory: 1T\n")), 'memory'), qr/^1T is more than this machine has/,
	'memory that is not there is told';
my $tcp = IO::Socket::INET->new(Proto => 'tcp', LocalAddr => '127.0.0.1', Listen => 1) or die "bind: $!\n";
like warned(check(settings("http: ['127.0.0.1:@{[ $tcp->sockport ]}']\n")), 'http'), qr/somebody listens there already/,
	'a port of HTTP that is taken is told';
my $began = qx($cordon watch -c @{[ settings("listen: ['127.0.0.1:$port']\nhttp: ['127.0.0.1:@{[ $tcp->sockport ]}']\n") ]} --state $dir/w 2>&1);
is $? >> 8, 2, 'and ends the start';
like $began, qr/listen for HTTP on \S+: .* \(process $$\) has this port/, 'with who has it';
close $tcp;
# Who can reach HTTP from outside has to show something.
my $open = "http: ['127.0.0.1:8055', '192.0.2.1:8055']\n";
my $refused = qx($cordon config check @{[ settings($open) ]} 2>&1);
is $? >> 8, 2, 'HTTP for others without tokens or TLS is refused';
like $refused, qr/cordon\.yaml:1:26: others can reach this address: name 'http-viewers'/, 'with its place';
like warned(check(settings("${open}http-viewers: not-there\n")), 'http-viewers'), qr/not-there: No such file/,
	'a file of tokens that is not there is told';
like warned(check(settings("${open}http-viewers: site.yaml\n")), 'http-viewers'), qr/chmod 600/,
	'and one that others may read';
like qx($cordon config check @{[ settings("http-key: x\n") ]} 2>&1), qr/:1:11: 'http-certificate' and/,
	'a key without certificate is refused';

like warned(check(settings("remember: 23h\n")), 'remember'), qr/slow scans/, 'a short memory is told';
is warned(check(settings("remember: 24h\n")), 'remember'), '', 'a day is enough';

# The folder of the state.
is warned(check(settings("state-directory: new/er\n")), 'state-directory'), '', 'a folder can be made';
like warned(check(settings("state-directory: site.yaml/x\n")), 'state-directory'),
	qr/site\.yaml.*(?:is no folder|Not a directory)/, 'a file is no folder';
mkdir "$dir/open";
chmod 0777, "$dir/open";
like warned(check(settings("state-directory: open\n")), 'state-directory'), qr/everybody may write/,
	'a folder for everybody is told';
chmod 0755, $dir;
my $nobody = 65534;
if ($> == 0 && system("setpriv --reuid=$nobody --regid=$nobody --clear-groups $cordon version >/dev/null 2>&1") == 0) {
	my $low = check(settings("listen: ['127.0.0.1:514']\nstate-directory: state\n"), $nobody);
	like warned($low, 'state-directory'), qr/where it is to be made, cannot be written to by user 65534: Permission denied/,
		'a folder that cannot be written to is told';
	my $first_free = slurp('/proc/sys/net/ipv4/ip_unprivileged_port_start') + 0;
	like warned($low, 'listen'), qr/CAP_NET_BIND_SERVICE/, 'a port that needs a privilege is told'
		if $first_free > 514;
} else {
	diag 'not tested as another user: needs root, setpriv, and a build that others may run';
}
done_testing;
