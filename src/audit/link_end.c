// SPDX-License-Identifier: Apache-2.0
// The ends of a link held against each other: as they run, and as they are configured.
#include <strings.h>

#include "audit/derive.h"
#include "audit/link.h"
#include "audit/medium.h"

bool link_is_now(const struct audit *a, const struct fact *x)
{
	return a->source[audit_answer(a, x)->source].epoch == EPOCH_NOW;
}

/* The last fact of a kind about an interface, of which `told` is told. */
static const struct fact *fact_about(const struct audit *a, uint32_t device, struct str name,
	enum fact_field named, enum fact_field told)
{
	size_t n;
	const uint32_t *fact = audit_facts(a, device, fact_fields[named].kind, &n);
	while (n-- > 0) {
		const struct fact *x = &a->facts.fact[fact[n]];
		if (link_is_now(a, x) && value_known(get(a, x, named)) &&
			(x->is_whole || value_known(get(a, x, told))) &&
			interface_eq(get(a, x, named)->text, name))
			return x;
	}
	return NULL;
}

struct link_end link_end_of(const struct audit *a, uint32_t device, struct str name)
{
	return (struct link_end){ .device = device,
		.name = name,
		.run = fact_about(a, device, name, INTERFACE_NAME, INTERFACE_DUPLEX),
		.set = fact_about(a, device, name, PORT_NAME, PORT_DUPLEX) };
}

/* "full" of full and a-full; NULL of what is neither full nor half. */
static const char *way_of(const struct value *v)
{
	static const char *const ways[][2] = { { "full", "a-full" }, { "half", "a-half" } };
	for (size_t i = 0; v && i < countof(ways); i++)
		if (value_is(v, ways[i][0]) || value_is(v, ways[i][1]))
			return ways[i][0];
	return NULL;
}

/* Mb/s of 100Mb/s, a-1000, 10 Gb/s; 0: not told. */
static uint64_t speed_of(const struct value *v)
{
	uint64_t n = 0;
	if (!v || !value_known(v))
		return 0;
	struct str t = v->text;
	size_t at = t.len > 2 && !memcmp(t.ptr, "a-", 2) ? 2 : 0;
	for (; at < t.len && t.ptr[at] >= '0' && t.ptr[at] <= '9' && n < 1000000; at++)
		n = n * 10 + (uint64_t)(t.ptr[at] - '0');
	while (at < t.len && t.ptr[at] == ' ')
		at++;
	return at < t.len && t.ptr[at] == 'G' ? n * 1000 : n;
}

static const struct value *told_by(const struct audit *a, const struct link_end *e, bool is_speed)
{
	static const enum fact_field run[] = { INTERFACE_DUPLEX, INTERFACE_SPEED },
				     set[] = { PORT_DUPLEX, PORT_SPEED };
	const struct value *v = e->run ? get(a, e->run, run[is_speed]) : NULL;
	if (v && (is_speed ? speed_of(v) > 0 : way_of(v) != NULL))
		return v;
	return e->set && value_known(get(a, e->set, set[is_speed])) ? get(a, e->set, set[is_speed])
								    : v;
}

/* Fixed by hand, or left to negotiation; UNKNOWN where the section was not read whole. */
enum policy { POLICY_UNKNOWN, POLICY_FIXED, POLICY_AUTO };

static enum policy policy_of(const struct audit *a, const struct link_end *e)
{
	const struct value *v = e->set ? get(a, e->set, PORT_DUPLEX) : NULL;
	if (v && way_of(v))
		return POLICY_FIXED;
	return v && (value_is(v, "auto") || (!value_known(v) && e->set->is_whole)) ? POLICY_AUTO
										   : POLICY_UNKNOWN;
}

/* In what the ends differ, "none" when in nothing that is told; NULL when too little is told. */
static const char *mismatch(
	const struct value *duplex[2], const struct value *speed[2], const enum policy policy[2])
{
	const char *one = way_of(duplex[0]), *other = way_of(duplex[1]);
	uint64_t fast = speed_of(speed[0]), slow = speed_of(speed[1]);
	if (one && other && strcmp(one, other))
		return "duplex";
	if (fast && slow && fast != slow)
		return "speed";
	if (policy[0] && policy[1] && policy[0] != policy[1])
		return "negotiation";
	return (one && other) || (policy[0] && policy[1]) ? "none" : NULL;
}

static void set_text(
	const struct audit *a, const struct fact *x, enum fact_field i, struct str text)
{
	if (text.ptr)
		fact_set(
			&a->facts, x, i, 0, text); // of no line: the other end's is in another text
}

static struct str text_of(const struct value *v)
{
	return v ? v->text : (struct str){};
}

static uint32_t origin(const struct audit *a, const struct link_end *e)
{
	const struct fact *x = e->run ? e->run : e->set;
	return x ? (uint32_t)(x - a->facts.fact) + 1 : 0;
}

void link_put(struct audit *a, const struct fact *seen, const struct link_end e[2],
	struct str neighbor, const struct value *advert, const char *by)
{
	const struct value *duplex[] = { told_by(a, &e[0], false), told_by(a, &e[1], false) };
	const struct value *speed[] = { told_by(a, &e[0], true), told_by(a, &e[1], true) };
	const enum policy policy[] = { policy_of(a, &e[0]), policy_of(a, &e[1]) };
	if (!way_of(duplex[1]) && way_of(advert))
		duplex[1] = advert;
	const char *how = mismatch(duplex, speed, policy);
	struct str text[] = { text_of(duplex[0]), text_of(duplex[1]), text_of(speed[0]),
		text_of(speed[1]) };
	uint32_t from[] = { origin(a, &e[0]), origin(a, &e[1]) };
	struct fact *x = fact_new(&a->facts, FACT_LINK, seen->answer, seen->line);
	if (!x) // facts have moved from here on
		return;
	x->from[0] = from[0];
	x->from[1] = from[1];
	set_text(a, x, LINK_INTERFACE, e[0].name);
	set_text(a, x, LINK_NEIGHBOR, neighbor);
	set_text(a, x, LINK_PORT, e[1].name);
	set_text(a, x, LINK_DUPLEX, text[0]);
	set_text(a, x, LINK_PORT_DUPLEX, text[1]);
	set_text(a, x, LINK_SPEED, text[2]);
	set_text(a, x, LINK_PORT_SPEED, text[3]);
	fact_say(&a->facts, x, LINK_BY, by);
	if (how)
		fact_say(&a->facts, x, LINK_MISMATCH, how);
}
