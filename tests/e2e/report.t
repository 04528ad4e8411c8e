#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# cordon report: one file, small enough to be mailed, whose numbers are those of cordon incident, that says the same
# with a daemon and without, and in which what others chose stays text.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Digest::SHA qw(sha256_base64);
use Encode qw(decode_utf8);
use JSON::PP;
use Test::More;
use Outbreak;
use Serve;

delete @ENV{qw(LC_ALL LC_MESSAGES LANG)};

sub state_of {
	my ($name, %outbreak) = @_;
	outbreak_write("$dir/$name.ndjson", %outbreak);
	my ($code, $text) = run_cordon('incident', 'import', "$dir/$name.ndjson", '--state', "$dir/$name");
	$code == 0 or die "import: $text\n";
	return "$dir/$name";
}

# Write a report into a file; its exit code and its text.
sub report {
	my ($state, $ending, @more) = @_;
	unlink "$dir/report.$ending";
	my ($code, $said) = run_cordon('report', '--state', $state, '-o', "$dir/report.$ending", @more);
	diag $said if length $said;
	return ($code, text_of("$dir/report.$ending"));
}

# Elements and attributes that a browser would see in the page that was written, and the text between them.
sub seen {
	open my $in, '-|', 'python3', 'tests/e2e/seen.py', "$dir/report.html" or die "python3: $!\n";
	local $/;
	return @{ decode_json(<$in>) };
}

subtest 'a thousand hosts' => sub {
	my $state = state_of('many', hosts => 1000, began_ms => (time - 4000) * 1000, every_ms => 240000,
		name => sub { "workstation-$_[0].branch.example.net" });
	my ($code, $html) = report($state, 'html');
	is $code, 1, 'hosts are open';
	cmp_ok length $html, '<', 1 << 20, 'at most 1 MB';
	my ($elements, $text) = seen();
	is_deeply [grep { /^(?:src|href|action|on.*|style|srcdoc|data|poster)$/ } map { keys %{ $_->[1] } } @$elements], [],
		'nothing is loaded, and nothing runs by an attribute';
	my ($policy) = map { $_->[1]{content} } grep { ($_->[1]{'http-equiv'} // '') eq 'Content-Security-Policy' } @$elements;
	like $policy, qr/^default-src 'none'; /, 'a policy that lets nothing in';
	for my $tag ('style', 'script') {
		for my $inner ($html =~ m{<$tag>(.*?)</$tag>}gs) {
			my $hash = sha256_base64($inner);
			$hash .= '=' while length($hash) % 4;
			like $policy, qr/$tag-src[^;]* 'sha256-\Q$hash\E'/, "but this $tag: sha256-$hash";
		}
	}
	is scalar(grep { $_->[0] eq 'tr' } @$elements) > 1000, 1, 'each host has a row';
	is scalar(grep { $_->[0] eq 'svg' } @$elements), 1, 'a picture without a script';

	my ($data) = $html =~ m{<script type="application/json" id="cordon-report">(.*?)</script>}s;
	my $told = decode_json($data);
	my (undef, $line) = run_cordon('incident', 'list', '--json', '--state', $state);
	my $incident = decode_json($line);
	is_deeply $told->{incidents}, [$incident], 'numbers are those of cordon incident list --json';
	like $text, qr/\b$incident->{hosts} hosts, of which $incident->{open_hosts} are open\./, 'also in words';
	my %n = map { $_->{state} => $_->{hosts} } @{ $told->{states} };
	my $sum = 0;
	$sum += $_ for values %n;
	is $sum, $incident->{hosts}, 'each host has a state';
	my $done = $n{recovered} + $n{closed} + $n{'false-positive'};
	is $sum - $done, $incident->{open_hosts}, 'those that are open too';
	my $last = $told->{curve}{points}[-1];
	is $last->{ever} + $last->{suspected} + $n{'false-positive'}, $incident->{hosts}, 'and the curve ends in them';
	is_deeply [map { $_->{effective} } @{ $told->{curve}{containments} }], ['yes', 'unknown'], 'what was done';
	like $text, qr/before anything was done, new infections doubled every /, 'and how it grew until then';

	is scalar(grep { $_->[0] eq 'details' } @$elements) > 100, 1, 'the tree unfolds without a script';
	is scalar(grep { $_->[0] eq 'b' } @$elements), 1000, 'down to each host';
	like $text, qr/ or 10\.\d+\.\d+\.\d+ \d+ %, or unseen \d+ %/, 'with who else may have infected it';

	my ($c2, $csv) = report($state, 'csv');
	is scalar(() = $csv =~ /\r\n/g), 1001, 'a table with a row for each host';
	my ($c3, $json) = report($state, 'json');
	my $all = decode_json($json);
	is_deeply [map { scalar @$_ } $all->{hosts}, $all->{tree}{nodes}], [1000, 1000], 'all of them as JSON, in the tree too';
	is scalar(grep { @{ $_->{others} } } @{ $all->{tree}{nodes} }) > 900, 1, 'with the others that may have infected each';
	my ($c4, $txt) = report($state, 'txt');
	like $txt, qr/^Report on an outbreak: Incident 1\n.*== Is it growing\? ==\n/s, 'a text';
	is_deeply [$c2, $c3, $c4], [1, 1, 1], 'with the same code';
};

subtest 'a thousand hosts with long names, in Japanese' => sub {
	my $state = state_of('long', hosts => 1000, address => sub { sprintf '2001:db8:1111:%x::%x:abcd:%x', $_[0] % 40, 4096 + $_[0], $_[0] },
		name => sub { sprintf 'workstation-%04d.second-floor.branch-office-west.example.net', $_[0] });
	my ($code, $html) = report($state, 'html', '--lang', 'ja');
	cmp_ok length $html, '<', 1 << 20, 'at most 1 MB, too';
};

subtest 'both ways' => sub {
	my $state = state_of('both', hosts => 40);
	my @how = ('--to', '2026-03-02T12:00Z');
	my $d = daemon_start(state => $state);
	ok within(60, sub { http_get($d, '/api/v1/board?state=verifying&limit=1')->{json}{matching} == 4 }),
		'a daemon goes on with hosts that were cleaned';
	my (undef, $served) = report($state, 'json', @how);
	my (undef, $far) = report($state, 'txt', '--url', "http://127.0.0.1:$d->{http}", @how);
	like $far, qr/40 hosts/, 'it is asked by its address';
	is daemon_stop($d), 0, 'it ends';
	my (undef, $alone) = report($state, 'json', @how);
	my ($a, $b) = map { decode_json($_) } $alone, $served;
	for ($a, $b) {
		delete @{$_}{qw(made exporters)};
		delete $_->{map}{targets_why};
		delete $_->{hosts_heard} for @{ $_->{curve}{containments} };
		delete $_->{targets} for @{ $_->{map}{cells} };
		delete $_->{silence} for @{ $_->{hosts} };
	}
	is_deeply $b, $a, 'a daemon says the same as the store';
};

subtest 'hostile texts' => sub {
	my @hostile = ('<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "\x{202e}evil\x{202c}",
		'</script><script>alert(2)</script>', '=cmd|\'/c calc\'!A1', '<!--', '&lt;b&gt;');
	my $state = state_of('hostile', hosts => 20, name => sub { $hostile[$_[0] % @hostile] },
		where => sub { '/logs/<script>alert(3)</script>:7' });
	my $long = '<script>alert(4)</script>' . "\x{202e}" . "x\x{3042}" x 9000 . '</script>';
	for my $text (@hostile, substr $long, 0, 600) {
		my ($code, $said) = run_cordon('incident', 'note', 1, Encode::encode_utf8($text), '--state', $state);
		is $code, 0, 'a note' or diag $said;
	}
	my $names = sub {
		open my $out, '>:utf8', "$dir/names.yaml" or die "open: $!\n";
		print {$out} "networks: [10.1.0.0/16]\nnames:\n  - address: 10.1.0.0/16\n    name: '<script>alert(5)</script>"
			. 'y' x $_[0] . "'\n";
		close $out;
	};
	$names->(10000);
	my ($refused, $why) = run_cordon('report', '--state', $state, '--inventory', "$dir/names.yaml");
	is $refused, 2, 'a name of 10 KB is refused';
	like $why, qr/names\.yaml:4:.*at most 120 bytes/, 'with its place';
	$names->(80);
	my ($code, $html) = report($state, 'html', '--inventory', "$dir/names.yaml");
	is $code, 1, 'a report';
	my ($elements, $text) = seen();
	is_deeply [grep { $_->[0] eq 'img' } @$elements], [], 'nothing of it is an element';
	cmp_ok scalar(grep { $_->[0] eq 'script' && !$_->[1]{type} } @$elements), '<=', 1, 'and no script but our own';
	like $text, qr/<script>alert\(1\)<\/script>/, 'it is there to be read';
	like $text, qr/<script>alert\(4\)<\/script>/, 'a note too';
	like $text, qr/<script>alert\(5\)<\/script>/, 'and the name of a network';
	my ($visible) = decode_utf8($html) =~ m{^(.*?)<script type="application/json"}s;
	unlike $visible, qr/[\x{202a}-\x{202e}\x{2066}-\x{2069}]/, 'nothing turns the line about';
	ok defined eval { Encode::decode('UTF-8', $html, Encode::FB_CROAK() | Encode::LEAVE_SRC()) }, 'each letter is whole';
	unlike $visible, qr/(?:x\x{3042}){250}|y{100}/, 'and nothing is so long that it hides the rest';
	my ($data) = $html =~ m{<script type="application/json" id="cordon-report">(.*?)</script>}s;
	ok decode_json($data)->{tree}, 'what pictures are drawn from is whole';
	my (undef, $csv) = report($state, 'csv');
	unlike $csv, qr/(?:^|,)"?=/m, 'no cell is a formula';
	my (undef, $txt) = report($state, 'txt');
	unlike decode_utf8($txt), qr/[\x{202a}-\x{202e}\x00-\x09\x0b-\x1f]/, 'nor does a text turn or steer anything';
};

subtest 'languages, ranges, refusals' => sub {
	my $state = state_of('small', hosts => 12);
	my (undef, $ja) = report($state, 'txt', '--lang', 'ja');
	like decode_utf8($ja), qr/^\x{30a2}\x{30a6}\x{30c8}\x{30d6}/, 'Japanese';
	# what people wrote, names and commands are not ours
	my $english = qr/[A-Za-z']{2,}(?: [A-Za-z']+){2,}/;
	my $told = decode_utf8($ja) =~ s/^  \d{4}-\d\d-\d\d .* ann: .*$//mgr =~ s/cordon (?:contain|report)[ a-z-]*//gr;
	unlike $told, $english, 'no sentence of it is left in English';
	unlike $told, qr/\b(?:infected|contained|suspected|remediated|worm-like|flows|open)\b/, 'nor is a state or another key';
	my (undef, $objects) = report($state, 'json', '--lang', 'ja');
	my $o = decode_json($objects);
	is_deeply [map { $_ =~ $english ? $_ : () } $o->{incidents}[0]{first_host_why}, $o->{tree}{first_host_why}, $o->{curve}{growth}{why},
		$o->{curve}{growth}{r_why}, $o->{map}{targets_why}, map { $_->{sentence}, $_->{next}{text} =~ s/cordon contain\W[a-z ]*//gr } @{ $o->{hosts} }], [],
		'sentences of JSON are Japanese';
	is_deeply [sort keys %{ { map { $_->{state} => 1 } @{ $o->{hosts} } } }], [qw(contained false-positive infected remediated suspected)], 'its keys are not';
	my (undef, $columns) = report($state, 'csv', '--lang', 'ja');
	is $columns =~ s/\r\n.*//sr, [report($state, 'csv')]->[1] =~ s/\r\n.*//sr, 'nor are heads of columns';
	like decode_utf8($columns), qr/,"infected",.*\x{30ef}\x{30fc}\x{30e0}/, 'states of CSV are keys, its sentences are not';
	my (undef, $page) = report($state, 'html', '--lang', 'ja');
	my (undef, $seen) = seen();
	like $seen, qr/\x{611f}\x{67d3}/, 'states of the page are words without a script';
	unlike $seen =~ s/^.*?\x{4f5c}\x{6210} //sr =~ s/\{"lang":.*//sr, qr/\b(?:infected|worm-like)\b/, 'and nothing of it is a key';
	local $ENV{LANG} = 'ja_JP.UTF-8';
	is [report($state, 'txt')]->[1] =~ s/^.*?\n.*?\n//r, $ja =~ s/^.*?\n.*?\n//r, 'as the user reads elsewhere';
	delete $ENV{LANG};
	my (undef, $range) = report($state, 'json', '--from', '2026-03-02T00:00Z', '--to', '2026-03-02T08:00:30Z');
	my $r = decode_json($range);
	is_deeply [map { $_->{host} } @{ $r->{hosts} }], [1], 'hosts of a range';
	is $r->{curve}{points}[-1]{ever}, 1, 'and its curve';
	is [report($state, 'txt', '--from', '2020-01-01', '--to', '2020-01-02')]->[1] =~ /There is no incident\./, 1,
		'a range without any';
	my @refused = (['--format', 'htm', qr/did you mean 'html'/], ['--incident', '7', qr/no incident '7'/],
		['--lang', 'de', qr/en or ja/], ['--from', 'soon', qr/--from takes a time/],
		['--inventory', "$dir/none", qr/none/], ['--output', "$dir/no/such", qr/No such file/]);
	for (@refused) {
		my ($option, $value, $why) = @$_;
		my ($code, $said) = run_cordon('report', '--state', $state, $option, $value);
		is $code, 2, "$option $value is refused";
		like $said, $why, 'in words';
	}
	my ($code, $said) = run_cordon('report', '--state', $state, 'html');
	is $code, 2, 'words are no options';
	($code, $said) = run_cordon('report', '--state', $state, '--from', '1h', '--to', '2h');
	like $said, qr/--from is later/, 'nor is a range that ends before it begins';
	($code, $said) = run_cordon('report', '--state', "$dir/nowhere");
	is $code, 2, 'no store';
};

done_testing;
