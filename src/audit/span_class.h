// SPDX-License-Identifier: Apache-2.0
// Classes of bytes, for the files that measure cells.
#ifndef AUDIT_SPAN_CLASS_H
#define AUDIT_SPAN_CLASS_H
#include <ctype.h>
#include <stdint.h>
#include <strings.h>

#include "audit/span.h"

/** A set is a sum of classes. */
enum {
	DIGIT = 1,
	DOT = 2,
	COLON = 4,
	DASH = 8,
	SLASH = 16,
	HEX = 32,     // its letters
	CAPITAL = 64, // letters, and _
	TIME = 128,   // letters of 1d02h, and :
	SPACE = 256,
	COMMA = 512,
	SEMICOLON = 1024,
	BRACE = 2048, // that closes
};

extern const uint16_t byte_classes[256];

static inline bool is_in(char c, unsigned set)
{
	return byte_classes[(unsigned char)c] & set;
}

static inline bool is_space(char c)
{
	return c == ' ' || c == '\n';
}

static inline bool is_digit_at(struct str text, size_t at)
{
	return at < text.len && isdigit((unsigned char)text.ptr[at]);
}

static inline bool is_letter_at(struct str text, size_t at)
{
	return at < text.len && isalnum((unsigned char)text.ptr[at]);
}

static inline size_t span_set(struct str text, size_t at, unsigned set)
{
	size_t n = 0;
	while (at + n < text.len && is_in(text.ptr[at + n], set))
		n++;
	return n;
}

static inline bool is_one_of(struct str word, const char *const *known, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (word.len == strlen(known[i]) && !strncasecmp(word.ptr, known[i], word.len))
			return true;
	return false;
}

/** A word, up to space or a byte of `stop`. */
static inline size_t span_word(struct str text, size_t at, unsigned stop)
{
	size_t begin = at;
	while (at < text.len && !is_space(text.ptr[at]) && !is_in(text.ptr[at], stop))
		at++;
	return at - begin;
}

static inline size_t span_digits(struct str text, size_t at)
{
	size_t n = 0;
	while (at + n < text.len && text.ptr[at + n] >= '0' && text.ptr[at + n] <= '9')
		n++;
	return n;
}

/** The cells that are names; the others stand in span.c. */
span_fn span_interface, span_apart, span_slot, span_marks, span_shares, span_hex, span_mac,
	span_code, span_protocol, span_endpoint, span_status, span_duplex;
#endif
