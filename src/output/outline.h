// SPDX-License-Identifier: Apache-2.0
// Outlines: what a webhook is posted where no template fits, as its operator wrote it. JSON with places, {{host}}, that are
// filled in for each notice. Whatever stands in a notice, the result is JSON of the same shape.
#ifndef OUTPUT_OUTLINE_H
#define OUTPUT_OUTLINE_H
#include <stdio.h>

#include "base/bytes.h"
#include "base/err.h"
#include "model/alert_target.h"
#include "model/notice.h"

enum { OUTLINE_BYTES_MAX = 16 << 10, OUTLINE_PLACES_MAX = 64 };

struct outline;

/**
 * Read an outline: UTF-8, one value of JSON of at most OUTLINE_BYTES_MAX, with OUTLINE_PLACES_MAX places.
 *
 * text  not kept; `name` stands for the file in messages
 *
 * Returns NULL with `e` saying NAME:LINE:COL and what is wrong there; free with outline_free.
 */
struct outline *outline_parse(struct str text, const char *name, struct err *e);

/** As outline_parse, of a file. */
struct outline *outline_load(const char *path, struct err *e);

/** Free an outline; NULL is fine. */
void outline_free(struct outline *o);

/**
 * Write it, filled in. Inside a text a place becomes text, escaped, and nothing where the notice has no such thing;
 * elsewhere a value: text, number or null. Returns false when there is no memory.
 *
 * format  of the place {{alert}}, the whole notice: JSON, ECS or OCSF
 */
bool outline_write(const struct outline *o, const struct notice *n, enum alert_format format,
	const char *version, FILE *out);
#endif
