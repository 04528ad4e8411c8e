// SPDX-License-Identifier: Apache-2.0
// The audit trail of what was applied: a line for each act, and for each approval a file that can be signed. The
// signature is one of SSH (ssh-keygen -Y), by a key that the person has already, in the agent or on a token.
#ifndef APP_CONTAIN_AUDIT_H
#define APP_CONTAIN_AUDIT_H
#include "app/contain.h"
#include "contain/approval.h"

#define APPROVALS_FOLDER "contain.approvals"
#define SIGNERS_FILE "contain.signers"
#define SIGNATURE_NAMESPACE "cordon-contain"

enum { APPROVAL_NAME_BYTES = 96, SIGNER_BYTES = 128 };

/** A line of the trail; `at` is now. */
struct audit {
	const char *directory, *target, *why, *result;
	const char *who;               // NULL: who runs this
	const char *approval, *signer; // NULL: none
	const struct plan *plan;
};

/** Append it and wait until it is on the disk. Returns false after a message. */
bool audit_put(const struct audit *a);

/** Write down what is about to be approved; `name` is that of its file. Returns false after a message. */
bool approval_keep(const struct job *j, const struct writing *w, const char *directory,
	char name[static APPROVAL_NAME_BYTES]);

/** The path of an approval; gives `room` back. */
const char *approval_path(
	const char *directory, const char *name, char room[static CONTAIN_PATH_BYTES]);

/**
 * Read an approval and its plan, settled; what the plan is must be what its first line says.
 *
 * Returns false with `e` filled; else free with approval_fini and plan_fini.
 */
bool approval_load(const char *path, struct approval *a, struct plan *plan, struct err *e);

/** SIGNATURE(name, what is said of it). */
#define SIGNATURES(SIGNATURE) \
	SIGNATURE(GOOD, "its signature is good, by") \
	SIGNATURE(NONE, "it is not signed") \
	SIGNATURE(UNCHECKED, "it is signed; --signers FILE says whose keys count") \
	SIGNATURE(BAD, "its signature does not hold")

#define AS_SIGNATURE(name, text) SIGNATURE_##name,
enum signature { SIGNATURES(AS_SIGNATURE) N_SIGNATURES };
#undef AS_SIGNATURE

const char *signature_text(enum signature s);

/** Remove an approval of which nothing came, and its signature. */
void approval_drop(const char *path);

/** Sign a file with a key of SSH, as FILE.sig. Returns false after a message. */
bool signature_make(const char *path, const char *key);

/**
 * Hold the signature of a file against the keys of an ALLOWED SIGNERS file, ssh-keygen(1).
 *
 * signers  NULL: none
 * at_ms    when it was made, for keys that are valid for a time; 0: now
 * who      filled when it is good
 */
enum signature signature_check(
	const char *path, const char *signers, uint64_t at_ms, char who[static SIGNER_BYTES]);

/** The file of signers: as told, or the one of the state directory; NULL: there is none. */
const char *signers_of(
	const char *told, const char *directory, char room[static CONTAIN_PATH_BYTES]);

/**
 * Tell of each approval of a plan.
 *
 * signers  whose keys have to have signed it; NULL: those of the state directory, where it was applied
 *
 * Returns whether a signature is good, or none has to be.
 */
bool approvals_tell(const char *directory, const char *signers, const struct plan *plan);
#endif
