// SPDX-License-Identifier: Apache-2.0
// What drops the packets that were marked: lines of lists, of route maps, and where those are bound.
#include <stdio.h>
#include <stdlib.h>

#include "contain/ace.h"
#include "contain/nbar_reading.h"

bool nbar_take_list(struct reading *r, const char *rest)
{
	char name[NBAR_NAME_BYTES];
	nbar_word_take(rest, name);
	r->of = PART(r, list, n_lists, name);
	return r->of;
}

/* A line of a list, from its verb on: as any other, but for a mark at its end. */
static bool take_line(struct reading *r, const char *rest)
{
	struct nbar_list *l = r->of;
	static const char begin[] = " dscp ";
	const char *mark = strstr(rest, begin);
	char number[NBAR_NAME_BYTES];
	unsigned dscp = DSCP_ANY;
	struct str plain = { rest, mark ? (size_t)(mark - rest) : strlen(rest) };
	bool is_read = true;
	if (mark) {
		const char *behind = nbar_word_take(mark + sizeof begin - 1, number);
		is_read = nbar_is_dscp(number, &dscp) && (!*behind || !strcmp(behind, "log"));
	}
	struct ace *ace = malloc(sizeof *ace);
	if (!ace)
		return err_sys(r->e, "access list");
	ace_parse(plain, FAMILY_4, false, ace);
	if (!is_read || ace->action == ACTION_UNKNOWN)
		nbar_unread(r);
	bool ok = true;
	for (size_t i = 0; ok && i < ace->n; i++) {
		ok = !nbar_is_full(r, l->n);
		if (ok)
			l->line[l->n++] = (struct nbar_line){ ace->box[i],
				is_read ? dscp : DSCP_ANY, is_read ? ace->action : ACTION_UNKNOWN };
	}
	free(ace);
	return ok;
}

bool nbar_take_list_line(struct reading *r, const char *rest)
{
	(void)rest;
	const char *text = r->line_at + strspn(r->line_at, "0123456789");
	text += strspn(text, " \t");
	return !strncmp(text, "remark", 6) || take_line(r, text);
}

/* "access-list 105 deny ip any any dscp 1" */
bool nbar_take_numbered(struct reading *r, const char *rest)
{
	char name[NBAR_NAME_BYTES];
	const char *behind = nbar_word_take(rest, name);
	r->of = PART(r, list, n_lists, name);
	return r->of && (!strncmp(behind, "remark", 6) || take_line(r, behind));
}

bool nbar_take_map(struct reading *r, const char *rest)
{
	char name[NBAR_NAME_BYTES];
	const char *behind = nbar_word_take(rest, name);
	struct nbar_map *m = PART(r, map, n_maps, name);
	r->of = m;
	if (!m || nbar_is_full(r, m->n))
		return false;
	m->route[m->n++] = (struct nbar_route){ .is_permit = strncmp(behind, "deny", 4) != 0 };
	return true;
}

static struct nbar_route *route_of(struct reading *r)
{
	struct nbar_map *m = r->of;
	return &m->route[m->n - 1];
}

bool nbar_take_route_match(struct reading *r, const char *rest)
{
	if (*nbar_word_take(rest, route_of(r)->list)) // one of several lists
		route_of(r)->is_unread = true;
	return true;
}

bool nbar_take_null(struct reading *r, const char *rest)
{
	(void)rest;
	route_of(r)->is_null = true;
	return true;
}

bool nbar_take_route_other(struct reading *r, const char *rest)
{
	(void)rest;
	nbar_unread(r);
	route_of(r)->is_unread = true;
	return true;
}

bool nbar_take_interface(struct reading *r, const char *rest)
{
	char name[NBAR_NAME_BYTES];
	nbar_word_take(rest, name);
	r->of = PART(r, interface, n_interfaces, name);
	return r->of;
}

bool nbar_take_bound_policy(struct reading *r, const char *rest)
{
	struct nbar_interface *i = r->of;
	nbar_word_take(rest, i->policy);
	return true;
}

bool nbar_take_bound_map(struct reading *r, const char *rest)
{
	struct nbar_interface *i = r->of;
	nbar_word_take(rest, i->map);
	return true;
}

bool nbar_take_bound_list(struct reading *r, const char *rest)
{
	struct nbar_interface *i = r->of;
	char name[NBAR_NAME_BYTES];
	const char *way = nbar_word_take(rest, name);
	memcpy(!strcmp(way, "in") ? i->list_in : i->list_out, name, sizeof name);
	return true;
}
