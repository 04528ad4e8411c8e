// SPDX-License-Identifier: Apache-2.0
// Checks of settings against the machine: a table of questions, each about one key.
#include "app/config_check.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "app/api_server.h"
#include "app/surroundings.h"
#include "base/day.h"
#include "base/quantity.h"
#include "source/capture.h"

void warning_put(struct warnings *w, enum setting about, const char *text, ...)
{
	if (w->n == WARNINGS_MAX)
		return;
	struct warning *new = &w->warning[w->n++];
	va_list ap;
	va_start(ap, text);
	vsnprintf(new->text, sizeof new->text, text, ap);
	va_end(ap);
	new->about = about;
	new->at = (struct setting_place){};
}

/* A number from a file of /proc; 0 when it cannot be read. */
static uint64_t number_of_file(const char *path)
{
	char line[32] = "";
	FILE *f = fopen(path, "re");
	if (f && !fgets(line, sizeof line, f))
		line[0] = '\0';
	if (f)
		fclose(f);
	return strtoull(line, NULL, 10);
}

/* The kernel grants at most rmem_max, and says nothing (socket(7)). */
static void check_buffer(const struct settings *s, const struct inventory *, struct warnings *out)
{
	char asked[QUANTITY_TEXT_BYTES], granted[QUANTITY_TEXT_BYTES];
	uint64_t most = number_of_file("/proc/sys/net/core/rmem_max");
	if (most && s->receive_buffer > most)
		warning_put(out, SETTING_RECEIVE_BUFFER,
			"%s asked, the kernel grants %s: bursts of exports may be lost; as root: "
			"sysctl -w net.core.rmem_max=%zu, and the same line in /etc/sysctl.d",
			size_format(s->receive_buffer, asked), size_format(most, granted),
			s->receive_buffer);
}

/* Whether the address can be bound: 0, or an errno. */
static int listener_probe(const struct listener *l, int type)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(l->port) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(l->port) };
	bool is_v4 = addr_is_v4(&l->address);
	v4.sin_addr.s_addr = htonl(addr_low32(&l->address));
	memcpy(&v6.sin6_addr, l->address.octet, sizeof v6.sin6_addr);
	const void *name = is_v4 ? (const void *)&v4 : &v6;
	int fd = socket(is_v4 ? AF_INET : AF_INET6, type | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return errno;
	if (type == SOCK_STREAM) // an old connection at the port does no harm
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int));
	if (!is_v4) // :: is not to take the port from 0.0.0.0
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &(int){ 1 }, sizeof(int));
	int code = bind(fd, name, is_v4 ? sizeof v4 : sizeof v6) ? errno : 0;
	close(fd);
	return code;
}

static void check_listener(const struct listener *l, int type, enum setting k, struct warnings *out)
{
	static const struct {
		int code;
		const char *text;
	} known[] = {
		{ EADDRINUSE, "somebody listens there already; who: ss -ltunp" },
		{ EACCES, "ports below net.ipv4.ip_unprivileged_port_start need "
			  "CAP_NET_BIND_SERVICE; take a higher port, or give it in the unit" },
		{ EADDRNOTAVAIL, "this machine does not have the address; see: ip address" },
		{ EAFNOSUPPORT, "this machine does not speak IPv6" },
	};
	char name[LISTENER_TEXT_BYTES];
	int code = listener_probe(l, type);
	const char *why = strerror(code);
	for (size_t i = 0; i < countof(known); i++)
		if (known[i].code == code)
			why = known[i].text;
	if (code)
		warning_put(out, k, "%s: %s", listener_format(l, name), why);
}

static void check_listen(const struct settings *s, const struct inventory *, struct warnings *out)
{
	for (size_t i = 0; i < s->n_listeners; i++)
		check_listener(&s->listener[i], SOCK_DGRAM, SETTING_LISTEN, out);
	for (size_t i = 0; i < s->n_http && s->line[SETTING_HTTP]; i++)
		check_listener(&s->http[i], SOCK_STREAM, SETTING_HTTP, out);
}

/* A folder that is not there yet is made: then the nearest one above it counts. */
static void check_state(const struct settings *s, const struct inventory *, struct warnings *out)
{
	char above[SETTINGS_PATH_BYTES];
	struct stat st = {};
	snprintf(above, sizeof above, "%s", s->state_directory);
	while (stat(above, &st) && errno == ENOENT && strcmp(above, ".")) {
		char *slash = strrchr(above, '/');
		if (!slash)
			snprintf(above, sizeof above, ".");
		else
			slash[slash == above] = '\0'; // "/" remains of "/x"
	}
	if (stat(above, &st) == 0 && !S_ISDIR(st.st_mode))
		warning_put(out, SETTING_STATE_DIRECTORY, "%.200s is no folder", above);
	else if (faccessat(AT_FDCWD, above, W_OK | X_OK, AT_EACCESS))
		warning_put(out, SETTING_STATE_DIRECTORY,
			"%.160s%s cannot be written to by user %u: %s; what is found would not "
			"outlive the program",
			above, strcmp(above, s->state_directory) ? ", where it is to be made," : "",
			(unsigned)geteuid(), strerror(errno));
	else if (st.st_mode & S_IWOTH && !(st.st_mode & S_ISVTX))
		warning_put(out, SETTING_STATE_DIRECTORY,
			"everybody may write to %.200s: chmod o-w", above);
}

static void check_remember(const struct settings *s, const struct inventory *, struct warnings *out)
{
	char room[QUANTITY_TEXT_BYTES];
	if (s->remember_ms < DAY_MS)
		warning_put(out, SETTING_REMEMBER,
			"contacts are forgotten after %s: a host that tries few others an hour "
			"stays unseen; 24h or more finds slow scans",
			duration_format(s->remember_ms, room));
}

static void check_interface(
	const struct settings *s, const struct inventory *, struct warnings *out)
{
	struct err e = {};
	struct capture *c = NULL;
	if (!s->interface[0])
		return;
	if (strcmp(s->interface, "any") && if_nametoindex(s->interface) == 0)
		warning_put(out, SETTING_INTERFACE,
			"this machine has no interface %s; see: ip link", s->interface);
	else if (!(c = capture_live(s->interface, &e)))
		warning_put(out, SETTING_INTERFACE, "%s", e.text);
	capture_close(c);
}

/* What keeps a log from being followed; NULL: nothing, also when it is not there yet. */
static const char *trouble_of_log(const char *path, char room[static WARNING_BYTES])
{
	struct stat st;
	const char *slash = strrchr(path, '/');
	snprintf(room, WARNING_BYTES, "%.*s", slash ? (int)(slash + (slash == path) - path) : 1,
		slash ? path : ".");
	if (stat(path, &st) != 0 && errno == ENOENT && stat(room, &st) != 0)
		return "the folder it is to be in is not there; it is waited for";
	if (stat(path, &st) != 0 && errno == ENOENT)
		return "is not there; it is waited for";
	if (faccessat(AT_FDCWD, path, S_ISDIR(st.st_mode) ? R_OK | X_OK : R_OK, AT_EACCESS) != 0 ||
		faccessat(AT_FDCWD, room, R_OK | X_OK, AT_EACCESS) != 0) {
		snprintf(room, WARNING_BYTES,
			"it, or its folder, cannot be read by user %u: %s; a group that may (adm, "
			"as "
			"a rule) in SupplementaryGroups= of the unit, or: setfacl -m u:cordon:rX",
			(unsigned)geteuid(), strerror(errno));
		return room;
	}
	return S_ISDIR(st.st_mode) || S_ISREG(st.st_mode)
		       ? NULL
		       : "is no file and no folder: it cannot be followed";
}

static void check_logs(const struct settings *s, const struct inventory *, struct warnings *out)
{
	for (size_t i = 0; i < s->n_logs; i++) {
		char room[WARNING_BYTES];
		const char *path = settings_log(s, i), *trouble = trouble_of_log(path, room);
		if (!trouble && log_is_above(path, s->state_directory))
			trouble =
				"the state directory lies in it: its files would be taken for logs";
		if (!trouble)
			continue;
		warning_put(out, SETTING_LOGS, "%.120s: %s", path, trouble);
		out->warning[out->n - 1].at = s->log_at[i];
	}
}

static void check_memory(const struct settings *s, const struct inventory *, struct warnings *out)
{
	char asked[QUANTITY_TEXT_BYTES];
	long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
	if (pages > 0 && page > 0 && s->memory / (size_t)page > (size_t)pages)
		warning_put(out, SETTING_MEMORY, "%s is more than this machine has (%lldM)",
			size_format(s->memory, asked), (long long)pages * page >> 20);
}

/* Tokens in clear can be read on their way; TLS alone asks nobody who he is. */
static void check_http(const struct settings *s, const struct inventory *, struct warnings *out)
{
	static const struct {
		enum setting key;
		enum http_role role;
		size_t path;
	} rows[] = {
		{ SETTING_HTTP_VIEWERS, HTTP_VIEWER, offsetof(struct settings, http_viewers) },
		{ SETTING_HTTP_OPERATORS, HTTP_OPERATOR,
			offsetof(struct settings, http_operators) },
	};
	struct tokens *tokens = calloc(1, sizeof *tokens);
	struct err e = {};
	for (size_t i = 0; i < countof(rows) && tokens; i++) {
		const char *path = (const char *)s + rows[i].path;
		if (path[0] && !tokens_load(tokens, path, rows[i].role, &e))
			warning_put(
				out, rows[i].key, "%s; the daemon does not begin with it", e.text);
	}
	free(tokens);
	if (!api_pems_check(s, &e))
		warning_put(out, SETTING_HTTP_CERTIFICATE, "%s; the daemon does not begin with it",
			e.text);
	for (size_t i = 0; i < s->n_http; i++) {
		char name[LISTENER_TEXT_BYTES];
		listener_format(&s->http[i], name);
		if (!listener_is_local(&s->http[i]) && !s->http_certificate[0])
			warning_put(out, SETTING_HTTP,
				"%s: without 'http-certificate' tokens go over the network in "
				"clear",
				name);
		else if (!listener_is_local(&s->http[i]) &&
			 door_anonymous(s, &s->http[i]) != HTTP_NOBODY)
			warning_put(out, SETTING_HTTP,
				"%s: whoever reaches it may read: name 'http-viewers'", name);
	}
}

static void check_inventory(
	const struct settings *, const struct inventory *inventory, struct warnings *out)
{
	struct scanner_iter it = { .inventory = inventory };
	for (const struct declared_scanner *scanner; (scanner = scanner_next(&it));)
		if (scanner_is_expired(scanner, (uint64_t)time(NULL) * 1000))
			warning_put(out, SETTING_INVENTORY,
				"declared scanner %s expired on %s: it counts again",
				scanner->address, scanner->expires);
}

/* The servers write their files for themselves: whoever runs the daemon may not read them. */
static void check_leases(const struct settings *s, const struct inventory *, struct warnings *out)
{
	for (size_t i = 0; i < s->n_lease_files; i++)
		if (access(s->lease_file[i], R_OK) != 0)
			warning_put(out, SETTING_LEASES,
				"%s: %s: hosts keep the addresses that they have; let the user "
				"that "
				"runs cordon watch read it",
				s->lease_file[i], strerror(errno));
}

void settings_check(
	const struct settings *s, const struct inventory *inventory, struct warnings *out)
{
	static void (*const checks[])(
		const struct settings *, const struct inventory *, struct warnings *) = {
		check_listen,
		check_buffer,
		check_interface,
		check_logs,
		check_memory,
		check_remember,
		check_state,
		check_inventory,
		check_http,
		check_leases,
		alerts_check,
	};
	out->n = 0;
	for (size_t i = 0; i < countof(checks); i++)
		checks[i](s, inventory, out);
}
