// SPDX-License-Identifier: Apache-2.0
// How this machine's nft, gobgp and ExaBGP are driven: their words, and one push of a text.
#ifndef APP_CONTAIN_DRIVE_H
#define APP_CONTAIN_DRIVE_H
#include "app/contain.h"
#include "contain/applied.h"

/** How a target is driven; words are those of sh, with the file in $1 and the pipe in $2. */
struct driver {
	const char *target;
	const char *program; // whose it is
	const char *check, *apply;
	const char
		*now; // prints what is in force; empty when there is nothing. NULL: it tells nobody
	const char *keep; // prints what takes this plan's place back; NULL: the target's undo does
	const char *end;  // when all entries are over; NULL: the undo does
	bool is_incremental; // old rules stay unless they are taken away
	int capability;      // that its program needs; 0: none
	const char *capability_name;
	bool is_exabgp; // asked and told over its pipes, where it answers there
};

extern const struct driver drivers[];
extern const size_t n_drivers;

/** The driver of a target, by its name; NULL: nothing here drives it. */
const struct driver *driver_of(const char *target);

/** Write the lines of `old` that `now` has not: of ways back, what the later one does no more. */
void lines_gone(const char *old, const char *now, FILE *out);

/**
 * Run words of sh with arguments, the last of them NULL. What it prints goes to `out`, for free(), when that is
 * given; else where ours goes.
 *
 * Returns whether it ended well.
 */
bool shell_run(const char *words, const char *const *arg, char **out);

/** Give an open file to whom its folder belongs, when we are root: the daemon reads it. */
void file_give(int fd, const char *path);

/** Write a file for its owner alone, whole or not at all, and give it. False after a message. */
bool file_put(const char *path, const char *text);

/** Make a folder for its owner alone, unless it is there, and give it. False after a message. */
bool folder_make(const char *path);

/** The file of a driver in the state directory, "STATE/contain.TARGET.undo"; gives `room` back. */
const char *driver_path(const char *directory, const struct driver *d, const char *ending,
	char room[static CONTAIN_PATH_BYTES]);

/** What is in force: NOW_MUTE when nobody can be asked, or does not answer. */
enum now { NOW_MUTE, NOW_NOTHING, NOW_READ, NOW_UNREADABLE };

/** Ask; fills `out`, for applied_fini in any case, and `e` for all but NOW_NOTHING and NOW_READ. */
enum now driver_now(const struct driver *d, const char *pipe, struct applied *out, struct err *e);

/** Hand a file of commands over, unchecked. False after a message. */
bool driver_hand(const struct driver *d, const char *path, const char *pipe);

#define EXABGP_PIPE "/run/exabgp/exabgp.in" /* unless told */

/** What goes to a device. */
struct push {
	const char *directory; // of the state
	const char *text, *undo;
	const char *pipe; // of ExaBGP
};

/** Check it, hand it over, and take away rules of the push before that it has no more. False after a message. */
bool driver_push(const struct driver *d, const struct push *p);
#endif
