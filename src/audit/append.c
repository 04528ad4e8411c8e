// SPDX-License-Identifier: Apache-2.0
// Texts that were read side by side are put one behind the other: a device is one of its text until
// all are there, so nothing but numbers of places changes.
#include <stdlib.h>

#include "audit/audit.h"

/* Room for `more` elements behind `n`; false, with the array as it was, without memory. */
static bool room_for(void **array, size_t size, size_t n, size_t more, size_t *cap)
{
	if (n + more <= *cap)
		return true;
	size_t to = n + more > 2 * *cap ? n + more : 2 * *cap;
	void *grown = realloc(*array, to * size);
	if (!grown)
		return false;
	*array = grown;
	*cap = to;
	return true;
}

#define ROOM(array, n, more, cap) room_for((void **)&(array), sizeof *(array), (n), (more), &(cap))

static void append_facts(struct audit *to, const struct audit *from)
{
	struct facts *f = &to->facts;
	const struct facts *more = &from->facts;
	size_t n = more->n <= FACTS_MAX - f->n ? more->n : FACTS_MAX - f->n;
	f->is_full = f->is_full || more->is_full || n < more->n;
	for (size_t i = 0; i < n; i++) {
		struct fact x = more->fact[i];
		x.answer += (uint32_t)to->n_answers;
		x.first += (uint32_t)f->n_values;
		f->fact[f->n + i] = x;
	}
	f->n += n;
	if (more->n_values)
		memcpy(f->value + f->n_values, more->value, more->n_values * sizeof *f->value);
	f->n_values += more->n_values;
}

static void append_answers(struct audit *to, const struct audit *from)
{
	for (size_t i = 0; i < from->n_answers; i++) {
		struct answer w = from->answer[i];
		w.device += (uint32_t)to->n_devices;
		w.source += (uint32_t)to->n_sources;
		to->answer[to->n_answers + i] = w;
	}
	to->n_answers += from->n_answers;
}

static void append_devices(struct audit *to, const struct audit *from)
{
	for (size_t i = 0; i < from->n_devices; i++) {
		struct device d = from->device[i];
		d.source += (uint32_t)to->n_sources;
		to->device[to->n_devices + i] = d;
	}
	to->n_devices += from->n_devices;
}

bool audit_append(struct audit *to, struct audit *from, struct err *e)
{
	struct facts *f = &to->facts;
	if (from->n_devices > AUDIT_DEVICES_MAX - to->n_devices)
		return err_set(e, "read %s: more than %d devices", from->source[0].name,
			AUDIT_DEVICES_MAX);
	if (!ROOM(f->fact, f->n, from->facts.n, f->cap) ||
		!ROOM(f->value, f->n_values, from->facts.n_values, f->cap_values) ||
		!ROOM(to->answer, to->n_answers, from->n_answers, to->cap_answers) ||
		!ROOM(to->device, to->n_devices, from->n_devices, to->cap_devices) ||
		!ROOM(to->source, to->n_sources, from->n_sources, to->cap_sources))
		return err_sys(e, "read");
	append_facts(to, from);
	append_answers(to, from);
	append_devices(to, from);
	for (size_t i = 0; i < from->n_sources; i++)
		to->source[to->n_sources + i] = from->source[i]; // its text goes along
	to->n_sources += from->n_sources;
	from->n_sources = 0;
	return true;
}
