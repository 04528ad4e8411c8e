// SPDX-License-Identifier: Apache-2.0
// How often first contacts of benign hosts fail here, by protocol and port.
#ifndef DETECT_RATES_H
#define DETECT_RATES_H
#include "model/finding.h"

struct rates;

struct rates *rates_new(void);
void rates_free(struct rates *r);

/** Learn from one source on one port, unless most of its contacts fail: then it is no example. */
void rates_learn(struct rates *r, const struct exhibit *x, size_t n);

/** Learn from one contact of a source that hardly ever fails. */
void rates_learn_one(struct rates *r, const struct contact *c, enum sign sign);

/** The learned share of failures, shrunk to 5 % while little is known, within 2 and 20 %. */
double rates_get(const struct rates *r, uint8_t proto, uint16_t port);
#endif
