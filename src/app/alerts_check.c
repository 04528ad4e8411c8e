// SPDX-License-Identifier: Apache-2.0
// What targets of alerts would run into. UDP cannot be asked, and who listens at TCP may come later.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/config_check.h"
#include "net/tls.h"
#include "output/outline.h"

static void check_socket(const struct alert_target *t, struct warnings *out)
{
	const char *path = alert_target_path(t);
	struct stat st;
	if (t->transport == ALERT_UNIX && (stat(path, &st) != 0 || !S_ISSOCK(st.st_mode)))
		warning_put(out, SETTING_ALERTS, "%.160s is no socket: alerts wait until it is one",
			path);
}

/* Certificates, as they would be read for a connection. */
static void check_certificates(const struct alert_target *t, struct warnings *out)
{
	const struct tls_wish wish = { "", t->ca, t->certificate, t->key };
	struct err e = {};
	struct stat st;
	if (t->transport == ALERT_TLS && !tls_check(&wish, &e))
		warning_put(out, SETTING_ALERTS, "%s; alerts wait until it can be", e.text);
	if (t->key[0] && stat(t->key, &st) == 0 && st.st_mode & (S_IRWXG | S_IRWXO))
		warning_put(
			out, SETTING_ALERTS, "others can read the key %.160s: chmod 600", t->key);
}

static void check_syslog(const struct alert_target *t, struct warnings *out)
{
	check_socket(t, out);
	check_certificates(t, out);
}

static void check_file(const struct alert_target *t, struct warnings *out)
{
	const char *path = alert_target_path(t), *slash = strrchr(path, '/');
	char folder[ALERT_TO_BYTES];
	if (faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0)
		return;
	snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash + (slash == path) - path) : 1,
		slash ? path : ".");
	if (errno != ENOENT || faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) != 0)
		warning_put(out, SETTING_ALERTS,
			"%.160s cannot be written by user %u: %s; alerts wait until it can", path,
			(unsigned)geteuid(), strerror(errno));
}

static void check_webhook(const struct alert_target *t, struct warnings *out)
{
	if (t->ca[0] && access(t->ca, R_OK) != 0)
		warning_put(out, SETTING_ALERTS, "%.160s: %s; alerts wait until it can be read",
			t->ca, strerror(errno));
	struct err e = {};
	struct outline *o = t->outline[0] ? outline_load(t->outline, &e) : NULL;
	if (t->outline[0] && !o)
		warning_put(out, SETTING_ALERTS, "%s; alerts wait until it is mended", e.text);
	outline_free(o);
}

/* Most mail systems queue by a program that is setuid or setgid, which NoNewPrivileges makes useless. */
static bool wants_privileges(const char *sendmail)
{
	struct stat st;
	if (stat(sendmail, &st) == 0 && st.st_mode & (S_ISUID | S_ISGID))
		return true;
	return stat("/usr/sbin/postdrop", &st) == 0 && st.st_mode & (S_ISUID | S_ISGID);
}

static void check_mail(const struct alert_target *t, struct warnings *out)
{
	if (t->smtp[0])
		return; // who listens there may come later
	if (access(t->sendmail, X_OK) != 0)
		warning_put(out, SETTING_ALERTS,
			"%.120s: %s; install a mail system that brings it, or name its server: "
			"smtp: \"127.0.0.1:25\"",
			t->sendmail, strerror(errno));
	else if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 && wants_privileges(t->sendmail))
		warning_put(out, SETTING_ALERTS,
			"%.80s queues with the rights of another user, which this service may not "
			"take (NoNewPrivileges): use smtp: \"127.0.0.1:25\" in place of it",
			t->sendmail);
}

void alerts_check(const struct settings *s, const struct inventory *, struct warnings *out)
{
	static void (*const checks[N_ALERT_TYPES])(
		const struct alert_target *t, struct warnings *out) = {
		[ALERT_TYPE_SYSLOG] = check_syslog,
		[ALERT_TYPE_FILE] = check_file,
		[ALERT_TYPE_WEBHOOK] = check_webhook,
		[ALERT_TYPE_MAIL] = check_mail,
	};
	for (size_t i = 0; i < s->n_alerts; i++)
		checks[s->alert[i].type](&s->alert[i], out);
}
