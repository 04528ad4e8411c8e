// SPDX-License-Identifier: Apache-2.0
// What a router with NBAR does, by its configuration: class maps that look into requests, policies that mark or police,
// and the lists and route maps that drop what is marked (Cisco document 27842).
#ifndef CONTAIN_NBAR_H
#define CONTAIN_NBAR_H
#include "base/bytes.h"
#include "base/err.h"
#include "contain/policy.h"

enum {
	NBAR_URLS_MAX = 24,    // that a router knows
	NBAR_SEEN_BYTES = 400, // of a request that it looks at
	NBAR_EACH_MAX = 32,    // of each sort of thing, and of lines in one
	NBAR_NAME_BYTES = 80,
	NBAR_URL_BYTES = 128,
	DSCP_ANY = 64,
};

/** What a line of a class asks for. */
struct nbar_match {
	enum { MATCH_URL, MATCH_DSCP, MATCH_UNREAD } what;
	char url[NBAR_URL_BYTES]; // with * for any letters, ? for one
	unsigned dscp, n_before;  // n_before: URLs in front of it, in the whole configuration
};

struct nbar_class {
	char name[NBAR_NAME_BYTES];
	bool is_all; // match-all: every line has to fit
	struct nbar_match match[NBAR_EACH_MAX];
	size_t n;
};

/** What a policy does with a class. */
struct nbar_step {
	char class[NBAR_NAME_BYTES];
	unsigned dscp; // that it sets; DSCP_ANY: it sets none
	enum action action;
};

struct nbar_policy {
	char name[NBAR_NAME_BYTES];
	struct nbar_step step[NBAR_EACH_MAX];
	size_t n;
};

struct nbar_line {
	struct box box;
	unsigned dscp; // DSCP_ANY: whatever it is
	enum action action;
};

struct nbar_list {
	char name[NBAR_NAME_BYTES];
	struct nbar_line line[NBAR_EACH_MAX];
	size_t n;
};

/** An entry of a route map: what its list permits is led away. */
struct nbar_route {
	char list[NBAR_NAME_BYTES]; // empty: all
	bool is_permit, is_null, is_unread;
};

struct nbar_map {
	char name[NBAR_NAME_BYTES];
	struct nbar_route route[NBAR_EACH_MAX];
	size_t n;
};

/** Names of what is bound there; empty: nothing. */
struct nbar_interface {
	char name[NBAR_NAME_BYTES];
	char policy[NBAR_NAME_BYTES], map[NBAR_NAME_BYTES];
	char list_in[NBAR_NAME_BYTES], list_out[NBAR_NAME_BYTES];
};

struct nbar {
	struct nbar_class class[NBAR_EACH_MAX];
	struct nbar_policy policy[NBAR_EACH_MAX];
	struct nbar_list list[NBAR_EACH_MAX];
	struct nbar_map map[NBAR_EACH_MAX];
	struct nbar_interface interface[NBAR_EACH_MAX];
	size_t n_classes, n_policies, n_lists, n_maps, n_interfaces;
	unsigned n_urls;
	size_t n_unread; // lines inside of these that could not be read: what they decide is unknown
	uint32_t first_unread;
};

/** How much of a request a router gets to see. */
enum nbar_view {
	NBAR_PLAIN,  // all of it: or that there is none, as in a handshake
	NBAR_UNTOLD, // it is not known whether there is a request, as of a flow
	NBAR_HIDDEN, // perhaps nothing: a fragment, a second request in a pipeline, an asymmetric path
};

/** A packet on its way through the router. */
struct nbar_packet {
	struct packet packet;
	uint8_t dscp;         // as it comes in
	const char *in, *out; // interfaces
	struct str url;       // of the request in it; empty: there is none
	size_t url_at;        // bytes of the request in front of it
	enum nbar_view view;
};

/**
 * Read a configuration; what has nothing to do with all this is passed over.
 *
 * Returns NULL, with `e` filled, when there is no memory or more than NBAR_EACH_MAX of something; for free().
 */
struct nbar *nbar_read(struct str text, struct err *e);

/** What becomes of a packet; unknown where that hangs on what the router cannot see, or on a line that was not read. */
enum action nbar_judge(const struct nbar *n, const struct nbar_packet *p);

/** What it is for: hosts do not matter to it, so this is all that there is to say. */
struct nbar_wish {
	const char *const *in; // interfaces where requests are looked at
	size_t n_in;
	const char *out;        // towards the victims
	const char *const *url; // requests of worms, each to be stopped
	size_t n_urls;
};

/**
 * Prove that it stops the requests, and nothing else that comes in there: each mark, with and without a request, of
 * HTTP and of what is none. More a router cannot tell apart by it.
 *
 * Returns false, with `e` naming a packet that fares otherwise.
 */
bool nbar_prove(const struct nbar *n, const struct nbar_wish *wish, struct err *e);
#endif
