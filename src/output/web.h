// SPDX-License-Identifier: Apache-2.0
// Evidence from logs of web servers, for the outputs that show it.
#ifndef OUTPUT_WEB_H
#define OUTPUT_WEB_H
#include "model/attack.h"
#include "model/report.h"
#include "output/json.h"

/** The key `web` with an array of all attacks of a finding; empty when there are none. */
void web_json(struct json *j, const struct report *r, const struct finding *f);

/** Each attack of a finding: what it means, what to do, and its lines with place and byte. */
void web_explain(const struct report *r, const struct finding *f, FILE *out);
#endif
