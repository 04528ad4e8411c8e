// SPDX-License-Identifier: Apache-2.0
// Any line is an approval, with all that it cannot do without, or an error with words.
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "contain/approval.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct approval a;
	struct err e = {};
	char *line = malloc(len + 1);
	if (!line)
		return 0;
	memcpy(line, data, len);
	line[len] = '\0';
	if (approval_parse(line, &a, &e)) {
		assert(a.term[TERM_TARGET] && a.term[TERM_PLAN] && a.term[TERM_FILTER]);
		assert(a.at_ms && a.until_ms && (!a.renew_until_ms || a.each_ms));
		approval_fini(&a);
	} else {
		assert(e.text[0]);
	}
	free(line);
	return 0;
}
