// SPDX-License-Identifier: Apache-2.0
// Signatures by ssh-keygen -Y (OpenSSH PROTOCOL.sshsig): anybody can check them without cordon.
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/clock.h"
#include "app/contain_audit.h"
#include "app/contain_drive.h"
#include "contain/tend.h"
#include "model/words.h"

const char *signature_text(enum signature s)
{
	static const char *const texts[] = {
#define AS_TEXT(name, text) [SIGNATURE_##name] = text,
		SIGNATURES(AS_TEXT)
#undef AS_TEXT
	};
	return texts[s];
}

void approval_drop(const char *path)
{
	char signature[CONTAIN_PATH_BYTES + 8];
	snprintf(signature, sizeof signature, "%s.sig", path);
	unlink(signature);
	unlink(path);
}

bool signature_make(const char *path, const char *key)
{
	char signature[CONTAIN_PATH_BYTES + 8];
	const char *arg[] = { key, path, NULL };
	char *said = NULL;
	snprintf(signature, sizeof signature, "%s.sig", path);
	// it asks for the passphrase at the terminal, not here
	unlink(signature); // else it asks whether to write over it
	bool ok = shell_run(
		"ssh-keygen -Y sign -n " SIGNATURE_NAMESPACE " -f \"$1\" \"$2\" 2>&1", arg, &said);
	int fd = ok ? open(signature, O_RDONLY | O_NOFOLLOW | O_CLOEXEC) : -1;
	if (fd < 0)
		contain_tell("ssh-keygen -Y sign -f %s: %.*s", key,
			said ? (int)strcspn(said, "\r\n") : 0, said ? said : "");
	file_give(fd, signature);
	if (fd >= 0)
		close(fd);
	free(said);
	return fd >= 0;
}

enum signature signature_check(
	const char *path, const char *signers, uint64_t at_ms, char who[static SIGNER_BYTES])
{
	char signature[CONTAIN_PATH_BYTES + 8], at[48];
	char *said = NULL;
	snprintf(signature, sizeof signature, "%s.sig", path);
	who[0] = '\0';
	if (access(signature, F_OK))
		return SIGNATURE_NONE;
	if (!signers)
		return SIGNATURE_UNCHECKED;
	time_t s = (time_t)((at_ms ? at_ms : wall_ms()) / 1000);
	strftime(at, sizeof at, "-Overify-time=%Y%m%d%H%M%SZ", gmtime(&s));
	const char *arg[] = { signature, signers, path, at, NULL };
	bool ok = shell_run("who=$(ssh-keygen -Y find-principals -s \"$1\" -f \"$2\" \"$4\" "
			    "2>/dev/null | head -n 1) && [ -n \"$who\" ] && ssh-keygen -Y verify "
			    "-n " SIGNATURE_NAMESPACE
			    " -I \"$who\" -s \"$1\" -f \"$2\" \"$4\" <\"$3\" >/dev/null 2>&1 && "
			    "printf %s \"$who\"",
			  arg, &said) &&
		  said && *said;
	if (ok)
		plain_format(said, who, SIGNER_BYTES);
	free(said);
	return ok ? SIGNATURE_GOOD : SIGNATURE_BAD;
}

const char *signers_of(
	const char *told, const char *directory, char room[static CONTAIN_PATH_BYTES])
{
	snprintf(room, CONTAIN_PATH_BYTES, "%s", told ? told : directory);
	if (!told)
		snprintf(room, CONTAIN_PATH_BYTES, "%s/" SIGNERS_FILE, directory);
	return told || access(room, F_OK) == 0 ? room : NULL;
}

static enum signature tell_approval(const char *path, const char *signers, const struct approval *a)
{
	char who[SIGNER_BYTES];
	enum signature s = signature_check(path, signers, a->at_ms, who);
	printf("approved %s by %s for %s: %s; %s%s%s\n", a->term[TERM_AT],
		a->term[TERM_WHO] ? a->term[TERM_WHO] : "nobody", a->term[TERM_TARGET],
		a->term[TERM_WHY] ? a->term[TERM_WHY] : "no reason", signature_text(s),
		*who ? " " : "", who);
	return s;
}

bool approvals_tell(const char *directory, const char *signers, const struct plan *plan)
{
	char path[CONTAIN_PATH_BYTES], room[CONTAIN_PATH_BYTES];
	struct dirent **row = NULL;
	const char *keys = signers_of(signers, directory, room);
	char hash[HASH_TEXT_BYTES];
	size_t n_found = 0, n_good = 0, n_bad = 0;
	plan_hash(plan, hash);
	snprintf(path, sizeof path, "%s/" APPROVALS_FOLDER, directory);
	int n = scandir(path, &row, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		struct approval a;
		struct plan of;
		struct err e = {};
		const char *name = row[i]->d_name;
		size_t len = strlen(name);
		bool is_one = len > 8 && !strncmp(name + len - 8, hash, 8); // as approval_keep
		if (is_one && !approval_load(approval_path(directory, name, path), &a, &of, &e)) {
			contain_tell("%s", e.text);
		} else if (is_one) {
			if (plan_is_same(&of, plan)) {
				enum signature s = tell_approval(path, keys, &a);
				n_found++;
				n_good += s == SIGNATURE_GOOD;
				n_bad += s == SIGNATURE_BAD;
			}
			approval_fini(&a);
			plan_fini(&of);
		}
		free(row[i]);
	}
	free(row);
	// a plan that a person typed into a device has none; who asks for keys asks for one
	bool is_wanted = keys && (n_found || signers);
	if (is_wanted && n_good == 0)
		puts("not proved: no key that counts has signed this plan");
	return n_bad == 0 && (n_good > 0 || !is_wanted);
}
