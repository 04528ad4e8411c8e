// SPDX-License-Identifier: Apache-2.0
// Lines of a configuration: heads of lists, their lines, interfaces. What is no list is passed over.
#include "contain/config.h"

#include <stdio.h>
#include <stdlib.h>

#include "contain/ace.h"
#include "model/prefixes.h"

void config_fini(struct config *c)
{
	for (size_t i = 0; i < c->n_acls; i++) {
		policy_fini(&c->acl[i].policy);
		free(c->acl[i].said);
	}
	free(c->acl);
	free(c->binding);
	*c = (struct config){};
}

const struct acl *config_acl(const struct config *c, const char *name, enum family family)
{
	for (size_t i = 0; i < c->n_acls; i++)
		if (c->acl[i].family == family && !strcmp(c->acl[i].name, name))
			return &c->acl[i];
	return NULL;
}

const struct binding *config_binding(
	const struct config *c, const char *interface, enum family family, bool is_out)
{
	for (size_t i = 0; i < c->n_bindings; i++)
		if (c->binding[i].family == family && c->binding[i].is_out == is_out &&
			!strcmp(c->binding[i].interface, interface))
			return &c->binding[i];
	return NULL;
}

enum action acl_judge(const struct acl *a, const struct packet *p)
{
	return a && a->policy.n ? policy_judge(&a->policy, p, NULL) : ACTION_PERMIT;
}

bool config_index(struct config *c, struct err *e)
{
	for (size_t i = 0; i < c->n_acls; i++)
		if (!policy_index(&c->acl[i].policy, e))
			return false;
	return true;
}

enum { VLAN_MAX = 4094 };

/* Where the reader stands: in which list, at which interface. */
struct place_in {
	struct config *config;
	size_t acl;                      // index; SIZE_MAX: in none
	bool is_standard, is_flat;       // is_flat: the first line of the list was not indented
	bool is_begun;                   // it had a first line
	char interface[LIST_NAME_BYTES]; // empty: at none
	uint32_t line;
};

static bool acl_turn(
	struct place_in *at, const char *name, enum family f, bool is_standard, struct err *e)
{
	struct config *c = at->config;
	at->is_standard = is_standard;
	at->is_begun = false;
	at->interface[0] = '\0';
	for (at->acl = 0; at->acl < c->n_acls; at->acl++)
		if (c->acl[at->acl].family == f && !strcmp(c->acl[at->acl].name, name))
			return true;
	if (c->n_acls == LISTS_MAX)
		return err_set(e, "line %u: more than %d access lists", at->line, LISTS_MAX);
	struct acl *room = array_grown(c->acl, sizeof *room, c->n_acls, &c->cap_acls);
	if (!room)
		return err_sys(e, "access list");
	c->acl = room;
	c->acl[c->n_acls] = (struct acl){ .family = f, .policy = { .rest = ACTION_DENY } };
	snprintf(c->acl[c->n_acls++].name, LIST_NAME_BYTES, "%s", name);
	return true;
}

static void acl_drop(struct config *c, const char *name, enum family f)
{
	for (size_t i = 0; i < c->n_acls; i++)
		if (c->acl[i].family == f && !strcmp(c->acl[i].name, name)) {
			policy_fini(&c->acl[i].policy);
			free(c->acl[i].said);
			c->acl[i] = c->acl[--c->n_acls];
			return;
		}
}

static bool line_put(struct place_in *at, struct str text, struct err *e)
{
	struct config *c = at->config;
	struct acl *a = &c->acl[at->acl];
	struct ace *ace = malloc(sizeof *ace);
	struct config_line *said = array_grown(a->said, sizeof *said, a->n_said, &a->cap_said);
	bool ok = ace && said;
	if (said)
		a->said = said;
	if (ok)
		ace_parse(text, a->family, at->is_standard, ace);
	for (size_t i = 0; ok && i < ace->n; i++) {
		struct rule r = { .box = ace->box[i], .action = ace->action, .line = at->line };
		ok = policy_put(&a->policy, &r, e);
	}
	if (ok) {
		bool is_unknown = ace->action == ACTION_UNKNOWN;
		a->said[a->n_said++] =
			(struct config_line){ at->line, ace->hits, is_unknown, text };
		a->n_unknown += is_unknown;
		c->n_unknown += is_unknown;
		if (is_unknown && !c->first_unknown)
			c->first_unknown = at->line;
		c->n_rules += ace->n;
	}
	free(ace);
	if (!ok)
		return err_sys(e, "access list");
	return c->n_rules <= CONFIG_RULES_MAX ||
	       err_set(e, "line %u: more than %d rules", at->line, CONFIG_RULES_MAX);
}

/* Heads of lists: what stands before the name, and what it is. %n marks the begin of the name. */
static const struct {
	const char *begin;
	enum family family;
	bool is_standard, has_no_remarks;
} heads[] = {
	{ "ip access-list extended ", FAMILY_4, false, false },
	{ "ip access-list standard ", FAMILY_4, true, false },
	{ "ip access-list ", FAMILY_4, false, false },
	{ "ipv6 access-list ", FAMILY_6, false, false },
	{ "Extended IP access list ", FAMILY_4, false, true },
	{ "Standard IP access list ", FAMILY_4, true, true },
	{ "IPv6 access list ", FAMILY_6, false, true },
	{ "IP access list ", FAMILY_4, false, true },
	{ "IPV6 access list ", FAMILY_6, false, true },
};

static bool starts(const char *text, const char *begin)
{
	return !strncmp(text, begin, strlen(begin));
}

static bool is_number(char c)
{
	return c >= '0' && c <= '9';
}

/* The word at a place; gives what stands behind it. */
static const char *word_take(const char *text, char room[static LIST_NAME_BYTES])
{
	text += strspn(text, " \t");
	size_t n = strcspn(text, " \t\r");
	snprintf(room, LIST_NAME_BYTES, "%.*s", (int)(n < LIST_NAME_BYTES ? n : 0), text);
	text += n;
	return text + strspn(text, " \t");
}

/* "access-list 101 permit ..." and CatOS' "set security acl ip NAME permit ..." name their list. */
static bool take_named_line(struct place_in *at, const char *text, const char *whole_begin,
	struct str whole, struct err *e)
{
	char name[LIST_NAME_BYTES];
	const char *rest = word_take(text, name);
	uint32_t n = (uint32_t)strtoul(name, NULL, 10);
	bool is_standard = *name >= '0' && *name <= '9' && (n < 100 || (n >= 1300 && n < 2000));
	if (starts(rest, "remark") || !*name)
		return true;
	if (!acl_turn(at, name, FAMILY_4, is_standard, e))
		return false;
	at->config->acl[at->acl].has_no_remarks |= starts(whole_begin, "set ");
	if (!*rest) // as show security acl info prints it: its lines stand below
		return true;
	size_t skip = (size_t)(rest - whole_begin);
	bool ok = line_put(at, (struct str){ whole.ptr + skip, whole.len - skip }, e);
	at->acl = SIZE_MAX; // the next line names its list itself
	return ok;
}

static bool binding_put(struct place_in *at, const struct binding *b, bool is_no, struct err *e)
{
	struct config *c = at->config;
	for (size_t i = 0; i < c->n_bindings; i++)
		if (c->binding[i].family == b->family && c->binding[i].is_out == b->is_out &&
			!strcmp(c->binding[i].interface, b->interface)) {
			c->binding[i] = is_no ? c->binding[--c->n_bindings] : *b;
			return true;
		}
	if (is_no)
		return true;
	if (c->n_bindings == BINDINGS_MAX)
		return err_set(e, "line %u: more than %d bindings", at->line, BINDINGS_MAX);
	struct binding *room =
		array_grown(c->binding, sizeof *room, c->n_bindings, &c->cap_bindings);
	if (!room)
		return err_sys(e, "access list");
	c->binding = room;
	c->binding[c->n_bindings++] = *b;
	return true;
}

/* "ip access-group NAME in" */
static bool take_group(
	struct place_in *at, const char *text, enum family f, bool is_no, struct err *e)
{
	struct binding b = { .family = f };
	char way[LIST_NAME_BYTES];
	word_take(word_take(text, b.list), way);
	snprintf(b.interface, sizeof b.interface, "%s", at->interface);
	b.is_out = !strcmp(way, "out");
	return binding_put(at, &b, is_no, e);
}

/* "set security acl map NAME 20,30-32": a VLAN takes one list. */
static bool take_vlan_map(struct place_in *at, const char *text, struct err *e)
{
	struct binding b = { .family = FAMILY_4 };
	const char *vlans = word_take(text, b.list);
	bool ok = true;
	at->acl = SIZE_MAX;
	while (ok && is_number(*vlans)) {
		char *end;
		unsigned long first = strtoul(vlans, &end, 10), last = first;
		if (*end == '-')
			last = strtoul(end + 1, &end, 10);
		for (unsigned long v = first; ok && v <= last && v <= VLAN_MAX; v++) {
			snprintf(b.interface, sizeof b.interface, "%lu", v);
			ok = binding_put(at, &b, false, e);
		}
		vlans = end + strspn(end, ", ");
	}
	return ok;
}

/* Lines of an interface; what else it says is not about lists. */
static bool take_interface_line(struct place_in *at, const char *text, struct err *e)
{
	bool is_no = starts(text, "no ");
	text += is_no ? 3 : 0;
	if (starts(text, "ip access-group "))
		return take_group(at, text + 16, FAMILY_4, is_no, e);
	if (starts(text, "ipv6 traffic-filter "))
		return take_group(at, text + 20, FAMILY_6, is_no, e);
	return true;
}

/* A line inside a list: with or without its number. */
static bool take_list_line(struct place_in *at, const char *text, struct str whole, struct err *e)
{
	const char *rule = text + strspn(text, "0123456789");
	rule += *rule == '.'; // of CatOS
	rule += strspn(rule, " \t");
	if (starts(text, "sequence "))
		rule = text + 9 + strspn(text + 9, "0123456789 ");
	struct acl *a = &at->config->acl[at->acl];
	if (starts(rule, REST_REMARK)) {
		a->has_rest = true;
		a->rest_rule = a->policy.n;
		a->rest_said = a->n_said;
		word_take(rule + sizeof REST_REMARK - 1, a->rest_name);
	}
	if (starts(rule, "remark") || starts(rule, "statistics ") || starts(rule, "arp ") ||
		!*rule || strspn(rule, "-") == strlen(rule))
		return true;
	size_t skip = (size_t)(rule - text);
	return line_put(at, (struct str){ whole.ptr + skip, whole.len - skip }, e);
}

static bool take_head(struct place_in *at, const char *text, bool *was, struct err *e)
{
	bool is_no = starts(text, "no ");
	const char *head = text + (is_no ? 3 : 0);
	char name[LIST_NAME_BYTES];
	*was = false;
	for (size_t i = 0; i < countof(heads) && !*was; i++) {
		if (!starts(head, heads[i].begin))
			continue;
		*was = true;
		word_take(head + strlen(heads[i].begin), name);
		if (!is_no) {
			bool ok = acl_turn(at, name, heads[i].family, heads[i].is_standard, e);
			if (ok)
				at->config->acl[at->acl].has_no_remarks |= heads[i].has_no_remarks;
			return ok;
		}
		acl_drop(at->config, name, heads[i].family);
		at->acl = SIZE_MAX;
	}
	return true;
}

/* In a paste that lost its indents, what is no known end of a list may be a line of it. */
static bool is_lost(const struct place_in *at, const char *text)
{
	static const char *const ends[] = { "end", "exit", "configure", "hostname", "line ", "ip ",
		"ipv6 ", "route-map ", "router ", "class-map", "policy-map", "vlan ", "commit ",
		"set ", "clear ", "no ", "control-plane", "logging ", "snmp-server", "checkpoint ",
		"verify", "show " };
	if (at->is_begun && !at->is_flat)
		return false;
	for (size_t i = 0; i < countof(ends); i++)
		if (starts(text, ends[i]))
			return false;
	return !strchr(text, '#') && !strchr(text, '>'); // a prompt
}

static bool binds(const char *text)
{
	return starts(text, "ip access-group") || starts(text, "ipv6 traffic-filter");
}

/* A line that may be of the list or the interface that the reader stands in. */
static bool take_inner(
	struct place_in *at, const char *text, bool is_indented, struct str whole, struct err *e)
{
	bool is_named = starts(text, "permit ") || starts(text, "deny ");
	bool is_rule = is_named || is_number(*text);
	if (is_named && at->acl == SIZE_MAX && !at->interface[0] &&
		!acl_turn(at, "(without a name)", FAMILY_4, false, e))
		return false;
	if (at->acl < at->config->n_acls && (is_rule || is_indented || is_lost(at, text))) {
		if (!at->is_begun)
			at->is_flat = !is_indented;
		at->is_begun = true;
		return take_list_line(at, text, whole, e);
	}
	if (at->interface[0] && (is_indented || binds(text)))
		return take_interface_line(at, text, e);
	at->acl = SIZE_MAX; // another part of the configuration
	at->interface[0] = '\0';
	return true;
}

/* One line, `text` with its NUL and without blanks in front. */
static bool take_line(
	struct place_in *at, const char *text, bool is_indented, struct str whole, struct err *e)
{
	static const char catos[] = "set security acl ip ", numbered[] = "access-list ";
	static const char mapped[] = "set security acl map ";
	bool was_head;
	if (!*text || *text == '!')
		return true;
	if (!take_head(at, text, &was_head, e))
		return false;
	if (was_head)
		return true;
	if (starts(text, numbered))
		return take_named_line(at, text + sizeof numbered - 1, text, whole, e);
	if (starts(text, mapped))
		return take_vlan_map(at, text + sizeof mapped - 1, e);
	if (starts(text, catos))
		return take_named_line(at, text + sizeof catos - 1, text, whole, e);
	if (starts(text, "interface ")) {
		at->acl = SIZE_MAX;
		word_take(text + 10, at->interface);
		return true;
	}
	return take_inner(at, text, is_indented, whole, e);
}

enum { LINE_BYTES = 1024 };

/* A line too long to be one of a list: inside of one it counts as unknown. */
static bool take_view(struct place_in *at, struct str line, struct err *e)
{
	char room[LINE_BYTES];
	size_t blanks = 0;
	while (blanks < line.len && (line.ptr[blanks] == ' ' || line.ptr[blanks] == '\t'))
		blanks++;
	struct str whole = { line.ptr + blanks, line.len - blanks };
	if (whole.len && whole.ptr[whole.len - 1] == '\r')
		whole.len--;
	if (whole.len >= sizeof room)
		whole.len = sizeof room - 1;
	memcpy(room, whole.ptr, whole.len);
	room[whole.len] = '\0';
	if (memchr(room, '\0', whole.len))
		whole.len = strlen(room);
	return take_line(at, room, blanks > 0, whole, e);
}

bool config_read(struct str text, struct config *out, struct err *e)
{
	struct place_in at = { .config = out, .acl = SIZE_MAX };
	*out = (struct config){};
	while (text.len) {
		const char *end = memchr(text.ptr, '\n', text.len);
		size_t n = end ? (size_t)(end - text.ptr) : text.len;
		at.line++;
		if (!take_view(&at, (struct str){ text.ptr, n }, e))
			return false;
		n += end != NULL;
		text.ptr += n;
		text.len -= n;
	}
	return config_index(out, e);
}
