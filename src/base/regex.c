// SPDX-License-Identifier: Apache-2.0
// PCRE2 behind a small door. No JIT: it has no heap limit, and only marked lines come here.
#include "base/regex.h"

#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

// Steps, KiB of heap and depth for one match: some five steps for each byte of the longest text.
enum { MATCH_STEPS = 20000, MATCH_HEAP_KIB = 4096, MATCH_DEPTH = 20000, PAIRS = 8 };

struct regex {
	pcre2_code *code;
};

struct regex_room {
	pcre2_match_data *data;
	pcre2_match_context *limits;
};

struct regex *regex_new(const char *pattern, struct err *e)
{
	static const uint32_t options = PCRE2_CASELESS | PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY |
					PCRE2_NO_AUTO_CAPTURE | PCRE2_NEVER_BACKSLASH_C |
					PCRE2_NEVER_UCP | PCRE2_NEVER_UTF;
	int code = 0;
	PCRE2_SIZE at = 0;
	size_t len = strlen(pattern);
	if (len > REGEX_MAX_BYTES) {
		err_set(e, "longer than %d bytes", REGEX_MAX_BYTES);
		return NULL;
	}
	struct regex *r = calloc(1, sizeof *r);
	if (!r) {
		err_sys(e, "expression");
		return NULL;
	}
	r->code = pcre2_compile((PCRE2_SPTR)pattern, len, options, &code, &at, NULL);
	if (r->code)
		return r;
	PCRE2_UCHAR text[128] = "";
	pcre2_get_error_message(code, text, sizeof text);
	err_set(e, "%s, at byte %zu of the expression", (const char *)text, at);
	free(r);
	return NULL;
}

void regex_free(struct regex *r)
{
	if (r)
		pcre2_code_free(r->code);
	free(r);
}

struct regex_room *regex_room_new(void)
{
	struct regex_room *room = calloc(1, sizeof *room);
	if (!room)
		return NULL;
	room->data = pcre2_match_data_create(PAIRS, NULL);
	room->limits = pcre2_match_context_create(NULL);
	if (room->data && room->limits) {
		pcre2_set_match_limit(room->limits, MATCH_STEPS);
		pcre2_set_depth_limit(room->limits, MATCH_DEPTH);
		pcre2_set_heap_limit(room->limits, MATCH_HEAP_KIB);
		return room;
	}
	regex_room_free(room);
	return NULL;
}

void regex_room_free(struct regex_room *room)
{
	if (!room)
		return;
	pcre2_match_data_free(room->data);
	pcre2_match_context_free(room->limits);
	free(room);
}

/* What a named group caught; empty when there is no such group, or it caught nothing. */
static struct str caught(
	const struct regex *r, const struct regex_room *room, struct str text, const char *name)
{
	int number = pcre2_substring_number_from_name(r->code, (PCRE2_SPTR)name);
	if (number <= 0 || (uint32_t)number >= pcre2_get_ovector_count(room->data))
		return (struct str){};
	const PCRE2_SIZE *pair = pcre2_get_ovector_pointer(room->data) + (size_t)number * 2;
	if (pair[0] == PCRE2_UNSET || pair[1] > text.len || pair[0] > pair[1])
		return (struct str){};
	return (struct str){ text.ptr + pair[0], pair[1] - pair[0] };
}

enum regex_answer regex_match(const struct regex *r, struct regex_room *room, struct str text,
	const char *name, struct str *group)
{
	const char *ptr = text.ptr ? text.ptr : "";
	int n = pcre2_match(r->code, (PCRE2_SPTR)ptr, text.len, 0, 0, room->data, room->limits);
	if (n == PCRE2_ERROR_NOMATCH)
		return REGEX_NO;
	if (n < 0)
		return REGEX_LIMIT;
	if (name && group)
		*group = caught(r, room, text, name);
	return REGEX_YES;
}
