// SPDX-License-Identifier: Apache-2.0
// The sort of a text by its look, and the two readers that are short.
#include "contain/applied.h"

#include <stdio.h>
#include <stdlib.h>

#include "model/prefixes.h"

const char *applied_key(enum applied_kind k)
{
	static const char *const keys[] = {
#define AS_KEY(name, key) [APPLIED_##name] = key,
		APPLIEDS(AS_KEY)
#undef AS_KEY
	};
	return keys[k];
}

void applied_fini(struct applied *a)
{
	policy_fini(&a->policy);
	hearers_fini(&a->hearers);
	free(a->hits);
	*a = (struct applied){};
}

bool applied_put(struct applied *a, const struct rule *rule, uint64_t hits, struct err *e)
{
	uint64_t *room = array_grown(a->hits, sizeof *room, a->policy.n, &a->cap_hits);
	if (!room)
		return err_sys(e, "applied rules");
	a->hits = room;
	a->hits[a->policy.n] = hits;
	return policy_put(&a->policy, rule, e);
}

static bool has(struct str text, const char *word)
{
	return text.len && memmem(text.ptr, text.len, word, strlen(word));
}

/* The list that was asked for; else the first whose name cordon gives. */
static const struct acl *acl_of(const struct config *c, const char *list)
{
	for (size_t i = 0; i < c->n_acls; i++)
		if (list ? !strcmp(c->acl[i].name, list) : !strncmp(c->acl[i].name, "CORDON", 6))
			return &c->acl[i];
	return NULL;
}

static bool list_read(struct str text, const char *list, struct applied *out, struct err *e)
{
	struct config c = {};
	bool ok = config_read(text, &c, e);
	const struct acl *a = ok ? acl_of(&c, list) : NULL;
	if (ok && !a)
		ok = err_set(e, "no access list %s in it", list ? list : "that cordon named");
	out->kind = APPLIED_LIST;
	out->policy.rest = ACTION_DENY;
	if (ok)
		snprintf(out->name, sizeof out->name, "%s", a->name);
	for (size_t i = 0, k = 0; ok && i < a->policy.n; i++) {
		while (a->said[k].line != a->policy.rule[i].line)
			k++;
		ok = applied_put(out, &a->policy.rule[i], a->said[k].hits, e);
	}
	out->n_unknown = ok ? a->n_unknown : 0;
	config_fini(&c);
	return ok;
}

/* "    Class-map: cordon-http-worm (match-any)" and below "      12 packets, 3456 bytes". */
static bool nbar_read(struct str text, struct applied *out, struct err *e)
{
	static const char class[] = "Class-map: cordon-http-worm";
	const char *at = memmem(text.ptr, text.len, class, sizeof class - 1);
	out->kind = APPLIED_NBAR;
	snprintf(out->name, sizeof out->name, "cordon-http-worm");
	const char *end = text.ptr + text.len;
	while (at && (at = memchr(at, '\n', (size_t)(end - at)))) {
		char line[80];
		unsigned long long packets;
		size_t n = (size_t)(end - ++at);
		snprintf(line, sizeof line, "%.*s", (int)(n < sizeof line ? n : sizeof line - 1),
			at);
		if (sscanf(line, " %llu packets, %*u bytes", &packets) == 1) {
			out->packets = packets;
			return true;
		}
		if (has((struct str){ line, strcspn(line, "\n") }, "Class-map:"))
			break;
	}
	return err_set(e, "no class cordon-http-worm with its packets in it");
}

bool applied_read(struct str text, const char *list, struct applied *out, struct err *e)
{
	*out = (struct applied){ .policy.rest = ACTION_PERMIT };
	bool ok;
	if (has(text, "\"nftables\""))
		ok = nft_read(text, out, e);
	else if (has(text, "flowspec entr")) // an empty table tells "Displayed  0 flowspec entries"
		ok = frr_read(text, out, e);
	else if (has(text, " flow flow ") || has(text, "up/down state") ||
		 has(text, "Message Statistic")) // of ExaBGP
		ok = exabgp_read(text, out, e);
	else if (has(text, "Class-map:"))
		ok = nbar_read(text, out, e);
	else if (has(text, "access list") || has(text, "access-list") || has(text, "security acl"))
		ok = list_read(text, list, out, e);
	else
		ok = routes_read(text, out, e);
	return ok && policy_index(&out->policy, e);
}
