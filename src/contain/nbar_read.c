// SPDX-License-Identifier: Apache-2.0
// Lines of a configuration by where the reader stands: each sort of part has its own, in one table.
#include <stdio.h>
#include <stdlib.h>

#include "base/quantity.h"
#include "contain/nbar_reading.h"
#include "contain/rows.h"

const char *nbar_word_take(const char *text, char room[static NBAR_NAME_BYTES])
{
	size_t n = strcspn(text, " \t");
	snprintf(room, NBAR_NAME_BYTES, "%.*s", (int)(n < NBAR_NAME_BYTES ? n : 0), text);
	return text + n + strspn(text + n, " \t");
}

bool nbar_is_dscp(const char *text, unsigned *out)
{
	uint64_t v;
	if (!number_parse((struct str){ text, strlen(text) }, &v) || v >= DSCP_ANY)
		return false;
	*out = (unsigned)v;
	return true;
}

void nbar_unread(struct reading *r)
{
	r->n->first_unread = r->n->n_unread++ ? r->n->first_unread : r->line;
}

void *nbar_part_of(struct reading *r, void *parts, size_t size, size_t *n, const char *name)
{
	char *at = parts;
	for (size_t i = 0; i < *n; i++, at += size)
		if (!strcmp(at, name))
			return at;
	if (*n == NBAR_EACH_MAX || !*name) {
		err_set(r->e, "line %u: %s", r->line,
			*name ? "more class maps, policies, lists, route maps or interfaces than "
				"are read"
			      : "no name, or one that is too long");
		return NULL;
	}
	++*n;
	snprintf(at, NBAR_NAME_BYTES, "%s", name);
	return at;
}

bool nbar_is_full(struct reading *r, size_t n)
{
	if (n < NBAR_EACH_MAX)
		return false;
	err_set(r->e, "line %u: more than %d lines in one part", r->line, NBAR_EACH_MAX);
	return true;
}

static bool take_class(struct reading *r, const char *rest)
{
	char name[NBAR_NAME_BYTES];
	const char *behind = nbar_word_take(rest, name);
	bool is_any = !strcmp(name, "match-any");
	if (is_any || !strcmp(name, "match-all"))
		nbar_word_take(behind, name);
	struct nbar_class *c = PART(r, class, n_classes, name);
	if (c)
		c->is_all = !is_any; // as without a word
	r->of = c;
	return c;
}

static bool match_put(struct reading *r, const struct nbar_match *m)
{
	struct nbar_class *c = r->of;
	if (nbar_is_full(r, c->n))
		return false;
	c->match[c->n++] = *m;
	return true;
}

static bool take_url(struct reading *r, const char *rest)
{
	struct nbar_match m = { .what = MATCH_URL, .n_before = r->n->n_urls++ };
	size_t n = strlen(rest);
	bool is_quoted = n >= 2 && *rest == '"' && rest[n - 1] == '"';
	if (n >= NBAR_URL_BYTES) {
		nbar_unread(r);
		m.what = MATCH_UNREAD;
	} else {
		snprintf(m.url, sizeof m.url, "%.*s", (int)(is_quoted ? n - 2 : n),
			rest + is_quoted);
	}
	return match_put(r, &m);
}

static bool take_match_dscp(struct reading *r, const char *rest)
{
	struct nbar_match m = { .what = MATCH_DSCP };
	if (!nbar_is_dscp(rest, &m.dscp)) {
		nbar_unread(r);
		m.what = MATCH_UNREAD;
	}
	return match_put(r, &m);
}

static bool take_match(struct reading *r, const char *rest)
{
	(void)rest;
	nbar_unread(r);
	return match_put(r, &(struct nbar_match){ .what = MATCH_UNREAD });
}

static bool take_policy(struct reading *r, const char *rest)
{
	char name[NBAR_NAME_BYTES];
	nbar_word_take(rest, name);
	r->of = PART(r, policy, n_policies, name);
	return r->of;
}

static struct nbar_step *step_of(struct reading *r)
{
	struct nbar_policy *p = r->of;
	return &p->step[p->n - 1];
}

static bool take_step(struct reading *r, const char *rest)
{
	struct nbar_policy *p = r->of;
	if (nbar_is_full(r, p->n))
		return false;
	struct nbar_step *s = &p->step[p->n++];
	*s = (struct nbar_step){ .dscp = DSCP_ANY, .action = ACTION_PERMIT };
	nbar_word_take(rest, s->class);
	return true;
}

static bool take_set(struct reading *r, const char *rest)
{
	if (!nbar_is_dscp(rest, &step_of(r)->dscp)) {
		nbar_unread(r);
		step_of(r)->action = ACTION_UNKNOWN;
	}
	return true;
}

/* All three ways have to drop: what conforms is the most of it. */
static bool take_police(struct reading *r, const char *rest)
{
	bool drops_all = strstr(rest, "conform-action drop") &&
			 strstr(rest, "exceed-action drop") &&
			 !strstr(rest, "violate-action transmit");
	unsigned rate, burst, more;
	bool is_known = sscanf(rest, "%u %u %u", &rate, &burst, &more) >= 1;
	if (!drops_all || !is_known)
		nbar_unread(r);
	step_of(r)->action = drops_all && is_known ? ACTION_DENY : ACTION_UNKNOWN;
	return true;
}

static bool take_drop(struct reading *r, const char *rest)
{
	(void)rest;
	step_of(r)->action = ACTION_DENY;
	return true;
}

static bool take_other_step(struct reading *r, const char *rest)
{
	(void)rest;
	nbar_unread(r);
	step_of(r)->action = ACTION_UNKNOWN;
	return true;
}

static bool pass(struct reading *r, const char *rest)
{
	(void)r, (void)rest;
	return true;
}

/* What a line is: of those that may stand at a place, the first that it begins with. Heads may stand anywhere. */
static const struct {
	enum place at;
	const char *begin;
	bool (*take)(struct reading *r, const char *rest);
	enum place then;
} rows[] = {
	{ AT_CLASS, "match protocol http url ", take_url, AT_CLASS },
	{ AT_CLASS, "match ip dscp ", take_match_dscp, AT_CLASS },
	{ AT_CLASS, "match dscp ", take_match_dscp, AT_CLASS },
	{ AT_CLASS, "description ", pass, AT_CLASS },
	{ AT_CLASS, "match ", take_match, AT_CLASS },
	{ AT_STEP, "set ip dscp ", take_set, AT_STEP },
	{ AT_STEP, "set dscp ", take_set, AT_STEP },
	{ AT_STEP, "police ", take_police, AT_STEP },
	{ AT_STEP, "drop", take_drop, AT_STEP },
	{ AT_STEP, "class ", take_step, AT_STEP },
	{ AT_POLICY, "class ", take_step, AT_STEP },
	{ AT_POLICY, "description ", pass, AT_POLICY },
	{ AT_MAP, "match ip address ", nbar_take_route_match, AT_MAP },
	{ AT_MAP, "set interface Null0", nbar_take_null, AT_MAP },
	{ AT_MAP, "description ", pass, AT_MAP },
	{ AT_MAP, "match ", nbar_take_route_other, AT_MAP },
	{ AT_MAP, "set ", nbar_take_route_other, AT_MAP },
	{ AT_INTERFACE, "service-policy input ", nbar_take_bound_policy, AT_INTERFACE },
	{ AT_INTERFACE, "ip policy route-map ", nbar_take_bound_map, AT_INTERFACE },
	{ AT_INTERFACE, "ip access-group ", nbar_take_bound_list, AT_INTERFACE },
	{ AT_NONE, "class-map ", take_class, AT_CLASS },
	{ AT_NONE, "policy-map ", take_policy, AT_POLICY },
	{ AT_NONE, "ip access-list extended ", nbar_take_list, AT_LIST },
	{ AT_NONE, "access-list ", nbar_take_numbered, AT_NONE },
	{ AT_NONE, "route-map ", nbar_take_map, AT_MAP },
	{ AT_NONE, "interface ", nbar_take_interface, AT_INTERFACE },
	{ AT_LIST, "permit ", nbar_take_list_line, AT_LIST },
	{ AT_LIST, "deny ", nbar_take_list_line, AT_LIST },
	{ AT_LIST, "remark ", pass, AT_LIST },
};

/* A line that is none of those: inside of something it may do anything. */
static bool take_rest(struct reading *r, bool is_indented)
{
	bool is_number = r->line_at[strspn(r->line_at, "0123456789")] == ' ';
	if (r->place == AT_LIST && is_number && *r->line_at != ' ')
		return nbar_take_list_line(r, r->line_at);
	if (!is_indented)
		r->place = AT_NONE;
	else if (r->place == AT_STEP)
		return take_other_step(r, r->line_at);
	else if (r->place != AT_NONE && r->place != AT_INTERFACE)
		nbar_unread(r);
	return true;
}

static bool take(struct reading *r, const char *text, bool is_indented)
{
	r->line_at = text;
	if (!*text || *text == '!')
		return true;
	for (size_t i = 0; i < countof(rows); i++) {
		size_t n = strlen(rows[i].begin);
		if ((rows[i].at != r->place && rows[i].at != AT_NONE) ||
			strncmp(text, rows[i].begin, n) != 0)
			continue;
		r->place = rows[i].then;
		return rows[i].take(r, text + n + strspn(text + n, " \t"));
	}
	return take_rest(r, is_indented);
}

struct nbar *nbar_read(struct str text, struct err *e)
{
	struct nbar *n = calloc(1, sizeof *n);
	struct rows lines = { .left = text };
	struct reading r = { .n = n, .e = e };
	bool ok = n || err_sys(e, "NBAR");
	while (ok && rows_next(&lines)) {
		char *row = lines.row + strspn(lines.row, " \t");
		size_t len = strlen(row);
		while (len && (row[len - 1] == ' ' || row[len - 1] == '\t'))
			row[--len] = '\0';
		r.line = lines.line;
		ok = take(&r, row, row != lines.row);
	}
	if (ok)
		return n;
	free(n);
	return NULL;
}
