// SPDX-License-Identifier: Apache-2.0
// The collector's end of the pipe: windows go out as parcels, as fast as they are taken and no faster.
#ifndef APP_OUTBOX_H
#define APP_OUTBOX_H
#include "app/twins.h"
#include "decode/export.h"
#include "detect/evidence.h"
#include "model/parcel.h"

enum { OUTBOX_CONTACTS = 1000, OUTBOX_TEMPLATE_BYTES = 1 << 16 };
enum { OUTBOX_ROOM_BYTES = PARCEL_HEADER_BYTES + OUTBOX_CONTACTS * PARCEL_CONTACT_BYTES };

/** What of a window is to be told next. */
enum telling { TELL_NOTHING, TELL_CONTACTS, TELL_EXPORTERS, TELL_COUNTERS, TELL_TICK };

struct outbox {
	int pipe; // never waited for
	uint64_t collector, epoch, number;
	uint8_t *room; // one parcel, of which [at, end) is still to be written
	size_t at, end;
	bool is_closed;          // nobody has the other end any more
	uint64_t stuck_since_ms; // when the pipe took nothing for the first time; 0: it takes
	bool is_stall;           // that is so long that it was counted
	uint64_t n_stalls;

	uint8_t *
		templates; // bodies that wait, each behind two bytes of its length and one of its sort
	size_t template_bytes;

	enum telling telling; // of the window that is going out
	struct evidence_iter contacts;
	struct sequence_iter exporters;
	const struct twins *twins;   // of the exporters; NULL: not known
	struct exporter interface;   // beside them; without datagrams: there is none to tell
	uint64_t exporters_since_ms; // who was silent since then is left out
	uint64_t closed_ms;          // when it was closed; UINT64_MAX: the last one
	uint64_t sent_ms;            // the same, as the tick tells it
	uint64_t counter[N_COLLECTED], fault[N_FAULTS];
};

/** Make ready; returns false when there is no memory. */
bool outbox_init(struct outbox *o, int pipe, uint64_t collector, uint64_t epoch);
void outbox_fini(struct outbox *o);

/** Put one parcel without a body at the end; only while outbox_is_empty. */
void outbox_put(struct outbox *o, enum parcel_sort sort, uint64_t now_ms);

/** Keep a template until it can go; a template_keeper. Returns false when there is no room. */
bool outbox_keep_template(void *outbox, const struct domain *d, uint16_t set, struct bytes record);
bool outbox_keep_sampler(void *outbox, const struct sampler *s);

/** Whether nothing is on its way, templates apart. */
bool outbox_is_empty(const struct outbox *o);

/**
 * Begin to tell a window; only while outbox_is_empty, with `counter` and `exporters_since_ms` filled.
 * Evidence and sequences are borrowed until it is empty again.
 */
void outbox_begin(struct outbox *o, const struct evidence *contacts, struct sequences *exporters,
	uint64_t closed_ms, bool is_last);

/**
 * Write what the pipe takes, at most about `n_parcels`.
 *
 * Returns whether there is more, and so whether to ask for when the pipe takes again.
 */
bool outbox_send(struct outbox *o, unsigned n_parcels, uint64_t now_ms);
#endif
