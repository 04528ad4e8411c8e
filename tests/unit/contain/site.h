// SPDX-License-Identifier: Apache-2.0
// A telephony site to contain in: phones, a cluster, servers, operators; and packets out of it.
#ifndef TEST_CONTAIN_SITE_H
#define TEST_CONTAIN_SITE_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "contain/compile.h"
#include "generate/dice.h"
#include "model/flow.h"

static const char site_yaml[] = "networks: [10.0.0.0/8]\n"
				"protect:\n"
				"  - {address: 10.20.0.0/16, as: phone}\n"
				"  - {address: 10.1.1.10, as: call-manager}\n"
				"  - {address: 10.1.1.11, as: call-manager}\n"
				"  - {address: 10.1.1.12, as: tftp-server}\n"
				"  - {address: 10.9.0.0/24, as: management}\n"
				"  - {address: 10.1.0.1, as: router}\n"
				"  - {address: 10.1.0.2, as: router}\n"
				"  - {address: 10.1.0.53, as: dns-server}\n";

struct site {
	struct inventory *inventory;
	struct services *services;
	struct protection protection;
	struct plan plan;
	struct compiled compiled;
};

static inline struct addr site_addr(const char *text)
{
	struct addr a = {};
	if (!addr_parse((struct str){ text, strlen(text) }, &a))
		fail_msg("%s is an address", text);
	return a;
}

static inline void site_init(struct site *s)
{
	struct err e = {};
	*s = (struct site){ .plan.at_ms = 1000 };
	s->inventory =
		inventory_parse((struct str){ site_yaml, sizeof site_yaml - 1 }, "site.yaml", &e);
	s->services = services_load(NULL, &e);
	if (!s->inventory || !s->services ||
		!protection_init(&s->protection, s->services, s->inventory, NULL, &e))
		fail_msg("%s", e.text);
}

static inline void site_fini(struct site *s)
{
	compiled_fini(&s->compiled);
	plan_fini(&s->plan);
	protection_fini(&s->protection);
	inventory_free(s->inventory);
	free(s->services);
}

static inline void site_put(struct site *s, const char *host, const char *port)
{
	struct entry entry = { .until_ms = 86401000, .verdict = N_VERDICTS };
	struct err e = {};
	assert_true(prefix_parse((struct str){ host, strlen(host) }, &entry.host));
	assert_true(entry_port_parse(port, &entry.port));
	assert_true(plan_put(&s->plan, &entry, &e));
}

static inline void site_compile(struct site *s)
{
	struct limits limits = { .max_rules = SIZE_MAX, .floor = { 24, 64 } };
	struct err e = {};
	plan_settle(&s->plan);
	compiled_fini(&s->compiled);
	if (!plan_compile(&s->plan, &s->protection, &limits, &s->compiled, &e))
		fail_msg("%s", e.text);
}

/* An address near what the site is about, so that packets meet its rules often. */
static inline struct addr site_any_addr(struct dice *d, const struct plan *plan)
{
	static const char *const known[] = { "10.1.1.10", "10.1.1.11", "10.1.1.12", "10.9.0.4",
		"10.1.0.1", "10.1.0.53", "10.20.3.4" };
	switch (dice_below(d, 4)) {
	case 0:
		return site_addr(known[dice_below(d, countof(known))]);
	case 1:
		return addr_v4(0x0a140000 | dice_below(d, 1 << 16));
	case 2:
		if (plan->n)
			return plan->entry[dice_below(d, (uint32_t)plan->n)].host.addr;
		[[fallthrough]];
	default:
		return addr_v4((uint32_t)dice_u64(d));
	}
}

static inline uint16_t site_any_port(struct dice *d)
{
	static const uint16_t known[] = { 80, 445, 135, 1434, 2000, 69, 5060, 22, 53, 123, 67, 1433,
		16384, 8001, 1720, 443 };
	return dice_below(d, 3) ? known[dice_below(d, countof(known))] : (uint16_t)dice_u64(d);
}

static inline struct packet site_any_packet(struct dice *d, const struct plan *plan)
{
	static const uint8_t protos[] = { 6, 6, 6, 17, 17, 1, 89, 50 };
	struct packet p = { .proto = protos[dice_below(d, countof(protos))] };
	p.src = site_any_addr(d, plan);
	p.dst = site_any_addr(d, plan);
	if (p.proto == PROTO_TCP || p.proto == PROTO_UDP) {
		p.sport = site_any_port(d);
		p.dport = site_any_port(d);
		p.is_established = p.proto == PROTO_TCP && dice_below(d, 2);
	} else if (p.proto == PROTO_ICMP) {
		p.dport = (uint16_t)(dice_below(d, 13) << 8);
	}
	return p;
}

static inline bool site_protects(const struct protection *prot, const struct packet *p)
{
	struct box b = box_packet(p);
	for (size_t i = 0; i < prot->n; i++)
		if (box_has(&prot->shield[i].box, &b))
			return true;
	return false;
}
#endif
