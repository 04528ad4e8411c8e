// SPDX-License-Identifier: Apache-2.0
// Opening by path, recognising by content: names and suffixes are never looked at. What is packed is
// recognised by what it holds.
#include "source/input.h"

#include <stdlib.h>
#include <sys/stat.h>

/* The bytes that were looked at, then the rest of the stream. */
struct pushed_back {
	FILE *rest;
	uint64_t n_read;
	size_t at, n;
	char head[INPUT_HEAD_BYTES];
};

static ssize_t pushed_back_read(void *cookie, char *room, size_t len)
{
	struct pushed_back *p = cookie;
	if (p->at < p->n) {
		if (len > p->n - p->at)
			len = p->n - p->at;
		memcpy(room, p->head + p->at, len);
		p->at += len;
		return (ssize_t)len;
	}
	if (ferror(p->rest)) // an interrupted read is not begun again
		return -1;
	if (feof(p->rest)) // nor is one of a terminal, whose end is told once
		return 0;
	size_t n = fread(room, 1, len, p->rest);
	p->n_read += n;
	return n == 0 && ferror(p->rest) ? -1 : (ssize_t)n;
}

static int pushed_back_close(void *cookie)
{
	struct pushed_back *p = cookie;
	int failed = p->rest == stdin ? 0 : fclose(p->rest);
	free(p);
	return failed;
}

static const struct {
	const char *text, *action;
} contents[N_CONTENTS] = {
#define AS_ROW(name, text, action) [CONTENT_##name] = { text, action },
	CONTENTS(AS_ROW)
#undef AS_ROW
};

static const struct {
	struct str magic;
	enum content content;
} magics[] = {
	{ STR("\xd4\xc3\xb2\xa1"), CONTENT_CAPTURE }, // pcap, little-endian, microseconds
	{ STR("\xa1\xb2\xc3\xd4"), CONTENT_CAPTURE },
	{ STR("\x4d\x3c\xb2\xa1"), CONTENT_CAPTURE }, // nanoseconds
	{ STR("\xa1\xb2\x3c\x4d"), CONTENT_CAPTURE },
	{ STR("\x34\xcd\xb2\xa1"), CONTENT_CAPTURE }, // Alexey Kuznetsov's variant
	{ STR("\xa1\xb2\xcd\x34"), CONTENT_CAPTURE },
	{ STR("\n\r\r\n"), CONTENT_CAPTURE }, // pcapng section header
	{ STR("\x1f\x8b"), CONTENT_GZIP },
	{ STR("BZh"), CONTENT_BZIP2 },
	{ STR("\xfd"
	      "7zXZ"),
		CONTENT_XZ },
	{ STR("\x28\xb5\x2f\xfd"), CONTENT_ZSTD },
	{ STR("\x04\x22\x4d\x18"), CONTENT_LZ4 },
	{ STR("PK\x03\x04"), CONTENT_ZIP },
	{ STR("\x0c\xa5"), CONTENT_NFCAPD },
	{ STR("\xa5\x0c"), CONTENT_NFCAPD },
	{ STR("\xff\xfe"), CONTENT_TEXT }, // UTF-16 with its mark
	{ STR("\xfe\xff"), CONTENT_TEXT },
};

/* Control characters that pasted terminals hold: tab, line ends, form feed, bell, \b, escape. */
static bool is_terminal_byte(uint8_t c)
{
	return c >= 0x20 || (c >= 7 && c <= 13) || c == 0x1b;
}

enum content content_of(struct bytes head)
{
	if (head.len == 0)
		return CONTENT_EMPTY;
	for (size_t i = 0; i < countof(magics); i++)
		if (head.len >= magics[i].magic.len &&
			!memcmp(head.ptr, magics[i].magic.ptr, magics[i].magic.len))
			return magics[i].content;
	// a log that was made longer ahead of its text
	while (head.len && head.ptr[head.len - 1] == 0)
		head.len--;
	size_t n_odd = 0;
	for (size_t i = 0; i < head.len; i++) {
		bool is_telnet = head.ptr[i] == 0 && i > 0 && head.ptr[i - 1] == '\r'; // RFC 854
		n_odd += !is_telnet && !is_terminal_byte(head.ptr[i]);
	}
	return head.len == 0 || n_odd * 50 > head.len ? CONTENT_BINARY : CONTENT_TEXT;
}

const char *content_text(enum content c)
{
	return contents[c].text;
}

const char *content_action(enum content c)
{
	return contents[c].action;
}

static bool open_plain(struct input *in, const char *path, struct err *e)
{
	struct stat st;
	bool is_stdin = !strcmp(path, "-");
	*in = (struct input){ .name = is_stdin ? "standard input" : path };
	in->file = is_stdin ? stdin : fopen(path, "re");
	if (!in->file)
		return err_sys(e, "open %s", path);
	if (fstat(fileno(in->file), &st))
		return err_sys(e, "stat %s", path);
	if (S_ISDIR(st.st_mode))
		return err_set(e, "%s is a directory without a file that can be read", path);
	in->size = S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
	return true;
}

static const struct packing *const packings[N_CONTENTS] = {
	[CONTENT_GZIP] = &packing_gzip,
	[CONTENT_BZIP2] = &packing_bzip2,
	[CONTENT_ZSTD] = &packing_zstd,
	[CONTENT_LZ4] = &packing_lz4,
};

/*
 * A file that lies on the disk as it is goes back to where it began: whoever reads much at once gets it without a
 * copy between.
 */
static bool begins_anew(struct input *in, size_t n)
{
	bool is_first = !in->n_read && !in->whole;
	if (!is_first || !in->size || packings[in->content] ||
		fseeko(in->file, -(off_t)n, SEEK_CUR))
		return false;
	in->whole = in->file;
	return true;
}

/* Read the head, recognise it, and put it back. */
static bool look(struct input *in, struct err *e)
{
	struct pushed_back *p = calloc(1, sizeof *p);
	if (!p)
		return err_sys(e, "read %s", in->name);
	p->rest = in->file;
	p->n = fread(p->head, 1, sizeof p->head, in->file);
	bool failed = p->n == 0 && ferror(in->file);
	if (failed)
		err_sys(e, "read %s", in->name);
	in->content = content_of((struct bytes){ (const uint8_t *)p->head, p->n });
	if (!failed && begins_anew(in, p->n)) {
		free(p);
		return true;
	}
	cookie_io_functions_t io = { .read = pushed_back_read, .close = pushed_back_close };
	FILE *f = failed ? NULL : fopencookie(p, "r", io);
	if (!f) {
		free(p);
		return failed ? false : err_sys(e, "read %s", in->name);
	}
	p->n_read = p->n;
	if (!in->n_read)
		in->n_read = &p->n_read;
	in->file = f;
	return true;
}

/* Put what is unpacked in the place of what is packed, layer by layer. */
static bool unpack(struct input *in, struct err *e)
{
	for (size_t i = 0; i < INPUT_LAYERS_MAX && packings[in->content]; i++) {
		if (!in->damage)
			in->damage = calloc(1, sizeof *in->damage);
		if (!in->damage)
			return err_sys(e, "read %s", in->name);
		in->file = unpack_open(packings[in->content], in->file, in->damage);
		if (!in->file)
			return err_sys(e, "read %s", in->name);
		if (!look(in, e))
			return false;
	}
	return true;
}

bool input_open(struct input *in, const char *path, struct err *e)
{
	if (open_plain(in, path, e) && look(in, e) && unpack(in, e))
		return true;
	input_close(in);
	return false;
}

void input_close_file(struct input *in)
{
	if (in->file && in->file != stdin)
		fclose(in->file);
	in->file = in->whole = NULL;
	in->n_read = NULL;
}

uint64_t input_n_read(const struct input *in)
{
	if (!in->whole)
		return in->n_read ? *in->n_read : 0;
	off_t at = ftello(in->whole);
	return at > 0 ? (uint64_t)at : 0;
}

void input_close(struct input *in)
{
	input_close_file(in);
	free(in->damage);
	in->damage = NULL;
}

bool input_is_damaged(const struct input *in, struct err *e)
{
	const struct unpack_damage *d = in->damage;
	if (!d || !d->packing)
		return false;
	err_set(e,
		"%s: %s data: %s, at byte %llu, after %llu unpacked bytes: what stands before is "
		"used; copy the file again, or test it: %s -t",
		in->name, d->packing->name, d->why, (unsigned long long)d->at,
		(unsigned long long)d->n_out, d->packing->name);
	return true;
}
