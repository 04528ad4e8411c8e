// SPDX-License-Identifier: Apache-2.0
// What the files behind `cordon watch` share: its options, and what is put together before the supervisor
// takes over.
#ifndef APP_WATCH_H
#define APP_WATCH_H
#include "app/command.h"
#include "app/doors.h"
#include "model/settings.h"

enum { WATCH_SOCKETS_MAX = 1024 };

struct watch_options {
	const char *config, *state;
	struct text_list listen;
	bool status, json;
};

struct watch {
	const struct watch_options *options;
	const char *config; // the file; NULL: none
	struct settings settings;
	int lock;
	int socket[WATCH_SOCKETS_MAX];
	size_t n_sockets;
	struct doors doors;
};

/** Tell of an error; returns false. */
bool watch_complain(const struct err *e);

/** The settings of the file, and over them those of the command line. False, with the reason in `e`. */
bool watch_settings(const struct watch *w, struct settings *out, struct err *e);

/** Check the files that settings name, so that a mistake ends the start and not a child again and again. */
bool watch_files_check(const struct settings *s, struct err *e);

/**
 * Settings read again, as supervisor_job has it; `watch` is the context. What cannot change while it runs is told
 * and stays.
 */
bool watch_reload(void *watch, struct settings *out);

/** Make the state directory ours, as long as one of our processes lives. False when another daemon has it. */
bool watch_lock(struct watch *w, struct err *e);

/** Whether a daemon has the state directory of these settings. */
bool watch_is_running(const struct settings *s);

/** Who we are to the keeper, drawn once; 0, after a message, when the store must not be written to. */
uint64_t watch_collector_id(const char *directory);

/** Say what it does, and how to feed it. */
void watch_greet(const struct watch *w);
#endif
