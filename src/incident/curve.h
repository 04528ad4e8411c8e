// SPDX-License-Identifier: Apache-2.0
// The epidemic curve: hosts over time as it is known now, what containment did, how fast it grows.
#ifndef INCIDENT_CURVE_H
#define INCIDENT_CURVE_H
#include "incident/board.h"
#include "incident/growth.h"

enum { CURVE_POINTS_MAX = 500, CONTAINMENTS_MAX = 200, CONTAINMENT_AROUND_MS = 15 * 60 * 1000 };

/**
 * What a host is at a time: COURSE(name, key). As it is known now, so one that turned out to be infected was so
 * from its onset on, and one that turned out to be none never was.
 */
#define COURSES(COURSE) \
	COURSE(SUSPECTED, "suspected") /* to this day; not among those ever infected */ \
	COURSE(ACTIVE, "active")       /* infected, and free to spread */ \
	COURSE(CONTAINED, "contained") /* held, or being cleaned */ \
	COURSE(RECOVERED, "recovered")

#define AS_COURSE(name, key) COURSE_##name,
enum course { COURSES(AS_COURSE) N_COURSES };
#undef AS_COURSE

const char *course_key(enum course c);

/** What a member is now; N_COURSES: a false positive. */
enum course course_of(const struct member *m);

struct curve_point {
	uint64_t at_ms;
	uint32_t n[N_COURSES];
};

struct curve {
	uint64_t from_ms, to_ms, step_ms;
	size_t n;
	struct curve_point point[CURVE_POINTS_MAX];
	uint32_t n_undated; // infected without a known onset: they count from when that was told
};

/** Hosts that were ever infected, at a point. */
static inline uint32_t curve_ever(const struct curve_point *p)
{
	return p->n[COURSE_ACTIVE] + p->n[COURSE_CONTAINED] + p->n[COURSE_RECOVERED];
}

/**
 * When there is something to see: from the first onset to `now_ms` while a host is open, else to the last
 * change. All zero when there is no host.
 *
 * incident  0: all of them; a host in two counts in both
 */
struct span curve_span(const struct board *b, uint64_t incident, uint64_t now_ms);

/** Fill a curve of at most `n` points, 2 to CURVE_POINTS_MAX, the last of them at the end of `span`. */
void curve_fill(const struct board *b, uint64_t incident, const struct span *span, size_t n,
	struct curve *out);

enum effective { EFFECTIVE_UNKNOWN, EFFECTIVE_YES, EFFECTIVE_NO };
const char *effective_key(enum effective e);

/** What was done at about one time to hold hosts: a plan, or what a person vouched for. */
struct containment {
	uint64_t at_ms;   // first seen to work; where it never did, first looked at
	const char *what; // the plan as it was told, kept by the board; NULL: a person vouched
	enum effective effective;     // by the latest look at each host
	uint32_t n_hosts, n_attacked; // that it is for; of them, seen to attack later
	uint32_t n_heard;             // of them, shown since then by telemetry without a gap
	uint32_t n_before, n_after;   // onsets in CONTAINMENT_AROUND_MS before and after
	uint64_t after_ms;            // how much of the time after has passed
};

/** Whether telemetry without a gap shows a host from a time until now. */
typedef bool heard_fn(void *ctx, uint64_t host, uint64_t since_ms);

/**
 * Find what was done, in order of time; of many the latest.
 *
 * is_heard  says of whom an attack would have been seen; NULL: nobody knows
 *
 * Returns how many there are, which may be more than CONTAINMENTS_MAX. SIZE_MAX: there is no memory.
 */
size_t containments_find(const struct board *b, uint64_t incident, uint64_t now_ms,
	heard_fn *is_heard, void *ctx, struct containment out[static CONTAINMENTS_MAX]);

/** What came of it: GROWTH_WHY(name, key). */
#define GROWTH_WHYS(WHY) \
	WHY(TOLD, "told") \
	WHY(FEW, "few")         /* onsets */ \
	WHY(UNDATED, "undated") /* too many hosts have no onset */ \
	WHY(MOMENT, "moment")   /* all began at one */

#define AS_WHY(name, key) GROWTH_##name,
enum growth_why { GROWTH_WHYS(AS_WHY) N_GROWTH_WHYS };
#undef AS_WHY

const char *growth_why_key(enum growth_why w);

struct growth {
	struct span window;
	uint64_t delay_ms;  // from an onset to its being told, the median of those told last
	uint32_t n_onsets;  // in the window
	uint32_t n_undated; // told in the window without an onset
	struct band rate, doubling, r; // rate in 1/s; doubling in s
	enum trend trend;
	double generation_s; // NAN: not known
	uint32_t n_generations;
	uint32_t n_stopped; // hosts that were held or cleaned before the end of the window
	enum growth_why why;
};

/**
 * Reckon growth in the GROWTH_WINDOW_S before a time.
 *
 * What began shortly before `now_ms` is not told yet, so the window ends by the usual delay before now. It
 * begins with the first host, which is what the others come from and is no growth itself.
 * Returns false when there is no memory.
 */
bool growth_reckon(const struct board *b, uint64_t incident, uint64_t to_ms, uint64_t now_ms,
	struct growth *out);
#endif
