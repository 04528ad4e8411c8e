#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Logs of web servers, end to end: each line of a worm in the public logs is found, with its variant
# and its attacker; logs without one accuse nobody; the samples of the papers name whom they name.
#
# Environment: CORDON (default build/cordon), CORDON_DATA (default ../shared/data), CORDON_SEEDS.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use File::Temp qw(tempdir);
use Test::More;
use Detect;

my $cordon = $ENV{CORDON} // 'build/cordon';
my $data = $ENV{CORDON_DATA} // '../shared/data';
my $seeds = $ENV{CORDON_SEEDS} // '../shared/seeds';
my $dir = tempdir(CLEANUP => 1);

sub file {
	my ($name, $text) = @_;
	open my $out, '>:raw', "$dir/$name" or die;
	print $out $text;
	close $out;
	return "$dir/$name";
}

sub findings {
	my ($path, @options) = @_;
	my $run = detect($cordon, $path, @options);
	my ($summary, @findings) = check_form($run);
	return ($run, $summary, @findings);
}

# Every row of evidence: [line, host, name, variant, stage, side].
sub rows {
	my (@findings) = @_;
	my @rows;
	for my $f (@findings) {
		for my $w (@{ $f->{web} }) {
			for my $e (@{ $w->{evidence} }) {
				my ($line) = $e->{at} =~ /:(\d+)$/;
				push @rows, { line => $line, host => $f->{host}, %$w };
			}
		}
	}
	return grep { $_->{side} eq 'attacker' } @rows;
}

my %worm = (codered => 'Code Red', nimda => 'Nimda');

sub truth_of_log {
	my ($t) = @_;
	my ($run, $summary, @findings) = findings("$data/$t->{file}");
	my @rows = rows(@findings);
	my %wanted;
	for my $hit (grep { $_->{what} eq 'worm_hits' } @{ $t->{expect} }) {
		for my $line (@{ $hit->{lines} }) {
			$wanted{$line} = 1;
			my ($row) = grep { $_->{line} == $line } @rows;
			ok $row, "line $line is evidence" or next;
			is $row->{name}, $worm{ $hit->{worm} }, "line $line: worm";
			like $row->{variant}, qr/^\Q$hit->{variant}\E\b/, "line $line: variant"
				if $hit->{variant};
			is $row->{stage}, $hit->{stage}, "line $line: stage" if $hit->{stage};
			ok scalar(grep { $_ eq $row->{host} } @{ $hit->{attackers} }),
				"line $line: $row->{host} is an attacker";
		}
		my %accused = map { $_->{host} => 1 } @rows;
		ok $accused{$_}, "$_ is accused" for @{ $hit->{attackers} };
	}
	for my $row (grep { !$wanted{ $_->{line} } } @rows) {
		my $known = grep { $_->{what} eq 'http_sources' && $_->{src} eq $row->{host} }
			@{ $t->{expect} };
		ok $known, "line $row->{line} of $row->{host} is a worm's";
	}
	for my $s (grep { $_->{what} eq 'http_sources' } @{ $t->{expect} }) {
		my ($f) = grep { $_->{host} eq $s->{src} } @findings;
		is $f && $f->{web}[0]{name}, 'Bagle', "$s->{src}: $s->{note}";
	}
}

SKIP: {
	skip "THE PUBLIC LOGS ARE ABSENT ($data): NOTHING IS TESTED AGAINST THEM", 1
		unless -e "$data/TRUTH.json";
	for my $t (grep { $_->{kind} eq 'log' } @{ decode_json_big(slurp("$data/TRUTH.json")) }) {
		next if $t->{file} =~ /cisco/;    # of devices, not of servers
		subtest $t->{file} => sub { truth_of_log($t) };
	}
}

SKIP: {
	skip "THE PAPERS ARE ABSENT ($seeds): NOTHING IS TESTED AGAINST THEM", 1 unless -d $seeds;
	for my $n ('000', '002') {
		my ($paper) = glob "$seeds/${n}_*.txt";
		subtest "paper $n names attacker and server" => sub {
			my ($run, $summary, @f) = findings($paper);
			is $run->{wait} >> 8, 1, 'exit code: found';
			is scalar @f, 2, 'two hosts';
			my %by = map { $_->{host} => $_ } @f;
			my $a = $by{'172.20.148.189'};
			my $s = $by{'172.20.225.130'};
			ok $a && $s, 'both are there' or return;
			is $a->{class}, 'worm-like', 'who asked is infected';
			is $s->{class}, 'exposed', 'who took it is exposed';
			is $a->{web}[0]{signature}, 'code-red-2', 'Code Red II';
			is $a->{web}[0]{evidence}[0]{status}, 200, 'status';
			is $a->{web}[0]{evidence}[0]{time}, '2001-08-09T00:11:57Z', 'time';
			is $a->{web}[0]{evidence}[0]{server}, '172.20.225.130', 'server';
			is $s->{web}[0]{side}, 'server', 'not swapped';
		};
	}
	my ($paper) = glob "$seeds/001_*.txt";
	subtest 'paper 001 lost the head: a variant, and nobody' => sub {
		my ($run, $summary, @f) = findings($paper);
		is scalar @f, 0, 'accuses nobody';
		is $run->{wait} >> 8, 3, 'which is no good news';
		my ($note) = grep { $_->{text} =~ /nobody is accused/ } @{ $summary->{notes} };
		ok $note, 'a note says so' or return;
		like $note->{text}, qr/Code Red, variant II/, 'the variant is known';
		like $note->{at}, qr/:8\d$/, 'with its place';
	};
}

my $x = 'X' x 224;
my $payload = '%u9090%u6858%ucbd3%u7801' x 3;
my $get = "GET /default.ida?$x$payload%u00=a HTTP/1.0";

subtest 'columns change in the middle of a file: nobody is swapped' => sub {
	my $log = file('ex010809.log', <<"LOG");
#Software: Microsoft Internet Information Services 5.0
#Fields: date time c-ip cs-username s-ip s-port cs-method cs-uri-stem cs-uri-query sc-status cs(User-Agent)
2001-08-09 00:11:57 172.20.148.189 - 172.20.225.130 80 GET /default.ida $x$payload%u00=a 200 -
#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status
2001-08-09 00:12:57 172.20.225.130 GET /default.ida $x$payload%u00=a 80 - 172.20.148.189 - 200
LOG
	my (undef, undef, @f) = findings($log);
	is_deeply [map { [@$_{qw(host class)}] } @f],
		[['172.20.148.189', 'worm-like'], ['172.20.225.130', 'exposed']], 'one of each';
	is $f[0]{web}[0]{requests}, 2, 'both lines';
};

subtest 'forged fields accuse nobody' => sub {
	my $log = file('forged.log', join '', map { "$_\n" }
		qq(192.0.2.1 - - [09/Aug/2001:00:11:57 +0000] "GET / HTTP/1.0" 200 1 "-" "$get"),
		qq(192.0.2.2 - - [09/Aug/2001:00:11:57 +0000] "GET / HTTP/1.0" 200 1 "http://a/default.ida?$x$payload" "-"),
		qq(192.0.2.3 - - [09/Aug/2001:00:11:57 +0000] "GET /scripts/ HTTP/1.0" 200 1 "/scripts/root.exe?/c+dir" "-"));
	my ($run, undef, @f) = findings($log);
	is scalar @f, 0, 'nobody';
	is $run->{wait} >> 8, 0, 'nothing found';
};

subtest 'a forwarded address counts behind a trusted proxy only' => sub {
	my $log = file('u_ex.log', <<"LOG");
#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port c-ip sc-status X-Forwarded-For
2001-08-09 00:11:57 192.0.2.80 GET /default.ida $x$payload%u00=a 80 192.0.2.9 404 198.51.100.1,+203.0.113.5
LOG
	my (undef, undef, @f) = findings($log);
	is_deeply [map { $_->{host} } @f], ['192.0.2.9'], 'nobody is trusted: the client itself';
	my $site = file('site.yaml', "trusted-proxies: [192.0.2.9]\n");
	(undef, undef, @f) = findings($log, '-i', $site);
	is_deeply [map { $_->{host} } @f], ['203.0.113.5'], 'the last hop that the proxy saw';
	is $f[0]{web}[0]{evidence}[0]{client}, '192.0.2.9', 'the proxy is kept';
	ok $f[0]{web}[0]{evidence}[0]{via_proxy}, 'and marked';
};

subtest 'flows and logs are one finding' => sub {
	my $flows = file('cache.txt', "SrcIf SrcIPaddress DstIf DstIPaddress Pr SrcP DstP Pkts\n" .
		join '', map { sprintf "Vl1 10.20.7.66 Vl2 172.16.%d.%d 06 %04X 0050 2\n", $_ * 7 % 250,
			$_ * 31 % 250, 1024 + $_ } 1 .. 12);
	my $log = file('access.log',
		qq(10.20.7.66 - - [09/Aug/2001:00:11:57 +0000] "$get" 404 1 "-" "-"\n));
	my $alone = (findings($flows))[2];
	my $run = detect($cordon, $flows, $log);
	my (undef, @f) = check_form($run);
	is scalar @f, 1, 'one finding';
	is $f[0]{class}, 'worm-like', 'the worse of both';
	is $f[0]{destinationTransportPort}, 80, 'on the port of the flows';
	ok $f[0]{peers_contacted} == 12 && @{ $f[0]{web} } == 1, 'both kinds of evidence';
	cmp_ok $f[0]{confidence}, '>=', $alone->{confidence}, 'no weaker than the flows alone';
};

subtest 'signatures of the user' => sub {
	my $log = file('own.log', qq(192.0.2.1 - - [09/Aug/2001:00:11:57 +0000] "GET /own.cgi HTTP/1.0" 404 1 "-" "-"\n));
	my $rules = file('own.yaml', <<'RULES');
signatures:
- id: own
  name: Own worm
  class: infected
  stage: probing
  where: [path]
  literals: ['/own.cgi']
  patterns: ['^/own\.cgi$']
  meaning: {en: ours, ja: 自前}
  fix: {en: look, ja: 確認}
RULES
	my (undef, undef, @f) = findings($log);
	is scalar @f, 0, 'not known to the program';
	(undef, undef, @f) = findings($log, '--signatures', $rules);
	is $f[0]{web}[0]{name}, 'Own worm', 'but to its user';
	is $f[0]{web}[0]{meaning}{ja}, "\x{81ea}\x{524d}", 'in Japanese too';
	my $wrong = file('wrong.yaml', "signatures:\n- id: own\n  clas: attack\n");
	my $run = detect($cordon, $log, '--signatures', $wrong);
	is $run->{wait} >> 8, 2, 'a wrong file is an error';
	like $run->{stderr}, qr/wrong\.yaml:3:3: unknown key 'clas', did you mean 'class'\?/, 'with its place';
};

done_testing;
