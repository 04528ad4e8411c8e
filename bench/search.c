// SPDX-License-Identifier: Apache-2.0
// search PATH FILE: the literals of attacks in a log, and nothing else, on one path of the processor
// ("best" for the one cordon takes). Prints how many lines hold one. search --list prints the literals.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/literals_path.h"

enum { CHUNK_BYTES = 256 << 10, EXIT_USAGE = 2 };

static const struct str attacks[] = { STR("default.ida"), STR(".ida?"), STR(".idq?"),
	STR("root.exe"), STR("cmd.exe"), STR("/c/winnt"), STR("/d/winnt"), STR("%255c"),
	STR("%c0%af"), STR("%c1%1c"), STR("%%35c"), STR("_vti_bin/.."), STR("_mem_bin/.."),
	STR("readme.eml"), STR("%u9090%u6858"), STR("${jndi:"), STR("/HNAP1"), STR("/GponForm/"),
	STR("/setup.cgi?next_file"), STR("/boaform/admin"), STR("/shell?"), STR("() { :;"),
	STR("../../../"), STR("sumthin") };

static const struct literals_path *path_named(const char *name)
{
	const struct literals_path *path;
	for (size_t i = 0; (path = literals_path(i)); i++)
		if (path->is_there() && (!strcmp(name, "best") || !strcmp(name, path->name)))
			break;
	return path;
}

static size_t count_lines(
	const struct literals_path *path, const struct literals *l, struct bytes text)
{
	size_t n = 0, at = 0;
	for (struct literal_hit hit; literals_next_by(path, l, text, at, &hit); n++) {
		const uint8_t *end = memchr(text.ptr + hit.at, '\n', text.len - hit.at);
		at = end ? (size_t)(end - text.ptr) : text.len;
	}
	return n;
}

/* Chunk by chunk; the line that a chunk cuts goes before the next. */
static size_t search(const struct literals_path *path, const struct literals *l, int fd)
{
	static uint8_t room[2 * CHUNK_BYTES];
	size_t n = 0, kept = 0;
	for (ssize_t got; (got = read(fd, room + kept, CHUNK_BYTES)) > 0;) {
		struct bytes text = { room, kept + (size_t)got };
		const uint8_t *last = memrchr(text.ptr, '\n', text.len);
		size_t whole = last ? (size_t)(last + 1 - text.ptr) : text.len;
		n += count_lines(path, l, (struct bytes){ text.ptr, whole });
		kept = text.len - whole;
		memmove(room, room + whole, kept);
		if (kept > CHUNK_BYTES)
			kept = 0;
	}
	return n + count_lines(path, l, (struct bytes){ room, kept });
}

static int list(void)
{
	for (size_t i = 0; i < countof(attacks); i++)
		printf("%.*s\n", STR_ARG(attacks[i]));
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "--list"))
		return list();
	const struct literals_path *path = argc == 3 ? path_named(argv[1]) : NULL;
	int fd = path ? open(argv[2], O_RDONLY | O_CLOEXEC) : -1;
	struct literals *l = literals_new(attacks, countof(attacks));
	if (fd < 0 || !l) {
		fputs("usage: search best|AVX2|SSSE3|NEON|scalar FILE, or search --list\n", stderr);
		literals_free(l);
		return EXIT_USAGE;
	}
	printf("%zu\n", search(path, l, fd));
	literals_free(l);
	close(fd);
	return 0;
}
