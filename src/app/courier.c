// SPDX-License-Identifier: Apache-2.0
// Ways to a target: a row for each type.
#include "app/courier.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/command.h"
#include "output/notice.h"

enum { FILE_MODE = 0640 };

void courier_init(struct courier *c, const struct alert_target *target)
{
	static const enum syslog_way ways[N_ALERT_TRANSPORTS] = {
		[ALERT_UNIX] = SYSLOG_UNIX,
		[ALERT_UDP] = SYSLOG_UDP,
		[ALERT_TCP] = SYSLOG_TCP,
	};
	*c = (struct courier){ .target = target };
	c->peer = (struct syslog_peer){ .way = ways[target->transport],
		.path = alert_target_path(target),
		.port = target->port,
		.fd = -1 };
	memcpy(c->peer.address, target->address.octet, sizeof c->peer.address);
	if (gethostname(c->host, sizeof c->host - 1) != 0)
		c->host[0] = '\0';
}

void courier_fini(struct courier *c)
{
	syslog_close(&c->peer);
	webhook_free(c->webhook);
}

bool courier_is_wanted(const struct courier *c, const struct notice *n)
{
	return n->verdict <= c->target->least; // the worst come first
}

static void write_syslog(struct courier *c, const struct notice *n, FILE *out)
{
	struct syslog_sender from = {
		.host = c->host, .version = CORDON_VERSION, .pid = (int)getpid()
	};
	notice_syslog(n, c->target->format, &from, out);
}

static void write_line(struct courier *c, const struct notice *n, FILE *out)
{
	notice_write(n, c->target->format, CORDON_VERSION, out);
	fputc('\n', out);
}

static void write_webhook(struct courier *c, const struct notice *n, FILE *out)
{
	notice_webhook(n, c->target->format, CORDON_VERSION, out);
}

static bool post(struct courier *c, struct str text, struct err *e)
{
	if (!c->webhook)
		c->webhook = webhook_new(c->target->to);
	if (!c->webhook)
		return err_set(e, "webhook: no memory, or an address that libcurl does not take");
	return webhook_post(c->webhook, text, e);
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

static const struct {
	void (*write)(struct courier *c, const struct notice *n, FILE *out);
	bool (*send)(struct courier *c, struct str text, struct err *e);
} ways[N_ALERT_TYPES] = {
	[ALERT_TYPE_SYSLOG] = { write_syslog, send_syslog },
	[ALERT_TYPE_FILE] = { write_line, append },
	[ALERT_TYPE_WEBHOOK] = { write_webhook, post },
};

bool courier_bring(struct courier *c, const struct notice *n, struct err *e)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	if (out)
		ways[c->target->type].write(c, n, out);
	if (!out || fclose(out) != 0) {
		free(text);
		return err_set(e, "no memory for an alert");
	}
	bool is_brought = ways[c->target->type].send(c, (struct str){ text, len }, e);
	free(text);
	return is_brought;
}
