// SPDX-License-Identifier: Apache-2.0
// cordon contain: findings, hosts or an incident in; a configuration that is proved out.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/contain_requests.h"
#include "contain/diff.h"

static void count_change(void *ctx, enum change change, const struct box *box)
{
	(void)change, (void)box;
	++*(size_t *)ctx;
}

/* What was written is read back, where there is a reader: each packet must have the fate it was proved
 * to have. */
static bool reads_back(const struct job *j, const char *text, size_t len, const char *name)
{
	struct config c = {};
	struct err e = {};
	bool ok = config_read((struct str){ text, len }, &c, &e) && c.n_unknown == 0;
	for (enum family f = 0; ok && f < N_FAMILIES; f++) {
		size_t n = 0;
		char list[LIST_NAME_BYTES];
		snprintf(list, sizeof list, "%s%s", name, f == FAMILY_4 ? "" : "-6");
		const struct acl *a = config_acl(&c, list, f);
		if (a)
			ok = policy_diff(&a->policy, &j->effect, f, count_change, &n) ==
				     DIFF_DONE &&
			     n == 0;
	}
	config_fini(&c);
	if (!ok)
		contain_tell(
			"refused: the text that was made does not read back as what was proved");
	return ok;
}

char *job_text(struct job *j, struct writing *w, bool is_undo, size_t *len)
{
	struct err e = {};
	char *text = NULL;
	bool ok = true;
	w->out = open_memstream(&text, len);
	if (!w->out) {
		contain_tell("no memory");
		return NULL;
	}
	writing_name(w);
	if (is_undo)
		j->target->undo(w);
	else
		ok = target_write(j->target, w, &e);
	ok = fclose(w->out) == 0 && ok;
	if (!ok)
		contain_tell("%s", e.text[0] ? e.text : "no memory");
	if (ok && j->target->is_list && !is_undo)
		ok = reads_back(j, text, *len, w->name);
	if (ok && j->target->read_back && !is_undo &&
		!j->target->read_back(w, (struct str){ text, *len }, &e)) {
		contain_tell("refused: the text that was made does not read back as what it should "
			     "do: %s",
			e.text);
		ok = false;
	}
	if (ok)
		return text;
	free(text);
	return NULL;
}

struct writing job_writing(const struct job *j)
{
	return (struct writing){ .plan = &j->plan,
		.compiled = &j->compiled,
		.protection = &j->protection,
		.device = &j->device,
		.order = j->order,
		.n_order = job_rules(j),
		.now = { job_now(j, FAMILY_4), job_now(j, FAMILY_6) },
		.base = { job_base(j, FAMILY_4), job_base(j, FAMILY_6) } };
}

static int write_config(struct job *j)
{
	struct writing w = job_writing(j);
	size_t len = 0;
	char *text = job_text(j, &w, j->o->rollback, &len);
	int code = !text ? EXIT_ERROR : j->is_partial ? EXIT_PARTLY : EXIT_FOUND;
	if (text && j->o->apply)
		code = contain_apply(j, &w, text);
	else if (text)
		fwrite(text, 1, len, stdout);
	free(text);
	return code;
}

static int plan_print(const struct job *j)
{
	for (size_t i = 0; i < j->plan.n; i++)
		entry_write(&j->plan.entry[i], stdout);
	return j->is_partial ? EXIT_PARTLY : EXIT_FOUND;
}

/* What was seen, through the plan. Returns false after a message. */
static bool replays_well(struct job *j)
{
	struct replay replay = {};
	if (!j->o->flows.n)
		return true;
	if (j->target == &ios_nbar_target && !(j->requests = looked_into_new(j)))
		return false;
	bool ok = job_replay(j, &replay);
	if (j->requests)
		looked_into_tell(j->requests);
	looked_into_free(j->requests);
	j->requests = NULL;
	if (!ok)
		contain_tell(
			"refused: the plan does not stop all it should, or stops what it should "
			"not");
	return ok;
}

static int contain(struct job *j)
{
	if (!job_existing(j) || !job_compile(j) || !job_hits(j))
		return EXIT_ERROR;
	job_tell(j);
	if (!replays_well(j))
		return EXIT_ERROR;
	if (!job_order(j, job_rules(j)))
		return EXIT_ERROR;
	if (j->o->diff)
		return job_diff(j);
	return j->target ? write_config(j) : plan_print(j);
}

static bool options_check(const struct contain_options *o)
{
	bool needs_list = o->diff && !o->existing;
	bool has_lang = !o->lang || !strcmp(o->lang, "en") || !strcmp(o->lang, "ja");
	if (!o->to && !o->diff)
		contain_tell("say for what: --to TARGET, or --to plan for the plan itself; 'cordon "
			     "contain --list' has the targets");
	else if (o->incident)
		contain_tell("--incident is for verify; here its number stands by itself: cordon "
			     "contain --to TARGET %s",
			o->incident);
	else if (!has_lang)
		contain_tell("--lang takes en or ja, not '%s'", o->lang);
	else if (needs_list)
		contain_tell("--diff needs --existing: what filters there now");
	else if (o->rollback && o->apply)
		contain_tell("--rollback and --apply exclude each other");
	else
		return true;
	return false;
}

/* What is said in place of hosts. */
static const struct {
	const char *name;
	int (*run)(struct job *j, char **word, int n_words);
} verbs[] = {
	{ "verify", contain_verify },
	{ "withdraw", contain_withdraw },
	{ "tend", contain_tend },
};

static int make(struct job *j, char **word, int n_words)
{
	if (!options_check(j->o) || !job_options(j, j->o))
		return EXIT_ERROR;
	j->keeps_ended = j->o->expire;
	if (!job_plan(j, word, n_words))
		return EXIT_ERROR;
	if (j->plan.n)
		return j->o->expire ? contain_expire(j) : contain(j);
	if (j->is_partial)
		return EXIT_PARTLY;
	if (j->taken.n_findings == 0 && j->taken.n_judged == 0) {
		contain_tell(
			"nothing came in that was judged, which says nothing of any host: look "
			"at what cordon detect said of its input");
		return EXIT_PARTLY;
	}
	contain_tell("nothing to contain: no host in it that spreads");
	return EXIT_NOTHING;
}

static int contain_run(const void *options, char **word, int n_words)
{
	const struct contain_options *o = options;
	struct job j = { .o = o };
	size_t v = 0;
	if (o->list)
		return contain_list();
	while (v < countof(verbs) && (n_words == 0 || strcmp(word[0], verbs[v].name) != 0))
		v++;
	int code = EXIT_ERROR;
	if (v == countof(verbs))
		code = make(&j, word, n_words);
	else if (job_options(&j, o))
		code = verbs[v].run(&j, word + 1, n_words - 1);
	job_fini(&j);
	return code;
}

#define MEMBER(m) offsetof(struct contain_options, m)
static const struct option_row contain_options[] = {
	{ .name = "to",
		.letter = 't',
		.value = "TARGET",
		.type = OPTION_TEXT,
		.offset = MEMBER(to),
		.about = "What to write the plan for; 'plan' prints the plan itself as NDJSON" },
	{ .name = "list",
		.type = OPTION_FLAG,
		.offset = MEMBER(list),
		.about = "Print what each target can say, what it breaks and on what it was "
			 "tested" },
	{ .name = "from",
		.letter = 'f',
		.value = "FILE",
		.type = OPTION_LIST,
		.offset = MEMBER(from),
		.takes_file = true,
		.about = "Findings: NDJSON or the table of cordon detect, or a plan; - for "
			 "standard input" },
	{ .name = "port",
		.letter = 'p',
		.value = "PORT",
		.type = OPTION_LIST,
		.offset = MEMBER(port),
		.about = "What to stop of hosts that are named, or whose findings tell no port: "
			 "tcp/80, any" },
	{ .name = "segment",
		.value = "NETWORK",
		.type = OPTION_LIST,
		.offset = MEMBER(segment),
		.about = "Stop the ports for a whole network instead of hosts" },
	{ .name = "direction",
		.value = "WAY",
		.type = OPTION_TEXT,
		.offset = MEMBER(direction),
		.about = "Stop what hosts send (out, as is usual) or what is sent to them (in)" },
	{ .name = "for",
		.value = "TIME",
		.type = OPTION_TEXT,
		.offset = MEMBER(lasts),
		.about = "How long it lasts, 24h unless told" },
	{ .name = "at",
		.value = "TIME",
		.type = OPTION_TEXT,
		.offset = MEMBER(at),
		.about = "When the plan begins, as 2001-08-09T00:12:00Z; now unless told" },
	{ .name = "least",
		.value = "PERCENT",
		.type = OPTION_TEXT,
		.offset = MEMBER(least),
		.about = "Leave out findings that are less sure" },
	{ .name = "inventory",
		.letter = 'i',
		.value = "FILE",
		.type = OPTION_TEXT,
		.offset = MEMBER(inventory),
		.takes_file = true,
		.about = "What is known of the site: own networks, and what must stay up" },
	{ .name = "services",
		.value = "FILE",
		.type = OPTION_TEXT,
		.offset = MEMBER(services),
		.takes_file = true,
		.about = "Services that must stay up, in place of those built in" },
	{ .name = "operator",
		.value = "ADDRESS",
		.type = OPTION_TEXT,
		.offset = MEMBER(operator),
		.about = "Where you type from: it is never stopped; as sshd tells unless told" },
	{ .name = "foreign",
		.type = OPTION_FLAG,
		.offset = MEMBER(foreign),
		.about = "Take hosts outside the own networks as well" },
	{ .name = "max-rules",
		.value = "N",
		.type = OPTION_TEXT,
		.offset = MEMBER(max_rules),
		.about = "How many rules may deny; hosts are joined to prefixes to fit" },
	{ .name = "max-collateral",
		.value = "N",
		.type = OPTION_TEXT,
		.offset = MEMBER(max_collateral),
		.about = "How many innocent addresses such prefixes may hold; none unless told" },
	{ .name = "floor",
		.value = "LENGTH",
		.type = OPTION_TEXT,
		.offset = MEMBER(floor),
		.about = "No prefix of IPv4 is shorter; 24 unless told" },
	{ .name = "interface",
		.letter = 'I',
		.value = "IF",
		.type = OPTION_LIST,
		.offset = MEMBER(interface),
		.about = "Interface that faces the hosts" },
	{ .name = "out",
		.type = OPTION_FLAG,
		.offset = MEMBER(out),
		.about = "Filter what leaves the interface instead of what enters it" },
	{ .name = "egress",
		.value = "IF",
		.type = OPTION_TEXT,
		.offset = MEMBER(egress),
		.about = "Of ios-nbar: the interface towards the victims" },
	{ .name = "vlan",
		.value = "N",
		.type = OPTION_TEXT,
		.offset = MEMBER(vlan),
		.about = "VLAN of the hosts" },
	{ .name = "method",
		.value = "METHOD",
		.type = OPTION_TEXT,
		.offset = MEMBER(method),
		.about = "Of ios-nbar: acl, pbr or police" },
	{ .name = "dscp",
		.value = "N",
		.type = OPTION_TEXT,
		.offset = MEMBER(dscp),
		.about = "Of ios-nbar: the mark, 1 unless told" },
	{ .name = "next-hop",
		.value = "ADDRESS",
		.type = OPTION_TEXT,
		.offset = MEMBER(next_hop),
		.about = "Of rtbh: the address routed to Null0, 192.0.2.1 unless told" },
	{ .name = "revert",
		.value = "MINUTES",
		.type = OPTION_TEXT,
		.offset = MEMBER(revert),
		.about = "Of ios-acl: take it back by itself unless it is confirmed" },
	{ .name = "ebgp",
		.type = OPTION_FLAG,
		.offset = MEMBER(ebgp),
		.about = "Of flowspec: the session is eBGP" },
	{ .name = "existing",
		.value = "FILE",
		.type = OPTION_TEXT,
		.offset = MEMBER(existing),
		.takes_file = true,
		.about = "What filters there now: configuration or show access-lists; it goes on "
			 "behind the plan" },
	{ .name = "old-list",
		.value = "NAME",
		.type = OPTION_TEXT,
		.offset = MEMBER(old_list),
		.about = "The list that filters there now" },
	{ .name = "diff",
		.type = OPTION_FLAG,
		.offset = MEMBER(diff),
		.about = "Print the packets that are newly blocked or unblocked, against "
			 "--existing" },
	{ .name = "rollback",
		.type = OPTION_FLAG,
		.offset = MEMBER(rollback),
		.about = "Print what takes the plan back instead of the plan" },
	{ .name = "flows",
		.value = "FILE",
		.type = OPTION_LIST,
		.offset = MEMBER(flows),
		.takes_file = true,
		.about = "Flows that were seen: replay them, and refuse a plan that does not do "
			 "what "
			 "it should" },
	{ .name = "by-hits",
		.type = OPTION_FLAG,
		.offset = MEMBER(by_hits),
		.about = "Of access lists: rules that decide most packets of --flows come first, "
			 "where no packet's fate changes by it" },
	{ .name = "counters",
		.value = "FILE",
		.type = OPTION_TEXT,
		.offset = MEMBER(counters),
		.takes_file = true,
		.about = "As --by-hits, by what show access-lists counted at the list before" },
	{ .name = "accept-loss",
		.type = OPTION_FLAG,
		.offset = MEMBER(accept_loss),
		.about = "Take a target that loses the host as a whole, with its services" },
	{ .name = "lang",
		.value = "LANG",
		.type = OPTION_TEXT,
		.offset = MEMBER(lang),
		.about = "Language of the names of services: en or ja" },
	{ .name = "apply",
		.type = OPTION_FLAG,
		.offset = MEMBER(apply),
		.about = "Have this machine's nft, gobgp or ExaBGP take the plan, after you "
			 "confirm it" },
	{ .name = "confirm",
		.value = "HASH",
		.type = OPTION_TEXT,
		.offset = MEMBER(hash),
		.about = "With --apply: the hash of the plan you have looked at, instead of typing "
			 "it" },
	{ .name = "reason",
		.letter = 'r',
		.value = "TEXT",
		.type = OPTION_TEXT,
		.offset = MEMBER(reason),
		.about = "With --apply: why, for the audit trail" },
	{ .name = "renew",
		.value = "TIME",
		.type = OPTION_TEXT,
		.offset = MEMBER(renew),
		.about = "With --apply: cordon watch may renew entries while their hosts still "
			 "scan, for so long at most, and put back what of it is lost" },
	{ .name = "sign",
		.value = "KEY",
		.type = OPTION_TEXT,
		.offset = MEMBER(sign),
		.takes_file = true,
		.about = "With --apply: sign what you approve with this key of SSH, private or, of "
			 "an agent, public" },
	{ .name = "signers",
		.value = "FILE",
		.type = OPTION_TEXT,
		.offset = MEMBER(signers),
		.takes_file = true,
		.about =
			"With --apply and verify: whose keys count, allowed signers of "
			"ssh-keygen; else contain.signers of the state directory, if it is there" },
	{ .name = "expire",
		.type = OPTION_FLAG,
		.offset = MEMBER(expire),
		.about = "Print what takes away the entries that have ended, of a plan that was "
			 "applied as text" },
	{ .name = "pipe",
		.value = "FILE",
		.type = OPTION_TEXT,
		.offset = MEMBER(pipe),
		.takes_file = true,
		.about = "With --apply for ExaBGP: its pipe, /run/exabgp/exabgp.in unless told" },
	{ .name = "since",
		.value = "TIME",
		.type = OPTION_TEXT,
		.offset = MEMBER(since),
		.about = "With verify: flows that ended before are passed over" },
	{ .name = "incident",
		.value = "N",
		.type = OPTION_TEXT,
		.offset = MEMBER(incident),
		.about = "With verify: the plan is that of the incident, and what is seen is "
			 "written to "
			 "it" },
	{ .name = "state",
		.letter = 's',
		.value = "DIR",
		.type = OPTION_TEXT,
		.offset = MEMBER(state),
		.takes_file = true,
		.about = "State directory of cordon watch: incidents, and what was applied" },
};

const struct command contain_command = {
	.name = "contain",
	.synopsis = "[OPTION ...] [HOST|INCIDENT ...]",
	.about = "Write and prove the configuration that keeps hosts from spreading",
	.option = contain_options,
	.n_options = countof(contain_options),
	.options_size = sizeof(struct contain_options),
	.run = contain_run,
};
