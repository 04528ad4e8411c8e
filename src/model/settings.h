// SPDX-License-Identifier: Apache-2.0
// What cordon.yaml says: how `cordon watch` is to run. Every member has a value that works without a
// file.
#ifndef MODEL_SETTINGS_H
#define MODEL_SETTINGS_H
#include "base/bytes.h"
#include "base/err.h"
#include "model/addr.h"

enum { LISTENERS_MAX = 64, SETTINGS_PATH_BYTES = 4096 };

struct listener {
	struct addr
		address; // ::1 and 127.0.0.1 unless told; the format is told by content, not by port
	uint16_t port;
};

struct settings {
	struct listener listener[LISTENERS_MAX];
	size_t n_listeners;     // without a file 2055, 4739 and 6343 on 127.0.0.1
	unsigned sockets;       // of each listener, by SO_REUSEPORT; 1
	size_t receive_buffer;  // bytes asked for each socket; 64 MiB
	size_t memory;          // of the evidence, as --memory; 512 MiB
	uint64_t window_ms;     // how often the collector sends what it has; 500
	uint64_t remember_ms;   // contacts older than this are forgotten; 24 h
	uint64_t clock_skew_ms; // by which exporters' clocks may be wrong; 5 min
	char state_directory
		[SETTINGS_PATH_BYTES];       // of root /var/lib/cordon, else $XDG_STATE_HOME/cordon
	char inventory[SETTINGS_PATH_BYTES]; // "": none
	char signatures[SETTINGS_PATH_BYTES]; // "": only what is built in
	char interface[64];                   // live capture; "": none
};

/** What holds without a file. */
void settings_init(struct settings *s);

/**
 * Read a file over what is in `s`; cordon.yaml(5).
 *
 * Returns false with `e` saying FILE:LINE:COL, what is wrong and what may have been meant.
 */
bool settings_load(struct settings *s, const char *path, struct err *e);
bool settings_parse(struct settings *s, struct str text, const char *name, struct err *e);
#endif
