// SPDX-License-Identifier: Apache-2.0
// The table of targets, and what their writers share.
#include "contain/target.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

const struct target *const targets[] = {
	&ios_acl_target,
	&nxos_acl_target,
	&catos_vacl_target,
	&ios_nbar_target,
	&nftables_target,
	&flowspec_gobgp_target,
	&flowspec_exabgp_target,
	&rtbh_destination_target,
	&rtbh_source_target,
	&procurve_target,
	&suricata_target,
};
const size_t n_targets = countof(targets);

const struct target *target_find(const char *name)
{
	for (size_t i = 0; i < n_targets; i++)
		if (!strcmp(targets[i]->name, name))
			return targets[i];
	return NULL;
}

const char *ability_name(enum ability_bit a)
{
	static const char *const names[] = {
#define AS_NAME(name, key) [CAN_##name##_BIT] = key,
		ABILITIES(AS_NAME)
#undef AS_NAME
	};
	return names[a];
}

bool rule_is_of(const struct rule *r, enum family f)
{
	return box_is_of(&r->box, f);
}

bool writing_has(const struct writing *w, enum family f)
{
	for (size_t i = w->compiled->n_permits; i < w->compiled->policy.n; i++)
		if (rule_is_of(&w->compiled->policy.rule[i], f))
			return true;
	return false;
}

/* By what is filtered, not by when it was made: the same filter has the same name. */
void writing_name(struct writing *w)
{
	const struct policy *p = &w->compiled->policy;
	uint64_t h = 0;
	for (size_t i = 0; i < p->n; i++)
		h = hash_bytes(&p->rule[i].box, sizeof p->rule[i].box,
			h * N_ACTIONS + (uint64_t)p->rule[i].action);
	if (w->order) // a device takes no line twice, so another order is another list
		h = hash_bytes(w->order, w->n_order * sizeof *w->order, h);
	plan_hash(w->plan, w->hash);
	snprintf(w->name, sizeof w->name, "CORDON-%08x", (unsigned)(h >> 32 ^ (h & UINT32_MAX)));
}

const char *rule_reason(
	const struct writing *w, const struct rule *r, char room[static REASON_BYTES])
{
	char port[PORT_TEXT_BYTES], time[TIME_TEXT_BYTES];
	if (r->action == ACTION_PERMIT) {
		const struct shield *s = &w->protection->shield[r->origin];
		snprintf(room, REASON_BYTES, "%s%s", shield_key(w->protection, s),
			s->is_answer ? ", answers" : "");
	} else {
		const struct entry *e = &w->plan->entry[r->origin];
		snprintf(room, REASON_BYTES, "%s %s, until %s", entry_port_text(&e->port, port),
			direction_key(e->direction), time_format(e->until_ms, time));
	}
	return room;
}

/* The same rules, each in its place. */
static bool in_order(struct policy *p, const size_t *order, struct err *e)
{
	struct policy out = { .rest = p->rest };
	bool ok = true;
	for (size_t i = 0; ok && i < p->n; i++)
		ok = policy_put(&out, &p->rule[order[i]], e);
	policy_fini(p);
	*p = out;
	return ok;
}

bool list_rules(
	const struct writing *w, struct policy *own, const struct policy **out, struct err *e)
{
	const struct policy *p = &w->compiled->policy;
	bool is_merged = w->base[FAMILY_4] || w->base[FAMILY_6], ok = true;
	*own = (struct policy){ .rest = p->rest };
	*out = is_merged || w->order ? own : p;
	if (is_merged)
		ok = policy_narrow(w->compiled, own, e);
	for (size_t i = 0; !is_merged && w->order && ok && i < p->n; i++)
		ok = policy_put(own, &p->rule[i], e);
	return ok && (!w->order || in_order(own, w->order, e));
}

bool base_write(const struct writing *w, enum family f, const char *begin)
{
	const struct acl *base = w->base[f];
	for (size_t i = 0; base && i < base->n_said; i++) {
		struct str s = base->said[i].text;
		for (size_t k = 0; k < s.len; k++) // counts of a show command are no part of it
			if (s.ptr[k] == '(' || s.ptr[k] == '[')
				s.len = k;
		while (s.len && s.ptr[s.len - 1] == ' ')
			s.len--;
		fprintf(w->out, "%s%.*s\n", begin, STR_ARG(s));
	}
	return base;
}

bool rule_write(const struct rule *r, enum family f, enum ace_dialect dialect, FILE *out)
{
	fputs(r->action == ACTION_PERMIT ? "permit" : "deny", out);
	return ace_write(&r->box, f, dialect, out);
}

bool policy_narrow(const struct compiled *c, struct policy *out, struct err *e)
{
	*out = (struct policy){ .rest = ACTION_PERMIT };
	for (size_t i = 0; i < c->n_permits; i++)
		for (size_t k = c->n_permits; k < c->policy.n; k++) {
			struct rule r = c->policy.rule[i];
			if (box_meets(&c->policy.rule[i].box, &c->policy.rule[k].box, &r.box) &&
				box_is_real(&r.box) && !policy_put(out, &r, e))
				return false;
		}
	for (size_t k = c->n_permits; k < c->policy.n; k++)
		if (!policy_put(out, &c->policy.rule[k], e))
			return false;
	return policy_index(out, e);
}

static int by_span(const void *one, const void *other)
{
	const struct range *a = one, *b = other;
	if (a->lo != b->lo)
		return a->lo < b->lo ? -1 : 1;
	return (a->hi > b->hi) - (a->hi < b->hi);
}

struct range *hosts_of(const struct writing *w, size_t *n)
{
	const struct policy *p = &w->compiled->policy;
	size_t first = w->compiled->n_permits;
	struct range *all = calloc(p->n - first + 1, sizeof *all);
	*n = 0;
	for (size_t i = first; all && i < p->n; i++) {
		const struct entry *e = &w->plan->entry[p->rule[i].origin];
		all[i - first] =
			p->rule[i].box.of[e->direction == DIRECTION_OUT ? DIM_SRC : DIM_DST];
	}
	if (all)
		qsort(all, p->n - first, sizeof *all, by_span);
	for (size_t i = 0; all && i < p->n - first; i++)
		if (*n == 0 || by_span(&all[*n - 1], &all[i]))
			all[(*n)++] = all[i];
	return all;
}

/* Every line of what takes it back, as a comment: who applies a text has its undo at hand. */
static void undo_write(const struct target *t, struct writing *w)
{
	char *text = NULL;
	size_t len;
	FILE *out = w->out;
	w->out = open_memstream(&text, &len);
	if (w->out) {
		t->undo(w);
		fclose(w->out);
	}
	w->out = out;
	if (!text)
		return;
	fprintf(out, "%s To take it back:\n", t->comment);
	for (char *line = text, *end; *line; line = end) {
		end = line + strcspn(line, "\n");
		fprintf(out, "%s   %.*s\n", t->comment, (int)(end - line), line);
		end += *end == '\n';
	}
	free(text);
}

static void head_write(const struct target *t, const struct writing *w)
{
	char at[TIME_TEXT_BYTES], until[TIME_TEXT_BYTES];
	uint64_t last = 0;
	const struct compiled *c = w->compiled;
	for (size_t i = 0; i < w->plan->n; i++)
		last = w->plan->entry[i].until_ms > last ? w->plan->entry[i].until_ms : last;
	fprintf(w->out, "%s cordon containment for %s, plan %s\n", t->comment, t->name, w->hash);
	fprintf(w->out, "%s made %s, ends %s%s\n", t->comment, time_format(w->plan->at_ms, at),
		time_format(last, until),
		t->can & CAN(EXPIRY)
			? ""
			: "; nothing here ends by itself: cordon contain --expire then");
	fprintf(w->out,
		"%s hosts: %zu, rules that deny: %zu, innocent addresses: %llu, rules that "
		"protect: "
		"%zu\n",
		t->comment, plan_hosts(w->plan), c->cover.n,
		(unsigned long long)c->cover.collateral, c->n_permits);
	if (*t->breaks)
		fprintf(w->out, "%s Beware: %s.\n", t->comment, t->breaks);
}

static bool abilities_check(const struct target *t, const struct writing *w, struct err *e)
{
	for (size_t i = 0; i < w->plan->n; i++) {
		const struct entry *x = &w->plan->entry[i];
		char room[ADDR_TEXT_BYTES];
		const char *what = NULL;
		if (x->direction == DIRECTION_IN && !(t->can & CAN(DIRECTION_IN)))
			what = "traffic to a host";
		if (!addr_is_v4(&x->host.addr) && !(t->can & CAN(V6)))
			what = "IPv6";
		if (what)
			return err_set(e,
				"%s cannot say %s, as %s needs it; see cordon contain "
				"--list",
				t->name, what, addr_format(&x->host.addr, room));
	}
	return true;
}

bool target_write(const struct target *t, struct writing *w, struct err *e)
{
	FILE *out = w->out;
	char *text = NULL;
	size_t len = 0;
	if (!abilities_check(t, w, e))
		return false;
	writing_name(w);
	w->out = open_memstream(&text, &len);
	if (!w->out)
		return err_sys(e, "%s", t->name);
	head_write(t, w);
	undo_write(t, w);
	bool ok = t->write(w, e);
	ok = fclose(w->out) == 0 && ok;
	w->out = out;
	if (ok)
		fwrite(text, 1, len, out);
	free(text);
	return ok;
}
