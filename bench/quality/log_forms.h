// SPDX-License-Identifier: Apache-2.0
// What worms ask for, and how servers write it down.
#ifndef QUALITY_LOG_FORMS_H
#define QUALITY_LOG_FORMS_H
#include <stdio.h>

#include "model/signature.h"

#define LOG_ATTACKER "198.18.7.66"

enum { LOG_WORMS = 5, LOG_FORMS = 9 };

struct request_text {
	const char *path, *query; // NULL: the log has none
};

/** A worm, and what has to be said of who sent its requests. */
struct log_worm {
	const char *id; // of the signature
	unsigned stage;
	enum verdict verdict;
	const struct request_text *request;
	size_t n;
};

/** A line from so many seconds after noon; `q` is "?" before a query, else both are empty. */
typedef void write_fn(FILE *out, unsigned s, const char *path, const char *q, const char *query);

struct log_form {
	const char *name, *head;
	write_fn *write;
};

extern const struct log_worm log_worms[LOG_WORMS];
extern const struct log_form log_forms[LOG_FORMS];
#endif
