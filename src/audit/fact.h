// SPDX-License-Identifier: Apache-2.0
// Facts: what a device said of itself, typed, each with the lines it stands in.
#ifndef AUDIT_FACT_H
#define AUDIT_FACT_H
#include <stdint.h>

#include "base/bytes.h"

/** Kinds of facts and their fields, as fact.def lists them. Fields of a kind are neighbours. */
#define KIND(kind, key, many, command, about) FACT_##kind,
#define FIELD(kind, name, key, type, about)
enum fact_kind {
#include "audit/fact.def"
	N_FACT_KINDS
};
#undef KIND
#undef FIELD

#define KIND(kind, key, many, command, about) kind##_BEGIN, kind##_MARK = kind##_BEGIN - 1,
#define FIELD(kind, name, key, type, about) kind##_##name,
enum fact_field {
#include "audit/fact.def"
	N_FACT_FIELDS
};
#undef KIND
#undef FIELD

enum { FACT_FIELDS_MAX = 28, FACTS_MAX = 1 << 22 };

/** CENTI: hundredths. PREFIX: its number is address << 8 | length, 255 where none stands. */
enum fact_type { FACT_NUMBER, FACT_CENTI, FACT_TEXT, FACT_ADDRESS, FACT_PREFIX };
enum fact_many { FACT_ONE, FACT_MANY, FACT_FORM };

struct field_info {
	const char *key, *about;
	enum fact_type type;
	enum fact_kind kind;
};
struct kind_info {
	const char *key, *command, *about;
	enum fact_many many;
	enum fact_field begin;
};
extern const struct field_info fact_fields[N_FACT_FIELDS];
extern const struct kind_info fact_kinds[N_FACT_KINDS];

/** Number of fields of a kind. */
static inline unsigned kind_size(enum fact_kind k)
{
	return (k + 1 < N_FACT_KINDS ? (unsigned)fact_kinds[k + 1].begin : N_FACT_FIELDS) -
	       (unsigned)fact_kinds[k].begin;
}

/** Unknown: text.ptr is NULL. */
struct value {
	struct str text; // as it stands in the input, or a word of ours
	uint64_t number; // where the type has one
	uint32_t line;   // 0: of no line of its own
};

struct fact {
	enum fact_kind kind;
	uint32_t answer; // it was read in
	uint32_t line, last_line;
	uint32_t first;   // of its values
	bool is_whole;    // of a FORM: every line of it was understood
	uint32_t from[2]; // facts of other answers that it was derived from, index + 1; 0: none
};

/** All facts of a run, in the order they were read. */
struct facts {
	struct fact *fact;
	struct value *value;
	size_t n, cap, n_values, cap_values;
	bool is_full; // FACTS_MAX, or no memory: more was said than is kept
};

/** Put a fact without values; NULL when there is no room, which is marked. */
struct fact *fact_new(struct facts *f, enum fact_kind kind, uint32_t answer, uint32_t line);
void facts_free(struct facts *f);

/** A field of a fact of the field's kind. */
static inline struct value *fact_value(
	const struct facts *f, const struct fact *x, enum fact_field i)
{
	return &f->value[x->first + (i - fact_kinds[x->kind].begin)];
}

static inline bool value_known(const struct value *v)
{
	return v->text.ptr;
}

/** Say a field in a word of ours. */
void fact_say(const struct facts *f, const struct fact *x, enum fact_field i, const char *word);

/** Set a number that was derived; it has no text of its own, `text` stands for it. */
void fact_set(const struct facts *f, const struct fact *x, enum fact_field i, uint64_t n,
	struct str text);

bool value_is(const struct value *v, const char *word); // without regard to case

/** Read a value by its type; false when `text` is none. */
bool value_read(enum fact_type type, struct str text, struct value *out);

/** 10.1.2.3, and its number in host order. */
bool ipv4_read(struct str text, uint32_t *ip);
#endif
