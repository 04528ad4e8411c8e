// SPDX-License-Identifier: Apache-2.0
// Access lists out of a configuration, or out of what a device shows of it: IOS, NX-OS, CatOS.
#ifndef CONTAIN_CONFIG_H
#define CONTAIN_CONFIG_H
#include "base/bytes.h"
#include "contain/policy.h"

enum { LIST_NAME_BYTES = 80, LISTS_MAX = 1024, BINDINGS_MAX = 4096, CONFIG_RULES_MAX = 1 << 20 };

/** What a line of a list says about itself, beside its rules. */
struct config_line {
	uint32_t line; // of the text
	uint64_t hits; // "(123 matches)", "[match=123]"; UINT64_MAX: it tells none
	bool is_unknown;
	struct str text; // a view of the text that was read
};

/** A list: its rules end in a deny of all the rest, as the devices do. */
struct acl {
	char name[LIST_NAME_BYTES];
	enum family family;
	struct policy policy;
	struct config_line *said;
	size_t n_said, cap_said;
	size_t n_unknown; // lines that could not be read
	// behind "remark from here on as in NAME", which a list by cordon has in front of what was there
	bool has_rest,
		has_no_remarks; // has_no_remarks: by a show command, or of CatOS, which leave them out
	size_t rest_rule, rest_said;
	char rest_name[LIST_NAME_BYTES];
};

/** What cordon writes in front of the lines that filtered before. */
#define REST_REMARK "remark from here on as in "

/** A list that filters at an interface; of CatOS at a VLAN, whose number stands for the interface. */
struct binding {
	char interface[LIST_NAME_BYTES], list[LIST_NAME_BYTES];
	enum family family;
	bool is_out;
};

struct config {
	struct acl *acl;
	size_t n_acls, cap_acls;
	struct binding *binding;
	size_t n_bindings, cap_bindings;
	uint32_t first_unknown; // line; 0: all of the lists was read
	size_t n_unknown, n_rules;
};

/**
 * Read a text. What it says later of a list goes behind what it said before, as on a device; "no"
 * takes a list or binding away. A line of a list that cannot be read decides all packets that it may
 * match: to ACTION_UNKNOWN. Lines that have nothing to do with lists are passed over.
 *
 * text  must last as long as the configuration
 *
 * Returns false, with `e` filled, when there is no memory or more than the limits above. Free with
 * config_fini in any case.
 */
bool config_read(struct str text, struct config *out, struct err *e);
void config_fini(struct config *c);

/** A list by its name and family; NULL when there is none. */
const struct acl *config_acl(const struct config *c, const char *name, enum family family);

/** The list at an interface; NULL when the text tells of none. */
const struct binding *config_binding(
	const struct config *c, const char *interface, enum family family, bool is_out);

/** The fate of a packet at a list, as a device has it: what is not there or empty lets all through. */
enum action acl_judge(const struct acl *a, const struct packet *p);

/** Index all lists, for questions by boxes. Returns false when there is no memory. */
bool config_index(struct config *c, struct err *e);
#endif
