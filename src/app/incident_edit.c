// SPDX-License-Identifier: Apache-2.0
// Changes by a person: judged on the board as it is, and written only when nobody wrote meanwhile.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/command.h"
#include "app/incident.h"
#include "incident/body.h"
#include "incident/lifecycle.h"
#include "model/words.h"

enum { TRIES = 8, HOSTS_OF_SPLIT_MAX = 256, NOTE_TEXT_BYTES = 2048 };

/* What is to be written; `plan` fills it anew for each try. */
struct plan {
	struct event *event;
	size_t n, room;
	char **word;
	int n_words;
};

static bool put(struct desk *d, struct plan *p, struct event ev, const struct body *body)
{
	if (p->n == p->room || !body_format(body, ev.body)) {
		fprintf(stderr, "cordon incident: too long: a text holds %d bytes\n",
			NOTE_TEXT_BYTES);
		return false;
	}
	snprintf(ev.actor, sizeof ev.actor, "%s", d->actor);
	ev.at_ms = ev.at_ms ? ev.at_ms : clock_ms();
	p->event[p->n++] = ev;
	return true;
}

static int change(struct desk *d, char **word, int n, bool (*plan)(struct desk *d, struct plan *p))
{
	struct plan p = { .room = HOSTS_OF_SPLIT_MAX + 1, .word = word, .n_words = n };
	struct err e = {};
	bool is_stale = true, ok = false;
	p.event = calloc(p.room, sizeof *p.event);
	for (int i = 0; i < TRIES && is_stale && p.event; i++) {
		is_stale = false;
		p.n = 0;
		if (!plan(d, &p)) {
			free(p.event);
			return EXIT_ERROR;
		}
		ok = store_append_after(d->store, d->board->last_id, p.event, p.n, &is_stale, &e);
		if (is_stale && !desk_replay(d))
			break;
	}
	if (!ok)
		fprintf(stderr, "cordon incident: %s\n", p.event ? e.text : "no memory");
	free(p.event);
	return ok ? EXIT_NOTHING : EXIT_ERROR;
}

static bool plan_note(struct desk *d, struct plan *p)
{
	char text[NOTE_TEXT_BYTES];
	size_t n = 0;
	struct event ev = { .kind = EVENT_NOTE, .incident = desk_incident(d, p->word[0]) };
	for (int i = 1; i < p->n_words && n < sizeof text; i++)
		n += (size_t)snprintf(
			text + n, sizeof text - n, "%s%s", i > 1 ? " " : "", p->word[i]);
	if (n >= sizeof text)
		fprintf(stderr, "cordon incident: a note holds %d bytes; make two\n",
			NOTE_TEXT_BYTES - 1);
	return ev.incident && n < sizeof text &&
	       put(d, p, ev, &(struct body){ .text = { [BODY_WORDS] = text } });
}

int incident_note(struct desk *d, char **word, int n)
{
	return change(d, word, n, plan_note);
}

static bool plan_assign(struct desk *d, struct plan *p)
{
	struct event ev = { .kind = EVENT_ASSIGNED, .incident = desk_incident(d, p->word[0]) };
	if (strlen(p->word[1]) >= ACTOR_BYTES) {
		fprintf(stderr, "cordon incident: a name holds %d bytes\n", ACTOR_BYTES - 1);
		return false;
	}
	return ev.incident && put(d, p, ev, &(struct body){ .text = { [BODY_WHO] = p->word[1] } });
}

int incident_assign(struct desk *d, char **word, int n)
{
	return change(d, word, n, plan_assign);
}

static void tell_missing(uint32_t set, const char *head)
{
	for (enum guard g = 0; g < N_GUARDS; g++)
		if (set >> g & 1)
			fprintf(stderr, "  %s: %s%s\n", head, guard_missing(g),
				guards_sayable() >> g & 1
					? " (cordon cannot prove this yet: --operator-says)"
					: "");
}

static void refuse(const struct desk *d, const struct member *m, const char *host, enum state to,
	const struct ruling *r)
{
	char text[SILENCE_TEXT_BYTES];
	fprintf(stderr, "cordon incident: %s stays %s: ", host, state_key(m->state));
	if (r->is_way) {
		fprintf(stderr, "for %s evidence is missing\n", state_key(to));
		tell_missing(r->missing, "missing");
		tell_missing(r->any_of, "one of");
		if (r->missing >> GUARD_SILENCE & 1)
			fprintf(stderr, "  %s\n", silence_explain(d, m, text));
		return;
	}
	fprintf(stderr, "from there no way leads to %s, only to:", state_key(to));
	for (enum state s = 0; s < N_STATES; s++)
		if (lifecycle_ways(m->state) >> s & 1)
			fprintf(stderr, " %s", state_key(s));
	fputc('\n', stderr);
}

static bool state_of(const char *word, enum state *out)
{
	if (state_parse(word, out))
		return true;
	fprintf(stderr, "cordon incident: no state '%s'; there are:", word);
	for (enum state s = 0; s < N_STATES; s++)
		fprintf(stderr, " %s", state_key(s));
	fputc('\n', stderr);
	return false;
}

/* A time that an option tells, not in the future; `otherwise` when it is not given. */
static bool time_of(const char *option, const char *text, uint64_t otherwise, uint64_t *out)
{
	uint64_t now_ms = clock_ms();
	*out = otherwise;
	if (!text)
		return true;
	if (!time_parse((struct str){ text, strlen(text) }, now_ms, out)) {
		fprintf(stderr,
			"cordon incident: --%s: '%s' is no time; write 2026-03-02T08:00Z, which is "
			"UTC, or 2h for two hours ago\n",
			option, text);
		return false;
	}
	if (*out > now_ms)
		fprintf(stderr, "cordon incident: --%s: '%s' is in the future\n", option, text);
	return *out <= now_ms;
}

/* What happened is told afterwards, but not of a time before the state that it ends. */
static bool moment_of(const struct desk *d, const struct member *m, uint64_t *at_ms)
{
	char time[TIME_TEXT_BYTES];
	if (!time_of("at", d->options->at, clock_ms(), at_ms))
		return false;
	if (d->options->at && *at_ms < m->state_ms) {
		fprintf(stderr, "cordon incident: --at: it is %s since %s; name a later time\n",
			state_key(m->state), time_format(m->state_ms, time));
		return false;
	}
	return true;
}

static bool plan_set(struct desk *d, struct plan *p)
{
	const struct member *m = desk_member(d, p->word[0]);
	const char *reason = d->options->says ? d->options->says : d->options->reason;
	char proved[GUARD_TEXT_BYTES], said[GUARD_TEXT_BYTES];
	struct wish wish = { .is_operator = true,
		.has_reason = reason && *reason,
		.said = d->options->says ? guards_sayable() : 0 };
	if (!m || !state_of(p->word[1], &wish.to) || !moment_of(d, m, &wish.at_ms))
		return false;
	struct ruling r = lifecycle_ask(d->board, m, &wish);
	if (!r.may) {
		refuse(d, m, p->word[0], wish.to, &r);
		return false;
	}
	struct body body = { .text = { [BODY_FROM] = state_key(m->state),
				     [BODY_TO] = state_key(wish.to),
				     [BODY_GUARDS] = guards_format(r.proved, proved),
				     [BODY_SAID] = r.said ? guards_format(r.said, said) : NULL,
				     [BODY_REASON] = reason } };
	struct event ev = {
		.kind = EVENT_MOVED, .incident = m->incident, .host = m->host, .at_ms = wish.at_ms
	};
	return put(d, p, ev, &body);
}

int incident_set(struct desk *d, char **word, int n)
{
	return change(d, word, n, plan_set);
}

/* Who had the address then, and what is said of that to whoever types. */
static void tell_tenant(const struct desk *d, uint64_t host, const struct addr *a, uint64_t at_ms)
{
	char address[ADDR_TEXT_BYTES], time[TIME_TEXT_BYTES];
	uint64_t other = board_host_at(d->board, a, at_ms);
	if (other && other != host)
		printf("%s was the address of h%" PRIu64 " until %s\n", addr_format(a, address),
			other, time_format(at_ms, time));
}

static bool plan_address(struct desk *d, struct plan *p)
{
	struct addr a;
	uint64_t since_ms, until_ms, host = desk_host(d, p->word[0]);
	const char *text = p->word[1];
	if (!host ||
		!time_of("since", d->options->since, d->options->until ? 0 : clock_ms(),
			&since_ms) ||
		!time_of("until", d->options->until, 0, &until_ms))
		return false;
	if (!addr_parse((struct str){ text, strlen(text) }, &a)) {
		fprintf(stderr, "cordon incident: '%s' is no address\n", text);
		return false;
	}
	if (until_ms && until_ms <= since_ms) {
		fputs("cordon incident: --until is not later than --since\n", stderr);
		return false;
	}
	if (since_ms)
		tell_tenant(d, host, &a, since_ms);
	struct body body = { .text = { [BODY_ADDRESS] = text },
		.number = { [BODY_SINCE] = since_ms, [BODY_UNTIL] = until_ms } };
	return put(d, p, (struct event){ .kind = EVENT_ADDRESS, .host = host }, &body);
}

int incident_address(struct desk *d, char **word, int n)
{
	return change(d, word, n, plan_address);
}

static bool plan_merge(struct desk *d, struct plan *p)
{
	uint64_t a = desk_incident(d, p->word[0]), b = a ? desk_incident(d, p->word[1]) : 0;
	if (!b)
		return false;
	if (a == b || board_incident(d->board, a)->closed_into ||
		board_incident(d->board, b)->closed_into) {
		fputs("cordon incident: name two incidents that are not merged yet\n", stderr);
		return false;
	}
	struct event ev = { .kind = EVENT_MERGED, .incident = a };
	return put(d, p, ev, &(struct body){ .number = { [BODY_OTHER] = b } });
}

int incident_merge(struct desk *d, char **word, int n)
{
	return change(d, word, n, plan_merge);
}

static bool plan_split(struct desk *d, struct plan *p)
{
	uint64_t id = desk_incident(d, p->word[0]), new = d->board->incident.n + UINT64_C(1);
	struct event opened = { .kind = EVENT_OPENED, .incident = new };
	if (!id || !put(d, p, opened, &(struct body){}))
		return false;
	for (int i = 1; i < p->n_words; i++) {
		struct event ev = { .kind = EVENT_SPLIT, .incident = id };
		ev.host = desk_host(d, p->word[i]);
		if (!ev.host)
			return false;
		if (!board_find(d->board, id, ev.host)) {
			fprintf(stderr, "cordon incident: %s is not in incident %" PRIu64 "\n",
				p->word[i], id);
			return false;
		}
		if (!put(d, p, ev, &(struct body){ .number = { [BODY_OTHER] = new } }))
			return false;
	}
	return true;
}

int incident_split(struct desk *d, char **word, int n)
{
	if (n - 1 > HOSTS_OF_SPLIT_MAX) {
		fprintf(stderr, "cordon incident: at most %d hosts at once\n", HOSTS_OF_SPLIT_MAX);
		return EXIT_ERROR;
	}
	int code = change(d, word, n, plan_split);
	if (code == EXIT_NOTHING)
		printf("incident %u\n", d->board->incident.n + 1);
	return code;
}
