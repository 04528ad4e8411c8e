// SPDX-License-Identifier: Apache-2.0
// Any line is a finding or is counted; a plan of what was taken is a set, and is read as it was written.
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "contain/findings.h"

static void take(struct plan *plan, const char *text, size_t len, struct taken *t)
{
	struct taking how = { .n_ports = 1, .port = { { 6, true, 80 } }, .until_ms = 5000 };
	struct err e = {};
	while (len) {
		const char *end = memchr(text, '\n', len);
		size_t n = end ? (size_t)(end - text) : len;
		char *line = strndup(text, n);
		assert(line && findings_take(plan, &how, line, t, &e));
		free(line);
		n += end != NULL;
		text += n;
		len -= n;
	}
	plan_settle(plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct plan plan = {}, again = {};
	struct taken t = {}, u = {};
	char *text = NULL;
	size_t text_len;
	char a[HASH_TEXT_BYTES], b[HASH_TEXT_BYTES];
	if (len == 0)
		return 0;
	take(&plan, (const char *)data, len, &t);
	assert(t.n_malformed == 0 || t.malformed.text[0]);
	FILE *out = open_memstream(&text, &text_len);
	for (size_t i = 0; i < plan.n; i++)
		entry_write(&plan.entry[i], out);
	fclose(out);
	take(&again, text, text_len, &u);
	assert(u.n_malformed == 0 && again.n == plan.n);
	assert(!strcmp(plan_hash(&plan, a), plan_hash(&again, b)));
	plan_fini(&plan);
	plan_fini(&again);
	free(text);
	return 0;
}
