// SPDX-License-Identifier: Apache-2.0
// Every worm in every form, a log each: an attacker of its own, and who is accused of what.
#include "quality/logs.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "decode/weblog.h"
#include "detect/attacks.h"
#include "generate/dice.h"
#include "quality/log_forms.h"

enum { LOG_BYTES = 1 << 16, BENIGN_LINES = 10000, DENIED = 12, CLIENTS = 1 << 12 };

/** What reads a log. */
struct desk {
	struct signatures *signatures;
	struct literals *marks;
	struct attacks *attacks;
	struct evidence *evidence;
	struct findings findings;
	struct requests requests;
	struct batch batch;
	struct trouble trouble;
};

static void out_of(const void *p, const char *what)
{
	if (p)
		return;
	perror(what);
	exit(2);
}

static void take_requests(void *on, const struct request *request, size_t n)
{
	attacks_observe(((struct desk *)on)->attacks, request, n);
}

static void take_flows(void *on, const struct flow *flow, size_t n)
{
	evidence_observe(((struct desk *)on)->evidence, flow, n);
}

static struct desk *desk_new(void)
{
	struct err e = {};
	struct str literal[LITERALS_MAX];
	struct desk *d = calloc(1, sizeof *d);
	out_of(d, "quality: logs");
	d->signatures = signatures_new(&e);
	out_of(d->signatures, "quality: signatures");
	d->marks = literals_new(literal, signatures_literals(d->signatures, literal));
	d->attacks = attacks_new(d->signatures, NULL, CLIENTS, 1);
	d->evidence = evidence_new(CLIENTS, 1);
	d->requests = (struct requests){ .emit = take_requests, .ctx = d };
	d->batch.emit = take_flows;
	d->batch.ctx = d;
	out_of(d->marks && d->attacks && d->evidence ? d : NULL, "quality: logs");
	return d;
}

static void desk_free(struct desk *d)
{
	findings_free(&d->findings);
	attacks_free(d->attacks);
	evidence_free(d->evidence);
	literals_free(d->marks);
	signatures_free(d->signatures);
	free(d);
}

/* Read a text to its end, and judge. */
static void desk_read(struct desk *d, const void *text, size_t len)
{
	struct bytes all = { text, len };
	struct weblog_decoder *w = weblog_new(0, weblog_recognise(all) ? WEBLOG_LOG : WEBLOG_TEXT,
		d->marks, &d->requests, &d->batch, &d->trouble);
	out_of(w, "quality: logs");
	weblog_feed(w, all);
	weblog_end(w);
	batch_flush(&d->batch);
	weblog_free(w);
	bool is_done = judge(d->evidence, NULL, 0, false, &d->findings) &&
		       attacks_into(d->attacks, 0, &d->findings);
	out_of(is_done ? d : NULL, "quality: judge");
}

static const struct finding *finding_of(const struct desk *d, const char *host)
{
	struct addr a;
	if (!addr_parse((struct str){ host, strlen(host) }, &a))
		return NULL;
	for (size_t i = 0; i < d->findings.n; i++)
		if (addr_eq(&d->findings.finding[i].host, &a))
			return &d->findings.finding[i];
	return NULL;
}

/* The attack of a signature among those of a finding. */
static const struct attack *attack_of(const struct finding *f, const char *id)
{
	for (size_t i = 0; f && i < f->n_attacks; i++)
		if (!strcmp(f->attack[i]->signature->id, id))
			return f->attack[i];
	return NULL;
}

static void run_form(struct logs *l, size_t form)
{
	size_t n_lines = 0, n_found = 0, n_right = 0;
	for (size_t i = 0; i < LOG_WORMS; i++) {
		static char text[LOG_BYTES];
		struct desk *d = desk_new();
		FILE *out = fmemopen(text, sizeof text, "w");
		out_of(out, "quality: logs");
		fputs(log_forms[form].head, out);
		for (unsigned k = 0; k < log_worms[i].n; k++) {
			const struct request_text *r = &log_worms[i].request[k];
			log_forms[form].write(
				out, k, r->path, r->query ? "?" : "", r->query ? r->query : "");
		}
		size_t len = (size_t)ftell(out);
		fclose(out);
		desk_read(d, text, len);
		const struct finding *f = finding_of(d, LOG_ATTACKER);
		const struct attack *a = attack_of(f, log_worms[i].id);
		n_lines += log_worms[i].n;
		n_found += a ? a->n : 0;
		n_right += a && f->verdict == log_worms[i].verdict &&
			   a->signature->stage == log_worms[i].stage && a->n == log_worms[i].n;
		desk_free(d);
	}
	printf("%-20s %4zu of %zu lines, %zu of %d attackers with worm, variant and stage\n",
		log_forms[form].name, n_found, n_lines, n_right, LOG_WORMS);
	l->n_lines += n_lines;
	l->n_found += n_found;
	l->n_hosts += LOG_WORMS;
	l->n_right += n_right;
}

/* Ordinary lines, with names as much like the worms' as honest ones get. */
static void run_benign(struct logs *l)
{
	static const char *const paths[] = { "/index.html", "/florida/default.html", "/ida.html",
		"/blog/2001/code-red-default.ida.html", "/scripts/menu.js", "/docs/cmd.exe.html",
		"/images/root.gif", "/search?q=default%20ida", "/winnt-tips.html", "/msadc.html",
		"/readme.txt", "/a/b/..%2fc.png", "/shop?item=%E2%82%AC" };
	struct dice d = { 10 };
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	out_of(out, "quality: logs");
	for (unsigned i = 0; i < BENIGN_LINES; i++)
		fprintf(out,
			"10.2.%u.%u - - [09/Aug/2001:12:%02u:%02u +0000] \"GET %s HTTP/1.1\" %u %u "
			"\"http://www.example.com/\" \"Mozilla/4.0 (compatible; MSIE 5.5)\"\n",
			dice_below(&d, 4), 1 + dice_below(&d, 250), i / 60 % 60, i % 60,
			paths[dice_below(&d, countof(paths))], dice_chance(&d, 80) ? 200 : 404,
			dice_below(&d, 60000));
	fclose(out);
	struct desk *desk = desk_new();
	desk_read(desk, text, len);
	l->n_benign += desk->trouble.log.parsed;
	l->n_false += desk->findings.n;
	desk_free(desk);
	free(text);
}

static bool read_file(const char *name, char **text, size_t *len)
{
	const char *folder = getenv("CORDON_DATA");
	char path[400];
	struct stat st;
	snprintf(path, sizeof path, "%s/logs/%s", folder ? folder : "../shared/data", name);
	FILE *in = fopen(path, "re");
	if (!in)
		return false;
	bool is_read = fstat(fileno(in), &st) == 0 && (*text = malloc((size_t)st.st_size + 1)) &&
		       (*len = fread(*text, 1, (size_t)st.st_size, in)) == (size_t)st.st_size;
	fclose(in);
	return is_read;
}

/* The public log of 10,000 Apache lines, and OSSEC's sample of an access list. */
static void run_public(struct logs *l)
{
	char *text = NULL;
	size_t len;
	struct desk *d = desk_new();
	if (read_file("web/elastic_apache_10000.log", &text, &len)) {
		desk_read(d, text, len);
		l->n_benign += d->trouble.log.parsed;
		for (size_t i = 0; i < d->findings.n; i++)
			l->n_false += d->findings.finding[i].verdict <= VERDICT_SUSPECT;
		l->public_lines = "with the public 10,000";
	}
	free(text);
	text = NULL;
	desk_free(d);
	d = desk_new();
	if (read_file("ossec/cisco-acl.log", &text, &len)) {
		desk_read(d, text, len);
		const struct finding *f = finding_of(d, "10.0.61.108");
		bool is_named = f && f->has_port && f->port == 445;
		snprintf(l->text, sizeof l->text, "OSSEC's sample: 10.0.61.108 %s%s",
			is_named ? "tcp/445 " : "not named",
			is_named ? verdict_name(f->verdict) : "");
		l->public_acl = l->text;
		l->n_denied++;
		l->n_denied_named += is_named;
	}
	free(text);
	desk_free(d);
}

/* A sweep that an access list turns away, with the times that a router writes and without. */
static void run_denied(struct logs *l, bool has_times)
{
	static char text[LOG_BYTES];
	FILE *out = fmemopen(text, sizeof text, "w");
	out_of(out, "quality: logs");
	for (unsigned i = 0; i < DENIED; i++) {
		if (has_times)
			fprintf(out, "Aug  9 2001 12:00:%02u.123: ", i);
		fprintf(out,
			"%%SEC-6-IPACCESSLOGP: list 102 denied tcp " LOG_ATTACKER
			"(%u) -> 10.0.%u.%u(445), 1 packet\n",
			1477 + i, i * 37 % 256, 1 + i * 91 % 250);
	}
	size_t len = (size_t)ftell(out);
	fclose(out);
	struct desk *d = desk_new();
	desk_read(d, text, len);
	const struct finding *f = finding_of(d, LOG_ATTACKER);
	l->n_denied++;
	l->n_denied_named += f && f->verdict == VERDICT_WORM && f->has_port && f->port == 445;
	desk_free(d);
}

void logs_run(struct logs *l)
{
	printf("\n== logs: the requests of Code Red I and II, of Code Red without a query, of "
	       "Nimda "
	       "(16), and its infecting step\n");
	for (size_t i = 0; i < LOG_FORMS; i++)
		run_form(l, i);
	run_benign(l);
	run_denied(l, true);
	run_denied(l, false);
	run_public(l);
}
