# SPDX-License-Identifier: Apache-2.0
# A large store: what the benches of the API and of the dashboard read.
package Large;
use strict;
use warnings;
use Exporter 'import';

our @EXPORT = qw(write_export);

# An export of one incident with so many hosts in it, and so many rows of evidence of each.
sub write_export {
	my ($path, $hosts, $rows) = @_;
	open my $out, '>', $path or die "open $path: $!\n";
	my $id = 0;
	my $event = sub {
		my ($kind, $host, $at, $body) = @_;
		$id++;
		print {$out} qq({"type":"event","id":$id,"at_ms":$at,"arrived_ms":$at,"incident":1,"host":$host,)
			. qq("kind":"$kind","actor":"cordon","body":$body}\n);
	};
	print {$out} qq({"type":"export","version":1}\n);
	$event->('incident-opened', 0, 1000, '{}');
	for my $h (1 .. $hosts) {
		my $address = join '.', 10, $h >> 16 & 255, $h >> 8 & 255, $h & 255;
		my $at = 1_772_438_400_000 + $h * 100;
		$event->('host-joined', $h, $at, qq({"address":"$address","onset_ms":$at,"seen_ms":1772436000000}));
		for my $row (1 .. $rows) {
			my $last = $at + $row * 3_600_000;
			$event->('evidence', $h, $last, qq({"what":"finding","cause":"tcp/445","verdict":"worm-like",)
				. qq("source":"flows","why":"390 of 429 peers on tcp/445 did not answer",)
				. qq("confidence_pct":99,"contacted":429,"failed":390,"last_ms":$last}));
		}
		my ($from, $contact) = (1 + ($h >> 1), $at - 50);
		$event->('edge', $h, $contact, qq({"from_host":$from,"contact_ms":$contact,"onset_ms":$at,"answered":1}))
			if $h > 2;
	}
	print {$out} qq({"type":"end","events":$id}\n);
	close $out or die "write $path: $!\n";
}

1;
