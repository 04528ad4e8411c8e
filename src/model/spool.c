// SPDX-License-Identifier: Apache-2.0
// Lines that a process which died, or a disk, may have spoiled: each is held to its own checksum.
#include "model/spool.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/hash.h"

void spool_line_seal(struct str json, char room[static SPOOL_SUM_CHARS + 2])
{
	snprintf(room, SPOOL_SUM_CHARS + 2, "%016" PRIx64 " ", hash_bytes(json.ptr, json.len, 0));
}

static enum spool_line read_line(struct str line, struct notice *out)
{
	char sum[SPOOL_SUM_CHARS + 2];
	if (line.len <= SPOOL_SUM_CHARS + 1)
		return SPOOL_DAMAGED;
	struct str json = { line.ptr + SPOOL_SUM_CHARS + 1, line.len - SPOOL_SUM_CHARS - 1 };
	spool_line_seal(json, sum);
	if (memcmp(sum, line.ptr, SPOOL_SUM_CHARS + 1) != 0 || !notice_parse(json, out))
		return SPOOL_DAMAGED;
	return SPOOL_NOTICE;
}

enum spool_line spool_line_next(struct str *rest, struct notice *out)
{
	size_t most = rest->len < SPOOL_LINE_BYTES ? rest->len : SPOOL_LINE_BYTES;
	const char *end = memchr(rest->ptr, '\n', most);
	if (!end && most < SPOOL_LINE_BYTES)
		return SPOOL_PART;
	struct str line = { rest->ptr, end ? (size_t)(end - rest->ptr) : most };
	size_t taken = line.len + (end != NULL);
	*rest = (struct str){ rest->ptr + taken, rest->len - taken };
	return end ? read_line(line, out) : SPOOL_DAMAGED;
}
