// SPDX-License-Identifier: Apache-2.0
// What was told of each host, so that only what is new, or worse, is told again.
#ifndef APP_TOLD_H
#define APP_TOLD_H
#include "base/ledger.h"
#include "model/finding.h"

struct told;

/** Nothing was told yet. NULL when there is no memory. Free with told_free; NULL is fine. */
struct told *told_new(void);
void told_free(struct told *t);

/** Whether a finding says more than what was told: a class, a port or a signature, or a worse class. */
bool told_is_news(const struct told *t, const struct finding *f);

/** It is told. Returns false when there is no memory to know that. */
bool told_put(struct told *t, const struct finding *f);

/** Hosts of which something was told. */
size_t told_hosts(const struct told *t);

/** Write a row for each, and read them back; told_load says false, with the reason, to a bad one. */
void told_save(const struct told *t, struct ledger *l);
bool told_row_is(const struct ledger_row *row);
bool told_load(struct told *t, const struct ledger_row *row, struct err *e);
#endif
