// SPDX-License-Identifier: Apache-2.0
// Ways to a target: a row for each type.
#include "app/courier.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/clock.h"
#include "app/command.h"
#include "model/mailbox.h"
#include "net/smtp.h"
#include "output/mail.h"
#include "output/notice.h"
#include "output/outline.h"

enum { FILE_MODE = 0640 };

bool courier_needs_mailer(const struct alert_target *target)
{
	return target->type == ALERT_TYPE_MAIL && !target->smtp[0];
}

bool courier_init(struct courier *c, const struct alert_target *target, struct err *e)
{
	static const enum syslog_way ways[N_ALERT_TRANSPORTS] = {
		[ALERT_UNIX] = SYSLOG_UNIX,
		[ALERT_UDP] = SYSLOG_UDP,
		[ALERT_TCP] = SYSLOG_TCP,
		[ALERT_TLS] = SYSLOG_TLS,
	};
	*c = (struct courier){ .target = target, .mailer = { .fd = -1 } };
	addr_format(&target->address, c->name);
	c->peer = (struct syslog_peer){ .way = ways[target->transport],
		.path = alert_target_path(target),
		.port = target->port,
		.wish = { .name = target->name[0] ? target->name : c->name,
			.ca = target->ca,
			.certificate = target->certificate,
			.key = target->key },
		.fd = -1 };
	memcpy(c->peer.address, target->address.octet, sizeof c->peer.address);
	if (gethostname(c->host, sizeof c->host - 1) != 0)
		c->host[0] = '\0';
	return !courier_needs_mailer(target) || mailer_begin(&c->mailer, target, MAIL_TRY_MS, e);
}

void courier_fini(struct courier *c)
{
	syslog_close(&c->peer);
	webhook_free(c->webhook);
	outline_free(c->outline);
	mailer_end(&c->mailer);
}

bool courier_is_wanted(const struct courier *c, const struct notice *n)
{
	return n->verdict <= c->target->least; // the worst come first
}

/* What is to be brought. */
struct load {
	const struct notice *notice;
	size_t n;
	uint64_t n_more;
};

static bool write_syslog(struct courier *c, const struct load *l, FILE *out)
{
	struct syslog_sender from = {
		.host = c->host, .version = CORDON_VERSION, .pid = (int)getpid()
	};
	notice_syslog(l->notice, c->target->format, &from, out);
	return true;
}

static bool write_line(struct courier *c, const struct load *l, FILE *out)
{
	notice_write(l->notice, c->target->format, CORDON_VERSION, out);
	fputc('\n', out);
	return true;
}

static bool write_webhook(struct courier *c, const struct load *l, FILE *out)
{
	if (c->outline)
		return outline_write(c->outline, l->notice, c->target->format, CORDON_VERSION, out);
	notice_webhook(l->notice, c->target->template, c->target->format, CORDON_VERSION, out);
	return true;
}

static struct mail_head mail_head_of(const struct courier *c)
{
	return (struct mail_head){ .from = c->target->from,
		.to = c->target->to,
		.host = c->host,
		.version = CORDON_VERSION,
		.now_ms = wall_ms() };
}

static bool write_mail(struct courier *c, const struct load *l, FILE *out)
{
	const struct mail_head head = mail_head_of(c);
	return mail_write(&head, l->notice, l->n, l->n_more, out);
}

static bool post(struct courier *c, struct str text, struct err *e)
{
	if (!c->webhook)
		c->webhook = webhook_new(c->target->to, c->target->ca);
	if (!c->webhook)
		return err_set(e, "webhook: no memory, or an address that libcurl does not take");
	return webhook_post(c->webhook, text, &c->answer, e);
}

static bool send_syslog(struct courier *c, struct str text, struct err *e)
{
	return syslog_send(&c->peer, text, e);
}

/* Opened each time, so that whoever rotates it has only to rename it. What a full disk cut is taken back. */
static bool append(struct courier *c, struct str text, struct err *e)
{
	const char *path = c->target->to;
	struct stat st;
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, FILE_MODE);
	if (fd < 0)
		return err_sys(e, "open %s", path);
	bool has_size = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
	ssize_t n = write(fd, text.ptr, text.len);
	int code = n < 0 ? errno : ENOSPC;
	if (n > 0 && (size_t)n < text.len && has_size && ftruncate(fd, st.st_size) != 0)
		code = errno;
	close(fd);
	errno = code;
	return n == (ssize_t)text.len || err_sys(e, "write %s", path);
}

static bool mail(struct courier *c, struct str text, struct err *e)
{
	static_assert((int)SMTP_RECIPIENTS_MAX == (int)ALERT_RECIPIENTS_MAX);
	const struct mail_head head = mail_head_of(c);
	char from[MAIL_SENDER_BYTES];
	struct smtp_letter letter = {
		.server = c->target->smtp, .from = mail_sender(&head, from), .message = text
	};
	if (!c->target->smtp[0])
		return mailer_send(&c->mailer, text, e);
	for (size_t at = 0; letter.n < SMTP_RECIPIENTS_MAX &&
			    mailbox_next(c->target->to, &at, &letter.to[letter.n]);)
		letter.n++;
	return smtp_send(&letter, e);
}

static const struct {
	bool (*write)(struct courier *c, const struct load *l, FILE *out);
	bool (*send)(struct courier *c, struct str text, struct err *e);
} ways[N_ALERT_TYPES] = {
	[ALERT_TYPE_SYSLOG] = { write_syslog, send_syslog },
	[ALERT_TYPE_FILE] = { write_line, append },
	[ALERT_TYPE_WEBHOOK] = { write_webhook, post },
	[ALERT_TYPE_MAIL] = { write_mail, mail },
};

bool courier_bring_all(struct courier *c, const struct notice *notice, size_t n_notices,
	uint64_t n_more, struct err *e)
{
	const struct load load = { notice, n_notices, n_more };
	char *text = NULL;
	size_t len = 0;
	if (c->target->outline[0] && !c->outline &&
		!(c->outline = outline_load(c->target->outline, e)))
		return false;
	FILE *out = open_memstream(&text, &len);
	bool is_whole = out && ways[c->target->type].write(c, &load, out);
	c->answer = (struct webhook_answer){};
	if (!out || fclose(out) != 0 || !is_whole) {
		free(text);
		return err_set(e, "no memory for an alert");
	}
	bool is_brought = ways[c->target->type].send(c, (struct str){ text, len }, e);
	free(text);
	return is_brought;
}

bool courier_bring(struct courier *c, const struct notice *n, struct err *e)
{
	return courier_bring_all(c, n, 1, 0, e);
}
