// SPDX-License-Identifier: Apache-2.0
// Options of cordon contain, and from a plan to a policy that is proved.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/contain.h"
#include "base/quantity.h"
#include "base/typo.h"
#include "model/words.h"

enum { CONFIG_BYTES_MAX = 64 << 20, TOLD_BYTES = 512 };
static const uint64_t lasts_default_ms = UINT64_C(24) * 60 * 60 * 1000;

void contain_tell(const char *text, ...)
{
	char said[TOLD_BYTES], plain[TOLD_BYTES];
	va_list ap;
	va_start(ap, text);
	vsnprintf(said, sizeof said, text, ap);
	va_end(ap);
	fprintf(stderr, "cordon contain: %s\n", plain_format(said, plain, sizeof plain));
}

void job_fini(struct job *j)
{
	plan_fini(&j->plan);
	compiled_fini(&j->compiled);
	policy_fini(&j->effect);
	policy_fini(&j->kept);
	free(j->hits);
	free(j->order);
	protection_fini(&j->protection);
	config_fini(&j->existing);
	for (enum family f = 0; f < N_FAMILIES; f++) {
		policy_fini(&j->rest[f].policy);
		free(j->rest[f].said);
	}
	inventory_free(j->inventory);
	free(j->services);
	free(j->existing_text);
}

const char *span_text(const struct range *s, char room[static SPAN_TEXT_BYTES])
{
	struct range any = box_any().of[DIM_SRC], four = family_span(FAMILY_4);
	char lo[ADDR_TEXT_BYTES], hi[ADDR_TEXT_BYTES];
	struct addr a = addr_of_number(s->lo), b = addr_of_number(s->hi);
	struct prefix p;
	if (span_has(s, &any) || (s->lo == four.lo && s->hi == four.hi))
		snprintf(room, SPAN_TEXT_BYTES, "any");
	else if (s->lo == s->hi)
		snprintf(room, SPAN_TEXT_BYTES, "%s", addr_format(&a, lo));
	else if (span_prefix(s, &p))
		snprintf(room, SPAN_TEXT_BYTES, "%s/%u", addr_format(&a, lo),
			addr_is_v4(&a) ? p.bits - 96U : p.bits);
	else
		snprintf(room, SPAN_TEXT_BYTES, "%s-%s", addr_format(&a, lo), addr_format(&b, hi));
	return room;
}

static void numbers_text(const struct range *s, const char *before, char room[static 24])
{
	room[0] = '\0';
	if (s->lo == s->hi)
		snprintf(room, 24, "%s%u", before, (unsigned)s->lo);
	else if (s->lo > 0 || s->hi < UINT16_MAX)
		snprintf(room, 24, "%s%u-%u", before, (unsigned)s->lo, (unsigned)s->hi);
}

const char *box_text(const struct box *b, char room[static BOX_TEXT_BYTES])
{
	char src[SPAN_TEXT_BYTES], dst[SPAN_TEXT_BYTES], from[24], to[24], proto[24] = "any";
	struct entry_port p = { .proto = (uint8_t)b->of[DIM_PROTO].lo };
	char name[PORT_TEXT_BYTES];
	if (b->of[DIM_PROTO].lo == b->of[DIM_PROTO].hi)
		snprintf(proto, sizeof proto, "%.23s",
			p.proto == PROTO_TCP   ? "tcp"
			: p.proto == PROTO_UDP ? "udp"
					       : entry_port_text(&p, name));
	else if (b->of[DIM_PROTO].lo > 0 || b->of[DIM_PROTO].hi < UINT8_MAX)
		snprintf(proto, sizeof proto, "protocol %u-%u", (unsigned)b->of[DIM_PROTO].lo,
			(unsigned)b->of[DIM_PROTO].hi);
	numbers_text(&b->of[DIM_SPORT], " from port ", from);
	numbers_text(&b->of[DIM_DPORT], "/", to);
	snprintf(room, BOX_TEXT_BYTES, "%s -> %s %s%s%s%s", span_text(&b->of[DIM_SRC], src),
		span_text(&b->of[DIM_DST], dst), proto, to, from,
		b->of[DIM_STATE].lo ? " established" : "");
	return room;
}

/* A whole number from `least` to `most`; what is not given is left as it is. */
static bool number_option(
	const char *name, const char *text, uint64_t least, uint64_t most, uint64_t *out)
{
	uint64_t v;
	if (!text)
		return true;
	if (!number_parse((struct str){ text, strlen(text) }, &v) || v < least || v > most) {
		contain_tell("--%s takes a number from %llu to %llu, not '%s'", name,
			(unsigned long long)least, (unsigned long long)most, text);
		return false;
	}
	*out = v;
	return true;
}

static bool time_options(struct job *j)
{
	const struct contain_options *o = j->o;
	j->lasts_ms = lasts_default_ms;
	j->plan.at_ms = (uint64_t)time(NULL) * 1000;
	if (o->at && !moment_parse(o->at, &j->plan.at_ms)) {
		contain_tell("--at takes a time like 2001-08-09T00:12:00Z, not '%s'", o->at);
		return false;
	}
	if (o->lasts &&
		(!duration_parse((struct str){ o->lasts, strlen(o->lasts) }, &j->lasts_ms) ||
			j->lasts_ms < 1000 || j->lasts_ms > UINT64_C(366) * 86400000)) {
		contain_tell("--for takes a duration from 1s to 366d (%s), not '%s'",
			DURATION_UNITS, o->lasts);
		return false;
	}
	if (o->renew &&
		(!duration_parse((struct str){ o->renew, strlen(o->renew) }, &j->renew_ms) ||
			j->renew_ms < j->lasts_ms || j->renew_ms > UINT64_C(366) * 86400000)) {
		contain_tell("--renew takes a duration from that of --for to 366d (%s), not '%s'",
			DURATION_UNITS, o->renew);
		return false;
	}
	j->how.until_ms = j->plan.at_ms + j->lasts_ms;
	return true;
}

static bool port_options(struct job *j)
{
	const struct contain_options *o = j->o;
	for (size_t i = 0; i < o->port.n; i++)
		if (!entry_port_parse(o->port.text[i], &j->how.port[j->how.n_ports++])) {
			bool is_number =
				strspn(o->port.text[i], "0123456789") == strlen(o->port.text[i]);
			contain_tell("--port takes tcp/80, udp/1434, 'icmp echo', tcp or any, not "
				     "'%s'%s%s%s%s%s",
				o->port.text[i], is_number ? "; did you mean tcp/" : "",
				is_number ? o->port.text[i] : "", is_number ? ", or udp/" : "",
				is_number ? o->port.text[i] : "", is_number ? "?" : "");
			return false;
		}
	if (o->direction && !direction_parse(o->direction, &j->how.direction)) {
		contain_tell("--direction takes out or in, not '%s'", o->direction);
		return false;
	}
	return true;
}

/* Those that begin with a word, "'ios-acl' or 'ios-nbar'"; empty: none does. */
static const char *targets_like(const char *word, char room[static TOLD_BYTES])
{
	size_t n = 0, len = strlen(word);
	room[0] = '\0';
	for (size_t i = 0; i < n_targets; i++)
		if (len && !strncmp(targets[i]->name, word, len))
			n += (size_t)snprintf(room + n, TOLD_BYTES - n, "%s'%s'", n ? " or " : "",
				targets[i]->name);
	return room;
}

static bool target_option(struct job *j)
{
	char like[TOLD_BYTES];
	const char *name[32] = {};
	if (!j->o->to || !strcmp(j->o->to, "plan"))
		return true;
	j->target = target_find(j->o->to);
	if (j->target)
		return true;
	for (size_t i = 0; i < n_targets; i++)
		name[i] = targets[i]->name;
	const char *near =
		typo_nearest((struct str){ j->o->to, strlen(j->o->to) }, name, n_targets);
	if (!*targets_like(j->o->to, like) && near)
		snprintf(like, sizeof like, "'%s'", near);
	contain_tell("no target '%s'%s%s%s", j->o->to, *like ? ", did you mean " : "",
		*like ? like : "; 'cordon contain --list' has them", *like ? "?" : "");
	return false;
}

static bool device_options(struct job *j)
{
	const struct contain_options *o = j->o;
	uint64_t vlan = 0, dscp = 1, revert = 0;
	if (!number_option("vlan", o->vlan, 1, 4094, &vlan) ||
		!number_option("dscp", o->dscp, 0, 63, &dscp) ||
		!number_option("revert", o->revert, 1, 120, &revert))
		return false;
	if (o->interface.n > INTERFACES_MAX) {
		contain_tell("--interface more than %d times", INTERFACES_MAX);
		return false;
	}
	j->device = (struct device){ .n_interfaces = o->interface.n,
		.egress = o->egress,
		.old_list = o->old_list,
		.method = o->method,
		.next_hop = o->next_hop,
		.vlan = (unsigned)vlan,
		.dscp = (unsigned)dscp,
		.revert_min = (unsigned)revert,
		.is_out = o->out,
		.is_ebgp = o->ebgp };
	for (size_t i = 0; i < o->interface.n; i++)
		j->device.interface[i] = o->interface.text[i];
	const char *words[] = { o->egress, o->old_list, o->next_hop };
	for (size_t i = 0; i < countof(words) + o->interface.n; i++) {
		const char *w =
			i < countof(words) ? words[i] : o->interface.text[i - countof(words)];
		if (w && (!*w || strspn(w, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					   "0123456789/.:_-") != strlen(w))) {
			contain_tell("'%s' is no name of an interface, a list or an address", w);
			return false;
		}
	}
	return true;
}

static bool limit_options(struct job *j)
{
	const struct contain_options *o = j->o;
	uint64_t rules = j->target ? j->target->max_rules : SIZE_MAX, collateral = 0, floor = 24;
	uint64_t least = 0;
	if (!number_option("max-rules", o->max_rules, 1, 10000000, &rules) ||
		!number_option("max-collateral", o->max_collateral, 0, UINT32_MAX, &collateral) ||
		!number_option("floor", o->floor, 8, 32, &floor) ||
		!number_option("least", o->least, 0, 100, &least))
		return false;
	j->how.least_pct = (uint8_t)least;
	j->limits = (struct limits){ .max_rules = (size_t)rules,
		.max_collateral = collateral,
		.floor = { [FAMILY_4] = (uint8_t)floor, [FAMILY_6] = 64 } };
	return true;
}

/* Where the person types from: as told, or as sshd tells. */
static bool operator_option(struct job *j)
{
	const char *ssh = j->is_quiet ? NULL : getenv("SSH_CLIENT");
	const char *text = j->o->operator? j->o->operator: ssh;
	size_t n = text ? strcspn(text, " ") : 0;
	j->has_operator = n && addr_parse((struct str){ text, n }, &j->operator);
	if (j->has_operator || !j->o->operator)
		return true;
	contain_tell("--operator takes an address, not '%s'", j->o->operator);
	return false;
}

/* From files, or from the texts that an approval keeps of them. */
static bool site_read(struct job *j, struct err *e)
{
	const struct contain_options *o = j->o;
	const char *site = o->inventory_text, *services = o->services_text;
	if (site)
		j->inventory = inventory_parse((struct str){ site, strlen(site) }, "inventory", e);
	else if (o->inventory)
		j->inventory = inventory_load(o->inventory, e);
	if ((site || o->inventory) && !j->inventory)
		return false;
	j->services =
		services ? services_parse((struct str){ services, strlen(services) }, "services", e)
			 : services_load(o->services, e);
	return j->services;
}

bool job_options(struct job *j, const struct contain_options *o)
{
	struct err e = {};
	j->o = o;
	if (!target_option(j) || !time_options(j) || !port_options(j) || !device_options(j) ||
		!limit_options(j) || !operator_option(j))
		return false;
	if (!site_read(j, &e) || !protection_init(&j->protection, j->services, j->inventory,
				    j->has_operator ? &j->operator : NULL, &e)) {
		contain_tell("%s", e.text);
		return false;
	}
	return true;
}

bool file_read(const char *path, char **out, size_t *len)
{
	FILE *in = strcmp(path, "-") ? fopen(path, "re") : stdin;
	char *text = NULL;
	size_t n = 0, room = 0;
	if (!in) {
		contain_tell("open %s: %m", path);
		return false;
	}
	do {
		room = room ? room * 2 : 1 << 16;
		char *more = realloc(text, room);
		if (!more)
			break;
		text = more;
		n += fread(text + n, 1, room - n, in);
	} while (n == room && room <= CONFIG_BYTES_MAX);
	bool ok = text && !ferror(in) && n < CONFIG_BYTES_MAX;
	if (in != stdin)
		fclose(in);
	if (!ok) {
		contain_tell("read %s: it cannot be read to its end, or is larger than %d MB", path,
			CONFIG_BYTES_MAX >> 20);
		free(text);
		return false;
	}
	text[n] = '\0'; // the last read was not full
	*out = text;
	*len = n;
	return true;
}

const struct acl *job_now(const struct job *j, enum family f)
{
	const struct config *c = &j->existing;
	if (f == FAMILY_4 && j->device.old_list)
		return config_acl(c, j->device.old_list, f);
	for (size_t i = 0; i < j->device.n_interfaces; i++) {
		const struct binding *b =
			config_binding(c, j->device.interface[i], f, j->device.is_out);
		if (b)
			return config_acl(c, b->list, f);
	}
	char vlan[LIST_NAME_BYTES];
	snprintf(vlan, sizeof vlan, "%u", j->device.vlan);
	const struct binding *mapped = config_binding(c, vlan, f, false);
	if (mapped)
		return config_acl(c, mapped->list, f);
	const struct acl *only = NULL;
	size_t n = 0;
	for (size_t i = 0; i < c->n_acls; i++)
		if (c->acl[i].family == f) {
			only = &c->acl[i];
			n++;
		}
	return n == 1 && c->n_bindings == 0 ? only : NULL;
}

static bool is_ours(const struct acl *a)
{
	return !strncmp(a->name, "CORDON-", 7);
}

const struct acl *job_base(const struct job *j, enum family f)
{
	const struct acl *now = job_now(j, f);
	if (!now || !is_ours(now))
		return now;
	return now->has_rest ? &j->rest[f] : NULL;
}

/* A list by cordon is replaced, not added to: else hosts that have ended would stay in it for ever. */
static bool rest_fill(struct job *j, enum family f, struct err *e)
{
	const struct acl *now = job_now(j, f);
	struct acl *rest = &j->rest[f];
	if (!now || !is_ours(now) || !now->has_rest)
		return true;
	*rest = (struct acl){ .family = f, .policy = { .rest = ACTION_DENY } };
	snprintf(rest->name, sizeof rest->name, "%s", now->rest_name);
	for (size_t i = now->rest_rule; i < now->policy.n; i++)
		if (!policy_put(&rest->policy, &now->policy.rule[i], e))
			return false;
	rest->n_said = rest->cap_said = now->n_said - now->rest_said;
	rest->said = calloc(rest->n_said + 1, sizeof *rest->said);
	if (!rest->said)
		return err_sys(e, "access list");
	memcpy(rest->said, now->said + now->rest_said, rest->n_said * sizeof *rest->said);
	for (size_t i = 0; i < rest->n_said; i++)
		rest->n_unknown += rest->said[i].is_unknown;
	return policy_index(&rest->policy, e);
}

bool job_existing(struct job *j)
{
	struct err e = {};
	size_t len;
	if (!j->o->existing)
		return true;
	if (j->target && !j->target->is_list) {
		contain_tell("--existing is for access lists, which a plan goes in front of; %s is "
			     "none",
			j->target->name);
		return false;
	}
	if (!file_read(j->o->existing, &j->existing_text, &len))
		return false;
	if (!config_read((struct str){ j->existing_text, len }, &j->existing, &e)) {
		contain_tell("%s: %s", j->o->existing, e.text);
		return false;
	}
	if (j->existing.n_acls == 0) {
		contain_tell("%s: no access list in it", j->o->existing);
		return false;
	}
	if (j->existing.n_unknown)
		contain_tell("%s:%u: a line of an access list that cannot be read; %zu such lines: "
			     "what they decide is unknown",
			j->o->existing, j->existing.first_unknown, j->existing.n_unknown);
	for (enum family f = 0; f < N_FAMILIES; f++)
		if (!rest_fill(j, f, &e)) {
			contain_tell("%s", e.text);
			return false;
		}
	return true;
}
