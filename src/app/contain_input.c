// SPDX-License-Identifier: Apache-2.0
// Where the entries of a plan come from: findings, hosts that were named, incidents.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/contain.h"
#include "base/quantity.h"
#include "incident/board.h"
#include "model/settings.h"
#include "store/store.h"

static bool take_lines(struct job *j, FILE *in, const char *name)
{
	char *line = NULL;
	size_t room = 0;
	struct err e = {};
	ssize_t n;
	bool ok = true;
	size_t malformed_before = j->taken.n_malformed;
	j->taken.n_lines = 0;
	while (ok && (n = getline(&line, &room, in)) >= 0) {
		if (n && line[n - 1] == '\n')
			line[--n] = '\0';
		for (ssize_t i = 0; i < n; i++) // no text: let it be seen that it is none
			line[i] = line[i] ? line[i] : '?';
		ok = findings_take(&j->plan, &j->how, line, &j->taken, &e);
	}
	free(line);
	if (!ok)
		contain_tell("%s", e.text);
	else if (ferror(in))
		contain_tell("read %s: it cannot be read to its end", name);
	if (ok && j->taken.n_malformed > malformed_before)
		contain_tell("%s:%zu: %s; %zu such lines, the others were used", name,
			j->taken.first_malformed, j->taken.malformed.text,
			j->taken.n_malformed - malformed_before);
	j->is_partial |= ferror(in) || j->taken.n_malformed > malformed_before;
	return ok;
}

static bool take_file(struct job *j, const char *name)
{
	if (!strcmp(name, "-")) {
		if (isatty(STDIN_FILENO))
			fputs("paste findings of cordon detect, then press Ctrl-D\n", stderr);
		return take_lines(j, stdin, "standard input");
	}
	FILE *in = fopen(name, "re");
	if (!in) {
		contain_tell("open %s: %m", name);
		return false;
	}
	bool ok = take_lines(j, in, name);
	fclose(in);
	return ok;
}

static bool host_put(struct job *j, const struct prefix *host, bool is_segment, const char *why)
{
	struct entry entry = { .host = *host,
		.is_segment = is_segment,
		.direction = j->how.direction,
		.verdict = N_VERDICTS,
		.confidence_pct = 100,
		.until_ms = j->how.until_ms };
	struct err e = {};
	char room[ADDR_TEXT_BYTES];
	snprintf(entry.why, sizeof entry.why, "%s", why);
	for (size_t i = 0; i < j->how.n_ports; i++) {
		entry.port = j->how.port[i];
		bool is_v4 = addr_is_v4(&host->addr);
		if (entry.port.proto == (is_v4 ? PROTO_ICMP6 : PROTO_ICMP)) {
			contain_tell("%s of IPv%c sends no ICMP of IPv%c%s",
				addr_format(&host->addr, room), is_v4 ? '4' : '6',
				is_v4 ? '6' : '4',
				is_v4 ? "" : "; --port 'protocol 58' stops ICMPv6");
			return false;
		}
		if (!plan_put(&j->plan, &entry, &e)) {
			contain_tell("%s", e.text);
			return false;
		}
	}
	return true;
}

static bool take_word(struct job *j, const char *word)
{
	struct prefix host;
	uint64_t incident;
	struct str text = { word, strlen(word) };
	if (number_parse(text, &incident))
		return job_incident(j, incident);
	if (!prefix_parse(text, &host)) {
		contain_tell("'%s' is no host, no network and no number of an incident%s", word,
			access(word, R_OK) ? "" : "; a file goes with --from");
		return false;
	}
	if (j->how.n_ports == 0) {
		contain_tell("%s: say what is to be stopped, --port tcp/80 for one, --port any for "
			     "all but what is protected",
			word);
		return false;
	}
	return host_put(j, &host, false, "named by the operator");
}

/* A segment is a network whose port is stopped as a whole: no floor, but never everything. */
static bool take_segment(struct job *j, const char *word)
{
	struct prefix p;
	if (!prefix_parse((struct str){ word, strlen(word) }, &p)) {
		contain_tell("--segment takes a network like 10.1.0.0/16, not '%s'", word);
		return false;
	}
	if (!segment_is_one(&p)) {
		contain_tell("--segment %s is wider than a /%d: that is no segment", word,
			addr_is_v4(&p.addr) ? 8 : 32);
		return false;
	}
	for (size_t i = 0; i < j->how.n_ports; i++)
		if (j->how.port[i].proto == PROTO_UNKNOWN) {
			contain_tell("--segment stops a port, not all a segment sends: name the "
				     "port");
			return false;
		}
	if (j->how.n_ports == 0) {
		contain_tell("--segment needs --port: which port is to be stopped");
		return false;
	}
	return host_put(j, &p, true, "segment named by the operator");
}

static bool member_put(struct job *j, const struct board *b, const struct member *m)
{
	const struct host_row *h = board_host(b, m->host);
	const struct address_row *a;
	const struct charge *c;
	for (uint32_t at = m->first_charge; (c = board_charge(b, at)); at = c->next) {
		struct entry entry = { .direction = j->how.direction,
			.verdict = c->verdict,
			.confidence_pct = c->confidence_pct,
			.last_ms = c->last_ms,
			.until_ms = j->how.until_ms,
			.incident = m->incident };
		struct err e = {};
		j->taken.n_findings++;
		if (c->is_withdrawn || c->verdict == VERDICT_EXPOSED ||
			!entry_port_of_cause(c->cause, &entry.port))
			continue;
		snprintf(entry.why, sizeof entry.why, "incident %u, %s, %s", m->incident, c->cause,
			verdict_name(c->verdict));
		for (uint32_t i = h->first_address; (a = board_address(b, i));
			i = a->next_of_host) {
			entry.host = (struct prefix){ a->addr, 128 };
			if (a->until_ms <= j->plan.at_ms)
				continue;
			if (!plan_put(&j->plan, &entry, &e)) {
				contain_tell("%s", e.text);
				return false;
			}
		}
	}
	return true;
}

static bool take_event(void *ctx, const struct event *ev)
{
	board_apply(ctx, ev);
	return true;
}

static bool incident_put(struct job *j, const struct board *b, uint64_t incident)
{
	struct member_iter it = { .board = b, .incident = incident };
	size_t before = j->plan.n;
	bool ok = true;
	if (!board_incident(b, incident)) {
		contain_tell("no incident %llu; 'cordon incident list' has them",
			(unsigned long long)incident);
		return false;
	}
	for (const struct member *m; ok && (m = member_next(&it));)
		if (state_is_open(m->state))
			ok = member_put(j, b, m);
	if (ok && j->plan.n == before) {
		contain_tell(
			"incident %llu has no open host whose port is known: nothing to contain",
			(unsigned long long)incident);
		return false;
	}
	return ok;
}

bool job_incident(struct job *j, uint64_t incident)
{
	struct settings settings;
	struct err e = {};
	settings_init(&settings);
	struct store *s =
		store_open(j->o->state ? j->o->state : settings.state_directory, STORE_READ, &e);
	struct board *b = s ? board_new() : NULL;
	bool ok = b && store_replay(s, 1, take_event, b, &e);
	if (!ok)
		contain_tell("%s", s && !b ? "no memory" : e.text);
	else
		ok = incident_put(j, b, incident);
	board_free(b);
	store_close(s);
	return ok;
}

/* Addresses that no packet of a host on a wire has: all of this host, this network, a group. */
static bool is_nobody(const struct prefix *p)
{
	u128 n = addr_number(&p->addr);
	unsigned first = addr_is_v4(&p->addr) ? (unsigned)(n >> 24 & 0xff) : 1;
	if (addr_is_multicast(&p->addr))
		return true;
	return addr_is_v4(&p->addr) ? p->bits >= 96 + 8 && (first == 0 || first == 127)
				    : p->bits >= 127 && n <= 1;
}

/* Hosts outside cannot be contained at their own switch: that needs to be meant. */
static bool check_own(const struct job *j)
{
	char room[ADDR_TEXT_BYTES];
	for (size_t i = 0; i < j->plan.n; i++) {
		const struct entry *x = &j->plan.entry[i];
		if (!j->o->foreign && inventory_own(j->inventory, &x->host.addr) == OWN_NO) {
			contain_tell(
				"%s is in none of the own networks of the inventory; to stop it "
				"at the border all the same: --foreign",
				addr_format(&x->host.addr, room));
			return false;
		}
		if (j->has_operator && prefix_has(&x->host, &j->operator)) {
			contain_tell(
				"%s is where you are typing from: you would lock yourself out; "
				"work from another host, or tell with --operator where you are",
				addr_format(&j->operator, room));
			return false;
		}
		if (is_nobody(&x->host)) {
			contain_tell(
				"%s is no address of a host", addr_format(&x->host.addr, room));
			return false;
		}
	}
	return true;
}

static void tell_left_out(const struct taken *t)
{
	if (t->n_harmless)
		contain_tell("%zu findings of classes that ask for nothing were left out",
			t->n_harmless);
	if (t->n_exposed)
		contain_tell("%zu servers that were attacked were left out: look at them, no proof "
			     "that they spread",
			t->n_exposed);
	if (t->n_unsure)
		contain_tell("%zu findings less sure than --least were left out", t->n_unsure);
	for (size_t i = 0; i < t->n_portless && i < NOTED_MAX; i++)
		contain_tell("%s was left out: its findings tell no port; --port says what to stop",
			t->portless[i]);
	if (t->n_portless > NOTED_MAX)
		contain_tell("%zu more hosts were left out for want of a port",
			t->n_portless - NOTED_MAX);
}

/* All sources, in turn; how they came changes nothing. */
static bool gather(struct job *j, char **word, int n_words)
{
	const struct contain_options *o = j->o;
	bool ok = true;
	if (n_words == 0 && o->from.n == 0 && o->segment.n == 0) {
		if (!isatty(STDIN_FILENO))
			return take_file(j, "-");
		contain_tell("name hosts, an incident, or findings with --from; or pipe: cordon "
			     "detect - | cordon contain --to ios-acl");
		return false;
	}
	for (size_t i = 0; ok && i < o->from.n; i++)
		ok = take_file(j, o->from.text[i]);
	for (int i = 0; ok && i < n_words; i++)
		ok = take_word(j, word[i]);
	for (size_t i = 0; ok && i < o->segment.n; i++)
		ok = take_segment(j, o->segment.text[i]);
	return ok;
}

bool job_plan(struct job *j, char **word, int n_words)
{
	if (!gather(j, word, n_words))
		return false;
	tell_left_out(&j->taken);
	j->is_partial |= j->taken.n_portless > 0;
	plan_settle(&j->plan);
	size_t n_ended = j->keeps_ended ? 0 : plan_expire(&j->plan);
	if (n_ended)
		contain_tell("%zu entries have ended and were taken out", n_ended);
	if (j->plan.n == 0 && j->taken.n_findings == 0 && j->taken.n_malformed)
		contain_tell("no finding in it; router output goes through detect first: cordon "
			     "detect - | cordon contain");
	return check_own(j);
}
