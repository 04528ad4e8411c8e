// SPDX-License-Identifier: Apache-2.0
// Who was watched, and through which exporters: what turns the silence of a host into evidence.
#ifndef APP_COVERAGE_H
#define APP_COVERAGE_H
#include "app/log_sensors.h"
#include "app/roster.h"
#include "incident/board.h"
#include "model/contact.h"

enum {
	COVERED_HOSTS_MAX = 1 << 14,     // with an open episode
	COVERED_NAMES = 1 << 16,         // slots of their addresses
	SEEN_BY_MAX = 8,                 // exporters of one host; beyond: all count
	ALIVE_PAUSE_MS = 30 * 60 * 1000, // without a sign of life a host may have been switched off
	COVERED_PER_TURN =
		1024, // hosts that coverage_tell looks at, the next ones with the next call
	COVERAGE_EVERY_MS = 10 * 60 * 1000, // how often it is written down that silence goes on
};

/** A host with an open episode, as its traffic shows it. Times are those of the telemetry. */
struct covered_host {
	uint64_t host;                 // its number on the board
	struct addr addr;              // one that it had, so that no other host is taken for it
	struct span alive;             // signs of life without a pause; until 0: none
	uint16_t seen_by[SEEN_BY_MAX]; // identities of exporters, see roster_identity
	uint16_t seen_in
		[SEEN_BY_MAX]; // folders of logs that showed its attack, see log_sensor_identity
	uint8_t n_seen_by, n_seen_in;
	bool is_asking;  // its attack was requests of web servers
	bool is_traced;  // those that showed its attack are among them
	bool is_widely;  // there are more than find room: all exporters count
	bool has_change; // in what must be remembered
};

struct coverage;

/** NULL when there is no memory. Free with coverage_free. */
struct coverage *coverage_new(void);
void coverage_free(struct coverage *c);

/** Follow the board: hosts that were opened, closed, or got another address. Cheap while it stands still. */
void coverage_follow(struct coverage *c, const struct board *b);

/** Take note of traffic: whose it is shows the host alive. */
void coverage_see(struct coverage *c, const struct contact *contact);

/** Take note of what accuses a host: the exporters that showed the attack have to show its end. */
void coverage_trace(struct coverage *c, const struct finding *f);

/** Go by these folders of logs, which are borrowed, for hosts whose attack no exporter showed. */
void coverage_listen(struct coverage *c, const struct log_sensors *logs);

/** A log showed the attack of a host: by requests of web servers, or by lines of access lists. */
void coverage_trace_log(
	struct coverage *c, const struct addr *host, uint16_t identity, bool is_asking);

/** A host was seen alive for a time without a pause, by something that is no contact. */
void coverage_alive(struct coverage *c, const struct addr *host, struct span seen);

/** Whether logs, and no exporter, showed the attack of a host: then their lines are what covers it. */
bool covered_by_logs(const struct covered_host *h);

/** The telemetry without a gap of the logs that showed its attack. */
struct span coverage_of_logs(const struct coverage *c, const struct covered_host *h);

/** The folder of one of them that is not heard; NULL: there is none. */
const char *coverage_unheard_log(const struct coverage *c, const struct covered_host *h);

/**
 * Say what the silence of hosts that are being verified has come to, and bring those that are remediated
 * to verifying, for then their silence begins to count.
 *
 * now_ms  of the wall
 * out     events without ids; the rest comes with the next call, once these stand on the board
 *
 * For each host at most one event in COVERAGE_EVERY_MS, and one when the silence is long enough.
 * Returns how many.
 */
size_t coverage_tell(struct coverage *c, const struct roster *r, const struct board *b,
	const struct settings *s, uint64_t now_ms, struct event *out, size_t room);

/**
 * The telemetry without a gap that shows a host: of the exporters that show it, where that is known,
 * else of all. `until_ms` is 0 when there is none.
 */
struct span coverage_of(const struct coverage *c, const struct roster *r, const struct settings *s,
	uint64_t host, uint64_t now_ms);

/** Whether nothing ails the exporters that show a host, of which gaps ail for a while after they were noticed. */
bool coverage_is_trusted(const struct coverage *c, const struct roster *r, const struct settings *s,
	uint64_t host, uint64_t now_ms);

/** A host that is followed; NULL: it is not. */
const struct covered_host *coverage_host(const struct coverage *c, uint64_t host);

/** Hosts that are followed. */
size_t coverage_count(const struct coverage *c);

/** Why there is no silence of a host to be told, NULL: there is; gives `room` back. */
enum { COVERAGE_LACK_BYTES = 520 };
const char *coverage_lack(const struct coverage *c, const struct roster *r,
	const struct settings *s, uint64_t host, uint64_t now_ms,
	char room[static COVERAGE_LACK_BYTES]);

/** Hosts for which there is no room: nothing can prove their silence. */
size_t coverage_beyond(const struct coverage *c);

/** What must be remembered of a host: who showed its attack. */
enum { COVERED_BYTES = sizeof(struct addr) + 3 + 4 * SEEN_BY_MAX };
size_t covered_encode(const struct covered_host *h, uint8_t room[static COVERED_BYTES]);

/**
 * Take what covered_encode wrote of a host, which must be followed; what cannot be, or was of a host that
 * never came on the board, is passed over.
 */
void covered_decode(struct coverage *c, const struct board *b, uint64_t host, struct bytes from);

/** The next host with a change to be remembered, which then counts as told; NULL: there is none. */
const struct covered_host *coverage_changed(struct coverage *c);
#endif
