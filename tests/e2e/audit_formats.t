#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# SARIF against the schema of OASIS, and pages against the grammar of HTML, whatever was pasted.
#
# Environment: CORDON (default build/cordon), CORDON_SEEDS (default ../shared/seeds), SARIF_SCHEMA (the schema; else
# that of the npm package jest-sarif, which npm fetches once into build/).
use strict;
use warnings;
use Encode qw(decode);
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use JSON::PP;
use Test::More;

my $cordon = $ENV{CORDON} // 'build/cordon';
die "no program $cordon: run make, or set CORDON\n" unless -x $cordon;
my $seeds = $ENV{CORDON_SEEDS} // '../shared/seeds';
my $dir = tempdir(CLEANUP => 1);

sub save {
	my ($name, $text) = @_;
	open my $out, '>:raw', "$dir/$name" or die "open $dir/$name: $!\n";
	print $out $text;
	close $out;
	return "$dir/$name";
}

# Inputs that may bring a writer to grief, each as the words of a command.
my $odd = "ip route 0.0.0.0 0.0.0.0 Vlan3 \"quoted\" \\ <b>&amp; \x{1}\x{7f}\xff\xfe\xc3(\xed\xa0\x80 \xc2\x85 \xe7\x97\x87 tag\n";
my %input = (
	'a router in trouble' => ['tests/unit/audit/sick-ios.txt'],
	'a clean one' => ['tests/unit/audit/clean-ios.txt'],
	'nothing of a device' => [ save('letter.txt', "Dear all,\n") ],
	'bytes that are no text' => [ save('odd.txt', "R1#show running-config\n$odd" . "R1#\n") ],
	'a name that needs escapes' => [ save('a b%#?"\'&<\x{e9}.txt', "ip route 0.0.0.0 0.0.0.0 Vlan3\n") ],
	'in Japanese' => [ '--lang', 'ja', 'tests/unit/audit/sick-ios.txt' ],
	'all at once' => [ 'tests/unit/audit', $dir ],
	-d $seeds ? ('the papers' => [$seeds]) : (),
);

sub audit {
	my $command = join ' ', map { (my $w = $_) =~ s/'/'\\''/g; "'$w'" } @_;
	return scalar qx('$cordon' audit $command 2>/dev/null);
}

# A Python that has a module; undef where none does.
sub python_with {
	my ($module) = @_;
	for my $python (qw(python3 /usr/bin/python3)) {
		return $python if system("$python -c 'import $module' 2>/dev/null") == 0;
	}
	return undef;
}

sub schema {
	return $ENV{SARIF_SCHEMA} if $ENV{SARIF_SCHEMA};
	my $in = 'build/sarif';
	my $file = "$in/package/lib/schemas/sarif-2.1.0-rtm.5.json";
	if (!-e $file) {
		make_path($in);
		system("cd $in && timeout 60 npm pack --silent \@microsoft/jest-sarif\@1.0.0-beta.0 >/dev/null 2>&1"
			. ' && tar xzf microsoft-jest-sarif-1.0.0-beta.0.tgz 2>/dev/null');
	}
	return -e $file ? $file : undef;
}

subtest 'SARIF has its schema' => sub {
	my ($python, $schema) = (python_with('jsonschema'), schema());
	plan skip_all => 'NO SCHEMA OF SARIF, OR NO python3-jsonschema: SARIF IS NOT HELD AGAINST ITS SCHEMA'
	    unless $python && $schema;
	my $program = save('validate.py', <<'PY');
import json, sys
from jsonschema import Draft7Validator
validator = Draft7Validator(json.load(open(sys.argv[1], encoding="utf-8")))
log = json.loads(sys.stdin.buffer.read().decode("utf-8"))
for error in validator.iter_errors(log):
    print("/".join(map(str, error.path)), error.message[:200])
PY
	for my $name (sort keys %input) {
		my $log = audit('--sarif', @{ $input{$name} });
		ok eval { JSON::PP->new->utf8->decode($log) }, "$name: JSON";
		open my $check, '|-', "$python '$program' '$schema' > '$dir/complaints' 2>&1" or die "$python: $!\n";
		print {$check} $log;
		ok close($check), "$name: could be validated";
		open my $said, '<', "$dir/complaints" or die;
		is join('', <$said>), '', "$name: no complaint";
	}
	open my $check, '|-', "$python '$program' '$schema' > '$dir/complaints' 2>&1" or die "$python: $!\n";
	print {$check} '{"version":"2.1.0","runs":[{"tool":{"driver":{}},"results":[]}]}';
	close $check;
	cmp_ok -s "$dir/complaints", '>', 0, 'what lacks a name is complained of: the schema is at work';
};

subtest 'pages have the grammar of HTML' => sub {
	my $python = python_with('html5lib');
	plan skip_all => 'NO python3-html5lib: PAGES ARE NOT HELD AGAINST THE GRAMMAR OF HTML' unless $python;
	my $program = save('parse.py', <<'PY');
import sys
import html5lib
parser = html5lib.HTMLParser()
parser.parse(sys.stdin.buffer.read(), transport_encoding="utf-8")
for at, code, data in parser.errors:
    print(at, code, data)
PY
	for my $name (sort keys %input) {
		my $page = audit('--html', @{ $input{$name} });
		like $page, qr/^<!DOCTYPE html>/, "$name: a page";
		ok defined eval { decode('UTF-8', my $copy = $page, Encode::FB_CROAK) }, "$name: UTF-8";
		open my $check, '|-', "$python '$program' > '$dir/complaints' 2>&1" or die "$python: $!\n";
		print {$check} $page;
		ok close($check), "$name: could be parsed";
		open my $said, '<', "$dir/complaints" or die;
		is join('', <$said>), '', "$name: no complaint";
	}
	open my $check, '|-', "$python '$program' > '$dir/complaints' 2>&1" or die "$python: $!\n";
	print {$check} '<p>no doctype</div>';
	close $check;
	cmp_ok -s "$dir/complaints", '>', 0, 'a page with mistakes is complained of: the parser is at work';
};

subtest 'each line of NDJSON is JSON, whatever was pasted' => sub {
	for my $name (sort keys %input) {
		my @bad = grep { !eval { JSON::PP->new->utf8->decode($_) } } split /\n/, audit('--json', @{ $input{$name} });
		is_deeply \@bad, [], $name;
		@bad = grep { !eval { JSON::PP->new->utf8->decode($_) } } split /\n/, audit('--facts', @{ $input{$name} });
		is_deeply \@bad, [], "$name: facts";
	}
};

done_testing;
