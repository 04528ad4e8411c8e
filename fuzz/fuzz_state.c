// SPDX-License-Identifier: Apache-2.0
// Any bytes are a state or an error with words; what was read of one is written as it was.
#include <assert.h>
#include <stdlib.h>

#include "base/hash.h"
#include "detect/attack_save.h"
#include "source/follow_state.h"

static volatile sig_atomic_t stop;

struct read {
	struct follow *follow;
	struct attack_loader loader;
};

static bool any_source(void *ctx, uint64_t saved, uint16_t *now)
{
	(void)ctx;
	*now = (uint16_t)saved;
	return saved != 9;
}

static bool take(void *ctx, const struct ledger_row *row, struct err *e)
{
	struct read *r = ctx;
	assert(row->n > 0 && row->n <= LEDGER_FIELDS_MAX && row->field[0].len > 0);
	if (follow_row_is(row))
		return follow_load(r->follow, row, e);
	return !attack_row_is(row) || attack_load(&r->loader, row, e);
}

/* What was read can be judged, and written. */
static void use(struct attacks *a)
{
	struct findings findings = {};
	struct ledger l;
	struct err e;
	assert(attacks_into(a, 0, &findings));
	findings_free(&findings);
	if (!ledger_open(&l, "/dev/null/x", &e))
		return;
	attacks_save(a, &l);
	assert(!ledger_close(&l, &e));
}

static void check(const struct signatures *signatures, struct str text)
{
	struct err e = {};
	struct follow_reader reader = { .stop = &stop };
	struct attacks *attacks = attacks_new(signatures, NULL, 64, 1);
	struct read r = { .follow = follow_new(&reader),
		.loader = { .attacks = attacks, .source = any_source } };
	assert(r.follow && attacks);
	if (ledger_parse(text, "f", take, &r, &e)) {
		struct follow_iter it = { .follow = r.follow };
		for (const struct follow_file *file; (file = follow_next(&it));)
			assert(file->path[0] && file->at.tail.n_bytes <= file->at.offset);
		use(attacks);
	} else {
		assert(e.text[0]);
	}
	follow_free(r.follow);
	attacks_free(attacks);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct signatures *signatures; // read once: that takes longer than all the rest
	struct err e;
	if (!signatures)
		signatures = signatures_new(&e);
	assert(signatures);
	check(signatures, (struct str){ (const char *)data, len });
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
	check(signatures, (struct str){ sealed, n });
	free(sealed);
	return 0;
}
