// SPDX-License-Identifier: Apache-2.0
// It is held to JSON with something harmless of the same length in each place, so an error has the line and column of the
// file; and a place knows whether it stands inside a text, so nothing that a stranger chose can end that text.
#include "output/outline.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/typo.h"
#include "base/utf8.h"
#include "output/json.h"
#include "output/notice.h"

/* What a place is filled with. */
struct filling {
	const struct notice *n;
	enum alert_format format;
	const char *version;
	struct json j;
};

static void put_title(struct filling *f)
{
	char room[NOTICE_TITLE_BYTES];
	json_text(&f->j, notice_title(f->n, room));
}

static void put_host(struct filling *f)
{
	char room[ADDR_TEXT_BYTES];
	json_text(&f->j, addr_format(&f->n->host, room));
}

static void put_time(struct filling *f)
{
	char room[TIME_TEXT_BYTES];
	json_text(&f->j, time_format(f->n->time_ms, room));
}

static void put_technique(struct filling *f)
{
	const char *id = verdict_attack(f->n->verdict);
	json_text(&f->j, id[0] ? id : NULL);
}

/* A number, or null where there is no such thing. */
static void put_number(struct filling *f, bool has, uint64_t v)
{
	if (has)
		json_uint(&f->j, v);
	else
		json_null(&f->j);
}

static void put_alert(struct filling *f)
{
	notice_write(f->n, f->format, f->version, f->j.out);
}

#define TEXT_OF(name, value) \
	static void put_##name(struct filling *f) \
	{ \
		json_text(&f->j, value); \
	}
#define NUMBER_OF(name, has, value) \
	static void put_##name(struct filling *f) \
	{ \
		put_number(f, has, value); \
	}

TEXT_OF(kind, notice_key(f->n->kind))
TEXT_OF(class, verdict_name(f->n->verdict))
TEXT_OF(service, f->n->service)
TEXT_OF(why, f->n->why)
TEXT_OF(version, f->version)
NUMBER_OF(percent, true, f->n->percent)
NUMBER_OF(proto, true, f->n->proto)
NUMBER_OF(port, f->n->has_port, f->n->port)
NUMBER_OF(severity, true, notice_severity(f->n))
NUMBER_OF(serial, true, f->n->number)
NUMBER_OF(incident, f->n->incident, f->n->incident)
NUMBER_OF(episode, f->n->incident, f->n->episode)
NUMBER_OF(held, f->n->n_held, f->n->n_held)

static const struct place_row {
	const char *name;
	void (*put)(struct filling *f);
} place_rows[] = {
	{ "alert", put_alert },
	{ "class", put_class },
	{ "confidence_percent", put_percent },
	{ "episode", put_episode },
	{ "held_back", put_held },
	{ "host", put_host },
	{ "incident", put_incident },
	{ "kind", put_kind },
	{ "number", put_serial },
	{ "port", put_port },
	{ "protocol_number", put_proto },
	{ "service", put_service },
	{ "severity", put_severity },
	{ "technique", put_technique },
	{ "time", put_time },
	{ "title", put_title },
	{ "version", put_version },
	{ "why", put_why },
};

struct place {
	size_t at, len; // of the text, with its brackets
	const struct place_row *row;
	bool is_inside; // of a text
};

struct outline {
	struct place place[OUTLINE_PLACES_MAX];
	size_t n, len;
	char text[]; // as the file has it, and a NUL
};

/* What is read so far. */
struct reading {
	struct outline *o;
	const char *name;
	bool is_inside;
	struct err *e;
};

[[gnu::format(printf, 3, 4)]] static bool fail_at(
	const struct reading *r, size_t at, const char *words, ...)
{
	size_t line = 1, column = 1;
	char why[120];
	va_list ap;
	for (size_t i = 0; i < at; i++) {
		column = r->o->text[i] == '\n' ? 1 : column + ((r->o->text[i] & 0xc0) != 0x80);
		line += r->o->text[i] == '\n';
	}
	va_start(ap, words);
	vsnprintf(why, sizeof why, words, ap);
	va_end(ap);
	return err_set(r->e, "%.100s:%zu:%zu: %s", r->name, line, column, why);
}

static const struct place_row *row_of(struct str name)
{
	for (size_t i = 0; i < countof(place_rows); i++)
		if (strlen(place_rows[i].name) == name.len &&
			!memcmp(place_rows[i].name, name.ptr, name.len))
			return &place_rows[i];
	return NULL;
}

static bool fail_unknown(const struct reading *r, size_t at, struct str name)
{
	const char *names[countof(place_rows)];
	for (size_t i = 0; i < countof(place_rows); i++)
		names[i] = place_rows[i].name;
	const char *near = typo_nearest(name, names, countof(names));
	int len = (int)LEAST(name.len, (size_t)40);
	return near ? fail_at(r, at, "no place '%.*s', did you mean '%s'?", len, name.ptr, near)
		    : fail_at(r, at, "no place '%.*s': cordon.yaml(5) lists them", len, name.ptr);
}

/* "{{host}}" at `at`; what stands there in the copy to be checked is a number, or blanks of a text. */
static bool take_place(struct reading *r, size_t at, char *copy)
{
	struct outline *o = r->o;
	const char *end = strstr(o->text + at, "}}");
	struct str name = { o->text + at + 2, 0 };
	if (!end || memchr(o->text + at, '\n', (size_t)(end - o->text) - at))
		return fail_at(r, at, "'{{' without '}}' in its line; as text write {\\u007b");
	name.len = (size_t)(end - name.ptr);
	while (name.len && name.ptr[0] == ' ')
		name = (struct str){ name.ptr + 1, name.len - 1 };
	while (name.len && name.ptr[name.len - 1] == ' ')
		name.len--;
	struct place p = { .at = at,
		.len = (size_t)(end + 2 - o->text) - at,
		.row = row_of(name),
		.is_inside = r->is_inside };
	if (!p.row)
		return fail_unknown(r, (size_t)(name.ptr - o->text), name);
	if (p.row->put == put_alert && p.is_inside)
		return fail_at(r, at, "'%s' is an object: without quotes around it", p.row->name);
	if (o->n == countof(o->place))
		return fail_at(r, at, "more than %d places", OUTLINE_PLACES_MAX);
	o->place[o->n++] = p;
	memset(copy + at, ' ', p.len);
	copy[at] = p.is_inside ? ' ' : '0';
	return true;
}

/* A value stands alone: not "1{{port}}", and not the name of a member. */
static bool check_alone(const struct reading *r, const struct place *p)
{
	const char *text = r->o->text, *next = text + p->at + p->len;
	next += strspn(next, " \t\r\n");
	size_t at = p->at;
	while (at && strchr(" \t\r\n", text[at - 1]))
		at--;
	return p->is_inside ||
	       ((!at || strchr("[,:", text[at - 1])) && (!*next || strchr("],}", *next))) ||
	       fail_at(r, p->at, "a place is a whole value, or stands inside a text");
}

static bool find_places(struct reading *r, char *copy)
{
	const struct outline *o = r->o;
	for (size_t i = 0; i < o->len;) {
		const char *p = o->text + i;
		int n = utf8_length((const unsigned char *)p);
		if (n == 0)
			return fail_at(r, i, "no UTF-8");
		if ((unsigned char)*p < ' ' && (r->is_inside || !strchr("\t\r\n", *p) || !*p))
			return fail_at(
				r, i, "a control character: as text write \\n, \\t or \\u00..");
		if (p[0] == '{' && p[1] == '{') {
			if (!take_place(r, i, copy))
				return false;
			i += o->place[o->n - 1].len;
			continue;
		}
		if (r->is_inside && *p == '\\')
			n += p[1] == '"' || p[1] == '\\';
		else if (*p == '"')
			r->is_inside = !r->is_inside;
		i += (size_t)n;
	}
	return true;
}

static bool check_json(const struct reading *r, const char *copy)
{
	for (size_t i = 0; i < r->o->n; i++)
		if (!check_alone(r, &r->o->place[i]))
			return false;
	const char *end = copy;
	cJSON *value = cJSON_ParseWithLengthOpts(copy, r->o->len + 1, &end, true);
	size_t at = end ? (size_t)(end - copy) : 0;
	if (!value)
		return fail_at(r, LEAST(at, r->o->len), "no JSON here");
	cJSON_Delete(value);
	return true;
}

struct outline *outline_parse(struct str text, const char *name, struct err *e)
{
	if (text.len > OUTLINE_BYTES_MAX) {
		err_set(e, "%.120s: longer than %d bytes", name, OUTLINE_BYTES_MAX);
		return NULL;
	}
	struct outline *o = calloc(1, sizeof *o + text.len + 1);
	char *copy = calloc(1, text.len + 1);
	struct reading r = { .o = o, .name = name, .e = e };
	bool ok = o && copy;
	if (ok) {
		o->len = text.len;
		if (text.len) {
			memcpy(copy, text.ptr, text.len);
			memcpy(o->text, text.ptr, text.len);
		}
		ok = find_places(&r, copy) && check_json(&r, copy);
	} else {
		err_set(e, "%.120s: no memory", name);
	}
	free(copy);
	if (ok)
		return o;
	outline_free(o);
	return NULL;
}

struct outline *outline_load(const char *path, struct err *e)
{
	char text[OUTLINE_BYTES_MAX + 1];
	FILE *in = fopen(path, "re");
	if (!in) {
		err_sys(e, "open %s", path);
		return NULL;
	}
	size_t n = fread(text, 1, sizeof text, in);
	bool is_read = !ferror(in);
	if (!is_read)
		err_sys(e, "read %s", path);
	fclose(in);
	return is_read ? outline_parse((struct str){ text, n }, path, e) : NULL;
}

void outline_free(struct outline *o)
{
	free(o);
}

/* A value as it stands in a text: without its quotes, null as nothing. */
static bool write_inside(struct filling *f, const struct place_row *row, FILE *out)
{
	char *value = NULL;
	size_t len = 0;
	f->j.out = open_memstream(&value, &len);
	if (!f->j.out)
		return false;
	row->put(f);
	bool is_whole = fclose(f->j.out) == 0;
	if (is_whole && value[0] == '"')
		fwrite(value + 1, 1, len - 2, out);
	else if (is_whole && strcmp(value, "null") != 0)
		fwrite(value, 1, len, out);
	free(value);
	return is_whole;
}

bool outline_write(const struct outline *o, const struct notice *n, enum alert_format format,
	const char *version, FILE *out)
{
	size_t at = 0;
	for (size_t i = 0; i < o->n; i++) {
		const struct place *p = &o->place[i];
		struct filling f = {
			.n = n, .format = format, .version = version, .j = { .out = out }
		};
		fwrite(o->text + at, 1, p->at - at, out);
		if (p->is_inside && !write_inside(&f, p->row, out))
			return false;
		if (!p->is_inside)
			p->row->put(&f);
		at = p->at + p->len;
	}
	fwrite(o->text + at, 1, o->len - at, out);
	return true;
}
