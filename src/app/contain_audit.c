// SPDX-License-Identifier: Apache-2.0
// One line an act, on the disk before anything else happens, and after.
#include "app/contain_audit.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "app/actor.h"
#include "app/clock.h"
#include "app/contain_drive.h"
#include "base/quantity.h"
#include "contain/findings.h"
#include "contain/tend.h"
#include "output/json.h"

enum { SECOND_MAX = 1000 }; // approvals of one second

static uint64_t last_end(const struct plan *p)
{
	uint64_t last = 0;
	for (size_t i = 0; i < p->n; i++)
		last = p->entry[i].until_ms > last ? p->entry[i].until_ms : last;
	return last;
}

/* Each once; entries of one incident mostly follow each other. */
static void write_incidents(struct json *j, const struct plan *p)
{
	enum { SHOWN = 64 };
	uint32_t shown[SHOWN];
	size_t n = 0;
	json_key(j, "incidents");
	json_open(j, '[');
	for (size_t i = 0; i < p->n; i++) {
		uint32_t id = p->entry[i].incident;
		size_t k = 0;
		while (k < n && shown[k] != id)
			k++;
		if (id == 0 || k < n || n == SHOWN)
			continue;
		shown[n++] = id;
		json_uint(j, id);
	}
	json_close(j, ']');
}

static char *line_of(const struct audit *a)
{
	char at[TIME_TEXT_BYTES], until[TIME_TEXT_BYTES], who[ACTOR_BYTES], hash[HASH_TEXT_BYTES];
	char *line = NULL;
	size_t len;
	FILE *out = open_memstream(&line, &len);
	if (!out)
		return NULL;
	if (!a->who)
		actor_get(who);
	struct json json = { .out = out };
	const struct {
		const char *key, *value;
	} member[] = { { "at", time_format(wall_ms() / 1000 * 1000, at) },
		{ "who", a->who ? a->who : who }, { "why", a->why }, { "target", a->target },
		{ "plan", plan_hash(a->plan, hash) },
		{ "until", time_format(last_end(a->plan), until) }, { "result", a->result },
		{ "approval", a->approval }, { "signer", a->signer } };
	json_open(&json, '{');
	for (size_t i = 0; i < countof(member); i++) {
		json_key(&json, member[i].key);
		json_text(&json, member[i].value);
	}
	write_incidents(&json, a->plan);
	json_key(&json, "hosts");
	json_uint(&json, plan_hosts(a->plan));
	json_close(&json, '}');
	json_end(&json);
	fclose(out);
	return line;
}

bool audit_put(const struct audit *a)
{
	char path[CONTAIN_PATH_BYTES];
	char *line = line_of(a);
	size_t len = line ? strlen(line) : 0;
	snprintf(path, sizeof path, "%s/contain.audit", a->directory);
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	file_give(fd, path);
	bool ok = line && fd >= 0 && write(fd, line, len) == (ssize_t)len && fsync(fd) == 0;
	if (!ok)
		contain_tell("write %s: %m", path);
	if (fd >= 0)
		close(fd);
	free(line);
	return ok;
}

const char *approval_path(
	const char *directory, const char *name, char room[static CONTAIN_PATH_BYTES])
{
	snprintf(room, CONTAIN_PATH_BYTES, "%s/" APPROVALS_FOLDER "/%s", directory, name);
	return room;
}

/* Times as texts, behind the terms that need them. */
struct approval_texts {
	char at[TIME_TEXT_BYTES], until[TIME_TEXT_BYTES], renew[TIME_TEXT_BYTES];
	char each[QUANTITY_TEXT_BYTES], who[ACTOR_BYTES], hash[HASH_TEXT_BYTES];
	char operator[ADDR_TEXT_BYTES];
	char *inventory, *services;
};

static const char *yes(bool is)
{
	return is ? "yes" : NULL;
}

static void terms_fill(
	const struct job *j, const struct writing *w, struct approval_texts *t, struct approval *a)
{
	const struct contain_options *o = j->o;
	actor_get(t->who);
	*a = (struct approval){ .term = {
					[TERM_TARGET] = j->target->name,
					[TERM_PLAN] = plan_hash(&j->plan, t->hash),
					[TERM_FILTER] = w->name,
					[TERM_WHO] = t->who,
					[TERM_WHY] = o->reason,
					[TERM_AT] = time_format(wall_ms() / 1000 * 1000, t->at),
					[TERM_UNTIL] = time_format(last_end(&j->plan), t->until),
					[TERM_INVENTORY] = t->inventory,
					[TERM_SERVICES] = t->services,
					[TERM_OPERATOR] =
						j->has_operator
							? addr_format(&j->operator, t->operator)
							: NULL,
					[TERM_MAX_RULES] = o->max_rules,
					[TERM_MAX_COLLATERAL] = o->max_collateral,
					[TERM_FLOOR] = o->floor,
					[TERM_NEXT_HOP] = o->next_hop,
					[TERM_PIPE] = o->pipe,
					[TERM_ACCEPT_LOSS] = yes(o->accept_loss),
					[TERM_EBGP] = yes(o->ebgp),
					[TERM_FOREIGN] = yes(o->foreign),
				} };
	if (!j->renew_ms)
		return;
	a->term[TERM_RENEW_UNTIL] = time_format(j->plan.at_ms + j->renew_ms, t->renew);
	a->term[TERM_EACH] = duration_format(j->lasts_ms, t->each);
}

static char *approval_text(const struct job *j, const struct writing *w)
{
	struct approval_texts t = {};
	struct approval a;
	char *text = NULL;
	size_t len;
	bool ok = (!j->o->inventory || file_read(j->o->inventory, &t.inventory, &len)) &&
		  (!j->o->services || file_read(j->o->services, &t.services, &len));
	FILE *out = ok ? open_memstream(&text, &len) : NULL;
	if (out) {
		terms_fill(j, w, &t, &a);
		ok = approval_write(&a, out);
		for (size_t i = 0; i < j->plan.n; i++)
			entry_write(&j->plan.entry[i], out);
		ok = fclose(out) == 0 && ok;
	}
	free(t.inventory);
	free(t.services);
	if (out && ok)
		return text;
	free(text);
	return NULL;
}

bool approval_keep(const struct job *j, const struct writing *w, const char *directory,
	char name[static APPROVAL_NAME_BYTES])
{
	char path[CONTAIN_PATH_BYTES], at[32];
	time_t now = (time_t)(wall_ms() / 1000);
	strftime(at, sizeof at, "%Y%m%dT%H%M%SZ", gmtime(&now));
	snprintf(path, sizeof path, "%s/" APPROVALS_FOLDER, directory);
	if (!folder_make(path))
		return false;
	for (unsigned i = 0; i == 0 || (access(path, F_OK) == 0 && i < SECOND_MAX); i++) {
		snprintf(name, APPROVAL_NAME_BYTES, "%s.%u-%s-%.8s", at, i, j->target->name,
			w->hash);
		approval_path(directory, name, path);
	}
	char *text = approval_text(j, w);
	bool ok = text && file_put(path, text);
	if (!text)
		contain_tell("the approval cannot be written down");
	free(text);
	return ok;
}

static bool plan_lines(char *text, struct plan *plan, struct err *e)
{
	struct taking how = {};
	struct taken taken = {};
	bool ok = true;
	for (char *line; ok && (line = strsep(&text, "\n"));)
		ok = findings_take(plan, &how, line, &taken, e);
	plan_settle(plan);
	return ok && (taken.n_malformed == 0 || err_set(e, "%s", taken.malformed.text));
}

bool approval_load(const char *path, struct approval *a, struct plan *plan, struct err *e)
{
	char *text = NULL, hash[HASH_TEXT_BYTES];
	size_t len;
	struct approval read = {};
	*plan = (struct plan){};
	if (!file_read(path, &text, &len))
		return err_set(e, "%s: it cannot be read", path);
	char *rest = text;
	char *first = strsep(&rest, "\n");
	bool ok = approval_parse(first, &read, e) && (!rest || plan_lines(rest, plan, e));
	free(text);
	if (ok && strcmp(plan_hash(plan, hash), read.term[TERM_PLAN]) != 0)
		ok = err_set(
			e, "%s: its entries are not those of plan %s", path, read.term[TERM_PLAN]);
	if (ok) {
		plan->at_ms = read.at_ms;
		*a = read;
		return true;
	}
	approval_fini(&read);
	plan_fini(plan);
	return false;
}
