// SPDX-License-Identifier: Apache-2.0
// The ways in which an audit can be told.
#ifndef OUTPUT_AUDIT_H
#define OUTPUT_AUDIT_H
#include <stdio.h>

#include "model/symptom.h"

/** For people: each symptom with its proof, then what could not be told, then what was read. */
void audit_text(const struct audit_report *r, FILE *out, bool colour);

/** NDJSON: an object a symptom, a question and a passage, then a summary; cordon-audit(1). */
void audit_json(const struct audit_report *r, FILE *out);

/** One SARIF 2.1.0 log (OASIS), a result a symptom, for tools that check code and configurations. */
void audit_sarif(const struct audit_report *r, const char *version, FILE *out);

/** One page that needs nothing else: no script, nothing loaded. */
void audit_html(const struct audit_report *r, FILE *out);
#endif
