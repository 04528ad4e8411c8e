// SPDX-License-Identifier: Apache-2.0
// Cells of a row: what a single word must look like, and the value it stands for.
#ifndef DECODE_TEXT_CELL_H
#define DECODE_TEXT_CELL_H
#include "decode/text_token.h"

/** CELL(name, function that judges, whether a match says much about what the row is) */
#define CELLS(CELL) \
	CELL(WORD, is_any, false) \
	CELL(VRF, is_number, false) /* one or two words: "0", "0 (DEFAULT)" */ \
	CELL(APP, is_any, false)    /* one or two words: "port http" */ \
	CELL(INTERFACE, is_interface, false) \
	CELL(STAR, is_star, true) \
	CELL(ADDR4, is_addr4, true) \
	CELL(ADDR6, is_addr6, true) \
	CELL(ADDR, is_addr, true) \
	CELL(SOURCE, is_source, true) /* an address, or "-" */ \
	CELL(HEX2, is_hex2, true) \
	CELL(HEX4, is_hex4, true) \
	CELL(HEX, is_0x, true)      /* 0x1f */ \
	CELL(COUNT, is_count, true) /* 45, 45K */ \
	CELL(NUMBER, is_number, true) \
	CELL(NUMBER_DASH, is_number_dash, true) \
	CELL(U16, is_u16, true) \
	CELL(U8, is_u8, true) \
	CELL(FLAGS, is_flags, true) \
	CELL(LENGTH, is_length, true)   /* /24 */ \
	CELL(DECIMAL, is_decimal, true) /* 12.5, 12 */ \
	CELL(MAC, is_mac, true) \
	CELL(PROTO, is_proto, true) /* number or name */ \
	CELL(PORT, is_port, true)   /* number, name or "-" */ \
	CELL(ENCAPSULATION, is_encapsulation, false) \
	CELL(SLOT, is_slot, true)   /* 5/8 */ \
	CELL(CLOCK, is_clock, true) /* 09:01:19, 09:01:19.250 */

enum cell {
#define AS_CELL(name, fits, strong) CELL_##name,
	CELLS(AS_CELL)
#undef AS_CELL
		N_CELLS
};

bool cell_fits(enum cell cell, const struct token *t);

/** Whether prose would hardly fit this cell: damaged rows are told by their strong cells. */
bool cell_is_strong(enum cell cell);

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
