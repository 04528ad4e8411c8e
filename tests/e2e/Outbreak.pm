# SPDX-License-Identifier: Apache-2.0
# An outbreak as an export of the store: hosts that infect each other, are contained, cleaned, or not.
package Outbreak;
use strict;
use warnings;
use Exporter 'import';
use JSON::PP;

our @EXPORT = qw(outbreak_write);
my $json = JSON::PP->new->canonical->utf8;

# Write an export of `hosts` hosts of which the first began `began_ms`, and one infects another every `every_ms`
# in the mean, faster and faster; `name` and `where` give each its texts, `address` its address, `from` its infector
# (undef: by chance). Of ten hosts one is suspected, two are
# contained as the plan says, one by word, one is cleaned and waits for its proof, and one is a false positive.
sub outbreak_write {
	my ($path, %o) = @_;
	my ($n, $id, $t0) = ($o{hosts} // 1000, 0, $o{began_ms} // 1772438400000);
	my ($every, $seed) = ($o{every_ms} // 60000, $o{seed} // 1);
	my $dice = sub { $seed = ($seed * 1103515245 + 12345) % 2147483648; return $seed / 2147483648 };
	open my $out, '>', $path or die "open: $!\n";
	my $put = sub {
		my ($at, $incident, $host, $kind, $actor, $body, $arrived) = @_;
		print {$out} $json->encode({ type => 'event', id => ++$id, at_ms => int $at,
			arrived_ms => int($arrived // $at + 4000), incident => $incident, host => $host, kind => $kind,
			actor => $actor, body => $body }), "\n";
	};
	print {$out} qq({"type":"export","version":1}\n);
	$put->($t0, 1, 0, 'incident-opened', 'cordon', {});
	my ($t, @onset) = ($t0);
	for my $h (1 .. $n) {
		$t += -log($dice->() || .5) * $every / ($h > 1 ? $h - 1 : 1) + 1 if $h > 1;
		$t = int $t;
		my $from = $h > 1 ? 1 + int $dice->() * ($h - 1) : 0;
		$from = $o{from}->($h) // $from if $o{from} && $h > 1;
		my $address = $o{address} ? $o{address}->($h)
			: sprintf '10.%d.%d.%d', 1 + int $h / 4000, int($h / 40) % 100, 10 + $h % 40;
		$put->($t, 1, $h, 'host-joined', 'cordon', { address => $address, onset_ms => $t, seen_ms => $t0 - 3600000 });
		$put->($t, 0, $h, 'address', 'cordon', { address => $address, since_ms => $t0 - 7200000,
			mac => sprintf('00:16:3e:00:%02x:%02x', $h >> 8, $h & 255), name => substr $o{name}->($h), 0, 63 })
			if $o{name};
		$put->($t + 20000, 1, $h, 'evidence', 'cordon', { what => 'finding', cause => $o{cause} // 'tcp/445',
			verdict => $h % 10 == 9 ? 'suspect' : 'worm-like', source => 'flows', why => "$h peers did not answer",
			confidence_pct => 97, contacted => 100 + $h, failed => 90 + $h, onset_ms => $t, last_ms => int $t + 20000,
			seen_ms => $t0 - 3600000, scanned => 90 + $h, ($o{where} ? (where => $o{where}->($h)) : ()) });
		$put->($t, 1, $h, 'state', 'cordon', { from => 'suspected', to => 'infected', guards => 'worm-like' })
			if $h % 10 != 9;
		push @onset, $t;
		next if !$from;
		$put->($t, 1, $h, 'edge', 'cordon', { from_host => $from, onset_ms => $t, answered => 1,
			contact_ms => int($onset[$from - 1] + ($t - $onset[$from - 1]) * .9) });
		my $other = 1 + int $dice->() * ($h - 1);
		$put->($t, 1, $h, 'edge', 'cordon', { from_host => $other, onset_ms => $t,
			contact_ms => int($onset[$other - 1] + ($t - $onset[$other - 1]) * .2) }) if $other != $from;
	}
	my $end = $t + 120000;
	for my $h (1 .. $n) {
		my %to = (2 => 'contained', 3 => 'contained');
		if ($to{ $h % 10 }) {
			$put->($end, 1, $h, 'evidence', 'ann', { what => 'containment', last_ms => int $end, why => 'plan 5f3c21' });
			$put->($end + 1000, 1, $h, 'state', 'cordon', { from => 'infected', to => 'contained',
				guards => 'containment-verified' });
		} elsif ($h % 10 == 4) {
			$put->($end + 2000, 1, $h, 'state', 'ann', { from => 'infected', to => 'contained',
				said => 'containment-verified', reason => 'port is shut' });
		} elsif ($h % 10 == 5) {
			$put->($end + 3000, 1, $h, 'state', 'ann', { from => 'infected', to => 'remediating', reason => 'ticket' });
			$put->($end + 4000, 1, $h, 'state', 'ann', { from => 'remediating', to => 'remediated',
				said => 'tasks-done', reason => 'installed anew' });
		} elsif ($h % 10 == 6) {
			$put->($end + 5000, 1, $h, 'state', 'ann', { from => 'infected', to => 'false-positive', reason => 'a scanner' });
		}
	}
	print {$out} $json->encode({ type => 'end', events => $id }), "\n";
	close $out or die "close: $!\n";
	return $end;
}
1;
