// SPDX-License-Identifier: Apache-2.0
// Goals D10 and D11: requests of worms in every form of log, and what access lists turned away.
#ifndef QUALITY_LOGS_H
#define QUALITY_LOGS_H
#include <stddef.h>
#include <stdint.h>

struct logs {
	size_t n_lines, n_found;    // that hold a request of a worm; that were counted as one
	size_t n_hosts, n_right;    // attackers; named with worm, variant, stage and their address
	uint64_t n_benign, n_false; // lines; hosts that were accused by them
	size_t n_denied, n_denied_named;       // hosts that access lists turned away
	const char *public_lines, *public_acl; // what public samples showed; NULL: absent
	char text[160];                        // of the latter
};

/** Write logs, read them as `cordon detect` does, and print what came of each form. */
void logs_run(struct logs *l);
#endif
