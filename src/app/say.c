// SPDX-License-Identifier: Apache-2.0
// A line goes out in one piece, for several processes write to the same place.
#include "app/say.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE_BYTES = 4096 };

/* systemd.exec(5): JOURNAL_STREAM is device and inode of the stream, for who was redirected since. */
static bool is_journal(int fd)
{
	const char *stream = getenv("JOURNAL_STREAM");
	struct stat st;
	uint64_t device, inode;
	return stream && sscanf(stream, "%" SCNu64 ":%" SCNu64, &device, &inode) == 2 &&
	       fstat(fd, &st) == 0 && st.st_dev == device && st.st_ino == inode;
}

const char *journal_prefix(int fd, int priority)
{
	static const char *const prefix[] = { "<0>", "<1>", "<2>", "<3>", "<4>", "<5>", "<6>",
		"<7>" };
	return is_journal(fd) ? prefix[LOG_PRI(priority)] : "";
}

void say(int priority, const char *text, ...)
{
	char line[LINE_BYTES];
	va_list args;
	va_start(args, text);
	vsnprintf(line, sizeof line, text, args);
	va_end(args);
	fprintf(stderr, "%scordon watch: %s\n", journal_prefix(STDERR_FILENO, priority), line);
}
