// SPDX-License-Identifier: Apache-2.0
// How far each file was read, as rows of a state.
#ifndef SOURCE_FOLLOW_STATE_H
#define SOURCE_FOLLOW_STATE_H
#include "base/ledger.h"
#include "source/follow.h"

/** Write the row of one file. */
void follow_save_file(const struct follow_file *file, struct ledger *l);

/** Write a row for each file. */
void follow_save(const struct follow *f, struct ledger *l);

/** Whether a row is of a file that was followed. */
bool follow_row_is(const struct ledger_row *row);

/** Go on where such a row says, see follow_resume. Returns false, with the reason, when it is bad. */
bool follow_load(struct follow *f, const struct ledger_row *row, struct err *e);
#endif
