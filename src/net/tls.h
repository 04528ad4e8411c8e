// SPDX-License-Identifier: Apache-2.0
// A client's TLS over a socket that is connected, by GnuTLS. The server shows who it is, or nothing is sent.
#ifndef NET_TLS_H
#define NET_TLS_H
#include "base/bytes.h"
#include "base/err.h"

struct tls;

/** Whom to expect, and who we are; texts outlive the connection. Files are PEM, and read for each connection. */
struct tls_wish {
	const char *name; // a host name, or an address in numbers, that the certificate has to have
	const char *ca;   // who may have signed it; "": whom the system trusts
	const char *certificate, *key; // ours; "": none
};

/**
 * Shake hands. The certificate has to be signed by one of the CAs, in force, made for servers, and of the
 * name (RFC 5425, 5.2; RFC 6125: names of the certificate first, a "*" only as the leftmost label).
 *
 * fd      not blocking; not taken over
 * try_ms  how long it may take
 *
 * Returns NULL with `e` saying what is wrong with the certificate, or what the server said. Free with tls_close.
 */
struct tls *tls_open(int fd, const struct tls_wish *wish, int try_ms, struct err *e);

/** Whether the files of a wish can be read; else `e` says which cannot, and why. */
bool tls_check(const struct tls_wish *wish, struct err *e);

/** Whether a certificate, with those that signed it, and a key belong together, both in PEM; else `e` says why not. */
bool tls_pair_check(struct str certificate, struct str key, struct err *e);

/** Say that nothing follows, and free it; NULL is fine. The socket stays open. */
void tls_close(struct tls *t);

/** Write all, waiting `try_ms` at most for room; false with `e`. */
bool tls_write(struct tls *t, struct str text, int try_ms, struct err *e);

/** Whether the server ended it; `e` says how. Never waits; what it said else is thrown away. */
bool tls_is_gone(struct tls *t, struct err *e);
#endif
