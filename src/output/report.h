// SPDX-License-Identifier: Apache-2.0
// The ways in which a run can be told.
#ifndef OUTPUT_REPORT_H
#define OUTPUT_REPORT_H
#include <stdio.h>

#include "model/report.h"

/** One object a finding, then a summary: NDJSON, a contract described in cordon-detect(1). */
void report_json(const struct report *r, FILE *out);

/** The object of one finding; and what follows all of them, for who tells findings one by one. */
void report_json_finding(const struct report *r, size_t i, FILE *out);
void report_json_summary(const struct report *r, FILE *out);

/** One finding as one line, that became known at `now_ms`. */
void report_line(const struct finding *f, uint64_t now_ms, FILE *out, bool colour);

/** A header line and a line a finding (RFC 4180). */
void report_csv(const struct report *r, FILE *out);

/** The ranked table; colour only when asked. */
void report_table(const struct report *r, FILE *out, bool colour);

/**
 * Everything about one host: each row of evidence with its place and weight, and what would clear it.
 *
 * Returns false when there is no finding of that host; then nothing is written.
 */
bool report_explain(const struct report *r, const struct addr *host, FILE *out);

/** What the input could have shown, and what not; `r` has a power. */
void report_power(const struct report *r, FILE *out);

/** The same as one line of NDJSON; report_json_summary calls it. */
void report_power_json(const struct report *r, FILE *out);

/** What was wrong with the input and what is worth knowing about it, a line each; to stderr. */
void report_trouble(const struct report *r, FILE *out);
#endif
