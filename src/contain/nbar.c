// SPDX-License-Identifier: Apache-2.0
// A packet in the order of a router: input list, input policy, route map, output list. Where a class may fit and may
// not, both ways are gone, and what they agree on is known.
#include "contain/nbar.h"

#include <strings.h>

#include "model/flow.h"

enum fit { FIT_NO, FIT_YES, FIT_PERHAPS };

enum { HTTP_PORT = 80 };

/* Whether a pattern fits a text as a whole; `is_same` compares two letters. */
static bool glob_fits(const char *glob, struct str text, bool ignores_case)
{
	size_t at = 0, star_at = 0;
	const char *star = NULL;
	while (at < text.len) {
		char a = *glob, b = text.ptr[at];
		bool is_same = ignores_case ? strncasecmp(&a, &b, 1) == 0 : a == b;
		if (*glob == '*') {
			star = ++glob;
			star_at = at;
		} else if (*glob && (*glob == '?' || is_same)) {
			glob++;
			at++;
		} else if (star) {
			glob = star;
			at = ++star_at;
		} else {
			return false;
		}
	}
	while (*glob == '*')
		glob++;
	return !*glob;
}

static bool is_http(const struct packet *p)
{
	return p->proto == PROTO_TCP && p->dport == HTTP_PORT;
}

/* Beyond what it looks at, and beyond the URLs it knows, it may find nothing. Whether it minds the case of letters, its
 * documents do not say. */
static enum fit url_fit(const struct nbar_match *m, const struct nbar_packet *p)
{
	struct str seen = p->url;
	size_t room = p->url_at < NBAR_SEEN_BYTES ? NBAR_SEEN_BYTES - p->url_at : 0;
	if (!is_http(&p->packet))
		return FIT_NO;
	if (p->view == NBAR_UNTOLD)
		return FIT_PERHAPS;
	if (!p->url.len || !glob_fits(m->url, p->url, true))
		return FIT_NO;
	seen.len = seen.len < room ? seen.len : room;
	bool is_sure = p->view == NBAR_PLAIN && m->n_before < NBAR_URLS_MAX &&
		       glob_fits(m->url, seen, false);
	return is_sure ? FIT_YES : FIT_PERHAPS;
}

static enum fit match_fit(const struct nbar_match *m, const struct nbar_packet *p, unsigned dscp)
{
	if (m->what == MATCH_UNREAD)
		return FIT_PERHAPS;
	if (m->what == MATCH_DSCP)
		return m->dscp == dscp ? FIT_YES : FIT_NO;
	return url_fit(m, p);
}

static enum fit class_fit(
	const struct nbar *n, const char *name, const struct nbar_packet *p, unsigned dscp)
{
	const struct nbar_class *c = NULL;
	if (!strcmp(name, "class-default"))
		return FIT_YES;
	for (size_t i = 0; i < n->n_classes; i++)
		if (!strcmp(n->class[i].name, name))
			c = &n->class[i];
	if (!c)
		return FIT_PERHAPS; // it is not told
	size_t count[3] = {};
	for (size_t i = 0; i < c->n; i++)
		count[match_fit(&c->match[i], p, dscp)]++;
	enum fit early = c->is_all ? FIT_NO : FIT_YES, late = c->is_all ? FIT_YES : FIT_NO;
	if (c->n == 0)
		return FIT_NO;
	return count[early] ? early : count[FIT_PERHAPS] ? FIT_PERHAPS : late;
}

/* What a list says; one that is not there lets all through. */
static enum action list_judge(
	const struct nbar *n, const char *name, const struct packet *p, unsigned dscp)
{
	struct box packet = box_packet(p);
	for (size_t i = 0; i < n->n_lists; i++) {
		const struct nbar_list *l = &n->list[i];
		if (strcmp(l->name, name) != 0 || l->n == 0)
			continue;
		for (size_t k = 0; k < l->n; k++)
			if ((l->line[k].dscp == DSCP_ANY || l->line[k].dscp == dscp) &&
				box_has(&l->line[k].box, &packet))
				return l->line[k].action;
		return ACTION_DENY;
	}
	return ACTION_PERMIT;
}

/* Of a route map: whether it leads the packet to nowhere. */
static enum action map_judge(
	const struct nbar *n, const char *name, const struct packet *p, unsigned dscp)
{
	const struct nbar_map *m = NULL;
	for (size_t i = 0; i < n->n_maps; i++)
		if (!strcmp(n->map[i].name, name))
			m = &n->map[i];
	for (size_t i = 0; m && i < m->n; i++) {
		const struct nbar_route *r = &m->route[i];
		enum action fits = *r->list ? list_judge(n, r->list, p, dscp) : ACTION_PERMIT;
		if (fits == ACTION_DENY)
			continue;
		if (fits == ACTION_UNKNOWN || r->is_unread)
			return ACTION_UNKNOWN;
		return r->is_permit && r->is_null ? ACTION_DENY : ACTION_PERMIT;
	}
	return ACTION_PERMIT;
}

static const struct nbar_interface *interface_of(const struct nbar *n, const char *name)
{
	for (size_t i = 0; name && i < n->n_interfaces; i++)
		if (!strcmp(n->interface[i].name, name))
			return &n->interface[i];
	return NULL;
}

/* Behind the input policy. */
static enum action judge_on(const struct nbar *n, const struct nbar_packet *p, unsigned dscp)
{
	const struct nbar_interface *in = interface_of(n, p->in), *out = interface_of(n, p->out);
	enum action action =
		in && *in->map ? map_judge(n, in->map, &p->packet, dscp) : ACTION_PERMIT;
	if (action == ACTION_PERMIT && out && *out->list_out)
		action = list_judge(n, out->list_out, &p->packet, dscp);
	return action;
}

static enum action both(enum action one, enum action other)
{
	return one == other ? one : ACTION_UNKNOWN;
}

/* From one class of a policy on. */
static enum action judge_from(const struct nbar *n, const struct nbar_policy *policy, size_t step,
	const struct nbar_packet *p)
{
	enum action seen = ACTION_PERMIT;
	bool has_seen = false;
	for (; step < policy->n; step++) {
		const struct nbar_step *s = &policy->step[step];
		enum fit fit = class_fit(n, s->class, p, p->dscp);
		if (fit == FIT_NO)
			continue;
		unsigned dscp = s->dscp == DSCP_ANY ? p->dscp : s->dscp;
		enum action action = s->action == ACTION_PERMIT ? judge_on(n, p, dscp) : s->action;
		seen = has_seen ? both(seen, action) : action;
		has_seen = true;
		if (fit == FIT_YES)
			return seen;
	}
	enum action rest = judge_on(n, p, p->dscp);
	return has_seen ? both(seen, rest) : rest;
}

enum action nbar_judge(const struct nbar *n, const struct nbar_packet *p)
{
	const struct nbar_interface *in = interface_of(n, p->in);
	enum action action = in && *in->list_in ? list_judge(n, in->list_in, &p->packet, p->dscp)
						: ACTION_PERMIT;
	if (action != ACTION_PERMIT)
		return action;
	if (!in || !*in->policy)
		return judge_on(n, p, p->dscp);
	for (size_t i = 0; i < n->n_policies; i++)
		if (!strcmp(n->policy[i].name, in->policy))
			return judge_from(n, &n->policy[i], 0, p);
	return ACTION_UNKNOWN; // what it does is not told
}

/* One case of the proof. */
static bool is_so(
	const struct nbar *n, const struct nbar_packet *p, enum action want, struct err *e)
{
	static const char *const words[] = { [ACTION_PERMIT] = "goes through",
		[ACTION_DENY] = "is dropped",
		[ACTION_UNKNOWN] = "has a fate that is not known" };
	enum action got = nbar_judge(n, p);
	return got == want || err_set(e,
				      "a packet with DSCP %u to protocol %u, port %u, %s%.*s, that "
				      "comes in at %s %s",
				      p->dscp, p->packet.proto, p->packet.dport,
				      p->url.len               ? "with a request for "
				      : p->view == NBAR_UNTOLD ? "of which more is not told"
							       : "without a request",
				      STR_ARG(p->url), p->in, words[got]);
}

/* All that comes in at an interface with a mark. */
static bool prove_at(const struct nbar *n, const struct nbar_wish *w, const char *in, uint8_t dscp,
	struct err *e)
{
	static const struct {
		uint8_t proto;
		uint16_t port;
	} other[] = { { PROTO_TCP, 443 }, { PROTO_TCP, 2000 }, { PROTO_TCP, 22 },
		{ PROTO_UDP, HTTP_PORT }, { PROTO_UDP, 16384 }, { PROTO_ICMP, 0x800 }, { 89, 0 } };
	static const char *const good[] = { "", "/", "/index.html", "/CCMPluginServlet?x=cmd" };
	struct nbar_packet p = { .dscp = dscp, .in = in, .out = w->out, .url_at = 4 };
	p.packet = (struct packet){ .src = addr_v4(0x0a1e0001),
		.dst = addr_v4(0x0a010105),
		.proto = PROTO_TCP,
		.sport = 40000,
		.dport = HTTP_PORT,
		.is_established = true };
	bool ok = true;
	for (size_t i = 0; ok && i < w->n_urls; i++) {
		p.url = (struct str){ w->url[i], strlen(w->url[i]) };
		ok = is_so(n, &p, ACTION_DENY, e);
	}
	for (size_t i = 0; ok && i < countof(good); i++) {
		p.url = (struct str){ good[i], strlen(good[i]) };
		ok = is_so(n, &p, ACTION_PERMIT, e);
	}
	p.url = (struct str){};
	p.view = NBAR_UNTOLD;
	ok = ok && is_so(n, &p, ACTION_UNKNOWN, e);
	for (size_t i = 0; ok && i < countof(other); i++) {
		p.packet.proto = other[i].proto;
		p.packet.dport = other[i].port;
		p.packet.is_established = other[i].proto == PROTO_TCP;
		ok = is_so(n, &p, ACTION_PERMIT, e);
	}
	return ok;
}

/* Whether a line tells packets apart by nothing but their marks: else the cases are not all. */
static bool is_wide(const struct nbar_line *l)
{
	struct box four = box_any();
	four.of[DIM_SRC] = four.of[DIM_DST] = family_span(FAMILY_4);
	return box_has(&l->box, &four);
}

bool nbar_prove(const struct nbar *n, const struct nbar_wish *wish, struct err *e)
{
	if (n->n_unread)
		return err_set(e, "line %u cannot be read", n->first_unread);
	if (n->n_urls > NBAR_URLS_MAX)
		return err_set(e, "%u URLs, where a router knows %d", n->n_urls, NBAR_URLS_MAX);
	for (size_t i = 0; i < n->n_lists; i++)
		for (size_t k = 0; k < n->list[i].n; k++)
			if (!is_wide(&n->list[i].line[k]))
				return err_set(
					e, "list %s asks for more than a mark", n->list[i].name);
	for (size_t i = 0; i < wish->n_in; i++)
		for (uint8_t dscp = 0; dscp < DSCP_ANY; dscp++)
			if (!prove_at(n, wish, wish->in[i], dscp, e))
				return false;
	return true;
}
