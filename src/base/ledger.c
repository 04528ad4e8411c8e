// SPDX-License-Identifier: Apache-2.0
// Text, so that people can read it; fields stand between tabs, and what would break that is %XX.
#include "base/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"

static const char heading[] = "cordon state 1\n";
enum { END_BYTES = sizeof "end\t0123456789abcdef\n" - 1 };

bool ledger_open(struct ledger *l, const char *path, struct err *e)
{
	*l = (struct ledger){ .path = path };
	l->out = open_memstream(&l->text, &l->n);
	if (!l->out)
		return err_sys(e, "write %s", path);
	fputs(heading, l->out);
	return true;
}

void ledger_row(struct ledger *l, const char *key)
{
	if (l->is_in_row)
		fputc('\n', l->out);
	l->is_in_row = true;
	fputs(key, l->out);
}

void ledger_text(struct ledger *l, struct str text)
{
	fputc('\t', l->out);
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];
		if (c < ' ' || c == '%' || c == 0x7f)
			fprintf(l->out, "%%%02x", c);
		else
			fputc(c, l->out);
	}
}

void ledger_uint(struct ledger *l, uint64_t v)
{
	fprintf(l->out, "\t%" PRIu64, v);
}

static bool write_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, p, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		p += done;
		n -= (size_t)done;
	}
	return true;
}

/* A name is on the disk when its folder is. */
static bool folder_sync(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder =
		!slash ? strdup(".") : strndup(path, slash > path ? (size_t)(slash - path) : 1);
	int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	free(folder);
	if (fd < 0)
		return false;
	bool is_fine = fsync(fd) == 0 || errno == EINVAL; // not every file system knows how
	close(fd);
	return is_fine;
}

static bool replace(const char *path, const char *text, size_t n, struct err *e)
{
	char *beside = NULL;
	if (asprintf(&beside, "%s.new", path) < 0)
		return err_sys(e, "write %s", path);
	int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool is_fine = fd >= 0 && write_all(fd, text, n) && fsync(fd) == 0;
	if (fd >= 0)
		is_fine &= close(fd) == 0;
	is_fine = is_fine && rename(beside, path) == 0 && folder_sync(path);
	if (!is_fine) {
		err_sys(e, "write %s", path);
		if (fd >= 0)
			unlink(beside);
	}
	free(beside);
	return is_fine;
}

bool ledger_take(struct ledger *l, char **text, size_t *n, struct err *e)
{
	if (l->is_in_row)
		fputc('\n', l->out);
	fflush(l->out);
	bool is_fine = !ferror(l->out);
	if (is_fine)
		fprintf(l->out, "end\t%016" PRIx64 "\n", hash_bytes(l->text, l->n, 0));
	is_fine &= fclose(l->out) == 0;
	if (!is_fine) {
		err_sys(e, "write %s", l->path);
		free(l->text);
		return false;
	}
	*text = l->text;
	*n = l->n;
	return true;
}

bool ledger_close(struct ledger *l, struct err *e)
{
	char *text;
	size_t n;
	if (!ledger_take(l, &text, &n, e))
		return false;
	bool is_fine = replace(l->path, text, n, e);
	free(text);
	return is_fine;
}

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* In place: it only gets shorter. Returns false when an escape is cut. */
static bool unescape(char *p, size_t n, struct str *out)
{
	size_t to = 0;
	for (size_t i = 0; i < n; i++) {
		if (p[i] != '%') {
			p[to++] = p[i];
			continue;
		}
		int high = i + 2 < n ? hex(p[i + 1]) : -1, low = i + 2 < n ? hex(p[i + 2]) : -1;
		if (high < 0 || low < 0)
			return false;
		p[to++] = (char)(high << 4 | low);
		i += 2;
	}
	*out = (struct str){ p, to };
	return true;
}

static bool row_parse(char *p, size_t n, struct ledger_row *row)
{
	*row = (struct ledger_row){};
	for (char *end = p + n; p <= end;) {
		char *tab = p < end ? memchr(p, '\t', (size_t)(end - p)) : NULL;
		char *stop = tab ? tab : end;
		if (row->n == LEDGER_FIELDS_MAX ||
			!unescape(p, (size_t)(stop - p), &row->field[row->n++]))
			return false;
		p = stop + 1;
	}
	return row->field[0].len > 0;
}

static bool damaged(const char *name, const char *what, struct err *e)
{
	return err_set(e,
		"%s %s: move it away to begin anew (all lines are read again), or restore it", name,
		what);
}

static bool is_whole(struct str text)
{
	char want[END_BYTES + 1];
	size_t n = text.len - END_BYTES;
	snprintf(want, sizeof want, "end\t%016" PRIx64 "\n", hash_bytes(text.ptr, n, 0));
	return !memcmp(text.ptr + n, want, END_BYTES);
}

bool ledger_parse(struct str text, const char *name, ledger_fn *take, void *ctx, struct err *e)
{
	static const size_t n_heading = sizeof heading - 1, n_word = sizeof "cordon state " - 1;
	if (text.len < n_heading || memcmp(text.ptr, heading, n_word) != 0)
		return err_set(e, "%s is no state of cordon: name another file", name);
	if (memcmp(text.ptr, heading, n_heading) != 0)
		return damaged(name, "is a state of another version", e);
	if (text.len < n_heading + END_BYTES || !is_whole(text))
		return damaged(name, "is damaged, its checksum is wrong", e);
	size_t n = text.len - n_heading - END_BYTES;
	char *copy = malloc(n + 1), *p = copy;
	bool is_fine = copy;
	if (!copy)
		return err_sys(e, "read %s", name);
	memcpy(copy, text.ptr + n_heading, n);
	for (char *end = copy + n; is_fine && p < end;) {
		struct ledger_row row;
		char *lf = memchr(p, '\n', (size_t)(end - p));
		is_fine = lf && row_parse(p, (size_t)(lf - p), &row);
		if (!is_fine)
			damaged(name, "is damaged, a row cannot be read", e);
		else
			is_fine = take(ctx, &row, e);
		p = lf ? lf + 1 : end;
	}
	free(copy);
	return is_fine;
}

bool ledger_load(const char *path, ledger_fn *take, void *ctx, struct err *e)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return errno == ENOENT || err_sys(e, "open %s", path);
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || (size_t)st.st_size > ledger_bytes_max) {
		close(fd);
		return err_set(e, "%s is no state of cordon: name another file", path);
	}
	size_t size = (size_t)st.st_size, n = 0;
	char *text = malloc(size + 1);
	for (ssize_t got = 1; text && got > 0 && n<size; n += got> 0 ? (size_t)got : 0)
		got = read(fd, text + n, size - n);
	close(fd);
	bool is_fine = text ? ledger_parse((struct str){ text, n }, path, take, ctx, e)
			    : err_sys(e, "read %s", path);
	free(text);
	return is_fine;
}

bool ledger_number(struct str field, uint64_t *out)
{
	uint64_t v = 0;
	for (size_t i = 0; i < field.len; i++) {
		unsigned digit = (unsigned char)field.ptr[i] - (unsigned)'0';
		if (digit > 9 || __builtin_mul_overflow(v, 10, &v) ||
			__builtin_add_overflow(v, digit, &v))
			return false;
	}
	if (field.len == 0)
		return false;
	*out = v;
	return true;
}
