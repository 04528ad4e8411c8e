// SPDX-License-Identifier: Apache-2.0
// The tap: frames of a network interface become flows of the open window. Nothing is ever sent.
#ifndef APP_TAP_H
#define APP_TAP_H
#include "base/hash.h"
#include "decode/traffic.h"
#include "model/parcel.h"
#include "model/settings.h"

struct tap;

/** The domain of an interface in struct exporter. */
static inline uint32_t tap_domain(const char *interface)
{
	return (uint32_t)hash_bytes(interface, strlen(interface), 0);
}

/**
 * Listen on the interface of the settings.
 *
 * outlets  where its flows go; `trouble`, `is_own` and `connections_max` are filled here: exports to
 *          our own listeners are passed over, for they come in by UDP
 *
 * Returns NULL with the reason in `e`. Free with tap_free; NULL is fine.
 */
struct tap *tap_new(const struct settings *s, const struct traffic_outlets *outlets, struct err *e);
void tap_free(struct tap *t);

/** What becomes readable when frames are there. */
int tap_fd(const struct tap *t);

/**
 * Take the frames that are there, about `n_max` at most, without waiting.
 *
 * Returns how many; -1 when no more will come, with the reason in `e`.
 */
int tap_read(struct tap *t, int n_max, struct err *e);

/** Hand on what is due of the connections; at the end all of them. Counters are brought up to date. */
void tap_tell(struct tap *t, uint64_t now_ms, bool is_last, uint64_t counter[static N_COLLECTED]);

/**
 * The interface as an exporter, as of the last tap_tell: frames are its datagrams, connections its records.
 * What the kernel dropped is missing; where the kernel does not say whether it dropped anything, that is a gap
 * each time, for then nobody knows. It has no frames before the first one came.
 */
const struct exporter *tap_exporter(const struct tap *t);
#endif
