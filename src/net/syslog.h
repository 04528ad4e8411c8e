// SPDX-License-Identifier: Apache-2.0
// Transport of syslog messages: datagrams to a unix socket, UDP (RFC 5426), TCP with counted octets
// (RFC 6587, 3.4.1), and the same over TLS (RFC 5425).
#ifndef NET_SYSLOG_H
#define NET_SYSLOG_H
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"
#include "net/tls.h"

enum syslog_way { SYSLOG_UNIX, SYSLOG_UDP, SYSLOG_TCP, SYSLOG_TLS };
enum { SYSLOG_ADDRESS_BYTES = 16, SYSLOG_TRY_MS = 2500 };

/** Whom to send to. */
struct syslog_peer {
	enum syslog_way way;
	const char *path;                      // of unix
	uint8_t address[SYSLOG_ADDRESS_BYTES]; // of the others, IPv4 mapped
	uint16_t port;
	struct tls_wish wish; // of TLS
	int fd;               // -1: not open
	struct tls *tls;      // over it; NULL: none
};

/**
 * Send one message; what is not open is opened.
 *
 * Over TCP and TLS it is sent when the peer's kernel has acknowledged all of it: neither RFC has another answer. Waits
 * SYSLOG_TRY_MS at most to connect, to shake hands, to write, and for the acknowledgement. Returns false with `e`; then nothing is open, and the next call tries anew.
 */
bool syslog_send(struct syslog_peer *p, struct str message, struct err *e);
void syslog_close(struct syslog_peer *p);
#endif
