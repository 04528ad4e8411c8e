// SPDX-License-Identifier: Apache-2.0
// What the parts of the reader of NBAR share: where it stands, and the lines of what drops.
#ifndef CONTAIN_NBAR_READING_H
#define CONTAIN_NBAR_READING_H
#include "contain/nbar.h"

enum place { AT_NONE, AT_CLASS, AT_POLICY, AT_STEP, AT_LIST, AT_MAP, AT_INTERFACE };

struct reading {
	struct nbar *n;
	struct err *e;
	enum place place;
	uint32_t line;
	const char *line_at; // the whole line, for what is read of it by others
	void *of;            // the part it stands in
};

/** The word at a place, cut; gives what stands behind it. */
const char *nbar_word_take(const char *text, char room[static NBAR_NAME_BYTES]);

/** Whether it is the number of a mark. */
bool nbar_is_dscp(const char *text, unsigned *out);

/** Count a line that was not read. */
void nbar_unread(struct reading *r);

/** The part of that name, made if it is new; each begins with its name. NULL: there are too many. */
void *nbar_part_of(struct reading *r, void *parts, size_t size, size_t *n, const char *name);
#define PART(r, parts, count, name) \
	nbar_part_of(r, (r)->n->parts, sizeof *(r)->n->parts, &(r)->n->count, name)

/** Whether a part has as many lines as it can have; then `e` is filled. */
bool nbar_is_full(struct reading *r, size_t n);

/** Lines of lists, of route maps, of interfaces; each false with `e` filled. */
bool nbar_take_list(struct reading *r, const char *rest);
bool nbar_take_list_line(struct reading *r, const char *rest);
bool nbar_take_numbered(struct reading *r, const char *rest);
bool nbar_take_map(struct reading *r, const char *rest);
bool nbar_take_route_match(struct reading *r, const char *rest);
bool nbar_take_null(struct reading *r, const char *rest);
bool nbar_take_route_other(struct reading *r, const char *rest);
bool nbar_take_interface(struct reading *r, const char *rest);
bool nbar_take_bound_policy(struct reading *r, const char *rest);
bool nbar_take_bound_map(struct reading *r, const char *rest);
bool nbar_take_bound_list(struct reading *r, const char *rest);
#endif
