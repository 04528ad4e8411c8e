// SPDX-License-Identifier: Apache-2.0
// Patterns of what devices print: literal words with typed cells between them. Matched against the
// running text, not line by line, so that wrapped lines and tables on one line fit as well.
#ifndef AUDIT_PATTERN_H
#define AUDIT_PATTERN_H
#include "audit/fact.h"

/*
 * The language, for the tables of outputs:
 *
 *   word          itself, without regard to case
 *   a space       space, or the end of a line; `_` stands for space within the line
 *   {field:cell}  a cell, kept as that field; {:cell} is not kept
 *   $             the end of a line
 *   [ ... ]       may be there; within, the same
 *   \\x           the letter x itself
 *
 * What each cell takes is the table CELLS.
 */
#define CELLS(CELL) \
	CELL('n', span_number)   /* digits; 1,234 and 45K too */ \
	CELL('d', span_digits)   /* digits, whatever follows */ \
	CELL('c', span_centi)    /* a number with hundredths */ \
	CELL('a', span_address)  /* an IPv4 address */ \
	CELL('p', span_prefix)   /* the same with or without /length */ \
	CELL('y', span_masked)   /* an address and its mask, two words */ \
	CELL('w', span_plain)    /* a word up to space, comma or semicolon */ \
	CELL('v', span_braced)   /* a word up to a closing brace */ \
	CELL('W', span_any)      /* a word up to space */ \
	CELL('k', span_capitals) /* SYS, DUPLEX_MISMATCH */ \
	CELL('t', span_time)     /* 03:44:53, 1d02h, never */ \
	CELL('i', span_interface) \
	CELL('f', span_apart)  /* an interface, its number perhaps apart: Gig 0/1 */ \
	CELL('j', span_slot)   /* of CatOS: 5/12 */ \
	CELL('u', span_marks)  /* #, * and + */ \
	CELL('h', span_shares) /* .000 .554 .042 and so on */ \
	CELL('m', span_mac) \
	CELL('x', span_hex) \
	CELL('q', span_code)     /* of a routing table: S*, O E2 */ \
	CELL('o', span_protocol) /* of a translation: tcp, gre, --- */ \
	CELL('e', span_endpoint) /* 10.1.1.1:80, --- */ \
	CELL('s', span_status)   /* of a port: connected, notconnect */ \
	CELL('g', span_duplex)   /* full, a-half */ \
	CELL('r', span_line)     /* the rest of the line */ \
	CELL('z', span_row)      /* the same; of tables on one line, up to the next row */

/*
 * One more cell, `l`: as few words of the line as let the rest fit, perhaps none; it takes the space
 * behind it.
 */
struct pattern;

enum { PATTERN_OPS_MAX = 96 };

enum op_sort { OP_LITERAL, OP_SPACE, OP_GAP, OP_END, OP_CELL, OP_OPEN, OP_CLOSE };

struct pattern_op {
	enum op_sort sort;
	char cell;
	int16_t field; // OP_CELL: of fact_fields, -1 when it is not kept
	uint16_t to;   // OP_OPEN: index behind its OP_CLOSE
	struct str literal;
};

struct pattern {
	struct pattern_op op[PATTERN_OPS_MAX];
	unsigned n;
};

/** What a pattern caught: of each field of its kind, the text; ptr NULL when it is not there. */
struct caught {
	struct str field[FACT_FIELDS_MAX];
	size_t end; // offset behind the match
};

/** Compile; a mistake in a table is a mistake of ours, and asserted. */
void pattern_compile(struct pattern *p, const char *words, enum fact_kind kind);

/** Match at an offset, nowhere else. */
bool pattern_match(const struct pattern *p, struct str text, size_t at, struct caught *out);

/** Whether the first byte of a match can be this one. */
bool pattern_begins(const struct pattern *p, unsigned char c);
#endif
