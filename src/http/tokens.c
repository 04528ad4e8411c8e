// SPDX-License-Identifier: Apache-2.0
// A token is compared in full with every known one, so that the time taken tells nothing about any.
#include "http/tokens.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_BYTES_MAX = 1 << 16 };

/* b64token of RFC 6750, 2.1. */
static const char token_letters[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=";

static bool is_same(const char a[static TOKEN_BYTES], const char b[static TOKEN_BYTES])
{
	unsigned char differs = 0;
	for (size_t i = 0; i < TOKEN_BYTES; i++)
		differs |= (unsigned char)(a[i] ^ b[i]);
	return !differs;
}

/* One line without its end; `room` is of tokens_parse. */
static bool take_line(struct tokens *t, char *line, enum http_role role, struct err *e)
{
	char *colon = strchr(line, ':'), *text = colon ? colon + 1 : line;
	struct token new = { .role = role };
	if (colon)
		*colon = '\0';
	text += strspn(text, " \t");
	size_t len = strcspn(text, " \t\r");
	if (text[len + strspn(text + len, " \t\r")] || strspn(text, token_letters) < len)
		return err_set(e, "a token holds letters, digits and -._~+/= only");
	if (len < TOKEN_LEAST || len >= sizeof new.text)
		return err_set(e,
			"a token has %d to %zu characters; make one: openssl rand -hex 32",
			TOKEN_LEAST, sizeof new.text - 1);
	const char *name = colon ? line : role == HTTP_OPERATOR ? "operator" : "viewer";
	if (!*name || strlen(name) >= sizeof new.name || !target_is_plain(name))
		return err_set(e, "the name before the colon has 1 to %zu printable bytes",
			sizeof new.name - 1);
	if (t->n == TOKENS_MAX)
		return err_set(e, "more than %d tokens", TOKENS_MAX);
	memcpy(new.text, text, len);
	memcpy(new.name, name, strlen(name));
	for (size_t i = 0; i < t->n; i++)
		if (is_same(t->token[i].text, new.text))
			return err_set(e, "this token stands in a file already");
	t->token[t->n++] = new;
	return true;
}

bool tokens_parse(
	struct tokens *t, struct str text, const char *path, enum http_role role, struct err *e)
{
	char line[TOKEN_BYTES + TOKEN_NAME_BYTES + 64];
	size_t before = t->n, number = 1;
	struct err why = {};
	for (size_t at = 0; at < text.len; number++) {
		const char *end = memchr(text.ptr + at, '\n', text.len - at);
		size_t len = end ? (size_t)(end - text.ptr) - at : text.len - at;
		if (len >= sizeof line || memchr(text.ptr + at, 0, len))
			return err_set(e, "%.150s:%zu: too long, or not text", path, number);
		memcpy(line, text.ptr + at, len);
		line[len] = '\0';
		at += len + 1;
		if (!line[strspn(line, " \t\r")] || line[0] == '#')
			continue;
		if (!take_line(t, line, role, &why))
			return err_set(e, "%.120s:%zu: %.110s", path, number, why.text);
	}
	return t->n > before ||
	       err_set(e, "%.160s: no token in it; make one: openssl rand -hex 32", path);
}

bool tokens_load(struct tokens *t, const char *path, enum http_role role, struct err *e)
{
	char room[FILE_BYTES_MAX];
	struct stat st = {};
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(e, "open %.180s", path);
	ssize_t n = fstat(fd, &st) ? -1 : read(fd, room, sizeof room);
	int code = errno;
	close(fd);
	errno = code;
	if (n < 0)
		return err_sys(e, "read %.180s", path);
	if (!S_ISREG(st.st_mode) || st.st_mode & 077)
		return err_set(e, "%.120s: others may read it (mode %04o): chmod 600 %.60s", path,
			(unsigned)st.st_mode & 07777, path);
	if (st.st_uid != 0 && st.st_uid != geteuid())
		return err_set(e, "%.120s: belongs to user %u, not to root or user %u", path,
			(unsigned)st.st_uid, (unsigned)geteuid());
	if (n == FILE_BYTES_MAX)
		return err_set(e, "%.180s: longer than %d bytes", path, FILE_BYTES_MAX - 1);
	bool ok = tokens_parse(t, (struct str){ room, (size_t)n }, path, role, e);
	explicit_bzero(room, sizeof room);
	return ok;
}

const struct token *tokens_find(const struct tokens *t, const char *authorization)
{
	static const char scheme[] = "Bearer ";
	char given[TOKEN_BYTES] = "";
	const struct token *found = NULL;
	if (!authorization || strncasecmp(authorization, scheme, sizeof scheme - 1))
		return NULL;
	const char *text = authorization + sizeof scheme - 1;
	text += strspn(text, " ");
	size_t len = strlen(text);
	if (len < TOKEN_LEAST || len >= sizeof given)
		return NULL;
	memcpy(given, text, len);
	for (size_t i = 0; i < t->n; i++)
		if (is_same(t->token[i].text, given))
			found = &t->token[i];
	return found;
}
