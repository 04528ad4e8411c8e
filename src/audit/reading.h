// SPDX-License-Identifier: Apache-2.0
// A text on its way: a cursor, the answer it stands in, and what is shared by those who move it.
#ifndef AUDIT_READING_H
#define AUDIT_READING_H
#include "audit/audit.h"
#include "audit/phrases.h"

enum { NO_ANSWER = -1 };

struct reading {
	struct audit *a;
	uint32_t source, device;
	const char *label; // of the source
	struct str text;
	size_t at;
	uint32_t line;              // that holds `at`
	size_t line_begin;          // its first byte that is no space
	int64_t answer;             // being read, or NO_ANSWER
	uint32_t first_answer;      // of this text
	uint32_t missed_line;       // last one counted as not understood
	bool has_prompts;           // so far
	bool is_tech;               // headings belong to whom show tech-support was asked
	bool after_config;          // a prompt of the configuration stands before `at`
	int64_t last[N_FACT_KINDS]; // fact of each kind in this answer, -1
	int64_t port;               // section of the configuration that is open, -1
	bool port_is_indented, port_is_fresh;
};

/** The answer being read; NULL between answers. */
struct answer *answer_now(const struct reading *r);
const struct output *output_now(const struct reading *r);

/** Begin an answer at the cursor, after the one before is closed; false without memory. */
bool answer_open(struct reading *r, const struct output *output);

/** Close the answer; `is_ended`: something shows that it is whole. */
void answer_close(struct reading *r, bool is_ended);

/** Close the section of the configuration that is open; `by_line`: another line begins. */
void port_close(struct reading *r, bool by_line);

/** Make a device of this text the current one, new or known; "Router" is no name. False without memory. */
bool device_get(struct reading *r, struct str name, bool is_named);
bool host_is_generic(struct str host);

/** Move on to an offset, counting lines. */
void step_lines(struct reading *r, size_t to);
size_t word_length(const struct reading *r, size_t at);
size_t line_end(const struct reading *r, size_t at);
struct str line_here(const struct reading *r);
bool line_starts(struct str line, const char *with);

/**
 * Over the time before a message in the midst of something, for it is no row of that: 000123: *Mar  1 00:12:33.123:
 * %LINK-3-UPDOWN, Dec  2 12:09:23 JST: %SYS-5-CONFIG_I, 1d02h: %SYS-5-CONFIG_I.
 */
void skip_log_time(struct reading *r);

/**
 * Join the line at the cursor with the next ones where it was broken within a word, at the last column of a terminal.
 *
 * spot     what is looked for at the cursor
 * read_to  how far that can be read without
 *
 * Returns whether it did: then the same spot is to be looked at again. Lines keep their numbers, and are counted.
 */
bool mend_line(struct reading *r, const struct spot *spot, size_t read_to);

/** Whether what is read from the cursor up to `end` goes over such a break: what stands there may be halves of words. */
bool is_torn(const struct reading *r, size_t end);

/** A command at the cursor: closes what is open, opens its answer, moves to where that begins. */
bool take_command(struct reading *r);

/** The begin of a line of a configuration: its marks and sections. May close the answer. */
void look_at_config_line(struct reading *r);

/** Whether a configuration begins here that no command announces: an archive, or a paste. */
bool begins_config(const struct reading *r);

/** Whether another one begins within the one that is being read, which has no end. */
bool begins_another_config(const struct reading *r);

/** Over the lines of a banner, to the letter that ends it. */
void skip_banner(struct reading *r);
#endif
