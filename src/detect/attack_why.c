// SPDX-License-Identifier: Apache-2.0
// What logs say, in words: in the reason of a finding, and in notes where nobody is accused.
#include <stdio.h>

#include "detect/attack_set.h"
#include "model/words.h"

enum { NAME_ROOM = 120 };

/* "Code Red, variant II (X), infecting, 3 requests to 172.20.225.130 and others", cut to the room. */
static size_t why_attacker(const struct attack *a, char *room, size_t size)
{
	char name[NAME_ROOM], peer[ADDR_TEXT_BYTES];
	attack_name(a, name, sizeof name);
	int n = snprintf(room, size, "%s%s, %s%s, %llu request%s", name,
		a->is_only_named ? " (named in the request of another)" : "",
		stage_name(a->signature->stage),
		a->is_made || a->signature->distinct <= 1 ? "" : ", too few for a case",
		(unsigned long long)a->n, a->n == 1 ? "" : "s");
	size_t used = n < 0 ? 0 : (size_t)n < size ? (size_t)n : size - 1;
	if (a->n_peers && used + 1 < size) {
		n = snprintf(room + used, size - used, " to %s%s", addr_format(&a->peer[0], peer),
			a->n_peers > 1 ? " and others" : "");
		used += n < 0 ? 0 : (size_t)n < size - used ? (size_t)n : size - used - 1;
	}
	return used;
}

static size_t why_server(const struct attack *a, char *room, size_t size)
{
	char name[NAME_ROOM], peer[ADDR_TEXT_BYTES] = "a client";
	attack_name(a, name, sizeof name);
	if (a->n_peers)
		addr_format(&a->peer[0], peer);
	const char *form = a->signature->class == SIGNATURE_CARRIER
				   ? "hands out %s, as it did to %s: answered %u"
				   : "took a request of %s from %s: answered %u, exposed, "
				     "possibly infected";
	int n = snprintf(room, size, form, name, peer, a->n_rows ? a->row[0].status : 0);
	return n < 0 ? 0 : (size_t)n < size ? (size_t)n : size - 1;
}

/* What the logs say, behind what flows said, if they did. */
void attack_why(struct finding *f, const struct attack *const *attack, size_t n)
{
	size_t used = strnlen(f->why, sizeof f->why);
	const char *sep = used ? "; in web logs: " : "in web logs: ";
	for (size_t i = 0; i < n && used + strlen(sep) + 1 < sizeof f->why; i++) {
		const struct attack *a = attack[i];
		memcpy(f->why + used, sep, strlen(sep) + 1);
		used += strlen(sep);
		used += a->side == SIDE_SERVER
				? why_server(a, f->why + used, sizeof f->why - used)
				: why_attacker(a, f->why + used, sizeof f->why - used);
		sep = "; ";
	}
}

void attack_why_declared(struct finding *f, const struct declared_scanner *d)
{
	size_t n = strlen(f->why);
	if (f->verdict == VERDICT_DECLARED && d)
		snprintf(f->why + n, sizeof f->why - n, "; declared until %s: %s", d->expires,
			d->reason);
}

static bool is_unnamed(const struct attack *a)
{
	return !a->is_known && attack_class(a) != N_SIGNATURE_CLASSES;
}

uint64_t attacks_unnamed(const struct attacks *a)
{
	uint64_t n = 0;
	for (size_t i = 0; i < a->n; i++)
		n += is_unnamed(&a->attack[i]) ? a->attack[i].n : 0;
	return n;
}

void attacks_note(const struct attacks *a, struct trouble *trouble)
{
	char name[NAME_ROOM];
	for (size_t i = 0; i < a->n; i++) {
		const struct attack *x = &a->attack[i];
		if (!is_unnamed(x))
			continue;
		bool is_forwarded = x->n_rows && (x->row[0].has & ROW_FORWARDED);
		note_put(trouble, x->n_rows ? x->row[0].at : PLACE_NONE,
			"%s in %llu request%s, but %s: nobody is accused",
			attack_name(x, name, sizeof name), (unsigned long long)x->n,
			x->n == 1 ? "" : "s",
			is_forwarded                               ? "the proxy names no client"
			: x->signature->class == SIGNATURE_CARRIER ? "the log names no server"
								   : "the log names no client");
	}
	if (a->n_lost)
		note_put(trouble, PLACE_NONE,
			"more attackers than there is room for: %llu requests were left out",
			(unsigned long long)a->n_lost);
	if (signature_room_limits(a->room))
		note_put(trouble, PLACE_NONE,
			"%llu times a pattern took too long on a request: it counts as no match",
			(unsigned long long)signature_room_limits(a->room));
	if (clients_lost(a->clients))
		note_put(trouble, PLACE_NONE,
			"more clients in web logs than are counted: %llu with few requests were "
			"dropped from the count; attackers are all kept",
			(unsigned long long)clients_lost(a->clients));
}
