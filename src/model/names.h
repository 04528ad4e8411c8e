// SPDX-License-Identifier: Apache-2.0
// Names of interfaces, numbered: a flow carries the number.
#ifndef MODEL_NAMES_H
#define MODEL_NAMES_H
#include <stdint.h>

#include "base/bytes.h"

enum { NAMES_MAX = 254, NAME_BYTES = 32 };
#define NAME_FLAG UINT32_C(0x80000000) // set in numbers of names, never in an ifIndex

struct names {
	uint32_t n;
	char text[NAMES_MAX][NAME_BYTES];
};

/**
 * Give a name its number, the same each time; longer names are cut.
 *
 * Returns the number with NAME_FLAG set, or 0 ("unknown") when the table is full.
 */
uint32_t names_put(struct names *names, struct str name);

/** The name of a number, or NULL for 0 and for an ifIndex. */
const char *names_get(const struct names *names, uint32_t number);
#endif
