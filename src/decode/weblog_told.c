// SPDX-License-Identifier: Apache-2.0
// Words of access list messages: what each is shows its form, and for numbers the words beside it.
#include "decode/weblog_told.h"

#include "model/flow.h"

enum { WORDS_MAX = 64 };

static const struct {
	struct str word;
	bool is_denied;
} actions[] = { { STR("denied"), true }, { STR("deny"), true }, { STR("permitted"), false },
	{ STR("permit"), false }, { STR("est-allowed"), false } };

static const struct {
	struct str name;
	uint8_t number;
} protocols[] = {
	{ STR("tcp"), PROTO_TCP },
	{ STR("udp"), PROTO_UDP },
	{ STR("icmp"), PROTO_ICMP },
	{ STR("icmpv6"), PROTO_ICMP6 },
	{ STR("icmp6"), PROTO_ICMP6 },
	{ STR("igmp"), 2 },
	{ STR("gre"), 47 },
	{ STR("esp"), 50 },
	{ STR("ahp"), 51 },
	{ STR("eigrp"), 88 },
	{ STR("ospf"), 89 },
	{ STR("pim"), 103 },
	{ STR("sctp"), PROTO_SCTP },
};

/* "8/0" as type and code of ICMP; false when it is no pair of numbers. */
static bool read_pair(struct str s, uint32_t *icmp)
{
	struct str rest = s;
	uint32_t type = scan_number(scan_word(&rest, '/')), code = scan_number(rest);
	if (type > UINT8_MAX || code > UINT8_MAX)
		return false;
	*icmp = type * 256 + code;
	return true;
}

/* "10.0.0.1(80)", "inside/10.0.0.1(80)", "inside:10.0.0.1/80", "10.0.0.1:80" and "10.0.0.1". */
static bool read_peer(struct told *t, struct str word)
{
	struct str port = { word.ptr, 0 }, name = word;
	const char *open = memchr(word.ptr, '(', word.len);
	if (open && open[0] && word.ptr[word.len - 1] == ')') {
		size_t n = (size_t)(open - word.ptr);
		port = (struct str){ open + 1, word.len - n - 2 };
		name.len = n;
		const char *slash = memrchr(name.ptr, '/', name.len);
		name = scan_from(name, slash ? (size_t)(slash - name.ptr) + 1 : 0);
	} else {
		const char *slash = memrchr(name.ptr, '/', name.len);
		size_t n = slash ? (size_t)(slash - name.ptr) : name.len;
		port = scan_from(name, n + 1);
		name.len = n;
	}
	unsigned at = t->n_peers;
	bool is_addr = scan_addr(name, &t->peer[at]);
	const char *colon = is_addr ? NULL : memchr(name.ptr, ':', name.len);
	if (colon) { // an interface before it, or the port behind it
		size_t n = (size_t)(colon - name.ptr);
		is_addr = scan_addr(scan_from(name, n + 1), &t->peer[at]);
		if (!is_addr && port.len == 0) {
			port = scan_from(name, n + 1);
			is_addr = scan_addr((struct str){ name.ptr, n }, &t->peer[at]);
		}
	}
	if (!is_addr || (port.len && scan_number(port) > UINT16_MAX))
		return false;
	t->has_port[at] = port.len != 0;
	t->port[at] = port.len ? (uint16_t)scan_number(port) : 0;
	t->n_peers++;
	return true;
}

static bool read_action(struct told *t, struct str word)
{
	for (size_t i = 0; i < countof(actions) && !t->has_action; i++)
		if (scan_is(word, actions[i].word)) {
			t->has_action = true;
			t->is_denied = actions[i].is_denied;
			return true;
		}
	return false;
}

static bool read_protocol(struct told *t, struct str word)
{
	for (size_t i = 0; i < countof(protocols); i++)
		if (scan_is(word, protocols[i].name)) {
			t->proto = protocols[i].number;
			return true;
		}
	return false;
}

/* Marks of writing around a word: "[", "]", ",", quotes; "(8/0)" is left as it is. */
static struct str bare(struct str word)
{
	while (word.len && memchr("[\"'", word.ptr[0], 3))
		word = scan_from(word, 1);
	while (word.len && memchr("],;\"'", word.ptr[word.len - 1], 5))
		word.len--;
	return word;
}

/* A number whose meaning is in the words around it. */
static void read_number(struct told *t, struct str before, uint32_t n, struct str after)
{
	if (scan_begins(after, STR("packet")) || scan_is(before, STR("hit-cnt")))
		t->packets = n;
	else if (scan_is(before, STR("type")))
		t->icmp = n <= UINT8_MAX ? n * 256 : t->icmp;
	else if (scan_is(before, STR("code")) && t->icmp != UINT32_MAX)
		t->icmp += n <= UINT8_MAX ? n : 0;
	else if (!t->proto && t->has_action && t->n_peers == 0 && n > 0 && n <= UINT8_MAX)
		t->proto = (uint8_t)n; // "denied 50 10.0.0.1", "Deny protocol 50 src"
}

/* A word in brackets: "(8/0)" is type and code of ICMP; of others the brackets are taken off. */
static bool read_bracketed(struct told *t, struct str *w)
{
	if (w->len > 1 && w->ptr[0] == '(') {
		*w = scan_from(*w, 1);
		w->len -= w->ptr[w->len - 1] == ')';
		return t->n_peers && w->len && read_pair(*w, &t->icmp);
	}
	if (w->ptr[w->len - 1] == ')' && !memchr(w->ptr, '(', w->len))
		w->len--;
	return false;
}

static void read_word(struct told *t, struct str before, struct str w, struct str after)
{
	if (read_bracketed(t, &w))
		return;
	uint32_t number = scan_number(w);
	if (number != UINT32_MAX)
		read_number(t, before, number, after);
	else if (w.len && !read_action(t, w) && t->n_peers < 2 && !read_peer(t, w) && !t->proto)
		read_protocol(t, w);
}

/* The name of a list is anybody's choice, "permit" or an address: "list NAME", "NAME (10) deny". */
static bool is_list_name(struct str before, struct str after, size_t at)
{
	return scan_is(before, STR("list")) || scan_is(before, STR("access-list")) ||
	       (at == 0 && after.len && after.ptr[0] == '(');
}

void told_words(struct told *t, struct str text)
{
	static const struct str none = STR("");
	struct str word[WORDS_MAX];
	size_t n = 0;
	while (text.len && n < WORDS_MAX) {
		struct str w = bare(scan_word(&text, ' '));
		if (w.len)
			word[n++] = w;
	}
	for (size_t i = 0; i < n; i++) {
		struct str before = i ? word[i - 1] : none;
		struct str after = i + 1 < n ? word[i + 1] : none;
		before = scan_from(before, before.len && before.ptr[0] == '(');
		if (!is_list_name(before, after, i))
			read_word(t, before, word[i], after);
	}
}

static struct str nexus_value(struct str text, struct str name)
{
	size_t at = scan_find(text, name);
	struct str rest =
		at < text.len ? scan_from(text, at + name.len) : (struct str){ text.ptr, 0 };
	struct str value = scan_word(&rest, ',');
	return scan_trim(value);
}

bool told_nexus(struct told *t, struct str text)
{
	if (!scan_addr(nexus_value(text, STR("Src IP:")), &t->peer[0]) ||
		!scan_addr(nexus_value(text, STR("Dst IP:")), &t->peer[1]))
		return false;
	t->n_peers = 2;
	struct str from = nexus_value(text, STR("Src Port:")),
		   to = nexus_value(text, STR("Dst Port:"));
	t->port[0] = scan_port(from);
	t->port[1] = scan_port(to);
	struct str proto = nexus_value(text, STR("Protocol:"));
	const char *open = proto.len ? memchr(proto.ptr, '(', proto.len) : NULL;
	if (open) {
		struct str number = scan_from(proto, (size_t)(open - proto.ptr) + 1);
		uint32_t n = scan_number(scan_word(&number, ')'));
		t->proto = n <= UINT8_MAX ? (uint8_t)n : 0;
	}
	t->has_port[0] = t->has_port[1] = from.len && to.len && t->proto != PROTO_ICMP;
	struct str count = nexus_value(text, STR("Hit-count")); // "= 7" and ": 7"
	while (count.len && !is_digit(count.ptr[0]))
		count = scan_from(count, 1);
	uint32_t hits = scan_number(count);
	t->packets = hits == UINT32_MAX ? 1 : hits;
	t->is_denied = scan_begins(nexus_value(text, STR("ACE Action:")), STR("Deny"));
	t->has_action = true;
	return true;
}
