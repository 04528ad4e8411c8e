// SPDX-License-Identifier: Apache-2.0
// Stands in for libFuzzer's main(): runs each file of a corpus through a target, once.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		FILE *f = fopen(argv[i], "re");
		if (!f) {
			perror(argv[i]);
			return 1;
		}
		// exactly as large as its content, so that a sanitizer sees a step too far
		uint8_t *data = NULL;
		size_t len = 0;
		for (int c; (c = fgetc(f)) != EOF; data[len++] = (uint8_t)c) {
			uint8_t *more = realloc(data, len + 1);
			if (!more)
				return 1;
			data = more;
		}
		fclose(f);
		LLVMFuzzerTestOneInput(data, len);
		free(data);
	}
	return 0;
}
