// SPDX-License-Identifier: Apache-2.0
// The books of one run: counters from the tables in the header, first places, bounded notes.
#include "model/trouble.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/bytes.h"

static const struct {
	const char *metric, *text, *source;
} faults[N_FAULTS] = { [FAULT_NONE] = { "none", "is well formed", "" },
#define AS_ROW(name, metric, text, source) [FAULT_##name] = { metric, text, source },
	FAULTS(AS_ROW)
#undef AS_ROW
};

#define AS_NAME(name, key) [KIND_##name] = key,
static const char *const kinds[N_KINDS] = { KINDS(AS_NAME) };
#undef AS_NAME

void fault_put(struct trouble *t, enum fault f, place at, uint64_t offset)
{
	assert(f < N_FAULTS);
	if (f == FAULT_NONE)
		return;
	if (t->fault[f].n++ == 0) {
		t->fault[f].first = at;
		t->fault[f].offset = offset;
	}
}

void note_put(struct trouble *t, place at, const char *text, ...)
{
	if (t->n_notes == NOTES_MAX) {
		t->n_notes_lost++;
		return;
	}
	struct note *n = &t->note[t->n_notes++];
	va_list ap;
	va_start(ap, text);
	n->at = at;
	vsnprintf(n->text, sizeof n->text, text, ap);
	va_end(ap);
}

const char *fault_metric(enum fault f)
{
	assert(f < N_FAULTS);
	return faults[f].metric;
}

const char *fault_text(enum fault f)
{
	assert(f < N_FAULTS);
	return faults[f].text;
}

const char *fault_source(enum fault f)
{
	assert(f < N_FAULTS);
	return faults[f].source;
}

const char *kind_name(enum kind k)
{
	assert(k < N_KINDS);
	return kinds[k];
}
