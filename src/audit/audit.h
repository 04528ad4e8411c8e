// SPDX-License-Identifier: Apache-2.0
// Outputs of devices become facts; rules over facts become findings.
#ifndef AUDIT_AUDIT_H
#define AUDIT_AUDIT_H
#include "audit/fact.h"
#include "audit/output.h"
#include "audit/paper.h"
#include "base/err.h"

enum { AUDIT_NAME_BYTES = 96, AUDIT_DEVICES_MAX = 1 << 16, CHECK_BYTES = 160 };

/** The same device may be seen twice: before and after. */
enum epoch { EPOCH_NOW, EPOCH_BEFORE };

/** A stretch of a text: the output of one command, or what looks like it. */
struct answer {
	const struct output *output; // NULL: of a command that is not read
	struct str command;          // as typed, empty when nobody typed it
	uint32_t device, source;
	uint32_t
		kin; // the same in answers that are of one device beyond doubt, not by its name alone
	uint32_t line, last_line;
	uint32_t n_facts, n_unknown; // lines that were not understood
	uint32_t first_unknown;      // such a line
	uint32_t n_heads;            // lines of it that were understood
	bool has_echo;               // the command stands above it
	bool is_sure;                // whose it is is beyond doubt
	bool is_tech;                // show tech-support asked for it
	bool is_uncut;               // by no filter or argument
	bool is_part;                // of a command that tells no rows
	bool is_ended;               // by another command, or its own last line
	bool is_left;                // at the pager, before its end
	unsigned marks;              // of a configuration, CONFIG_*
	char check[CHECK_BYTES];     // which sum does not hold; empty when all do
	uint32_t check_line;
	bool is_summed, is_unchecked; // a sum had all its parts; another one lacks some
};

/** Marks of a configuration. ENDLESS: of a system that prints no `end`; CATOS: of lines that begin with set. */
enum {
	CONFIG_BEGIN = 1,
	CONFIG_VERSION = 2,
	CONFIG_HOSTNAME = 4,
	CONFIG_END = 8,
	CONFIG_ENDLESS = 16,
	CONFIG_CATOS = 32,
};

/** Whether the absence of something in it means that it is not there. */
bool answer_is_complete(const struct answer *w);

/** Whether all that a whole configuration lacks is a sign that it ends here. */
bool answer_lacks_end(const struct answer *w);

struct device {
	char name[AUDIT_NAME_BYTES];
	char label[AUDIT_NAME_BYTES]; // of the input it was first seen in
	uint32_t source;
	bool is_named; // by itself, not by its file
	bool is_split; // several of that name stand in its text
};

/** One input: its text is kept, for facts quote it. */
struct audit_source {
	char name[4 * AUDIT_NAME_BYTES];
	struct paper paper;
	enum epoch epoch;
	uint32_t n_joined, first_joined; // lines that a terminal broke, and where the first begins
};

struct audit {
	struct facts facts;
	struct answer *answer;
	size_t n_answers, cap_answers;
	struct device *device;
	size_t n_devices, cap_devices;
	struct audit_source *source;
	size_t n_sources, cap_sources;
	struct phrases *phrases;
	bool is_borrowing; // the phrases are another's
	uint32_t *order;   // facts by device and kind, of audit_index
	size_t *start;     // in it: device * N_FACT_KINDS + kind
	uint8_t *complete; // device * n_outputs + output: how much of that it showed
};

/** Returns NULL, with `e` filled, when there is no memory. Free with audit_free. */
struct audit *audit_new(struct err *e);
void audit_free(struct audit *a);

/** One that shares what does not change, for another thread; to be freed before `a` is. */
struct audit *audit_beside(const struct audit *a, struct err *e);

/** Put what `from` has read, and not derived yet, behind what `to` has, and leave nothing in `from` but
 * to free it. Returns false, with `e` filled and `to` as it was, when there is no room. */
bool audit_append(struct audit *to, struct audit *from, struct err *e);

/**
 * Read one text.
 *
 * name   of the input, for messages; copied
 * label  what a device is called that does not say its name
 *
 * Returns false, with `e` filled, when there is no memory.
 */
bool audit_read(struct audit *a, struct bytes raw, const char *name, const char *label,
	enum epoch epoch, struct err *e);

/** A platform and how many translations it stands. */
struct platform {
	const char *name;  // what `processor` or `platform` of show version begins with
	uint64_t nat_most; // where it melts; 0: nobody tells
};

/**
 * Derive what follows from several facts, and check sums; once, after all was read.
 *
 * platform  of the rules; the last of `n` stands for all others
 *
 * Returns false, with `e` filled, when there is no memory.
 */
bool audit_derive(struct audit *a, const struct platform *platform, size_t n, struct err *e);

/** Whether the configuration of a device lacks nothing but what shows that it ends there. */
bool audit_lacks_end(const struct audit *a, uint32_t device);

/** Whether a device showed all there is of a kind, now, in an output that tells these fields. */
bool audit_is_listed(const struct audit *a, uint32_t device, enum fact_kind kind,
	const enum fact_field *field, size_t n_fields);

/** Facts of a kind of a device, in the order they were read: indices of a->facts.fact. */
static inline const uint32_t *audit_facts(
	const struct audit *a, uint32_t device, enum fact_kind kind, size_t *n)
{
	size_t i = (size_t)device * N_FACT_KINDS + kind;
	*n = a->start[i + 1] - a->start[i];
	return a->order + a->start[i];
}

static inline const struct answer *audit_answer(const struct audit *a, const struct fact *x)
{
	return &a->answer[x->answer];
}
#endif
