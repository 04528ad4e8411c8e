// SPDX-License-Identifier: Apache-2.0
// show processes memory, show memory, show memory summary. Holding is not Allocated - Freed: a
// process may free what another one allocated.
#include "audit/output.h"

/* Above the rows of show memory, and above those of show memory summary. */
#define POOL_TABLE \
	HEAD("Head Total(b) Used(b) Free(b) Lowest(b) Largest(b)"), \
		ROW(POOL, "Processor {:x} {total:n} {used:n} {free:n} {:n} {largest:n}", \
			SAY(POOL_NAME, "Processor")), \
		ROW(POOL, "I/O {:x} {total:n} {used:n} {free:n} {:n} {largest:n}", \
			SAY(POOL_NAME, "I/O")), \
		ROW(POOL, "reserve P {:x} {total:n} {used:n} {free:n} {:n} {largest:n}", \
			SAY(POOL_NAME, "reserve P")), \
		ROW(POOL, "lsmpi\\_io {:x} {total:n} {used:n} {free:n} {:n} {largest:n}", \
			SAY(POOL_NAME, "lsmpi_io")), \
		NOISE("Dynamic heap limit(MB) {:r}"), NOISE("Dynamic heap limit {:r}")

static const struct phrase memory_phrases[] = {
	NEW(POOL, "reserve P Pool Total: {total:n} Used: {used:n} Free: {free:n}",
		SAY(POOL_NAME, "reserve P")),
	NEW(POOL, "Processor Pool Total: {total:n} Used: {used:n} Free: {free:n}",
		SAY(POOL_NAME, "Processor")),
	NEW(POOL, "I/O Pool Total: {total:n} Used: {used:n} Free: {free:n}", SAY(POOL_NAME, "I/O")),
	NEW(POOL, "lsmpi\\_io Pool Total: {total:n} Used: {used:n} Free: {free:n}",
		SAY(POOL_NAME, "lsmpi_io")),
	NEW(POOL, "Total: {total:n}, Used: {used:n}, Free: {free:n}", SAY(POOL_NAME, "all")),
	HEAD("PID TTY Allocated Freed Holding Getbufs Retbufs Process"),
	HEAD("PID MemAlloc MemLimit MemUsed StackBase/Ptr Process"),
	NOISE("All processes: MemAlloc = {:n}"),
	NOISE("{:n} Total"),
	NOISE("--{:r}"),
	NEW(MEMORY, "{pid:n} {tty:n} {allocated:n} {freed:n} {holding:n} {getbufs:n} {retbufs:n} "
		    "{name:z}"),
	ROW(MEMORY, "{pid:n} {holding:n} {:n} {allocated:n} {:x}/{:x} {name:z}"),
};

const struct output memory_output = {
	.name = "show processes memory",
	.command = { "show processes memory", "show processes memory sorted",
		"show processes memory sorted holding" },
	.phrase = memory_phrases,
	.n_phrases = countof(memory_phrases),
	.is_list = true,
};

static const struct phrase pool_phrases[] = {
	POOL_TABLE,
};

const struct output pool_output = {
	.name = "show memory statistics",
	.command = { "show memory statistics", "show memory" },
	.phrase = pool_phrases,
	.n_phrases = countof(pool_phrases),
};

static const struct phrase allocator_phrases[] = {
	POOL_TABLE,
	HEAD("Alloc PC Size Blocks Bytes What"),
	NEW(ALLOCATOR, "0x{pc:x} {size:n} {blocks:n} {bytes:n} {what:z}"),
};

const struct output allocator_output = {
	.name = "show memory summary",
	.command = { "show memory summary" },
	.phrase = allocator_phrases,
	.n_phrases = countof(allocator_phrases),
};
