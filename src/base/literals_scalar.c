// SPDX-License-Identifier: Apache-2.0
// The search for literals without vectors: a table by byte for each place of the window.
#include "base/literals_path.h"

static bool is_there(void)
{
	return true;
}

static size_t scan(const struct literals_window *w, const uint8_t *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (w->whole[0][text[i]] & w->whole[1][text[i + 1]] & w->whole[2][text[i + 2]] &
			w->whole[3][text[i + 3]])
			return i;
	return n;
}

const struct literals_path literals_scalar = {
	.name = "scalar",
	.is_there = is_there,
	.scan = scan,
};
