// SPDX-License-Identifier: Apache-2.0
// Bodies by jansson, which bounds their depth; what is no UTF-8 is replaced before it is written.
#include "incident/body.h"

#include <stdlib.h>

static const char *const texts[N_BODY_TEXTS] = {
#define AS_ROW(name, key) [BODY_##name] = key,
	BODY_TEXTS(AS_ROW)
#undef AS_ROW
};

static const char *const numbers[N_BODY_NUMBERS] = {
#define AS_ROW(name, key) [BODY_##name] = key,
	BODY_NUMBERS(AS_ROW)
#undef AS_ROW
};

#define HAS(name) (UINT32_C(1) << BODY_##name)

/* What each kind cannot do without. */
static const struct {
	uint32_t text, number;
} required[N_EVENTS] = {
	[EVENT_JOINED] = { .text = HAS(ADDRESS) },
	[EVENT_EVIDENCE] = { .text = HAS(WHAT) },
	[EVENT_MOVED] = { .text = HAS(FROM) | HAS(TO) },
	[EVENT_ADDRESS] = { .text = HAS(ADDRESS) },
	[EVENT_EDGE] = { .number = HAS(SOURCE_HOST) | HAS(CONTACT) | HAS(ONSET) },
	[EVENT_NOTE] = { .text = HAS(WORDS) },
	[EVENT_ASSIGNED] = { .text = HAS(WHO) },
	[EVENT_MERGED] = { .number = HAS(OTHER) },
	[EVENT_SPLIT] = { .number = HAS(OTHER) },
	[EVENT_WITHDRAWN] = { .text = HAS(CAUSE) | HAS(SOURCE) },
};

bool body_parse(const char *text, struct body *out, struct err *e)
{
	struct body b = {};
	json_error_t why;
	b.root = json_loads(text, JSON_REJECT_DUPLICATES, &why);
	if (!json_is_object(b.root)) {
		err_set(e, "body of an event: %s", b.root ? "not a JSON object" : why.text);
		json_decref(b.root);
		return false;
	}
	for (size_t i = 0; i < N_BODY_TEXTS; i++) {
		json_t *v = json_object_get(b.root, texts[i]);
		b.text[i] = json_string_value(v);
		if (v && !b.text[i]) {
			json_decref(b.root);
			return err_set(e, "body of an event: '%s' must be text", texts[i]);
		}
	}
	for (size_t i = 0; i < N_BODY_NUMBERS; i++) {
		json_t *v = json_object_get(b.root, numbers[i]);
		if (v && (!json_is_integer(v) || json_integer_value(v) < 0)) {
			json_decref(b.root);
			return err_set(
				e, "body of an event: '%s' must be a whole number", numbers[i]);
		}
		b.number[i] = (uint64_t)json_integer_value(v);
	}
	*out = b;
	return true;
}

void body_free(struct body *b)
{
	json_decref(b->root);
	*b = (struct body){};
}

/* As it is when it is UTF-8; else each byte beyond ASCII becomes a question mark. */
static json_t *text_new(const char *text)
{
	json_t *v = json_string(text);
	if (v)
		return v;
	char *plain = strdup(text);
	for (char *p = plain; p && *p; p++)
		if ((unsigned char)*p > 0x7f)
			*p = '?';
	v = plain ? json_string(plain) : NULL;
	free(plain);
	return v;
}

bool body_format(const struct body *b, char room[static BODY_BYTES])
{
	json_t *root = json_object();
	bool ok = root;
	for (size_t i = 0; i < N_BODY_TEXTS && ok; i++)
		if (b->text[i])
			ok = json_object_set_new(root, texts[i], text_new(b->text[i])) == 0;
	for (size_t i = 0; i < N_BODY_NUMBERS && ok; i++)
		if (b->number[i] && b->number[i] <= INT64_MAX)
			ok = json_object_set_new(
				     root, numbers[i], json_integer((json_int_t)b->number[i])) == 0;
	size_t n = ok ? json_dumpb(root, room, BODY_BYTES - 1, JSON_COMPACT) : 0;
	ok = n > 0 && n < BODY_BYTES;
	room[ok ? n : 0] = '\0';
	json_decref(root);
	return ok;
}

bool body_check(enum event_kind kind, const struct body *b, struct err *e)
{
	for (size_t i = 0; i < N_BODY_TEXTS; i++)
		if (required[kind].text >> i & 1 && !b->text[i])
			return err_set(e, "event '%s' without '%s'", event_key(kind), texts[i]);
	for (size_t i = 0; i < N_BODY_NUMBERS; i++)
		if (required[kind].number >> i & 1 && !b->number[i])
			return err_set(e, "event '%s' without '%s'", event_key(kind), numbers[i]);
	return true;
}
