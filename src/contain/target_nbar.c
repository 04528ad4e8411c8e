// SPDX-License-Identifier: Apache-2.0
// Cisco document 27842: NBAR finds the worm's request by its URL and marks it; one of three methods
// drops what is marked.
#include <stdlib.h>
#include <string.h>

#include "contain/nbar.h"
#include "contain/target.h"
#include "model/flow.h"

static const char *const urls[] = { "*default.ida*", "*cmd.exe*", "*root.exe*" };

/* What Code Red, Code Red II and Nimda ask for: each has to be stopped. */
static const char *const worms[] = { "/default.ida?NNNNNNNN", "/default.ida?XXXXXXXX",
	"/scripts/root.exe?/c+dir", "/c/winnt/system32/cmd.exe?/c+dir",
	"/scripts/..%255c../winnt/system32/cmd.exe?/c+dir" };

/* Marks that voice lives by: EF, CS3, AF31; and 0, which is everybody's. */
static const struct {
	unsigned dscp;
	const char *whose;
} taken[] = {
	{ 0, "all traffic that nobody marked" },
	{ 24, "call signalling (CS3)" },
	{ 26, "call signalling (AF31)" },
	{ 34, "video calls (AF41)" },
	{ 46, "speech (EF)" },
	{ 48, "routing protocols (CS6)" },
	{ 56, "routing protocols (CS7)" },
};

static bool dscp_check(unsigned dscp, struct err *e)
{
	for (size_t i = 0; i < countof(taken); i++)
		if (taken[i].dscp == dscp)
			return err_set(e,
				"DSCP %u belongs to %s: what is marked with it is dropped; "
				"take another one",
				dscp, taken[i].whose);
	return dscp < 64 || err_set(e, "DSCP %u: there are 0 to 63", dscp);
}

static void classes_write(const struct writing *w, bool drops)
{
	fputs("class-map match-any cordon-http-worm\n", w->out);
	for (size_t i = 0; i < countof(urls); i++)
		fprintf(w->out, " match protocol http url \"%s\"\n", urls[i]);
	if (!drops)
		fprintf(w->out, "class-map match-all cordon-already-marked\n match ip dscp %u\n",
			w->device->dscp);
	fputs("policy-map cordon-mark\n class cordon-http-worm\n", w->out);
	if (drops)
		fputs("  police 1000000 31250 31250 conform-action drop exceed-action drop "
		      "violate-action drop\n",
			w->out);
	else // what carries the mark without being the worm must not die of it
		fprintf(w->out, "  set ip dscp %u\n class cordon-already-marked\n  set ip dscp 0\n",
			w->device->dscp);
}

static void ingress_write(const struct writing *w, const char *more)
{
	for (size_t i = 0; i < w->device->n_interfaces; i++)
		fprintf(w->out, "interface %s\n service-policy input cordon-mark\n%s",
			w->device->interface[i], more);
}

static bool is_method(const struct writing *w, const char *method)
{
	return !strcmp(w->device->method ? w->device->method : "police", method);
}

static void acl_write(const struct writing *w)
{
	fprintf(w->out,
		"ip access-list extended CORDON-NBAR\n deny ip any any dscp %u\n permit ip any "
		"any\n",
		w->device->dscp);
	ingress_write(w, "");
	fprintf(w->out, "interface %s\n ip access-group CORDON-NBAR out\n", w->device->egress);
}

static void pbr_write(const struct writing *w)
{
	fprintf(w->out,
		"ip access-list extended CORDON-NBAR\n permit ip any any dscp %u\n"
		"route-map cordon-null permit 10\n match ip address CORDON-NBAR\n"
		" set interface Null0\n",
		w->device->dscp);
	ingress_write(w, " ip policy route-map cordon-null\n");
}

static bool is_request(const struct entry_port *p)
{
	return p->proto == PROTO_UNKNOWN ||
	       (p->proto == PROTO_TCP && (!p->has_port || p->number == 80));
}

/* A plan of which nothing is HTTP would stand there for nothing. */
static bool has_requests(const struct writing *w)
{
	for (size_t i = 0; i < w->plan->n; i++)
		if (is_request(&w->plan->entry[i].port))
			return true;
	return false;
}

/* Of the plan, what it does nothing against: each port once. */
static void rest_write(const struct writing *w)
{
	char port[PORT_TEXT_BYTES], other[PORT_TEXT_BYTES];
	size_t n = 0;
	for (size_t i = 0; i < w->plan->n; i++) {
		const struct entry *x = &w->plan->entry[i];
		bool is_known = is_request(&x->port);
		entry_port_text(&x->port, port);
		for (size_t k = 0; k < i && !is_known; k++)
			is_known = !strcmp(entry_port_text(&w->plan->entry[k].port, other), port);
		if (!is_known)
			fprintf(w->out, "%s%s",
				n++ ? ", " : "! Of the plan it does nothing against ", port);
	}
	if (n)
		fputs(".\n", w->out);
}

static bool method_check(const struct writing *w, struct err *e)
{
	bool is_acl = is_method(w, "acl");
	if (!is_acl && !is_method(w, "pbr") && !is_method(w, "police"))
		return err_set(e, "--method takes acl, pbr or police, not '%s'", w->device->method);
	if (!has_requests(w))
		return err_set(e,
			"NBAR finds requests on tcp/80 alone, and of this plan nothing is "
			"one; take an access list");
	if (w->device->n_interfaces == 0)
		return err_set(e, "NBAR needs --interface: where the worm's requests come in");
	if (is_acl && !w->device->egress)
		return err_set(e, "method acl needs --egress: the interface towards the victims");
	return is_method(w, "police") || dscp_check(w->device->dscp, e);
}

static bool write(const struct writing *w, struct err *e)
{
	if (!method_check(w, e))
		return false;
	fputs("! What it cannot do: it sees the request, which comes after the handshake, so "
	      "scanning,\n"
	      "! ARP, NAT and flow caches stay as loaded as they are, and a server keeps "
	      "half-dead\n"
	      "! connections. It looks at the first 400 bytes and knows at most 24 URLs; it needs "
	      "CEF, and\n"
	      "! sees no fragments, no pipelined requests, no TLS, no asymmetric paths, no "
	      "multicast, no\n"
	      "! MPLS labels, nothing to or from the router itself. A few requests in a thousand "
	      "get through.\n"
	      "! Patch the servers first.\n",
		w->out);
	bool is_police = is_method(w, "police");
	rest_write(w);
	fprintf(w->out,
		"! Where an interface has %s already,\n"
		"! put these lines into that one: it takes one alone.\n"
		"configure terminal\nip cef\n",
		is_police             ? "an input policy"
		: is_method(w, "acl") ? "an input policy, or a list for what leaves it,"
				      : "an input policy, or a route map of policy routing,");
	classes_write(w, is_police);
	if (is_police)
		ingress_write(w, "");
	else if (is_method(w, "acl"))
		acl_write(w);
	else
		pbr_write(w);
	fprintf(w->out,
		"end\n! Then look whether its counters move: show policy-map interface %s%s\n",
		w->device->interface[0],
		is_police ? ""
		: is_method(w, "acl")
			? ", show access-lists CORDON-NBAR"
			: ", show route-map cordon-null (on some platforms it matches "
			  "and forwards all the same)");
	return true;
}

static void undo(const struct writing *w)
{
	fputs("configure terminal\n", w->out);
	for (size_t i = 0; i < w->device->n_interfaces; i++)
		fprintf(w->out, "interface %s\n no service-policy input cordon-mark\n%s",
			w->device->interface[i],
			is_method(w, "pbr") ? " no ip policy route-map cordon-null\n" : "");
	if (is_method(w, "acl") && w->device->egress)
		fprintf(w->out, "interface %s\n no ip access-group CORDON-NBAR out\n",
			w->device->egress);
	if (is_method(w, "pbr"))
		fputs("no route-map cordon-null\n", w->out);
	if (!is_method(w, "police"))
		fputs("no ip access-list extended CORDON-NBAR\n", w->out);
	fputs("no policy-map cordon-mark\nno class-map match-any cordon-http-worm\n", w->out);
	if (!is_method(w, "police"))
		fputs("no class-map match-all cordon-already-marked\n", w->out);
	fputs("end\n", w->out);
}

/* By addresses and ports alone it is not decided what becomes of a connection to a web server. */
static bool effect(const struct compiled *c, struct policy *out, struct err *e)
{
	(void)c;
	struct rule r = { .box = box_any(), .action = ACTION_UNKNOWN };
	r.box.of[DIM_PROTO] = (struct range){ PROTO_TCP, PROTO_TCP };
	r.box.of[DIM_DPORT] = (struct range){ 80, 80 };
	*out = (struct policy){ .rest = ACTION_PERMIT };
	return policy_put(out, &r, e) && policy_index(out, e);
}

/* Nothing of what is no worm's: read_back proves that of the text. */
static bool kept(struct policy *out, struct err *e)
{
	*out = (struct policy){ .rest = ACTION_PERMIT };
	return policy_index(out, e);
}

static bool read_back(const struct writing *w, struct str text, struct err *e)
{
	const struct nbar_wish wish = { .in = w->device->interface,
		.n_in = w->device->n_interfaces,
		.out = w->device->egress,
		.url = worms,
		.n_urls = countof(worms) };
	struct nbar *n = nbar_read(text, e);
	bool ok = n && nbar_prove(n, &wish, e);
	free(n);
	return ok;
}

const struct target ios_nbar_target = {
	.name = "ios-nbar",
	.about = "Cisco NBAR by the URL of the request; --method acl, pbr or police (document "
		 "27842)",
	.can = CAN(V4) | CAN(CONTENT) | CAN(COUNTERS),
	.breaks = "it stops requests of Code Red and Nimda by anybody, not the hosts of the plan; "
		  "all "
		  "that carries the mark is dropped with them",
	.tested = "own reader of class maps, policies, lists and route maps; not on a device",
	.comment = "!",
	.max_rules = SIZE_MAX,
	.write = write,
	.undo = undo,
	.effect = effect,
	.kept = kept,
	.read_back = read_back,
};
