// SPDX-License-Identifier: Apache-2.0
// What the keeper knows of logs: attacks that stand in them, and how far each was read. Both become
// known, and are kept, together: so no line is lost, and none counts twice.
#ifndef APP_LOGS_H
#define APP_LOGS_H
#include "app/chronicle.h"
#include "app/log_sensors.h"
#include "detect/judge.h"
#include "model/parcel.h"
#include "model/settings.h"
#include "output/json.h"

struct logs;

/** Who takes what of hosts logs tell beside attacks: contacts of access lists, their lines, who lives. */
typedef void logs_contacts_fn(void *ctx, const struct parcel *p);

/**
 * Recall what was kept, and ask the reader to begin from there.
 *
 * pipe       one end of a stream socket, not blocking; the reader has the other
 * chronicle  where it is kept; borrowed, as `inventory`, which may be NULL
 *
 * Returns NULL with the reason in `e`. Free with logs_free; NULL is fine.
 */
struct logs *logs_new(const struct settings *s, const struct inventory *inventory,
	struct chronicle *chronicle, int pipe, logs_contacts_fn *contacts, void *ctx,
	struct err *e);
void logs_free(struct logs *l);

/** Read what the reader says. Returns whether anything came. */
bool logs_take(struct logs *l);

/** Whether attacks came since this was asked last. */
bool logs_has_news(struct logs *l);

/** Whether something waits to be written to the pipe. */
bool logs_has_answer(const struct logs *l);

/** Write to the pipe what it takes, and keep what is not kept yet; at the end without delay. */
void logs_work(struct logs *l, bool is_last);

/** Settings, signatures and inventory were read again. False, with the reason: the old ones hold. */
bool logs_reload(
	struct logs *l, const struct settings *s, const struct inventory *inventory, struct err *e);

/** Forget attacks that were last seen before a time. */
void logs_expire(struct logs *l, uint64_t before_ms);

/** Time of the latest request; 0: there was none. */
uint64_t logs_last_ms(const struct logs *l);

/** Put what logs say into findings; see attacks_into. */
bool logs_into(struct logs *l, uint64_t now_ms, struct findings *findings);

/** The folders of logs as sensors; they stay where they are. */
const struct log_sensors *logs_sensors(const struct logs *l);

/** The folders that the rows of an attack stand in, by log_sensor_identity, at most `room`; returns how many. */
size_t logs_sensors_of(
	const struct logs *l, const struct attack *a, uint16_t *identity, size_t room);

/** A total of all readers. */
uint64_t logs_counter(const struct logs *l, enum collector_counter c);

/** How logs stand, in numbers. */
struct logs_health {
	size_t n_followed, n_ailing;   // logs; of them, gone, unreadable or the like
	uint64_t n_attacks, n_beyond;  // that are remembered; for which there was no room
	uint64_t n_unknown, n_refused; // attacks without signature; parcels that cannot be read
};
struct logs_health logs_health(const struct logs *l);

/** How it stands: members of an object that is open. */
void logs_write(const struct logs *l, struct json *j);
#endif
