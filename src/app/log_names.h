// SPDX-License-Identifier: Apache-2.0
// Numbers for the files that lines of evidence stand in, as places have only 16 bits for that.
#ifndef APP_LOG_NAMES_H
#define APP_LOG_NAMES_H
#include "detect/attack_parcel.h"

enum { LOG_NAMES_MAX = 65535 };

/** All zero is empty. */
struct log_names {
	struct log_name {
		uint64_t generation; // 0: the number is free
		char *path;
	} * name;                      // by number
	uint32_t *slot;                // number plus one, by hash of the generation; 0: free
	size_t n_slots, room, n, next; // next: the number to try first
};

void log_names_free(struct log_names *n);

/**
 * The number of a generation, given when it has none. Returns false when there are LOG_NAMES_MAX of
 * them, or no memory: sweep, and ask again.
 */
bool log_names_put(struct log_names *n, const struct attack_source *s, uint16_t *number);

/** What a number stands for; false: nothing. */
bool log_names_get(const struct log_names *n, uint16_t number, struct attack_source *out);

/** Give numbers up, but those that are used; `is_used` has LOG_NAMES_MAX of them. */
void log_names_sweep(struct log_names *n, const bool *is_used);
#endif
