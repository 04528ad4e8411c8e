// SPDX-License-Identifier: Apache-2.0
// The receiving half of the collector: datagrams of the sockets join the evidence of the open window.
#ifndef APP_RECEPTION_H
#define APP_RECEPTION_H
#include "app/tap.h"
#include "app/twins.h"
#include "decode/export.h"
#include "detect/evidence.h"
#include "model/inventory.h"
#include "model/parcel.h"
#include "model/settings.h"
#include "net/udp.h"

enum { SOCKETS_MAX = 1024 };

struct reception {
	const int *socket;
	size_t n_sockets;
	uint32_t drops[SOCKETS_MAX]; // as the kernel told last
	bool has_room;               // buffers are large enough to let datagrams gather
	struct udp_room *room;
	struct inventory *inventory; // NULL: none
	struct templates *templates;
	struct sequences *sequences;
	struct trouble trouble;
	struct batch batch;
	struct template_keeper keeper; // of new templates
	struct evidence *open;         // of the window
	struct tap *tap;               // of the interface; NULL: none is listened on
	struct twins *twins;
	uint64_t now_ms;               // when the last datagram came
	uint64_t key, n_max;           // of evidence
	uint64_t counter[N_COLLECTED]; // but for stalls, which are not ours
};

/**
 * Make ready, in memory that is zero; on failure too, reception_fini is to be called.
 *
 * socket  borrowed; what the kernel dropped there before now is not counted
 *
 * An interface that cannot be listened on is told, and the sockets are read without it.
 */
bool reception_init(struct reception *r, const struct settings *s, const int *socket,
	size_t n_sockets, const struct template_keeper *keeper, struct err *e);
void reception_fini(struct reception *r);

/**
 * Take what stands in a socket, by at most `n_calls` of udp_receive.
 *
 * Returns how many datagrams there were.
 */
size_t reception_read(struct reception *r, size_t socket, unsigned n_calls);

/** As reception_read, of frames of the interface; it is given up, and told, when no more will come. */
size_t reception_tap(struct reception *r, int n_max);

/**
 * Close the window: counters are brought up to date and a fresh window opens.
 *
 * is_last  what is held back of connections is told too
 *
 * Returns the evidence of the closed one, for evidence_free; NULL, and it stays open, without memory.
 */
struct evidence *reception_close(struct reception *r, bool is_last);
#endif
