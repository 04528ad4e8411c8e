// SPDX-License-Identifier: Apache-2.0
// Components of a rule of FlowSpec (RFC 8955, 4.2.2), as programs print them: a table a program.
#ifndef CONTAIN_COMPONENT_H
#define CONTAIN_COMPONENT_H
#include "contain/box.h"

enum component {
	COMPONENT_DST,
	COMPONENT_SRC,
	COMPONENT_PROTO,
	COMPONENT_DPORT,
	COMPONENT_SPORT,
	COMPONENT_ICMP_TYPE,
	COMPONENT_ICMP_CODE, // behind the type, which must be one
	COMPONENT_FLAGS,
};

/** How one program prints them. */
struct component_words {
	struct {
		const char *key; // NULL behind the last
		enum component component;
	} row[12];
	const char *one, *span; // of numbers, for sscanf; "%n" at their ends
	const char *offset;     // behind an address of IPv6
	const char *flags;      // ACK or RST, in all that cordon writes of flags
};

/** Narrow `b` by one component. Returns false when it is none of those, or says what no box can. */
bool component_read(const struct component_words *w, const char *text, struct box *b);
#endif
