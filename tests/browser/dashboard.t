#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# The dashboard in a browser, on a daemon that is fed with an outbreak at a site of 1,000 hosts; half of it comes
# while the page is open. tests/browser/run starts it.
#
# Environment: CORDON, GENERATE, BROWSER_ROOM (where node finds its modules and the tests), SHOTS.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e";
use Daemon qw(incident incident_json outbreak replay replay_from spill within);
use JSON::PP;
use POSIX qw(strftime);
use Outbreak;
use Serve;

my %token = (ann => 'a' x 40, eve => 'e' x 40);

# A file that nobody else may read; its path.
sub kept {
	my ($path, $text) = @_;
	spill($path, $text);
	chmod 0600, $path;
	return $path;
}

# An incident whose texts mean harm: markup, marks that turn the direction, as long as the store takes them.
sub hostile {
	my $nasty = qq(<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>);
	my $turned = "\x{202e}gpj.exe\x{2066}\x{200b}";
	my @rows = (
		['incident-opened', 0, {}],
		['host-joined', 1, { address => '10.9.9.9', onset_ms => 1_772_438_400_000 }],
		['address', 1, { address => '10.9.9.9', since_ms => 1_772_438_400_000, name => "$nasty$turned" }],
		['evidence', 1, { what => 'finding', cause => 'web:code-red', verdict => 'worm-like', source => 'flows',
			why => "$nasty$turned" . 'A' x 3500, confidence_pct => 99, contacted => 9, failed => 9,
			last_ms => 1_772_438_500_000 }],
		['note', 0, { text => "$nasty $turned" }],
	);
	my $json = JSON::PP->new->utf8->canonical;
	my $id = 0;
	my $text = qq({"type":"export","version":1}\n);
	for my $row (@rows) {
		my ($kind, $host, $body) = @$row;
		$id++;
		$text .= $json->encode({ type => 'event', id => $id, at_ms => 1_772_438_400_000 + $id, incident => 1, host => $host,
			arrived_ms => 1_772_438_400_000 + $id, kind => $kind, actor => 'cordon', body => $body }) . "\n";
	}
	return $text . qq({"type":"end","events":$id}\n);
}

my $operators = kept("$dir/operators", "ann:$token{ann}\n");
my $viewers = kept("$dir/viewers", "eve:$token{eve}\n");
my $site = kept("$dir/site.yaml", "networks: [10.1.0.0/16]\n");
my ($code, $said) = run_cordon('incident', 'import', kept("$dir/hostile", hostile()), '--state', "$dir/outbreak");
$code == 0 or die "import: $said";
sub settings_at { return "http: ['127.0.0.1:$_[0]']\nhttp-operators: $operators\nhttp-viewers: $viewers\ninventory: $site\n" }
my $d = daemon_start(state => "$dir/outbreak", settings => settings_at('HTTP'));
# Another one asks for no token, so that what cannot send one may listen: EventSource. Its web servers and its DHCP
# server are told texts of 10 KB that mean harm.
sub long_harm { return '<script>document.title=0</script>' . "%E2%80%AE" . 'A' x 10_240 }
my $logs = "$dir/weblogs";
mkdir $logs or die "mkdir: $!\n";
my @now = gmtime;
spill("$logs/access.log", map { sprintf qq(10.9.9.8 - - [%s] "GET %s HTTP/1.0" 404 209 "http://%s" "%s"\n), strftime('%d/%b/%Y:%H:%M:%S +0000', @now),
	'/default.ida?' . 'X' x 224 . '%u9090%u6858%ucbd3%u7801%u9090%u6858=a' . ($_ ? long_harm() : ''), long_harm(), long_harm() } 0, 1, 1);
spill("$dir/dhcpd.leases", 'lease 10.9.9.8 { starts epoch ' . (time - 3600) . '; ends epoch ' . (time + 86400)
	. "; hardware ethernet 02:00:00:00:00:08; client-hostname \"" . long_harm() . "\"; }\n"
	. 'lease 10.9.9.9 { starts epoch ' . (time - 3600) . '; ends epoch ' . (time + 86400)
	. "; hardware ethernet 02:00:00:00:00:09; client-hostname \"<script>\"; }\n");
($code, $said) = run_cordon('incident', 'import', "$dir/hostile", '--state', "$dir/open");
$code == 0 or die "import: $said";
my $open = daemon_start(state => "$dir/open", settings => "http: ['127.0.0.1:HTTP']\nlogs: ['$logs']\nleases: ['$dir/dhcpd.leases']\n");
my ($outbreak) = outbreak(qw(--format ipfix --seed 7 --hosts 1000 --minutes 10 --chain --worm codered2:120), '--start', (time - 660) * 1000);
my $half = int @$outbreak * 0.36; # in the middle of the spread
replay($d, map { $_->[1] } @$outbreak[0 .. $half]);

# A site whose hosts speak IPv6, all in one subnet.
my $site_6 = kept("$dir/site6.yaml", "networks: ['2001:db8::/64']\nnames:\n  - address: '2001:db8::a01:100/120'\n    name: first floor\n");
my $six = daemon_start(settings => "http: ['127.0.0.1:HTTP']\ninventory: $site_6\n");
my ($outbreak_6) = outbreak(qw(--format ipfix --ipv6 --seed 3 --hosts 300 --minutes 8 --chain --worm codered2:60), '--start', (time - 540) * 1000);
replay($six, map { $_->[1] } @$outbreak_6);

# A thousand hosts in many small networks far apart; one of them infected 300, all in one subnet, and all have names.
my @lans = ('10.1.1.%d', '172.16.5.%d', '192.168.77.%d', '198.18.4.%d', '203.0.113.%d', '100.64.8.%d', '10.200.3.%d');
sub scattered {
	my ($h) = @_;
	return sprintf '2001:db8:2:5::%x', $h if $h > 300 && $h <= 600;
	return sprintf '2001:db8:1:%x::%x', $h % 5, $h if $h % 8 == 7;
	return sprintf $lans[$h % 8], 1 + int $h / 8;
}
my $sites = kept("$dir/sites.yaml", "networks: [10.1.1.0/24, 172.16.5.0/24, 192.168.77.0/24, 198.18.4.0/24, 203.0.113.0/24, 100.64.8.0/24, "
	. "10.200.3.0/24, '2001:db8:1::/48', '2001:db8:2:5::/64']\nnames:\n  - address: 172.16.5.0/24\n    name: Werk Süd\n");
outbreak_write("$dir/wide.ndjson", hosts => 1000, began_ms => (time - 4000) * 1000, every_ms => 240_000, address => \&scattered,
	from => sub { $_[0] > 300 && $_[0] <= 600 ? 7 : undef }, name => sub { "workstation-$_[0].branch.example.net" });
($code, $said) = run_cordon('incident', 'import', "$dir/wide.ndjson", '--state', "$dir/wide");
$code == 0 or die "import: $said";
my $wide = daemon_start(state => "$dir/wide", settings => "http: ['127.0.0.1:HTTP']\ninventory: $sites\n");

# Exporters with all that can ail them; hosts are contained and cleaned while the one that showed them was whole.
my $routers = kept("$dir/routers.yaml", "networks: [10.1.0.0/16]\nnames:\n  - address: 127.0.0.3\n    name: core-west\n  - address: 127.0.0.5\n    name: edge-lab\n");
my $ill = daemon_start(settings => "http: ['127.0.0.1:HTTP']\ninventory: $routers\n");
my ($all_seen) = outbreak(qw(--format ipfix --seed 5 --hosts 60 --minutes 6 --chain --worm codered2:12), '--start', (time - 370) * 1000);
my $seen = [grep { $_->[0] <= time * 1000 } @$all_seen]; # its clock is right
my $whole = int @$seen * 0.7;
replay_from('127.0.0.3', $ill, map { $_->[1] } @$seen[0 .. $whole]);
within(30, sub { grep { $_->{hosts} >= 4 } incident_json($ill, 'list') }) or die "no outbreak at the exporters that ail\n";
my @infected = map { $_->{address} } grep { $_->{type} eq 'host' } incident_json($ill, 'show', 1);
for my $step ([$infected[0], 'contained'], [$infected[1], 'contained'], [$infected[1], 'remediating'], [$infected[1], 'remediated']) {
	my ($exit, $told) = incident($ill, 'set', @$step, '--operator-says', 'was seen', '--reason', 'ticket');
	$exit == 0 or die "set @$step: $told";
}
# What an exporter tells in two minutes, by a clock that is so far behind.
sub minutes_of {
	my ($behind_s, @more) = @_;
	my ($told) = outbreak('--hosts', 40, '--minutes', 2, '--start', (time - 120 - $behind_s) * 1000, @more);
	return map { $_->[1] } grep { $_->[0] <= (time - $behind_s) * 1000 } @$told;
}

# Shortly before somebody looks, for an exporter that is silent for a minute ails by that, too.
sub ail {
	my $nth = 0;
	replay_from('127.0.0.3', $ill, grep { $nth++ % 3 } map { $_->[1] } @$seen[$whole + 1 .. $#$seen]); # one of three is lost
	replay_from('127.0.0.2', $ill, minutes_of(0, '--format', 'v5'));
	replay_from('127.0.0.4', $ill, (minutes_of(0, '--format', 'v9'))[1 .. 9]); # the first has the templates
	replay_from('127.0.0.5', $ill, minutes_of(0, '--format', 'v5', '--sampling', 100));
	replay_from('127.0.0.6', $ill, minutes_of(7 * 60, '--format', 'v9'));
}

# The rest is sent, and the daemon started anew, when the test says so by a line on its standard output that is no TAP.
my $room = $ENV{BROWSER_ROOM} or die "run tests/browser/run\n";
$ENV{PAGE} = "http://127.0.0.1:$d->{http}";
$ENV{STATE} = $d->{state};
@ENV{qw(OPEN_PAGE OPEN_STATE)} = ("http://127.0.0.1:$open->{http}", $open->{state});
@ENV{qw(SIX_PAGE SIX_STATE)} = ("http://127.0.0.1:$six->{http}", $six->{state});
@ENV{qw(WIDE_PAGE WIDE_STATE)} = ("http://127.0.0.1:$wide->{http}", $wide->{state});
@ENV{qw(ILL_PAGE ILL_STATE ILL_CONTAINED ILL_CLEANED)} = ("http://127.0.0.1:$ill->{http}", $ill->{state}, @infected[0, 1]);
$ENV{REPORTS} = $dir;
@ENV{qw(OPERATOR VIEWER)} = @token{qw(ann eve)};
my $pid = open my $tests, '-|';
die "fork: $!\n" unless defined $pid;
exec 'node', "$room/dashboard.mjs" or die "exec node: $!\n" if !$pid;
$| = 1;
while (my $line = <$tests>) {
	if ($line =~ /^SEND$/) {
		replay($d, map { $_->[1] } @$outbreak[$half + 1 .. $#$outbreak]);
	} elsif ($line =~ /^AIL$/) {
		ail();
	} elsif ($line =~ /^RESTART$/) {
		my $port = $d->{http};
		daemon_stop($d);
		$d = daemon_start(state => $d->{state}, settings => settings_at($port));
	} else {
		print $line;
	}
}
close $tests;
my $ended = $? >> 8;
daemon_stop($_) for $d, $open, $six, $wide, $ill;
exit $ended;
