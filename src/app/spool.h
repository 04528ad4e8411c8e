// SPDX-License-Identifier: Apache-2.0
// The spool of alerts: files of lines in the state directory that the keeper adds to, and that each target
// reads at its own pace. What a target has got is a position of its own, on the disk.
#ifndef APP_SPOOL_H
#define APP_SPOOL_H
#include "model/settings.h"
#include "model/spool.h"

/** Below the state directory. A file is named by the number of its first notice. */
#define SPOOL_FOLDER "alerts"
enum { SPOOL_FOLDER_MODE = 0700 };
enum { SPOOL_FILE_BYTES = 1 << 20, SPOOL_FILES_MAX = 64 }; // so it takes 65 MiB at most
enum { SPOOL_PATH_BYTES = SETTINGS_PATH_BYTES + 64 };

/** Who writes: one process. */
struct spool {
	char folder[SPOOL_PATH_BYTES];
	int fd;               // of the newest file; -1: not open
	uint64_t first, last; // number of its first notice; of the last one there is
	uint64_t n_bytes;     // of its whole lines
	uint64_t n_refused;   // notices that the disk did not take
	bool is_dirty;
};

/**
 * Open the spool, or make it; a line that was not finished is cut off.
 *
 * take  is called for each notice there is, in order; NULL: nobody
 *
 * Returns false with `e`; the next call of spool_put tries again.
 */
bool spool_open(struct spool *s, const char *state_directory,
	void (*take)(void *ctx, const struct notice *n), void *ctx, struct err *e);
void spool_close(struct spool *s);

/**
 * Add a notice, and number it. The oldest file goes when there are too many.
 *
 * Returns false with `e` when the disk refuses; then it is as if it had not been called.
 */
bool spool_put(struct spool *s, struct notice *n, const char *version, struct err *e);

/** Wait until it is on the disk. */
bool spool_settle(struct spool *s, struct err *e);

/** Give a target that has no position yet that of the next notice. Returns false with `e`. */
bool spool_admit(const struct spool *s, const struct alert_target *t, struct err *e);

/** Who reads: any number of threads and processes, each with its own. */
struct spool_reader {
	char folder[SPOOL_PATH_BYTES];
	int fd, position; // of the file, and of what the target has got; -1: not open
	uint64_t first;   // of the file
	uint64_t at;      // bytes of it that were read
	uint64_t next;    // number of the notice that is to come
	uint64_t n_lost;  // that were gone before they were read
	uint64_t n_damaged;
};

/** Begin; until the target was admitted, nothing comes. */
void spool_reader_init(struct spool_reader *r, const char *state_directory);
void spool_reader_fini(struct spool_reader *r);

/** The next notice, if there is one; the same again until spool_pass, or spool_done. */
bool spool_next(struct spool_reader *r, const struct alert_target *t, struct notice *out);

/** Go on behind it, while the target has not got it yet: whoever reads next begins where it was kept last. */
void spool_pass(struct spool_reader *r);

/** The target has all that was passed: whoever reads next begins behind that. Returns false with `e`. */
bool spool_keep(struct spool_reader *r, struct err *e);

/** Both. The target has it: whoever reads next begins behind it. Returns false with `e`. */
bool spool_done(struct spool_reader *r, struct err *e);
#endif
