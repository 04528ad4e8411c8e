// SPDX-License-Identifier: Apache-2.0
// Which server wrote a lease file is told by its first line that says anything.
#include "decode/leases.h"

#include "decode/lease_text.h"

enum { DIGITS_MAX = 18 };

static const struct {
	const char *about;
	void (*read)(struct str text, struct lease_sink *s);
} formats[N_LEASE_FORMATS] = {
#define AS_ROW(name, key, text) [LEASES_##name] = { .about = text },
	LEASE_FORMATS(AS_ROW)
#undef AS_ROW
};

static void (*const readers[N_LEASE_FORMATS])(struct str text, struct lease_sink *s) = {
	[LEASES_ISC] = leases_isc,
	[LEASES_DNSMASQ] = leases_dnsmasq,
	[LEASES_KEA] = leases_kea,
};

const char *lease_format_about(enum lease_format f)
{
	return formats[f].about;
}

bool lease_line(struct str *rest, struct str *line)
{
	if (rest->len == 0)
		return false;
	const char *end = memchr(rest->ptr, '\n', rest->len);
	size_t n = end ? (size_t)(end - rest->ptr) : rest->len, step = n + (end != NULL);
	*line = (struct str){ rest->ptr, n && rest->ptr[n - 1] == '\r' ? n - 1 : n };
	*rest = (struct str){ rest->ptr + step, rest->len - step };
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct str lease_word(struct str *line)
{
	size_t from = 0, end;
	while (from < line->len && is_blank(line->ptr[from]))
		from++;
	for (end = from; end < line->len && !is_blank(line->ptr[end]);)
		end++;
	struct str word = { line->ptr + from, end - from };
	*line = (struct str){ line->ptr + end, line->len - end };
	return word;
}

bool lease_is(struct str a, const char *word)
{
	return a.len == strlen(word) && !memcmp(a.ptr, word, a.len);
}

bool lease_number(struct str text, uint64_t *out)
{
	uint64_t v = 0;
	if (text.len == 0 || text.len > DIGITS_MAX)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
		v = v * 10 + (uint64_t)(text.ptr[i] - '0');
	}
	*out = v;
	return true;
}

void lease_name_put(struct lease *l, struct str name)
{
	size_t n = 0;
	if (!lease_is(name, "*"))
		n = name.len < sizeof l->name ? name.len : sizeof l->name - 1;
	for (size_t i = 0; i < n; i++) { // what steers a terminal is no name of a host
		uint8_t c = (uint8_t)name.ptr[i];
		l->name[i] = c > ' ' && c < 0x7f ? (char)c : '?';
	}
	l->name[n] = '\0';
}

void lease_bad(struct lease_sink *s)
{
	if (s->report->n_bad < LEASE_BAD_MAX)
		s->report->bad[s->report->n_bad] = s->line;
	s->report->n_bad++;
}

void lease_emit(struct lease_sink *s, const struct lease *l)
{
	s->report->n_leases++;
	if (mac_is_told(&l->mac))
		s->take(s->ctx, l);
	else
		s->report->n_without_mac++;
}

static enum lease_format format_of(struct str text)
{
	struct str line, first;
	while (lease_line(&text, &line)) {
		static const char kea[] = "address,";
		first = lease_word(&line);
		if (first.len == 0 || first.ptr[0] == '#')
			continue;
		if (first.len >= sizeof kea && !memcmp(first.ptr, kea, sizeof kea - 1))
			return LEASES_KEA;
		bool is_number = first.ptr[0] >= '0' && first.ptr[0] <= '9';
		return is_number || lease_is(first, "duid") ? LEASES_DNSMASQ : LEASES_ISC;
	}
	return LEASES_NONE;
}

void leases_decode(struct str text, lease_fn *take, void *ctx, struct lease_report *out)
{
	*out = (struct lease_report){ .format = format_of(text) };
	struct lease_sink sink = { take, ctx, out, 0 };
	if (readers[out->format])
		readers[out->format](text, &sink);
}
