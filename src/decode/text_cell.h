// SPDX-License-Identifier: Apache-2.0
// Cells of a row: what a single word must look like, and the value it stands for.
#ifndef DECODE_TEXT_CELL_H
#define DECODE_TEXT_CELL_H
#include "decode/text_token.h"

/** CELL(name, function that judges, what a match says: most prose fits, most numbers fit, few) */
#define CELLS(CELL) \
	CELL(WORD, is_any, ANY) \
	CELL(VRF, is_number, ANY) /* one or two words: "0", "0 (DEFAULT)" */ \
	CELL(APP, is_any, ANY)    /* one or two words: "port http" */ \
	CELL(INTERFACE, is_interface, ANY) \
	CELL(STAR, is_star, NUMBERS) \
	CELL(ADDR4, is_addr4, FEW) \
	CELL(ADDR6, is_addr6, FEW) \
	CELL(ADDR, is_addr, FEW) \
	CELL(SOURCE, is_source, FEW) /* an address, or "-" */ \
	CELL(HEX2, is_hex2, NUMBERS) \
	CELL(HEX4, is_hex4, NUMBERS) \
	CELL(HEX, is_0x, FEW)          /* 0x1f */ \
	CELL(COUNT, is_count, NUMBERS) /* 45, 45K */ \
	CELL(NUMBER, is_number, NUMBERS) \
	CELL(NUMBER_DASH, is_number_dash, NUMBERS) \
	CELL(U16, is_u16, NUMBERS) \
	CELL(U8, is_u8, NUMBERS) \
	CELL(FLAGS, is_flags, NUMBERS) \
	CELL(LENGTH, is_length, FEW)       /* /24 */ \
	CELL(DECIMAL, is_decimal, NUMBERS) /* 12.5, 12 */ \
	CELL(MAC, is_mac, FEW) \
	CELL(PROTO, is_proto, NUMBERS) /* number or name */ \
	CELL(PORT, is_port, NUMBERS)   /* number, name or "-" */ \
	CELL(ENCAPSULATION, is_encapsulation, ANY) \
	CELL(SLOT, is_slot, FEW)   /* 5/8 */ \
	CELL(CLOCK, is_clock, FEW) /* 09:01:19, 09:01:19.250 */

enum telling { ANY, NUMBERS, FEW };

enum cell {
#define AS_CELL(name, fits, strong) CELL_##name,
	CELLS(AS_CELL)
#undef AS_CELL
		N_CELLS
};

bool cell_fits(enum cell cell, const struct token *t);

/** How a row that does not fit as a whole fits cell by cell. All zero is the beginning. */
struct likeness {
	unsigned n, n_fit, n_few;
};

/** Count a cell and its word, NULL when there is none. */
void likeness_add(struct likeness *l, enum cell cell, const struct token *t);

/** Whether it is a damaged row: most cells that prose does not fit are right, and one tells much. */
static inline bool likeness_is_row(const struct likeness *l)
{
	return l->n_fit * 2 > l->n && l->n_few;
}

/** How many words the cell takes of the `n` at `t`: 1 or 2. Needs 2 to be sure, 1 at the end. */
size_t cell_width(enum cell cell, const struct token *t, size_t n);

uint64_t token_hex(const struct token *t);   // "0x1f", "1F"; 0 when it is no such number
uint64_t token_count(const struct token *t); // "45K": 45000; the largest number when too large

/** Number of a protocol, 0 to 255, given as number or IOS name ("tcp", "TCP*"); else -1. */
int proto_parse(struct str text);

/** Number of a port, given as number or IOS name ("www"); "-" is 0; else -1. */
int port_parse(struct str text);

/** Milliseconds since midnight of "22:04:52.000"; false when it is no time of day. */
bool clock_parse(struct str text, uint32_t *ms);
#endif
