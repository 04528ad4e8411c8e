// SPDX-License-Identifier: Apache-2.0
// What the readers of lease files share: lines, words, numbers, and where leases go.
#ifndef DECODE_LEASE_TEXT_H
#define DECODE_LEASE_TEXT_H
#include "decode/leases.h"

struct lease_sink {
	lease_fn *take;
	void *ctx;
	struct lease_report *report;
	size_t line; // that is read, from 1
};

/** The next line without its end, and past it; false at the end. */
bool lease_line(struct str *rest, struct str *line);

/** The next word of a line, parted by blanks; empty at the end. */
struct str lease_word(struct str *line);

bool lease_is(struct str a, const char *word);

/** A whole number; false when it is none, or has more than 18 digits. */
bool lease_number(struct str text, uint64_t *out);

/** Keep a name as far as it has room; '*' and "" are none. */
void lease_name_put(struct lease *l, struct str name);

/** Count a line that is not what it must be. */
void lease_bad(struct lease_sink *s);

/** Hand a lease on, or count it when it has no MAC address. */
void lease_emit(struct lease_sink *s, const struct lease *l);

/** The readers: the rest of the file from its first line on. */
void leases_isc(struct str text, struct lease_sink *s);
void leases_dnsmasq(struct str text, struct lease_sink *s);
void leases_kea(struct str text, struct lease_sink *s);
#endif
