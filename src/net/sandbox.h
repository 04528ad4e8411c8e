// SPDX-License-Identifier: Apache-2.0
// The sandbox of a process that reads what strangers send: it can talk on what is open, and no more.
#ifndef NET_SANDBOX_H
#define NET_SANDBOX_H
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/** What holds from here on. */
struct sandbox {
	bool has_filter;     // seccomp: only the system calls of the list
	unsigned landlock;   // version of its interface; 0: this kernel has none
	unsigned long files; // file descriptors there may be
	struct err remark;   // its text says what is weaker than it could be; else empty
};

/**
 * Shut the process in, for good: no file, no new socket, no other program, no child, no core.
 *
 * To be called when all is open, before the first byte of a stranger is read, by a process of one
 * thread. What is refused from then on fails with EPERM, or EACCES for files.
 *
 * A kernel without Landlock, or a build with sanitizers, which need more than that, is a remark;
 * without seccomp it returns false, and nothing should be read.
 */
bool sandbox_enter(struct sandbox *out, struct err *e);

/**
 * The same for a process that reads files that come and go: it may open, to read, what lies in these
 * folders or below, and look for what is new there. No socket can be made, none connected.
 *
 * A file in place of a folder is that one file. What is not there is passed over. Without Landlock every file can be read that the user
 * of the process may read, which is a remark.
 */
bool sandbox_enter_reading(
	const char *const *folder, size_t n_folders, struct sandbox *out, struct err *e);

/** Folders, or files; what is not there is passed over. */
struct sandbox_paths {
	const char *const *path;
	size_t n;
};

/**
 * The same for a process that calls others: it may write files, and make new ones, in some folders or below,
 * read in others, and connect to whom it likes; besides, it reads what resolving of names and checking of
 * certificates take. It listens nowhere, runs no program, and gets no privilege.
 *
 * Its system calls are not filtered, for libraries that it uses choose theirs. Without Landlock its files are
 * those of its user, which is a remark.
 */
bool sandbox_enter_sending(const struct sandbox_paths *writes, const struct sandbox_paths *reads,
	struct sandbox *out, struct err *e);
#endif
