// SPDX-License-Identifier: Apache-2.0
// The reason of a finding, in one line of words with its numbers.
#include <stdio.h>

#include "detect/case.h"
#include "detect/walk.h"
#include "model/words.h"

/* The sign that most of what was not answered gave. */
static enum sign main_sign(const struct finding *f)
{
	enum sign best = SIGN_UNKNOWN;
	for (enum sign s = 0; s < N_SIGNS; s++)
		if (sign_nats(s) > 0 && f->n_sign[s] > (sign_nats(best) > 0 ? f->n_sign[best] : 0))
			best = s;
	return best;
}

/* Of whom the sentence speaks: of those that failed; where what tells most leaves it open, of all that may have. */
struct silence {
	bool is_known;
	uint32_t n;
};

static struct silence silence_of(const struct finding *f)
{
	bool is_known = sign_outcome(main_sign(f)) == OUTCOME_FAILED;
	uint32_t n_open = is_known ? 0 : f->outcome[OUTCOME_UNKNOWN];
	return (struct silence){ is_known, f->outcome[OUTCOME_FAILED] + n_open };
}

static void why_listed(struct finding *f, const char *where)
{
	enum sign s = main_sign(f);
	snprintf(f->why, sizeof f->why,
		"%u different peers on %s (%u: %s); %s, so this is a suspicion", f->contacted,
		where, f->n_sign[s], sign_text(s),
		s == SIGN_DROPPED ? "rows without times show no rate, and nothing that was let "
				    "through"
				  : "a pasted list shows no outcome");
}

static void why_walk(struct finding *f, const char *where)
{
	char began[TIME_TEXT_BYTES] = "";
	enum sign s = main_sign(f);
	struct silence open = silence_of(f);
	if (f->onset_ms != UINT64_MAX)
		time_format(f->onset_ms, began);
	snprintf(f->why, sizeof f->why,
		open.is_known
			? "%u of %u peers on %s did not answer (%u: %s)%s%s; score %.1f, the case "
			  "needs %.0f where %.0f %% fail as a rule"
			: "%u of %u peers on %s may not have answered (%u: %s)%s%s; score %.1f, "
			  "the case needs %.0f where %.0f %% fail as a rule",
		open.n, f->contacted, where, f->n_sign[s], sign_text(s), *began ? ", since " : "",
		began, f->score_nats / walk_step(s), f->needed_nats / walk_step(s),
		f->benign_rate * 100);
}

static void why_p2p(struct finding *f, const char *where)
{
	struct silence open = silence_of(f);
	snprintf(f->why, sizeof f->why,
		open.is_known
			? "%u of %u peers on %s did not answer, but the ports are those of a "
			  "peer-to-peer program, whose peers come and go"
			: "%u of %u peers on %s may not have answered, but the ports are those of "
			  "a peer-to-peer program, whose peers come and go",
		open.n, f->contacted, where);
}

static void why_backscatter(struct finding *f, const char *where)
{
	snprintf(f->why, sizeof f->why,
		"answers from %s go to %u hosts that never asked: somebody floods it with forged "
		"source addresses; it opened nothing",
		where, f->contacted);
}

static void why_poller(struct finding *f, const char *where)
{
	struct silence open = silence_of(f);
	snprintf(f->why, sizeof f->why,
		open.is_known
			? "keeps trying %u peer%s on %s without an answer: a wrong setting, not a "
			  "worm"
			: "keeps trying %u peer%s on %s, and no answer was seen: a wrong setting, "
			  "not a worm",
		open.n, open.n == 1 ? "" : "s", where);
}

static void why_burst(struct finding *f, const char *where)
{
	snprintf(f->why, sizeof f->why,
		"sent the same message to %u new peers on %s within a minute, and most answered: a "
		"list of live hosts, or a program that does this daily",
		f->n_burst, where);
}

static void why_rush(struct finding *f, const char *where)
{
	snprintf(f->why, sizeof f->why,
		"began to talk to %u new peers on %s within %u s, and %u of %u answered: a list of "
		"live hosts, or a program that does this daily",
		f->n_rush, where, f->rush_ms / 1000, f->outcome[OUTCOME_ANSWERED], f->contacted);
}

static void why_vertical(struct finding *f)
{
	char room[ADDR_TEXT_BYTES];
	snprintf(f->why, sizeof f->why, "tried %zu ports of the one host %s and none answered",
		f->n_exhibits, addr_format(&f->exhibit[0].contact->dst, room));
}

void why_write(struct finding *f)
{
	static void (*const by_verdict[N_VERDICTS])(struct finding * f, const char *where) = {
		[VERDICT_P2P] = why_p2p,
		[VERDICT_BACKSCATTER] = why_backscatter,
		[VERDICT_POLLER] = why_poller,
	};
	char where[PORT_TEXT_BYTES];
	if (f->is_listed && f->proto == PROTO_UNKNOWN)
		snprintf(where, sizeof where, "ports this list does not tell");
	else
		finding_port(f, where);
	if (by_verdict[f->verdict])
		by_verdict[f->verdict](f, where);
	else if (f->n_burst)
		why_burst(f, where);
	else if (f->n_rush)
		why_rush(f, where);
	else if (f->is_listed)
		why_listed(f, where);
	else if (f->contacted == 1 && f->n_exhibits > 1)
		why_vertical(f);
	else
		why_walk(f, where);
}
