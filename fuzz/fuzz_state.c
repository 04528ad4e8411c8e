// SPDX-License-Identifier: Apache-2.0
// Any bytes are a state or an error with words; what was read of one is written as it was.
#include <assert.h>
#include <stdlib.h>

#include "base/hash.h"
#include "source/follow_state.h"

static volatile sig_atomic_t stop;

static bool take(void *ctx, const struct ledger_row *row, struct err *e)
{
	assert(row->n > 0 && row->n <= LEDGER_FIELDS_MAX && row->field[0].len > 0);
	return !follow_row_is(row) || follow_load(ctx, row, e);
}

static void check(struct str text)
{
	struct err e = {};
	struct follow_reader reader = { .stop = &stop };
	struct follow *f = follow_new(&reader);
	assert(f);
	if (ledger_parse(text, "f", take, f, &e)) {
		struct follow_iter it = { .follow = f };
		for (const struct follow_file *file; (file = follow_next(&it));)
			assert(file->path[0] && file->at.tail.n_bytes <= file->at.offset);
	} else {
		assert(e.text[0]);
	}
	follow_free(f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	check((struct str){ (const char *)data, len });
	// the same behind a checksum that fits, or no fuzzer would ever come further
	char *sealed = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&sealed, &n);
	assert(out);
	fputs("cordon state 1\n", out);
	fwrite(data, 1, len, out);
	fflush(out);
	fprintf(out, "end\t%016llx\n", (unsigned long long)hash_bytes(sealed, n, 0));
	fclose(out);
	check((struct str){ sealed, n });
	free(sealed);
	return 0;
}
