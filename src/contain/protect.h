// SPDX-License-Identifier: Apache-2.0
// What must stay up: services between the hosts that the inventory names, as boxes of packets.
#ifndef CONTAIN_PROTECT_H
#define CONTAIN_PROTECT_H
#include "contain/policy.h"
#include "contain/service.h"

/** Packets of one service between two of the networks that take part in it. */
struct shield {
	struct box box;
	uint32_t service; // index; SERVICE_OPERATOR: the person who types
	bool is_answer;   // from who serves it to who opened it
};
#define SERVICE_OPERATOR UINT32_MAX

struct protection {
	const struct services *services;
	struct shield *shield;
	size_t n, cap;
	struct range *precious; // hosts that no prefix may take in by accident: merged, in order
	size_t n_precious, cap_precious;
	uint32_t parts; // that the inventory names, 1 << enum part
};

/**
 * Build it.
 *
 * services   kept by the caller as long as the protection
 * inventory  NULL: only services between anybody are known
 * operator   the address of the person who types; NULL: not known
 *
 * Returns false, with `e` filled, when there is no memory; free with protection_fini.
 */
bool protection_init(struct protection *p, const struct services *services,
	const struct inventory *inventory, const struct addr *operator, struct err * e);
void protection_fini(struct protection *p);

/** The key of the service a shield keeps. */
const char *shield_key(const struct protection *p, const struct shield *s);

/** Whether a span of addresses meets a precious one. */
bool protection_is_precious(const struct protection *p, const struct range *addresses);
#endif
