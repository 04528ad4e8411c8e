// SPDX-License-Identifier: Apache-2.0
// cordon contain verify: does a plan that was applied do anything. Reads what devices print and the
// flows since; asks no device.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/contain_audit.h"
#include "contain/verify.h"
#include "model/settings.h"
#include "model/words.h"

/* What was not asked of a device, and who hears ExaBGP. */
static void tell_lacks(const char *path, const struct applied *a)
{
	bool is_exabgp = a->kind == APPLIED_EXABGP;
	if (a->n_mute)
		contain_tell("%s: of %zu rules %s was not asked what becomes of a packet; ask "
			     "with '%s'",
			path, a->n_mute, is_exabgp ? "ExaBGP" : "bird",
			is_exabgp ? "exabgpcli show adj-rib out extensive"
				  : "birdc show route table TABLE all");
	const struct hearers *h = &a->hearers;
	if (is_exabgp && h->has_details)
		contain_tell("%s: of %zu neighbours %zu hear ExaBGP", path, h->n, hearers_up(h));
	else if (is_exabgp && h->has_summary)
		contain_tell("%s: %zu neighbours hear ExaBGP; who else should is not in it: "
			     "'exabgpcli show neighbor extensive' tells",
			path, hearers_up(h));
	else if (is_exabgp)
		contain_tell("%s: whether a neighbour hears ExaBGP is not in it; add 'exabgpcli "
			     "show neighbor extensive'",
			path);
}

static bool add_device(struct job *j, struct verification *v, const char *path)
{
	struct applied a = {};
	struct err e = {};
	char *text = NULL;
	size_t len;
	if (!file_read(path, &text, &len))
		return false;
	bool ok = applied_read((struct str){ text, len }, j->o->old_list, &a, &e) &&
		  verification_add(v, &a, &e);
	if (!ok)
		contain_tell("%s: %s", path, e.text);
	else
		contain_tell("%s: %s %s, %zu rules, %zu that cannot be read", path,
			applied_key(a.kind), a.name, a.policy.n, a.n_unknown);
	size_t n = strlen(j->looked_at);
	if (ok)
		snprintf(j->looked_at + n, sizeof j->looked_at - n, "%s%s %s", n ? ", " : "",
			applied_key(a.kind), a.name);
	if (ok)
		tell_lacks(path, &a);
	applied_fini(&a);
	free(text);
	return ok;
}

/* At which neighbours of ExaBGP it is not as it should be. */
static void tell_ears(const struct verification *v, size_t entry)
{
	char name[HEARER_NAME_BYTES];
	for (size_t i = 0; i < v->n_ears; i++) {
		enum effect effect;
		const char *why = ear_judge(&v->ear[i], entry, &effect);
		if (why)
			printf("; neighbour %s: %s, %s",
				plain_format(v->ear[i].name, name, sizeof name), effect_key(effect),
				why);
	}
}

static enum effect tell_entries(const struct verification *v)
{
	enum effect worst = EFFECT_EFFECTIVE;
	for (size_t i = 0; i < v->plan->n; i++) {
		const struct entry *x = &v->plan->entry[i];
		const struct sight *s = &v->sight[i];
		char port[PORT_TEXT_BYTES], host[SPAN_TEXT_BYTES];
		struct range span = prefix_span(&x->host);
		const char *why;
		enum effect effect = sight_judge(v, i, &why);
		worst = effect > worst ? effect : worst;
		printf("%-18s %-10s %-3s  %-13s  %s", span_text(&span, host),
			entry_port_text(&x->port, port), direction_key(x->direction),
			effect_key(effect), why);
		if (s->has_hits)
			printf("; %" PRIu64 " packets counted", s->hits);
		if (v->has_flows)
			printf("; flows since: %" PRIu64 " dropped, %" PRIu64 " answered, %" PRIu64
			       " unanswered",
				s->dropped, s->answered, s->unanswered);
		tell_ears(v, i);
		putchar('\n');
	}
	return worst;
}

static int verify(struct job *j, struct verification *v, char **word, int n_words)
{
	static const int code[N_EFFECTS] = { [EFFECT_EFFECTIVE] = EXIT_NOTHING,
		[EFFECT_NOT] = EXIT_FOUND,
		[EFFECT_UNKNOWN] = EXIT_PARTLY };
	char hash[HASH_TEXT_BYTES];
	for (int i = 0; i < n_words; i++)
		if (!add_device(j, v, word[i]))
			return EXIT_ERROR;
	if (j->o->flows.n && !job_flows(j, verification_take, v))
		return EXIT_ERROR;
	if (j->o->flows.n) {
		size_t n = strlen(j->looked_at);
		snprintf(j->looked_at + n, sizeof j->looked_at - n, "%sflows", n ? ", " : "");
	}
	enum effect worst = tell_entries(v);
	printf("plan %s: %s\n", plan_hash(&j->plan, hash), effect_key(worst));
	if (worst == EFFECT_NOT && !j->inventory)
		contain_tell("without --inventory it is not known what is protected: what a device "
			     "lets through for that counts against it here");
	if (worst == EFFECT_NOT)
		contain_tell(
			"stop them elsewhere: at another interface or device, or the port of the "
			"segment");
	if (!j->o->incident)
		return code[worst];
	return contain_witness(j, v) ? code[worst] : EXIT_ERROR;
}

/* Who approved it. Without keys it is but told. */
static bool approved(const struct job *j)
{
	struct settings settings;
	settings_init(&settings);
	const char *directory = j->o->state ? j->o->state : settings.state_directory;
	return approvals_tell(directory, j->o->signers, &j->plan);
}

/* Whether a plan is named, and something to look at. False after a message. */
static bool is_asked(const struct job *j, int n_words, uint64_t *since)
{
	if (j->o->from.n == 0 && !j->o->incident) {
		contain_tell("verify: which plan? --from PLAN, as --to plan printed it, or "
			     "--incident N; what --apply did stands in contain.TARGET.standing "
			     "of the state directory");
		return false;
	}
	if (n_words == 0 && j->o->flows.n == 0 && !j->o->signers) {
		contain_tell("verify: by what? Name files with what devices print, --flows, or "
			     "--signers for who approved it");
		return false;
	}
	if (j->o->since && !moment_parse(j->o->since, since)) {
		contain_tell(
			"--since takes a time like 2001-08-09T00:12:00Z, not '%s'", j->o->since);
		return false;
	}
	return true;
}

int contain_verify(struct job *j, char **word, int n_words)
{
	struct verification v = {};
	struct err e = {};
	uint64_t since = 0;
	if (!is_asked(j, n_words, &since))
		return EXIT_ERROR;
	char *incident[] = { (char *)(uintptr_t)j->o->incident };
	j->keeps_ended = true; // who approved it is asked of the whole
	if (!job_plan(j, incident, j->o->incident != NULL))
		return EXIT_ERROR;
	bool is_approved = approved(j);
	if (n_words == 0 && j->o->flows.n == 0)
		return is_approved ? EXIT_NOTHING : EXIT_FOUND;
	size_t n_ended = plan_expire(&j->plan);
	if (n_ended)
		contain_tell("%zu entries have ended and were taken out", n_ended);
	if (j->plan.n == 0) {
		contain_tell("verify: the plan is empty, or has ended");
		return EXIT_ERROR;
	}
	if (!verification_init(&v, &j->plan, &j->protection, since, &e)) {
		contain_tell("%s", e.text);
		return EXIT_ERROR;
	}
	int code = verify(j, &v, word, n_words);
	verification_fini(&v);
	return is_approved || code == EXIT_ERROR ? code : EXIT_FOUND;
}
