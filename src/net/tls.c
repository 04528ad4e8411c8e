// SPDX-License-Identifier: Apache-2.0
// GnuTLS reads and writes the socket itself, and says when it would have to wait.
#include "net/tls.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { NS_IN_MS = 1000000, MS_IN_S = 1000, DISCARD_BYTES = 512 };

struct tls {
	gnutls_session_t session;
	gnutls_certificate_credentials_t trust;
	gnutls_typed_vdata_st expects[2]; // looked at when the certificate comes
	int fd;
	bool has_shaken;
};

static int64_t now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * MS_IN_S + t.tv_nsec / NS_IN_MS;
}

/* Wait for what the session wants, until a time. */
static bool wait_until(const struct tls *t, int64_t until_ms)
{
	bool writes = gnutls_record_get_direction(t->session);
	struct pollfd p = { .fd = t->fd, .events = writes ? POLLOUT : POLLIN };
	int64_t left = until_ms - now_ms();
	return left > 0 && poll(&p, 1, (int)left) > 0;
}

static bool trust_ca(struct tls *t, const char *ca, struct err *e)
{
	int n = ca[0] ? gnutls_certificate_set_x509_trust_file(t->trust, ca, GNUTLS_X509_FMT_PEM)
		      : gnutls_certificate_set_x509_system_trust(t->trust);
	const char *what = ca[0] ? ca : "the certificates that the system trusts";
	if (n > 0)
		return true;
	return n < 0 ? err_set(e, "read %s: %s", what, gnutls_strerror(n))
		     : err_set(e, "%s: there is no certificate in it", what);
}

static bool show_ours(struct tls *t, const struct tls_wish *wish, struct err *e)
{
	if (!wish->certificate[0])
		return true;
	int code = gnutls_certificate_set_x509_key_file(
		t->trust, wish->certificate, wish->key, GNUTLS_X509_FMT_PEM);
	return code >= 0 || err_set(e, "read certificate %s and key %s: %s", wish->certificate,
				    wish->key, gnutls_strerror(code));
}

static bool is_address(const char *name)
{
	return strchr(name, ':') || !name[strspn(name, "0123456789.")];
}

/* RFC 9662 leaves TLS 1.2 and later for syslog. */
static bool prepare(struct tls *t, const struct tls_wish *wish, struct err *e)
{
	static const char versions[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";
	if (gnutls_certificate_allocate_credentials(&t->trust) < 0 ||
		gnutls_init(&t->session, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL) < 0)
		return err_set(e, "no memory for TLS");
	if (!trust_ca(t, wish->ca, e) || !show_ours(t, wish, e))
		return false;
	gnutls_priority_set_direct(t->session, versions, NULL);
	gnutls_credentials_set(t->session, GNUTLS_CRD_CERTIFICATE, t->trust);
	if (!is_address(wish->name)) // RFC 6066, 3: no addresses
		gnutls_server_name_set(t->session, GNUTLS_NAME_DNS, wish->name, strlen(wish->name));
	gnutls_transport_set_int(t->session, t->fd);
	return true;
}

/* What is wrong with the certificate, in the words of GnuTLS, and what was expected. */
static bool refuse_certificate(const struct tls *t, const struct tls_wish *wish, struct err *e)
{
	unsigned status = gnutls_session_get_verify_cert_status(t->session);
	gnutls_datum_t words = {};
	(void)gnutls_certificate_verification_status_print(status, GNUTLS_CRT_X509, &words, 0);
	const char *text = words.data ? (const char *)words.data : "The certificate is refused. ";
	int len = (int)strlen(text);
	while (len > 0 && text[len - 1] == ' ')
		len--;
	if (status & GNUTLS_CERT_SIGNER_NOT_FOUND)
		err_set(e, "%.*s Looked for in %s", len, text,
			wish->ca[0] ? wish->ca : "what the system trusts; name its 'ca'");
	else if (status & GNUTLS_CERT_UNEXPECTED_OWNER)
		err_set(e, "%.*s It has to be of %s", len, text, wish->name);
	else
		err_set(e, "%.*s", len, text);
	gnutls_free(words.data);
	return false;
}

/* The last alert of the server, where that is the reason. */
static bool refuse(const struct tls *t, int code, struct err *e)
{
	if (code == GNUTLS_E_FATAL_ALERT_RECEIVED || code == GNUTLS_E_WARNING_ALERT_RECEIVED)
		return err_set(e, "TLS: the server says: %s",
			gnutls_alert_get_name(gnutls_alert_get(t->session)));
	return err_set(e, "TLS: %s", gnutls_strerror(code));
}

/* GnuTLS reads it only; its member is not const all the same. */
static gnutls_typed_vdata_st expected(gnutls_vdata_types_t type, const char *text)
{
	union {
		const char *text;
		unsigned char *data;
	} as = { text };
	return (gnutls_typed_vdata_st){ .type = type, .data = as.data };
}

static bool shake_hands(struct tls *t, const struct tls_wish *wish, int try_ms, struct err *e)
{
	int64_t until_ms = now_ms() + try_ms;
	int code;
	// The type of a name that is an address is the same.
	t->expects[0] = expected(GNUTLS_DT_DNS_HOSTNAME, wish->name);
	t->expects[1] = expected(GNUTLS_DT_KEY_PURPOSE_OID, GNUTLS_KP_TLS_WWW_SERVER);
	gnutls_session_set_verify_cert2(t->session, t->expects, countof(t->expects), 0);
	do
		code = gnutls_handshake(t->session);
	while (code < 0 && !gnutls_error_is_fatal(code) && wait_until(t, until_ms));
	bool is_done = code == GNUTLS_E_SUCCESS;
	if (code == GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR)
		refuse_certificate(t, wish, e);
	else if (!is_done && !gnutls_error_is_fatal(code))
		err_set(e, "TLS: no handshake within %d ms; does it speak TLS there?", try_ms);
	else if (!is_done)
		refuse(t, code, e);
	if (!is_done)
		(void)gnutls_alert_send_appropriate(t->session, code); // for its log
	return is_done;
}

struct tls *tls_open(int fd, const struct tls_wish *wish, int try_ms, struct err *e)
{
	struct tls *t = calloc(1, sizeof *t);
	if (!t) {
		err_set(e, "no memory for TLS");
		return NULL;
	}
	t->fd = fd;
	t->has_shaken = prepare(t, wish, e) && shake_hands(t, wish, try_ms, e);
	if (t->has_shaken)
		return t;
	tls_close(t);
	return NULL;
}

static void release(struct tls *t)
{
	if (t->session)
		gnutls_deinit(t->session);
	if (t->trust)
		gnutls_certificate_free_credentials(t->trust);
}

bool tls_check(const struct tls_wish *wish, struct err *e)
{
	struct tls t = { .fd = -1 };
	bool is_fine = prepare(&t, wish, e);
	release(&t);
	return is_fine;
}

/* GnuTLS reads it only; its member is not const all the same. */
static gnutls_datum_t datum(struct str text)
{
	union {
		const char *text;
		unsigned char *data;
	} as = { text.ptr };
	return (gnutls_datum_t){ as.data, (unsigned)text.len };
}

bool tls_pair_check(struct str certificate, struct str key, struct err *e)
{
	gnutls_certificate_credentials_t c = NULL;
	const gnutls_datum_t ours = datum(certificate), its_key = datum(key);
	int code = gnutls_certificate_allocate_credentials(&c);
	if (code >= 0)
		code = gnutls_certificate_set_x509_key_mem(c, &ours, &its_key, GNUTLS_X509_FMT_PEM);
	if (c)
		gnutls_certificate_free_credentials(c);
	return code >= 0 || err_set(e, "%s", gnutls_strerror(code));
}

void tls_close(struct tls *t)
{
	if (!t)
		return;
	if (t->has_shaken)
		(void)gnutls_bye(t->session, GNUTLS_SHUT_WR); // RFC 5425, 4.4
	release(t);
	free(t);
}

bool tls_write(struct tls *t, struct str text, int try_ms, struct err *e)
{
	int64_t until_ms = now_ms() + try_ms;
	while (text.len > 0) {
		ssize_t n = gnutls_record_send(t->session, text.ptr, text.len);
		if (n < 0 && gnutls_error_is_fatal((int)n))
			return refuse(t, (int)n, e);
		if (n < 0 && !wait_until(t, until_ms))
			return err_set(e, "TLS: it takes nothing for %d ms", try_ms);
		if (n > 0)
			text = (struct str){ text.ptr + n, text.len - (size_t)n };
	}
	return true;
}

bool tls_is_gone(struct tls *t, struct err *e)
{
	uint8_t room[DISCARD_BYTES];
	for (;;) {
		ssize_t n = gnutls_record_recv(t->session, room, sizeof room);
		if (n == GNUTLS_E_AGAIN)
			return false;
		if (n == 0 || n == GNUTLS_E_PREMATURE_TERMINATION)
			return !err_set(e, "the server ended the connection");
		if (n < 0 && gnutls_error_is_fatal((int)n))
			return !refuse(t, (int)n, e);
	}
}
