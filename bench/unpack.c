// SPDX-License-Identifier: Apache-2.0
// unpack FILE: an input, opened as cordon detect does, to its end. Prints how many bytes it gave.
#include <stdio.h>

#include "source/input.h"

enum { CHUNK_BYTES = 65536, EXIT_USAGE = 2 };

int main(int argc, char **argv)
{
	static char chunk[CHUNK_BYTES];
	struct input in;
	struct err e = {};
	if (argc != 2 || !input_open(&in, argv[1], &e)) {
		fprintf(stderr, "usage: unpack FILE\n%s\n", e.text);
		return EXIT_USAGE;
	}
	uint64_t total = 0;
	for (size_t n; (n = fread(chunk, 1, sizeof chunk, in.file)) > 0;)
		total += n;
	bool is_damaged = input_is_damaged(&in, &e);
	if (is_damaged)
		fprintf(stderr, "%s\n", e.text);
	printf("%llu\n", (unsigned long long)total);
	input_close(&in);
	return is_damaged ? EXIT_USAGE : 0;
}
