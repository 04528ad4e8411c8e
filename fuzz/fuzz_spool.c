// SPDX-License-Identifier: Apache-2.0
// A file of the spool of alerts: every line is a notice or damaged, and a notice is written in all formats
// as one line each, for every template as JSON, and as mail in short lines of ASCII.
#include <assert.h>
#include <cjson/cJSON.h>
#include <stdlib.h>

#include "model/spool.h"
#include "output/mail.h"
#include "output/notice.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void write_message(const struct notice *n, enum alert_template t)
{
	char *text = NULL;
	size_t written = 0;
	FILE *out = open_memstream(&text, &written);
	assert(out);
	notice_webhook(n, t, ALERT_FORMAT_ECS, "1", out);
	fclose(out);
	cJSON *whole = cJSON_ParseWithLength(text, written);
	assert(cJSON_IsObject(whole));
	cJSON_Delete(whole);
	free(text);
}

static void write_mail(const struct notice *n)
{
	enum { LINE_MAX = 998 }; // RFC 5322, 2.1.1
	const struct mail_head head = { .from = "", .to = "a@b", .host = "c", .version = "1" };
	char *text = NULL;
	size_t written = 0, line = 0;
	FILE *out = open_memstream(&text, &written);
	assert(out);
	assert(mail_write(&head, n, 1, n->number, out));
	fclose(out);
	for (size_t i = 0; i < written; i++) {
		assert(text[i] == '\n' || (text[i] >= ' ' && text[i] < 0x7f));
		line = text[i] == '\n' ? 0 : line + 1;
		assert(line <= LINE_MAX);
	}
	free(text);
}

static void write_all(const struct notice *n)
{
	for (enum alert_format f = 0; f < N_ALERT_FORMATS; f++) {
		char *text = NULL;
		size_t written = 0;
		FILE *out = open_memstream(&text, &written);
		assert(out);
		notice_write(n, f, "1", out);
		fclose(out);
		assert(written > 0 && written < NOTICE_LINE_BYTES);
		for (size_t i = 0; i < written; i++)
			assert((uint8_t)text[i] >= ' ' && text[i] != 0x7f);
		struct notice again;
		assert(f != ALERT_FORMAT_JSON ||
			notice_parse((struct str){ text, written }, &again));
		free(text);
	}
	for (enum alert_template t = 0; t < N_ALERT_TEMPLATES; t++)
		write_message(n, t);
	write_mail(n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct str rest = { (const char *)data, len };
	struct notice n;
	enum spool_line is;
	while ((is = spool_line_next(&rest, &n)) != SPOOL_PART)
		if (is == SPOOL_NOTICE)
			write_all(&n);
	// The checksum keeps all but whole lines from here; what is behind it is tried by itself.
	if (notice_parse((struct str){ (const char *)data, len }, &n))
		write_all(&n);
	return 0;
}
