// SPDX-License-Identifier: Apache-2.0
// From a plan to what a target does with it: compiled, proved, replayed, compared.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/contain_requests.h"
#include "app/ingest.h"
#include "app/sources.h"
#include "contain/diff.h"

enum { SHOWN = 8, SHADED_MAX = 50000 };

static void tell_infeasible(const struct job *j)
{
	const struct cover *c = &j->compiled.cover;
	contain_tell("not possible: %zu hosts need %zu rules, %zu are allowed (--max-rules)",
		j->compiled.n_hosts, c->n_lossless, j->limits.max_rules);
	if (c->least_collateral == UINT64_MAX)
		contain_tell("whatever is taken in with them, it takes %zu: protected hosts and "
			     "--floor keep prefixes apart",
			c->n_least);
	else
		contain_tell("with that many, %" PRIu64
			     " innocent addresses would be stopped, %" PRIu64
			     " are allowed (--max-collateral)",
			c->least_collateral, j->limits.max_collateral);
	contain_tell("better: stop the port for the segment as a whole, --segment NETWORK --port "
		     "PORT; protected services stay open in it");
}

/* Behind our rules what filtered before, family by family. */
static bool with_base(struct job *j, struct policy *out, struct err *e)
{
	if (!policy_narrow(&j->compiled, out, e))
		return false;
	for (enum family f = 0; f < N_FAMILIES; f++) {
		const struct acl *base = job_base(j, f);
		struct rule rest = { .box = box_any(),
			.action = base ? ACTION_DENY : ACTION_PERMIT,
			.origin = UINT32_MAX };
		for (size_t i = 0; base && i < base->policy.n; i++)
			if (!policy_put(out, &base->policy.rule[i], e))
				return false;
		rest.box.of[DIM_SRC] = rest.box.of[DIM_DST] = family_span(f);
		if (!policy_put(out, &rest, e))
			return false;
	}
	return policy_index(out, e);
}

static bool has_base(const struct job *j)
{
	return job_base(j, FAMILY_4) || job_base(j, FAMILY_6);
}

static bool effect_fill(struct job *j, struct err *e)
{
	const struct policy *p = &j->compiled.policy;
	if (j->target && j->target->effect)
		return j->target->effect(&j->compiled, &j->effect, e);
	if (has_base(j))
		return with_base(j, &j->effect, e);
	j->effect.rest = p->rest;
	for (size_t i = 0; i < p->n; i++)
		if (!policy_put(&j->effect, &p->rule[i], e))
			return false;
	return policy_index(&j->effect, e);
}

/* Rules of our own come first: how many there are in the effect. */
size_t job_rules(const struct job *j)
{
	size_t n = 0;
	if (!has_base(j))
		return j->effect.n;
	while (n < j->effect.n && j->effect.rule[n].line == 0 &&
		j->effect.rule[n].origin != UINT32_MAX)
		n++;
	return n;
}

static void tell_breach(const struct job *j, const struct breach *b, const char *what)
{
	char room[BOX_TEXT_BYTES];
	const struct shield *s = &j->protection.shield[b->shield];
	contain_tell("%s %s: %s", what, shield_key(&j->protection, s), box_text(&b->piece, room));
}

/* Those of services that were not shown, each once. */
static void tell_services(const struct job *j, const struct proof *p)
{
	char names[400] = "";
	size_t len = 0;
	bool is_cut = p->n_breaches > BREACHES_MAX;
	for (size_t i = 0; i < p->n_breaches && i < BREACHES_MAX; i++) {
		const char *key =
			shield_key(&j->protection, &j->protection.shield[p->breach[i].shield]);
		size_t n = strlen(key);
		bool is_there = false;
		for (const char *at = names; !is_there && (at = strstr(at, key)); at++)
			is_there = (at == names || at[-1] == ' ') && (at[n] == ',' || !at[n]);
		is_cut |= !is_there && len + n + 3 >= sizeof names;
		if (!is_there && !is_cut)
			len += (size_t)snprintf(
				names + len, sizeof names - len, "%s%s", len ? ", " : "", key);
	}
	contain_tell("%zu more of these; the services are %s%s", p->n_breaches - SHOWN, names,
		is_cut ? " and others" : "");
}

/* Broken services: by rules of the plan, and by what filters there already. */
struct broken {
	size_t by_plan, before;
};

/* Count them by whose they are, and tell the first. */
static void take_breaches(const struct job *j, const struct proof *p, size_t ours, struct broken *n)
{
	bool is_said = j->is_quiet && j->o->accept_loss; // who approved it was told
	for (size_t i = 0; i < p->n_breaches && i < BREACHES_MAX; i++) {
		const struct breach *b = &p->breach[i];
		bool is_old = b->rule == RULE_REST || b->rule >= ours;
		n->before += is_old;
		n->by_plan += !is_old;
		if (i < SHOWN && !is_said)
			tell_breach(j, b,
				is_old              ? "what filters there now does not let through"
				: j->o->accept_loss ? "lost:"
						    : "would be lost:");
	}
	if (p->n_breaches > BREACHES_MAX && !has_base(j)) // of those nobody else can be the cause
		n->by_plan += p->n_breaches - BREACHES_MAX;
	if (p->n_breaches > SHOWN && !is_said)
		tell_services(j, p);
}

static bool prove_family(struct job *j, enum family f, size_t ours, struct broken *n)
{
	struct err e = {};
	struct proof *p = &j->proof[f];
	const struct policy *policy = j->target && j->target->kept ? &j->kept : &j->effect;
	if (!check_protection(policy, &j->protection, f, p, &e) && e.text[0]) {
		contain_tell("%s", e.text);
		return false;
	}
	if (p->n_undecided) {
		contain_tell("refused: of %zu protected services it cannot be decided whether they "
			     "stay open; name fewer hosts",
			p->n_undecided);
		return false;
	}
	take_breaches(j, p, ours, n);
	return true;
}

/* Whether the effect may be had: each breach is told. */
static bool prove(struct job *j)
{
	struct broken n = {};
	size_t ours = job_rules(j);
	for (enum family f = 0; f < N_FAMILIES; f++)
		if (!prove_family(j, f, ours, &n))
			return false;
	if (n.by_plan && j->target && j->target->can & CAN(PROTECT)) {
		contain_tell("refused: the plan breaks %zu protected services", n.by_plan);
		return false;
	}
	if (n.by_plan && !j->o->accept_loss) {
		contain_tell("refused: %s cannot keep services of a host; %zu are lost with these "
			     "hosts; --accept-loss takes it",
			j->target->name, n.by_plan);
		return false;
	}
	if (n.before)
		contain_tell("the plan leaves as it is what filters there now");
	return true;
}

/* Targets that take a host as a whole do so only when that is meant. */
static bool consent(const struct job *j)
{
	if (!j->target || !j->target->is_drastic || j->o->accept_loss)
		return true;
	contain_tell("refused: %s: %s", j->target->name, j->target->breaks);
	return false;
}

static void tell_shades(const struct job *j)
{
	struct shade shade[SHOWN];
	char room[BOX_TEXT_BYTES];
	if (j->effect.n > SHADED_MAX)
		return;
	size_t n = check_shades(&j->effect, shade, SHOWN);
	bool has_rest = n && n <= SHOWN && j->effect.rule[shade[n - 1].rule].origin == UINT32_MAX;
	n -= has_rest; // what a list ends in was not written by anybody
	if (n >= SIZE_MAX - 1 || n == 0)
		return;
	contain_tell("%zu rules never decide, for rules before them cover them:", n);
	for (size_t i = 0; i < n && i < SHOWN; i++)
		contain_tell("  rule %zu (%s) by %zu rule%s%s", shade[i].rule + 1,
			box_text(&j->effect.rule[shade[i].rule].box, room), shade[i].n_by,
			shade[i].n_by == 1 ? "" : "s together",
			shade[i].is_contrary ? ", which do the contrary" : "");
}

/* Stopped already: worth knowing, and harmless. */
static void tell_spares(const struct job *j)
{
	size_t rule[SHOWN];
	char room[BOX_TEXT_BYTES];
	size_t n =
		j->effect.n > SHADED_MAX ? 0 : check_spares(&j->effect, job_rules(j), rule, SHOWN);
	if (n == SIZE_MAX || n == 0)
		return;
	contain_tell("%zu rules change nothing, for rules behind them do the same:", n);
	for (size_t i = 0; i < n && i < SHOWN; i++)
		contain_tell("  rule %zu (%s)", rule[i] + 1,
			box_text(&j->effect.rule[rule[i]].box, room));
}

static bool check_base(const struct job *j)
{
	for (enum family f = 0; f < N_FAMILIES; f++) {
		const struct acl *base = job_base(j, f), *now = job_now(j, f);
		if (now && now != base && now->has_no_remarks && !now->has_rest) {
			contain_tell("refused: %s is by cordon, and show commands and CatOS leave "
				     "out the remark that says what was there before it; give the "
				     "configuration, name with --old-list what was there, or leave "
				     "out --existing if nothing was",
				now->name);
			return false;
		}
		if (base && base->n_unknown && !j->o->diff) {
			contain_tell("refused: %zu lines of %s cannot be read, so what the whole "
				     "would do is unknown; 'cordon contain --diff' shows where",
				base->n_unknown, base->name);
			return false;
		}
	}
	if (j->o->existing && !job_now(j, FAMILY_4) && !job_now(j, FAMILY_6)) {
		contain_tell("%s: which of its lists filters there? Name it with --old-list, or "
			     "the --interface it is bound to",
			j->o->existing);
		return false;
	}
	return true;
}

/* What goes before the denies takes room too: a table that overflows drops rules where nobody looks. */
static bool fits(const struct job *j)
{
	size_t most = j->target ? j->target->max_rules : SIZE_MAX;
	bool has_permits = !j->target || j->target->can & CAN(PROTECT); // else a host is a line
	size_t ours = has_permits ? job_rules(j) : j->compiled.policy.n - j->compiled.n_permits;
	most = j->limits.max_rules > most ? j->limits.max_rules : most;
	if (ours <= most)
		return true;
	contain_tell(
		"refused: %zu rules with those that protect, %s takes %zu; --max-rules says how "
		"many your device holds",
		ours, j->target ? j->target->name : "the plan", most);
	return false;
}

/* The floor goes down to the widest segment that was named as such. */
static void floor_lower(struct job *j)
{
	for (size_t i = 0; i < j->plan.n; i++) {
		const struct prefix *p = &j->plan.entry[i].host;
		bool is_v4 = addr_is_v4(&p->addr);
		unsigned bits = is_v4 ? p->bits - 96U : p->bits;
		uint8_t *floor = &j->limits.floor[is_v4 ? FAMILY_4 : FAMILY_6];
		if (j->plan.entry[i].is_segment && bits < *floor)
			*floor = (uint8_t)bits;
	}
}

bool job_compile(struct job *j)
{
	struct err e = {};
	floor_lower(j);
	char room[ADDR_TEXT_BYTES], port[PORT_TEXT_BYTES];
	if (!plan_compile(&j->plan, &j->protection, &j->limits, &j->compiled, &e)) {
		contain_tell("%s", e.text);
		return false;
	}
	if (!j->compiled.cover.is_feasible) {
		tell_infeasible(j);
		return false;
	}
	if (j->compiled.n_empty) {
		const struct entry *x = &j->plan.entry[j->compiled.empty];
		contain_tell("refused: all that %s sends on %s is protected, so nothing is left to "
			     "stop; see the inventory's 'protect'",
			addr_format(&x->host.addr, room), entry_port_text(&x->port, port));
		return false;
	}
	if (!check_base(j))
		return false;
	if (!effect_fill(j, &e) ||
		(j->target && j->target->kept && !j->target->kept(&j->kept, &e))) {
		contain_tell("%s", e.text);
		return false;
	}
	if (!fits(j) || !prove(j) || !consent(j))
		return false;
	if (!j->is_quiet) {
		tell_shades(j);
		tell_spares(j);
	}
	return true;
}

static void tell_pair(const struct job *j, const struct shield *s, const struct box *open)
{
	char room[BOX_TEXT_BYTES];
	bool is_ja = j->o->lang && !strcmp(j->o->lang, "ja");
	const char *name = "where you type from";
	if (s->service != SERVICE_OPERATOR)
		name = is_ja ? j->services->service[s->service].ja
			     : j->services->service[s->service].en;
	contain_tell("stays open for %s, %s: %s", shield_key(&j->protection, s), name,
		box_text(open, room));
}

/* Where a worm still gets through, because a service needs it. */
static void tell_open(const struct job *j)
{
	const struct policy *p = &j->compiled.policy;
	size_t n = 0;
	for (size_t i = 0; i < j->compiled.n_permits; i++)
		for (size_t k = j->compiled.n_permits; k < p->n; k++) {
			struct box common;
			if (!box_meets(&p->rule[i].box, &p->rule[k].box, &common) ||
				!box_is_real(&common))
				continue;
			if (n++ < SHOWN)
				tell_pair(j, &j->protection.shield[p->rule[i].origin], &common);
			if (j->compiled.n_permits * (p->n - j->compiled.n_permits) > 1000000)
				return; // many are not listed, the policy has them
		}
	if (n > SHOWN)
		contain_tell("stays open: %zu more pairs", n - SHOWN);
}

void job_tell(const struct job *j)
{
	char hash[HASH_TEXT_BYTES], missing[160] = "";
	const struct compiled *c = &j->compiled;
	static const enum part wanted[] = { PART_PHONE, PART_CALL_MANAGER, PART_MANAGEMENT,
		PART_ROUTER, PART_DNS_SERVER };
	for (size_t i = 0; i < countof(wanted); i++)
		if (!(j->protection.parts >> wanted[i] & 1))
			snprintf(missing + strlen(missing), sizeof missing - strlen(missing),
				"%s%s", *missing ? ", " : "", part_names[wanted[i]]);
	contain_tell("plan %s: hosts: %zu, rules that deny: %zu, innocent addresses: %" PRIu64
		     ", rules that protect: %zu",
		plan_hash(&j->plan, hash), plan_hosts(&j->plan), c->cover.n, c->cover.collateral,
		c->n_permits);
	if (!c->cover.is_exact)
		contain_tell(
			"the cover is good, not proved best: too many hosts for that many rules");
	if (*missing)
		contain_tell("%s no %s under 'protect': services of those are not known, so not "
			     "protected",
			j->inventory ? "the inventory names" : "without --inventory there is",
			missing);
	tell_open(j);
}

bool job_flows(struct job *j, void (*take)(void *ctx, const struct flow *flow, size_t n), void *ctx)
{
	struct sources sources = {};
	struct err e = {};
	struct text_list flows = j->o->flows;
	volatile sig_atomic_t interrupted = 0;
	if (!sources_expand(&sources, (char **)(uintptr_t)flows.text, flows.n, &e)) {
		contain_tell("%s", e.text);
		return false;
	}
	struct ingest *in = calloc(1, sizeof *in);
	bool *has_packets = calloc(sources.n, sizeof *has_packets);
	struct templates *templates = templates_new();
	bool ok = in && has_packets && templates;
	if (ok) {
		*in = (struct ingest){ .templates = templates,
			.inventory = j->inventory,
			.source = sources.name,
			.has_packets = has_packets,
			.n_sources = sources.n,
			.n_cores = 1,
			.interrupted = &interrupted };
		ingest_init(in);
		in->batch.emit = take;
		in->batch.emit_plain = NULL;
		in->batch.ctx = ctx;
		if (j->requests) {
			in->requests.emit = looked_into_take;
			in->requests.ctx = j->requests;
		}
		for (size_t i = 0; i < sources.n; i++)
			ingest_read(in, (uint16_t)i);
		batch_flush(&in->batch);
		requests_flush(&in->requests);
		for (enum fault f = FAULT_NONE + 1; f < N_FAULTS; f++)
			j->is_partial |= in->trouble.fault[f].n > 0;
	} else {
		contain_tell("no memory");
	}
	templates_free(templates);
	free(has_packets);
	free(in);
	sources_free(&sources);
	return ok;
}

static void tell_flows(const char *what, const struct flow *flow, uint64_t n)
{
	char src[ADDR_TEXT_BYTES], dst[ADDR_TEXT_BYTES], port[PORT_TEXT_BYTES];
	for (size_t i = 0; i < n && i < REPLAY_SHOWN; i++)
		contain_tell("%s: %s -> %s %s", what, addr_format(&flow[i].src, src),
			addr_format(&flow[i].dst, dst),
			port_format(flow[i].proto, flow[i].dst_port, true, port));
}

bool job_replay(struct job *j, struct replay *r)
{
	struct policy wanted = {};
	struct err e = {};
	*r = (struct replay){ .policy = &j->effect,
		.wanted = &wanted,
		.n_permits = 0,
		.since_ms = r->since_ms,
		.hits = j->hits };
	while (r->n_permits < j->effect.n && j->effect.rule[r->n_permits].action == ACTION_PERMIT &&
		j->effect.rule[r->n_permits].line == 0)
		r->n_permits++;
	if (!plan_wanted(&j->plan, &wanted, &e) || !job_flows(j, replay_take, r)) {
		if (e.text[0])
			contain_tell("%s", e.text);
		policy_fini(&wanted);
		return false;
	}
	policy_fini(&wanted);
	tell_flows("missed", r->missed, r->n[FATE_MISSED]);
	tell_flows("innocent, but stopped", r->innocent, r->n[FATE_INNOCENT]);
	contain_tell("replay: of the plan %" PRIu64 " flows stopped, %" PRIu64 " missed, %" PRIu64
		     " left open for protected services; of others %" PRIu64 " stopped, %" PRIu64
		     " untouched; %" PRIu64 " tell too little",
		r->n[FATE_STOPPED], r->n[FATE_MISSED], r->n[FATE_KEPT], r->n[FATE_INNOCENT],
		r->n[FATE_UNTOUCHED], r->n[FATE_UNKNOWN]);
	r->wanted = NULL;
	return r->n[FATE_MISSED] == 0 && r->n[FATE_INNOCENT] == 0;
}

struct tally {
	uint64_t n[N_CHANGES];
};

static void take_change(void *ctx, enum change change, const struct box *box)
{
	static const char *const words[] = { [CHANGE_BLOCKED] = "+ newly blocked  ",
		[CHANGE_UNBLOCKED] = "- newly unblocked",
		[CHANGE_UNKNOWN] = "? unknown        " };
	struct tally *t = ctx;
	char room[BOX_TEXT_BYTES];
	t->n[change]++;
	printf("%s  %s\n", words[change], box_text(box, room));
}

int job_diff(struct job *j)
{
	struct tally t = {};
	for (enum family f = 0; f < N_FAMILIES; f++) {
		const struct acl *now = job_now(j, f);
		if (!now)
			continue;
		enum diff_result r = policy_diff(&now->policy, &j->effect, f, take_change, &t);
		if (r != DIFF_DONE) {
			contain_tell(r == DIFF_NO_MEMORY ? "no memory"
							 : "the lists are too tangled to compare: "
							   "what changes is unknown");
			return EXIT_ERROR;
		}
	}
	if (t.n[CHANGE_UNKNOWN])
		contain_tell("what lines that cannot be read decide is unknown, never permitted");
	if (!t.n[CHANGE_BLOCKED] && !t.n[CHANGE_UNBLOCKED] && !t.n[CHANGE_UNKNOWN])
		puts("nothing changes");
	return t.n[CHANGE_UNKNOWN]                            ? EXIT_PARTLY
	       : t.n[CHANGE_BLOCKED] || t.n[CHANGE_UNBLOCKED] ? EXIT_FOUND
							      : EXIT_NOTHING;
}
