// SPDX-License-Identifier: Apache-2.0
// cordon contain --apply: this machine's nft, gobgp or ExaBGP takes the plan, after a person has seen
// what changes, what may become of it later, and has typed the plan's hash. What was done, by whom and why is
// written down. cordon contain withdraw takes it back.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/contain_standing.h"
#include "base/quantity.h"
#include "contain/diff.h"
#include "model/settings.h"
#include "model/words.h"

enum { SHOWN_OF_HASH = 8, SHOWN = 40 };

static void show_change(void *ctx, enum change change, const struct box *box)
{
	static const char *const words[] = { [CHANGE_BLOCKED] = "+ newly blocked  ",
		[CHANGE_UNBLOCKED] = "- newly unblocked",
		[CHANGE_UNKNOWN] = "? unknown        " };
	char room[BOX_TEXT_BYTES];
	if (++*(uint64_t *)ctx <= SHOWN)
		fprintf(stderr, "%s  %s\n", words[change], box_text(box, room));
}

static const char *pipe_of(const struct job *j)
{
	return j->o->pipe ? j->o->pipe : EXABGP_PIPE;
}

/* What changes against what is in force; what cannot be read is said, and does not stop a person.
 * Gives whether anything changes, as far as it is known. */
static bool show_diff(const struct policy *next, const struct driver *d, const char *pipe)
{
	struct applied now;
	struct err e = {};
	uint64_t n_changes = 0;
	enum now how = driver_now(d, pipe, &now, &e);
	bool is_known = how == NOW_NOTHING || how == NOW_READ;
	if (how == NOW_NOTHING)
		contain_tell("nothing is in force yet");
	else if (how == NOW_MUTE)
		contain_tell(
			"what is in force now cannot be asked (%s): all of this is new", e.text);
	else if (how == NOW_UNREADABLE)
		contain_tell("what is in force now: %s", e.text);
	for (enum family f = 0; f < N_FAMILIES && how != NOW_UNREADABLE; f++)
		if (policy_diff(&now.policy, next, f, show_change, &n_changes) != DIFF_DONE)
			contain_tell("too tangled to compare: what changes is unknown");
	if (n_changes > SHOWN)
		contain_tell("%llu more of those; what is in the plan: --to plan",
			(unsigned long long)n_changes - SHOWN);
	if (n_changes == 0 && is_known)
		contain_tell("no packet changes its fate");
	applied_fini(&now);
	return n_changes > 0 || !is_known;
}

/* What the confirmation permits beyond this moment. */
static void show_leave(const struct job *j)
{
	char until[TIME_TEXT_BYTES], each[QUANTITY_TEXT_BYTES];
	contain_tell("when an entry ends, cordon watch takes it away, where it runs on this state "
		     "directory");
	if (!j->renew_ms)
		contain_tell("this permits no renewal; --renew TIME would");
	else
		contain_tell(
			"this permits: cordon watch renews an entry by %s while its host still "
			"scans, until %s at most; takes it away when the host is clean; puts "
			"back what of it is lost; and pushes nothing else",
			duration_format(j->lasts_ms, each),
			time_format(j->plan.at_ms + j->renew_ms, until));
}

static bool confirmed(const char *told, const char *hash, const char *what)
{
	char typed[64] = "";
	if (told) {
		if (!strcmp(told, hash))
			return true;
		contain_tell("refused: --confirm is of another plan; this one is %s", hash);
		return false;
	}
	FILE *tty = fopen("/dev/tty", "r+e");
	if (!tty) {
		contain_tell("refused: nobody is there to confirm; --confirm %s says it", hash);
		return false;
	}
	fprintf(tty, "Type the first %d characters of plan %s to %s it: ", SHOWN_OF_HASH, hash,
		what);
	fflush(tty);
	bool ok = fgets(typed, sizeof typed, tty) && strlen(typed) == SHOWN_OF_HASH + 1 &&
		  !strncmp(typed, hash, SHOWN_OF_HASH);
	fclose(tty);
	if (!ok)
		contain_tell("not done");
	return ok;
}

static char *undo_text(struct job *j, struct writing *w, const struct driver *d)
{
	char *text = NULL;
	size_t len;
	if (d->keep && shell_run(d->keep, NULL, &text) && text)
		return text;
	free(text);
	return job_text(j, w, true, &len);
}

/* Write down what is approved, and sign it. Where keys are listed, one of them has to. */
static bool approve(const struct job *j, const struct writing *w, struct audit *line,
	char name[static APPROVAL_NAME_BYTES], char signer[static SIGNER_BYTES])
{
	char room[CONTAIN_PATH_BYTES], path[CONTAIN_PATH_BYTES];
	const char *signers = signers_of(j->o->signers, line->directory, room);
	signer[0] = '\0';
	if (signers && !j->o->sign) {
		contain_tell("refused: %s says who may approve; sign it with --sign KEY", signers);
		return false;
	}
	if (!approval_keep(j, w, line->directory, name))
		return false;
	approval_path(line->directory, name, path);
	bool is_signed = !j->o->sign || signature_make(path, j->o->sign);
	enum signature s = is_signed ? signature_check(path, signers, 0, signer) : SIGNATURE_NONE;
	if (is_signed && signers && s != SIGNATURE_GOOD)
		contain_tell("refused: %s is none of the keys of %s", j->o->sign, signers);
	if (!is_signed || (signers && s != SIGNATURE_GOOD)) {
		approval_drop(path); // nothing came of it
		return false;
	}
	line->approval = name;
	line->signer = *signer ? signer : NULL;
	return true;
}

static bool carry_out(const struct job *j, const struct driver *d, const char *text,
	const char *directory, const char *undo, bool changes)
{
	char back[CONTAIN_PATH_BYTES];
	struct push p = { .directory = directory, .text = text, .undo = undo, .pipe = pipe_of(j) };
	driver_path(directory, d, ".undo", back);
	if (!driver_push(d, &p))
		return false;
	// what was applied already has its way back from before the first time
	if ((changes || access(back, F_OK)) && !file_put(back, undo))
		return false;
	contain_tell("applied; what takes it back: cordon contain withdraw --to %s, or %s",
		d->target, back);
	return true;
}

static const char *directory_of(const struct job *j)
{
	static struct settings settings;
	settings_init(&settings);
	return j->o->state ? j->o->state : settings.state_directory;
}

static const struct driver *driver_wanted(const struct job *j)
{
	const struct driver *d = driver_of(j->target->name);
	if (!d)
		contain_tell("nft, gobgp and ExaBGP of this machine are driven; the text for %s is "
			     "for you to apply",
			j->target->name);
	else if (j->o->reason && *j->o->reason)
		return d;
	else
		contain_tell("it needs --reason: why, for the audit trail");
	return NULL;
}

int contain_apply(struct job *j, struct writing *w, const char *text)
{
	const struct driver *d = driver_wanted(j);
	char name[APPROVAL_NAME_BYTES], signer[SIGNER_BYTES];
	struct audit line = { .directory = directory_of(j),
		.target = j->target->name,
		.why = j->o->reason,
		.result = "begun",
		.plan = &j->plan };
	if (!d)
		return EXIT_ERROR;
	bool changes = show_diff(&j->effect, d, pipe_of(j));
	show_leave(j);
	if (!confirmed(j->o->hash, w->hash, "apply") || !folder_make(line.directory))
		return EXIT_ERROR;
	int lock = standing_lock(line.directory, d, true);
	if (lock < 0 || !approve(j, w, &line, name, signer)) {
		if (lock >= 0)
			close(lock);
		return EXIT_ERROR;
	}
	char *undo = undo_text(j, w, d);
	bool ok = undo && audit_put(&line);
	if (ok) {
		ok = carry_out(j, d, text, line.directory, undo, changes) &&
		     standing_put(line.directory, d, name, &j->plan);
		line.result = ok ? "applied" : "failed";
		ok = audit_put(&line) && ok;
	}
	free(undo);
	close(lock);
	return ok ? EXIT_FOUND : EXIT_ERROR;
}

/* The way back, of what was applied last. */
static bool take_back(const struct job *j, const struct driver *d, const char *directory)
{
	char back[CONTAIN_PATH_BYTES];
	driver_path(directory, d, ".undo", back);
	if (access(back, R_OK)) {
		contain_tell("%s: %m; nothing was applied from this state directory", back);
		return false;
	}
	if (!driver_hand(d, back, pipe_of(j)))
		return false;
	standing_drop(directory, d);
	unlink(back);
	return true;
}

int contain_withdraw(struct job *j, char **word, int n_words)
{
	(void)word, (void)n_words;
	struct standing standing;
	struct err e = {};
	char hash[HASH_TEXT_BYTES];
	if (!j->target) {
		contain_tell("withdraw: of which target? --to nftables");
		return EXIT_ERROR;
	}
	const struct driver *d = driver_wanted(j);
	struct audit line = { .directory = directory_of(j),
		.target = j->target->name,
		.why = j->o->reason,
		.result = "begun" };
	if (!d)
		return EXIT_ERROR;
	if (!standing_is(line.directory, d)) {
		contain_tell("withdraw: nothing of %s stands in %s", d->target, line.directory);
		return EXIT_ERROR;
	}
	if (!standing_load(line.directory, d, &standing, &e)) {
		contain_tell("%s", e.text);
		return EXIT_ERROR;
	}
	line.plan = &standing.plan;
	line.approval = standing.approval;
	bool ok = confirmed(j->o->hash, plan_hash(&standing.plan, hash), "withdraw");
	int lock = ok ? standing_lock(line.directory, d, true) : -1;
	ok = lock >= 0 && audit_put(&line);
	if (ok) {
		ok = take_back(j, d, line.directory);
		line.result = ok ? "withdrawn" : "failed";
		ok = audit_put(&line) && ok;
	}
	if (lock >= 0)
		close(lock);
	plan_fini(&standing.plan);
	return ok ? EXIT_FOUND : EXIT_ERROR;
}
