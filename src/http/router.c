// SPDX-License-Identifier: Apache-2.0
// Part by part against each row; there are few rows, and a path has few parts.
#include "http/router.h"

#include <stdio.h>

static bool matches(const char *path, const struct http_target *t,
	const char *capture[static HTTP_CAPTURES_MAX])
{
	size_t n_captures = 0, i = 0;
	for (const char *p = path; *p == '/' && p[1]; i++) {
		size_t len = strcspn(++p, "/");
		if (i == t->n_segments)
			return false;
		const char *part = t->segment[i];
		if (*p == '{' && n_captures < HTTP_CAPTURES_MAX)
			capture[n_captures++] = part;
		else if (strlen(part) != len || memcmp(part, p, len))
			return false;
		p += len;
	}
	return i == t->n_segments;
}

enum route_found route_find(const struct route *route, size_t n, const char *method,
	const struct http_target *target, const struct route **out,
	const char *capture[static HTTP_CAPTURES_MAX], char allow[static ALLOW_TEXT_BYTES])
{
	const char *wanted = strcmp(method, "HEAD") ? method : "GET";
	size_t len = 0;
	allow[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		if (!matches(route[i].path, target, capture))
			continue;
		if (!strcmp(route[i].method, wanted)) {
			*out = &route[i];
			return ROUTE_FOUND;
		}
		if (len < ALLOW_TEXT_BYTES)
			len += (size_t)snprintf(allow + len, ALLOW_TEXT_BYTES - len, "%s%s%s",
				len ? ", " : "", route[i].method,
				strcmp(route[i].method, "GET") ? "" : ", HEAD");
	}
	return *allow ? ROUTE_NO_METHOD : ROUTE_NO_PATH;
}
