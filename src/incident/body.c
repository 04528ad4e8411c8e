// SPDX-License-Identifier: Apache-2.0
// Bodies by cJSON, which bounds their depth; what is no UTF-8 is replaced before it is written.
#include "incident/body.h"

#include <math.h>
#include <stdlib.h>

#include "base/utf8.h"

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
	[EVENT_RETENTION] = { .text = HAS(REASON), .number = HAS(COUNT) },
};

static const double number_max = 9007199254740991; // 2^53 - 1: what a double of JSON holds exactly

/* Fill from the members; gives the key of one that has the wrong type, NULL when all are right. */
static const char *members_read(struct body *b)
{
	for (size_t i = 0; i < N_BODY_TEXTS; i++) {
		const cJSON *v = cJSON_GetObjectItemCaseSensitive(b->root, texts[i]);
		b->text[i] = cJSON_GetStringValue(v);
		if (v && !b->text[i])
			return texts[i];
	}
	for (size_t i = 0; i < N_BODY_NUMBERS; i++) {
		const cJSON *v = cJSON_GetObjectItemCaseSensitive(b->root, numbers[i]);
		double number = cJSON_IsNumber(v) ? v->valuedouble : 0;
		if (v && (!cJSON_IsNumber(v) || !(number >= 0 && number <= number_max) ||
				 number != floor(number)))
			return numbers[i];
		b->number[i] = (uint64_t)number;
	}
	return NULL;
}

bool body_parse(const char *text, struct body *out, struct err *e)
{
	struct body b = { .root = cJSON_ParseWithOpts(text, NULL, true) };
	if (!cJSON_IsObject(b.root)) {
		cJSON_Delete(b.root);
		return err_set(e, "body of an event: not a JSON object");
	}
	const char *wrong = members_read(&b);
	if (wrong) {
		cJSON_Delete(b.root);
		return err_set(e, "body of an event: '%s' has the wrong type", wrong);
	}
	*out = b;
	return true;
}

void body_free(struct body *b)
{
	cJSON_Delete(b->root);
	*b = (struct body){};
}

/* As it is when it is UTF-8; else each byte beyond ASCII becomes a question mark. */
static bool text_put(cJSON *root, const char *key, const char *text)
{
	char *plain = strdup(text);
	if (plain && !utf8_is(plain))
		for (char *p = plain; *p; p++)
			if ((unsigned char)*p > 0x7f)
				*p = '?';
	bool ok = plain && cJSON_AddStringToObject(root, key, plain);
	free(plain);
	return ok;
}

bool body_format(const struct body *b, char room[static BODY_BYTES])
{
	cJSON *root = cJSON_CreateObject();
	bool ok = root;
	for (size_t i = 0; i < N_BODY_TEXTS && ok; i++)
		if (b->text[i])
			ok = text_put(root, texts[i], b->text[i]);
	for (size_t i = 0; i < N_BODY_NUMBERS && ok; i++)
		if (b->number[i] && (double)b->number[i] <= number_max)
			ok = cJSON_AddNumberToObject(root, numbers[i], (double)b->number[i]);
	ok = ok && cJSON_PrintPreallocated(root, room, BODY_BYTES, false);
	if (!ok)
		room[0] = '\0';
	cJSON_Delete(root);
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
