// SPDX-License-Identifier: Apache-2.0
// Three-valued logic (Kleene) over the facts of one device.
#include "audit/evaluate.h"

#include <strings.h>

#include "audit/trend.h"

enum { TRENDS_MAX = 1024 }; // facts of one device that are compared with earlier ones

static bool is_word(struct str text, struct str word)
{
	return text.len == word.len && !strncasecmp(text.ptr, word.ptr, word.len);
}

static bool contains(struct str text, struct str word)
{
	for (size_t i = 0; i + word.len <= text.len; i++)
		if (!strncasecmp(text.ptr + i, word.ptr, word.len))
			return true;
	return false;
}

static bool is_none(struct str word)
{
	return is_word(word, STR("none"));
}

/* A word, or a number where the field is one: "0" in a rule is 0 in every spelling. */
static bool equals(const struct term *t, const struct value *v, struct str word)
{
	struct value other;
	enum fact_type type = fact_fields[t->field].type;
	if (type == FACT_TEXT || type == FACT_ADDRESS)
		return is_word(v->text, word);
	return value_read(type, word, &other) && other.number == v->number;
}

/* Of a value that is there. */
static bool holds(const struct term *t, const struct value *v)
{
	bool any = false;
	for (size_t i = 0; i < t->n_choices; i++)
		any = any || (t->op == TERM_HAS ? contains(v->text, t->choice[i])
						: equals(t, v, t->choice[i]));
	switch (t->op) {
	case TERM_EQ:
	case TERM_HAS:
		return any;
	case TERM_NE:
		return !any;
	case TERM_LT:
		return v->number < t->number;
	case TERM_LE:
		return v->number <= t->number;
	case TERM_GT:
		return v->number > t->number;
	case TERM_GE:
		return v->number >= t->number;
	default:
		return false;
	}
}

/* A value that is not there: not set, where the whole section was read; unknown anywhere else. */
static enum truth absent(const struct fact *x, const struct term *t)
{
	bool wants_none = false;
	if (fact_kinds[x->kind].many != FACT_FORM || !x->is_whole)
		return TRUTH_UNKNOWN;
	for (size_t i = 0; i < t->n_choices; i++)
		wants_none = wants_none || is_none(t->choice[i]);
	return wants_none != (t->op == TERM_NE) ? TRUTH_YES : TRUTH_NO;
}

/* Whether a fact is what a condition asks about: "name = ARP Input" picks, it does not judge. */
static bool is_key(const struct term *t)
{
	const char *key = fact_fields[t->field].key;
	return t->op == TERM_EQ && !strcmp(key, "name");
}

static bool is_asked(const struct audit *a, const struct fact *x, const struct condition *c)
{
	for (size_t i = 0; i < c->n_terms; i++) {
		const struct value *v = fact_value(&a->facts, x, c->term[i].field);
		if (is_key(&c->term[i]) && !(value_known(v) && holds(&c->term[i], v)))
			return false;
	}
	return true;
}

struct judged {
	enum truth truth;
	bool is_asked; // all terms that pick do fit
};

static struct judged judge(const struct audit *a, uint32_t device, const struct fact *x,
	const struct condition *c, struct ruling *o)
{
	struct judged j = { .truth = TRUTH_YES, .is_asked = true };
	for (size_t i = 0; i < c->n_terms; i++) {
		const struct term *t = &c->term[i];
		const struct value *v = fact_value(&a->facts, x, t->field);
		enum truth one = t->op == TERM_RISES ? TRUTH_YES
				 : value_known(v)    ? (holds(t, v) ? TRUTH_YES : TRUTH_NO)
						     : absent(x, t);
		if (one == TRUTH_YES && t->op == TERM_RISES && j.truth == TRUTH_YES)
			one = trend_rises(a, device, x, t, o);
		if (is_key(t) && one != TRUTH_YES)
			j.is_asked = false;
		if (one < j.truth)
			j.truth = one;
		if (j.truth == TRUTH_NO && !j.is_asked)
			break;
	}
	return j;
}

enum truth evaluate_fact(
	const struct audit *a, uint32_t device, uint32_t fact, const struct condition *c)
{
	struct ruling o = { .earlier = UINT32_MAX };
	return judge(a, device, &a->facts.fact[fact], c, &o).truth;
}

/* Count a fact that was judged: how often the condition was met, and what speaks against a no. */
struct tally {
	size_t n_no, n_open;
};

static void count(
	const struct audit *a, uint32_t i, struct judged j, struct ruling *o, struct tally *t)
{
	const struct answer *w = audit_answer(a, &a->facts.fact[i]);
	enum fact_kind kind = a->facts.fact[i].kind;
	bool is_count = kind == FACT_NATS || kind == FACT_ARPS;
	bool is_sure = w->is_sure && !w->check[0] && !w->is_unchecked;
	if (j.truth != TRUTH_YES && is_count && w->has_echo && !w->is_uncut)
		return; // a count of one VRF: there may be more
	if (j.truth == TRUTH_YES) {
		if (o->n_facts < MATCHES_MAX)
			o->fact[o->n_facts] = i;
		o->n_facts++;
		o->is_unsure = o->is_unsure && !is_sure;
	} else if (j.truth == TRUTH_UNKNOWN || (j.is_asked && !is_sure)) {
		t->n_open++;
	} else {
		t->n_no += j.is_asked;
	}
}

/*
 * Whether facts can say no. What a condition picks by its name says so itself; of a list it takes the
 * whole of it; and nothing that was not told twice can be said not to rise.
 */
static bool can_deny(const struct audit *a, uint32_t device, const struct condition *c,
	const struct tally *t, bool is_trend)
{
	enum fact_field field[TERMS_MAX];
	bool picks = fact_kinds[c->kind].many == FACT_ONE; // what it asks about is one thing
	for (size_t i = 0; i < c->n_terms; i++) {
		field[i] = c->term[i].field;
		picks = picks || is_key(&c->term[i]);
	}
	if (picks && t->n_no > 0)
		return true;
	return !is_trend && audit_is_listed(a, device, (enum fact_kind)c->kind, field, c->n_terms);
}

/* What the facts as they were counted amount to. */
static void rule(struct ruling *o, const struct condition *c, const struct tally *t, bool denies,
	size_t n_facts)
{
	if (o->n_facts >= c->count)
		o->truth = TRUTH_YES;
	else if (t->n_open || !denies)
		o->truth = TRUTH_UNKNOWN;
	if (o->truth == TRUTH_UNKNOWN && !o->reason)
		o->reason = t->n_open ? "a value was not read, or whose it is cannot be told"
			    : n_facts ? "the list was not seen whole"
				      : "this was not shown";
}

/* Whether the output of a fact cannot tell what is asked, as the count of adjacencies that CEF runs: it leaves nothing open. */
static bool is_beside_it(const struct audit *a, const struct fact *x, const struct condition *c)
{
	static const struct {
		enum fact_field derived, from;
	} origins[] = { { CPU_SHARE, CPU_INTERRUPT }, { POOL_SHATTERED, POOL_LARGEST } };
	const struct output *o = audit_answer(a, x)->output;
	for (size_t i = 0; o && fact_kinds[x->kind].many == FACT_ONE && i < c->n_terms; i++) {
		enum fact_field field = c->term[i].field;
		for (size_t k = 0; k < countof(origins); k++)
			field = field == origins[k].derived ? origins[k].from : field;
		if (output_lacks(o, field))
			return true;
	}
	return false;
}

/* Whether show version tells it in another of its lines: what it says of a device is one thing. */
static bool is_said_beside(
	const struct audit *a, uint32_t device, const struct fact *x, const struct condition *c)
{
	size_t n;
	const uint32_t *fact = audit_facts(a, device, (enum fact_kind)x->kind, &n);
	for (size_t i = 0; x->kind == FACT_VERSION && i < n; i++) {
		const struct fact *y = &a->facts.fact[fact[i]];
		bool knows = y->answer == x->answer;
		for (size_t k = 0; knows && k < c->n_terms; k++)
			knows = value_known(fact_value(&a->facts, y, c->term[k].field));
		if (knows)
			return true;
	}
	return false;
}

struct ruling evaluate(const struct audit *a, uint32_t device, const struct condition *c)
{
	struct ruling o = { .truth = TRUTH_NO, .earlier = UINT32_MAX, .is_unsure = true };
	struct tally t = {};
	size_t n;
	const uint32_t *fact = audit_facts(a, device, (enum fact_kind)c->kind, &n);
	bool is_trend = false;
	for (size_t i = 0; i < c->n_terms; i++)
		is_trend = is_trend || c->term[i].op == TERM_RISES;
	for (size_t i = 0, n_trends = 0; i < n; i++) {
		const struct fact *x = &a->facts.fact[fact[i]];
		if (trend_is_before(a, x))
			continue;
		if (is_trend && (!is_asked(a, x, c) || n_trends++ >= TRENDS_MAX ||
					trend_is_superseded(a, device, x)))
			continue;
		struct judged j = judge(a, device, x, c, &o);
		bool is_open = j.truth == TRUTH_UNKNOWN && !is_trend;
		if (!is_open || !(is_beside_it(a, x, c) || is_said_beside(a, device, x, c)))
			count(a, fact[i], j, &o, &t);
	}
	rule(&o, c, &t, can_deny(a, device, c, &t, is_trend), n);
	return o;
}
