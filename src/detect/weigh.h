// SPDX-License-Identifier: Apache-2.0
// What one contact is a sign of, given what can be seen from where it was recorded.
#ifndef DETECT_WEIGH_H
#define DETECT_WEIGH_H
#include "model/finding.h"
#include "model/inventory.h"
#include "model/power.h"

enum {
	VISIBILITY_LEAST = 5, // contacts that were answered for sure, to know of an exporter
	SAME_SIZE_PEERS = 10, // for weigh_together
	SWEPT_PEERS = 30,
	PROBE_PACKETS = 16, // of UDP: more are a stream
};

/** How often an answer is seen as a flow back, by exporter. */
struct visibility;

struct visibility *visibility_new(void); // NULL when there is no memory
void visibility_free(struct visibility *v);

/**
 * Learn from contacts that were answered for sure, by the source's own flags or size, whether the
 * flow back was recorded too; other contacts teach nothing.
 */
void visibility_learn(struct visibility *v, const struct contact *c, size_t n);

/** Add what another one learned, of other contacts; neither is settled. */
void visibility_join(struct visibility *v, const struct visibility *from);

/** To be called once when all was learned, and before anything is weighed. */
void visibility_settle(struct visibility *v);

/** All that signs depend on of what was learned of an exporter, in two bits. */
uint32_t visibility_bits(const struct visibility *v, uint16_t exporter);

/** Exporters that seem to sample without saying so: there, a small flow is no sign of anything. */
size_t visibility_unsaid(const struct visibility *v);

/**
 * Share of answers that are recorded as a flow back, 0 to 1; negative when it cannot be known.
 * While it is low, a missing flow back says nothing: that is how the telemetry is, not the host.
 */
double visibility_of(const struct visibility *v, uint16_t exporter);

/** Contacts of all exporters that were answered for sure, and those with a flow back recorded. */
void visibility_total(const struct visibility *v, uint64_t *n_known, uint64_t *n_returned);

/** How the outcome of an opened contact would be told, whatever it was. */
enum telemetry telemetry_of(const struct contact *c, const struct visibility *v);

/** What a contact is a sign of. */
enum sign weigh(
	const struct contact *c, const struct visibility *v, const struct inventory *inventory);

/** Whether sampled answers to the network of a host are seen, so that many that are missing say something. */
bool visibility_returns(const struct visibility *v, const struct addr *host);

/** Whether clients of this UDP port reach many peers, alive or not, as their daily work. */
bool weigh_fans_out_daily(uint16_t port);

/**
 * Look at all contacts of one source and port together: many peers, none known to answer, each
 * sent the very same packet; or one after the other in order of their addresses. Then SIGN_UNKNOWN
 * becomes SIGN_SAME_SIZE or SIGN_SWEPT.
 */
void weigh_together(struct exhibit *x, size_t n);

/** Whether weigh_together has anything to say of a port. */
bool weighs_together(uint8_t proto, uint16_t port);
#endif
