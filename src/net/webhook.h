// SPDX-License-Identifier: Apache-2.0
// One POST of JSON, by libcurl.
#ifndef NET_WEBHOOK_H
#define NET_WEBHOOK_H
#include "base/bytes.h"
#include "base/err.h"

enum { WEBHOOK_TRY_S = 7, WEBHOOK_WAIT_MOST_S = 600 };

struct webhook; // a connection that is kept

/** To be called once, before there is a second thread. Returns false when libcurl cannot be used. */
bool webhook_prepare(void);

/**
 * Nothing is connected yet.
 *
 * ca  a PEM file of who may have signed its certificate; "": whom the system trusts
 *
 * NULL when there is no memory; free with webhook_free, NULL is fine.
 */
struct webhook *webhook_new(const char *url, const char *ca);
void webhook_free(struct webhook *w);

/** What else an answer that is not 2xx said. */
struct webhook_answer {
	bool is_refused; // this very body is: the same again would get the same answer (400, 413, 422)
	unsigned wait_s; // so long it asks us to wait (Retry-After); 0: it does not say
};

/**
 * Post a body and wait for the answer, WEBHOOK_TRY_S at most. Redirections are not followed: an alert goes
 * where the settings say, or nowhere. Certificates are checked.
 *
 * Returns whether the answer was 2xx; else `e` says what came, or why nothing did, without the address, which may
 * hold a secret.
 */
bool webhook_post(struct webhook *w, struct str body, struct webhook_answer *answer, struct err *e);
#endif
