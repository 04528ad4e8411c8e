// SPDX-License-Identifier: Apache-2.0
// What devices print, one entry a command and its kin: how it is asked for, and what its lines say.
#ifndef AUDIT_OUTPUT_H
#define AUDIT_OUTPUT_H
#include "audit/fact.h"

/** A phrase that says nothing we keep, but shows that its line was understood. */
enum { FACT_NONE = N_FACT_KINDS };

/*
 * MORE: belongs to the last fact of its kind, unless that has said this already. WEAK: counts only
 * within its output. LINE: stands at the begin of a line only. FREE: belongs to no output, such as a
 * message of the log in the midst of a table.
 */
enum phrase_is { PHRASE_MORE = 1, PHRASE_WEAK = 2, PHRASE_LINE = 4, PHRASE_FREE = 8 };

struct phrase {
	unsigned kind; // enum fact_kind or FACT_NONE
	unsigned is;
	const char *words; // audit/pattern.h
	struct {
		enum fact_field field;
		const char *word;
	} say[2]; // what is said by the phrase itself; word NULL ends it
};

enum { COMMANDS_MAX = 12, PARTS_MAX = 4 };

struct output {
	const char *name;                  // the usual command
	const char *command[COMMANDS_MAX]; // whose output it is, whole
	const char *part
		[PARTS_MAX]; // those that tell no rows, such as totals: no list is whole by them
	const struct phrase *phrase;
	size_t n_phrases;
	bool is_list;      // a line that is not understood may be a row of it
	bool may_be_empty; // a prompt right below its command is all of it
	bool needs_sum;    // it is whole only when a sum of its rows was seen, and holds
};

#define NEW(k, text, ...) \
	{ \
		.kind = FACT_##k, .words = (text), __VA_ARGS__ \
	}
#define MORE(k, text, ...) \
	{ \
		.kind = FACT_##k, .is = PHRASE_MORE, .words = (text), __VA_ARGS__ \
	}
#define ROW(k, text, ...) \
	{ \
		.kind = FACT_##k, .is = PHRASE_WEAK, .words = (text), __VA_ARGS__ \
	}
#define HEAD(text) \
	{ \
		.kind = FACT_NONE, .words = (text) \
	}
#define NOISE(text) \
	{ \
		.kind = FACT_NONE, .is = PHRASE_WEAK, .words = (text) \
	}
#define SAY(f, w) .say = { { f, w } }
#define SAY2(f, w, g, v) .say = { { f, w }, { g, v } }

extern const struct output cpu_output, platform_output, memory_output, pool_output,
	allocator_output, log_output, cache_output, cef_output, prefix_output, adjacency_output,
	arp_output, route_output, nat_output, nat_statistics_output, align_output, interface_output,
	ip_interface_output, status_output, flow_output, accounting_output, mls_output,
	version_output, config_output, debug_output, neighbor_output;

extern const struct output *const outputs[];
extern const size_t n_outputs;

/** The output of a command as it was typed, abbreviated or not; NULL when it is none of ours.
 * `is_whole`: nothing cuts it, such as a filter or one address. `n_used`: bytes of the command. */
const struct output *output_of(struct str command, bool *is_whole, size_t *n_used);

/** Whether an output does not tell a field that another one tells. One that none tells is derived, and as good here as anywhere. */
bool output_lacks(const struct output *o, enum fact_field field);

/** Whether a command that asks for an output, without its arguments, is one that tells no rows of it. */
bool output_is_part(const struct output *o, struct str command);
#endif
