// SPDX-License-Identifier: Apache-2.0
// Errors of the machine as values: one line of text that says what, where and why.
#include "base/err.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool err_sys(struct err *e, const char *subject, ...)
{
	va_list ap;
	e->code = errno;
	va_start(ap, subject);
	int n = vsnprintf(e->text, sizeof e->text, subject, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < sizeof e->text)
		snprintf(e->text + n, sizeof e->text - (size_t)n, ": %s", strerror(e->code));
	return false;
}

bool err_set(struct err *e, const char *text, ...)
{
	va_list ap;
	e->code = 0;
	va_start(ap, text);
	vsnprintf(e->text, sizeof e->text, text, ap);
	va_end(ap);
	return false;
}
