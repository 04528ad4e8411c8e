// SPDX-License-Identifier: Apache-2.0
// A template or a sampler as a body of bytes that somebody keeps over a restart, without having to understand it.
#ifndef DECODE_KEEPSAKE_H
#define DECODE_KEEPSAKE_H
#include "decode/export.h"

/**
 * Exporter (16 bytes), then little-endian domain (4), version (2), template (2), set (2), nothing (2);
 * then the template record as it came. Bodies that are alike up to KEEPSAKE_KEY_BYTES take each
 * other's place: the later one holds.
 */
enum { KEEPSAKE_KEY_BYTES = 24, KEEPSAKE_HEADER_BYTES = 28, KEEPSAKE_MAX = 4096 };

/** Write a body; returns its bytes, 0 when `size` or KEEPSAKE_MAX is too small for it. */
size_t keepsake_put(
	uint8_t *room, size_t size, const struct domain *d, uint16_t set, struct bytes record);

/** Teach a body to `templates`. Returns false when it is none, or no template of a known protocol. */
bool keepsake_restore(struct bytes body, struct templates *templates);

/**
 * A sampler: exporter (16), domain (4), version (2), nothing (2), number (8), which name it; then its
 * interval (4), little-endian.
 */
enum { KEEPSAKE_SAMPLER_KEY_BYTES = 32, KEEPSAKE_SAMPLER_BYTES = 36 };
void keepsake_put_sampler(uint8_t room[static KEEPSAKE_SAMPLER_BYTES], const struct sampler *s);

/** Teach a sampler to `templates`. Returns false when it is none. */
bool keepsake_restore_sampler(struct bytes body, struct templates *templates);
#endif
