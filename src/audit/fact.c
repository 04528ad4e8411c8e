// SPDX-License-Identifier: Apache-2.0
// The tables of kinds and fields, the store of facts, and how values are read.
#include "audit/fact.h"

#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#include "model/prefixes.h"

#define KIND(k, name, how, shown, words) \
	[FACT_##k] = { .key = (name), \
		.command = (shown), \
		.about = (words), \
		.many = FACT_##how, \
		.begin = (enum fact_field)k##_BEGIN },
#define FIELD(k, f, name, sort, words)
const struct kind_info fact_kinds[N_FACT_KINDS] = {
#include "audit/fact.def"
};
#undef KIND
#undef FIELD

#define KIND(k, name, how, shown, words)
#define FIELD(k, f, name, sort, words) \
	[k##_##f] = { .key = (name), .about = (words), .type = FACT_##sort, .kind = FACT_##k },
const struct field_info fact_fields[N_FACT_FIELDS] = {
#include "audit/fact.def"
};
#undef KIND
#undef FIELD

static bool values_grow(struct facts *f, size_t n)
{
	if (f->n_values + n <= f->cap_values)
		return true;
	size_t cap = f->cap_values ? 2 * f->cap_values : 1024;
	struct value *more = realloc(f->value, cap * sizeof *more);
	if (!more)
		return false;
	f->value = more;
	f->cap_values = cap;
	return true;
}

struct fact *fact_new(struct facts *f, enum fact_kind kind, uint32_t answer, uint32_t line)
{
	size_t n = kind_size(kind);
	struct fact *all =
		f->n < FACTS_MAX ? array_grown(f->fact, sizeof *all, f->n, &f->cap) : NULL;
	if (all)
		f->fact = all;
	if (!all || !values_grow(f, n)) {
		f->is_full = true;
		return NULL;
	}
	struct fact *x = &f->fact[f->n++];
	*x = (struct fact){ .kind = kind,
		.answer = answer,
		.line = line,
		.last_line = line,
		.first = (uint32_t)f->n_values };
	memset(f->value + f->n_values, 0, n * sizeof *f->value);
	f->n_values += n;
	return x;
}

void facts_free(struct facts *f)
{
	free(f->fact);
	free(f->value);
	*f = (struct facts){};
}

void fact_say(const struct facts *f, const struct fact *x, enum fact_field i, const char *word)
{
	fact_value(f, x, i)->text = (struct str){ word, strlen(word) };
}

void fact_set(
	const struct facts *f, const struct fact *x, enum fact_field i, uint64_t n, struct str text)
{
	*fact_value(f, x, i) = (struct value){ .text = text, .number = n };
}

bool value_is(const struct value *v, const char *word)
{
	return v->text.ptr && v->text.len == strlen(word) &&
	       !strncasecmp(v->text.ptr, word, v->text.len);
}

bool ipv4_read(struct str text, uint32_t *ip)
{
	uint32_t v = 0;
	size_t at = 0;
	for (int part = 0; part < 4; part++) {
		unsigned n = 0;
		size_t begin = at;
		while (at < text.len && at - begin < 3 && isdigit((unsigned char)text.ptr[at]))
			n = n * 10 + (unsigned)(text.ptr[at++] - '0');
		if (at == begin || n > 255)
			return false;
		if (part < 3 && (at == text.len || text.ptr[at++] != '.'))
			return false;
		v = v << 8 | n;
	}
	*ip = v;
	return at == text.len;
}

/* Digits, with commas between thousands, and what scales them: 45K, 12M. */
static bool read_number(struct str text, uint64_t *out)
{
	uint64_t v = 0, scale = 1;
	if (text.len > 1 && strchr("KMG", text.ptr[text.len - 1])) {
		char unit = text.ptr[--text.len];
		scale = unit == 'K' ? 1000 : unit == 'M' ? 1000000 : 1000000000;
	}
	if (text.len == 0)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == ',' && i > 0)
			continue;
		if (!isdigit((unsigned char)text.ptr[i]) || __builtin_mul_overflow(v, 10, &v) ||
			__builtin_add_overflow(v, (uint64_t)(text.ptr[i] - '0'), &v))
			return false;
	}
	if (v > UINT64_MAX / scale)
		return false;
	*out = v * scale;
	return true;
}

/* 1.03 is 103 hundredths. */
static bool read_centi(struct str text, uint64_t *out)
{
	const char *dot = memchr(text.ptr, '.', text.len);
	size_t n_whole = dot ? (size_t)(dot - text.ptr) : text.len, n_after = 0;
	uint64_t v, part = 0;
	if (!read_number((struct str){ text.ptr, n_whole }, &v) || v > UINT64_MAX / 1000)
		return false;
	for (size_t i = n_whole + 1; i < text.len; i++) {
		if (!isdigit((unsigned char)text.ptr[i]))
			return false;
		if (n_after++ < 2)
			part = part * 10 + (uint64_t)(text.ptr[i] - '0');
	}
	*out = v * 100 + (n_after == 1 ? part * 10 : part);
	return true;
}

/* Bits of 255.255.255.0; false for what is no mask. */
static bool mask_length(struct str text, uint64_t *length)
{
	uint32_t mask;
	if (!ipv4_read(text, &mask) || (~mask & (~mask + 1)))
		return false;
	*length = (uint64_t)__builtin_popcount(mask);
	return true;
}

/* What stands behind an address: /8, 255.0.0.0, nothing. */
static bool read_length(struct str rest, uint64_t *length)
{
	enum { NO_LENGTH = 255 };
	bool is_mask = rest.len && rest.ptr[0] == ' ';
	*length = NO_LENGTH;
	if (rest.len == 0)
		return true;
	do {
		rest.ptr++;
		rest.len--;
	} while (rest.len && rest.ptr[0] == ' ');
	return is_mask ? mask_length(rest, length) : read_number(rest, length) && *length <= 32;
}

/* 10.0.0.0/8, 10.0.0.0 255.0.0.0, 10.0.0.0; of IPv6 the text alone. */
static bool read_prefix(struct str text, uint64_t *out)
{
	uint64_t length;
	uint32_t ip;
	size_t n = 0;
	if (memchr(text.ptr, ':', text.len)) {
		*out = UINT64_MAX;
		return true;
	}
	while (n < text.len && text.ptr[n] != '/' && text.ptr[n] != ' ')
		n++;
	if (!ipv4_read((struct str){ text.ptr, n }, &ip) ||
		!read_length((struct str){ text.ptr + n, text.len - n }, &length))
		return false;
	*out = (uint64_t)ip << 8 | length;
	return true;
}

bool value_read(enum fact_type type, struct str text, struct value *out)
{
	struct value v = { .text = text };
	uint32_t ip;
	bool ok = text.len > 0;
	if (ok && type == FACT_NUMBER)
		ok = read_number(text, &v.number);
	else if (ok && type == FACT_CENTI)
		ok = read_centi(text, &v.number);
	else if (ok && type == FACT_PREFIX)
		ok = read_prefix(text, &v.number);
	else if (ok && type == FACT_ADDRESS && ipv4_read(text, &ip))
		v.number = ip;
	if (ok)
		*out = v;
	return ok;
}
