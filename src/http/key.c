// SPDX-License-Identifier: Apache-2.0
// Two spellings of one key are one key: what is compared is what stands between the quotes.
#include "http/key.h"

#include <string.h>

/* What stands between quotes, from behind the first one; only a quote and a backslash are escaped. */
static bool take_quoted(const char *p, char *out, size_t *n)
{
	for (; *p != '"'; p++) {
		if (*p == '\\' && *++p != '"' && *p != '\\')
			return false;
		if (*p < ' ' || *p > '~' || *n == HTTP_KEY_MAX)
			return false;
		out[(*n)++] = *p;
	}
	return p[1] == '\0';
}

static bool take_bare(const char *p, char *out, size_t *n)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789!#$%&'*+-.^_`|~:/";
	*n = strspn(p, letters);
	if (*n > HTTP_KEY_MAX || p[*n])
		return false;
	memcpy(out, p, *n);
	return true;
}

bool key_parse(const char *header, char room[static HTTP_KEY_BYTES])
{
	char key[HTTP_KEY_BYTES];
	size_t n = 0;
	bool ok = *header == '"' ? take_quoted(header + 1, key, &n) : take_bare(header, key, &n);
	if (!ok || n == 0)
		return false;
	memcpy(room, key, n);
	room[n] = '\0';
	return true;
}
