// SPDX-License-Identifier: Apache-2.0
// Any text is told in whole letters and in bounded time, or stays as it is; it takes as many columns as it has letters, or
// up to two for each.
#include <assert.h>
#include <string.h>

#include "base/bytes.h"
#include "base/utf8.h"
#include "model/sentence.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char text[2048], room[512];
	size_t n = len < sizeof text ? len : sizeof text - 1;
	memcpy(text, data, n);
	text[n] = '\0';
	const char *told = sentence_tell(text, LANG_JA, room, sizeof room);
	assert(told == text || (told == room && strlen(room) < sizeof room));
	assert(!utf8_is(text) || utf8_is(told));
	assert(utf8_columns(text) <= 2 * strlen(text));
	return 0;
}
