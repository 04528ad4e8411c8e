// SPDX-License-Identifier: Apache-2.0
// Exporters that look at some packets only and do not say so, told by what only sampling makes.
#ifndef DETECT_UNSAID_H
#define DETECT_UNSAID_H
#include "model/contact.h"

/**
 * A TCP connection that carried data is never a single packet, unless most of its packets were not
 * looked at. So connections that are one packet, and that larger than a SYN, show sampling. They are
 * counted over sources, so that no single one decides; a worm's probes are small, and an outbreak
 * has no part in it.
 */
struct unsaid;

enum { UNSAID_SOURCES = 5 }; // with a connection of known size, to know of an exporter

struct unsaid *unsaid_new(void); // NULL when there is no memory
void unsaid_free(struct unsaid *u);

/** Learn from a contact of TCP that carried data; others teach nothing. */
void unsaid_learn(struct unsaid *u, const struct contact *c, size_t n);

/** Add what another one learned, of other contacts; neither is settled. */
void unsaid_join(struct unsaid *u, const struct unsaid *from);

/** Count what was learned, in any order; before it, no exporter seems to sample. */
void unsaid_settle(struct unsaid *u);

/** Whether more than a quarter of the sources of an exporter have connections of a single packet. */
bool unsaid_samples(const struct unsaid *u, uint16_t exporter);

/** Exporters of which that is so. */
size_t unsaid_count(const struct unsaid *u);
#endif
