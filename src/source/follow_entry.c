// SPDX-License-Identifier: Apache-2.0
// One file: bytes up to the last line end are given; what is behind it is read again when it grew.
#include "source/follow_entry.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "base/hash.h"
#include "source/input.h"

enum { HEAD_BYTES = 4 };

static const uint64_t ns_a_s = 1000000000;

/* As many bytes as there are, up to `n`; errors read as an end. */
static size_t read_at(int fd, uint8_t *room, size_t n, uint64_t offset)
{
	size_t done = 0;
	while (done < n) {
		ssize_t got = pread(fd, room + done, n - done, (off_t)(offset + done));
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		done += (size_t)got;
	}
	return done;
}

static bool mark_read(int fd, uint64_t offset, uint32_t n_bytes, struct follow_mark *out)
{
	uint8_t room[FOLLOW_MARK_BYTES];
	if (n_bytes > sizeof room || read_at(fd, room, n_bytes, offset) != n_bytes)
		return false;
	*out = (struct follow_mark){ hash_bytes(room, n_bytes, 0), n_bytes };
	return true;
}

static bool mark_fits(int fd, uint64_t offset, const struct follow_mark *mark)
{
	struct follow_mark m;
	return mark->n_bytes == 0 ||
	       (mark_read(fd, offset, mark->n_bytes, &m) && m.hash == mark->hash);
}

bool follow_begins_as(int fd, const struct follow_position *at)
{
	return mark_fits(fd, 0, &at->head);
}

bool follow_matches(int fd, const struct follow_position *at)
{
	return at->tail.n_bytes <= at->offset && follow_begins_as(fd, at) &&
	       mark_fits(fd, at->offset - at->tail.n_bytes, &at->tail);
}

/* From what was read itself, not from the file: that may be another one by now. */
static void advance(struct follow_position *at, const uint8_t *given, size_t n)
{
	uint32_t n_tail = n < FOLLOW_MARK_BYTES ? (uint32_t)n : FOLLOW_MARK_BYTES;
	at->tail = (struct follow_mark){ hash_bytes(given + n - n_tail, n_tail, 0), n_tail };
	at->offset += n;
}

/* The first bytes, as far as they were given. Returns false when they can no longer be read. */
static bool head_renew(int fd, struct follow_position *at)
{
	uint32_t n = at->offset < FOLLOW_MARK_BYTES ? (uint32_t)at->offset : FOLLOW_MARK_BYTES;
	return at->head.n_bytes == n || mark_read(fd, 0, n, &at->head);
}

bool follow_open(struct follow_bench *b, struct follow_entry *e)
{
	struct stat st;
	if (e->fd >= 0)
		return true;
	int fd = open(e->file.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		if (st.st_dev != e->file.at.dev || st.st_ino != e->file.at.ino) {
			close(fd);
			return false;
		}
		e->fd = fd;
		e->is_settled = false;
		e->is_troubled = false;
		return true;
	}
	bool is_gone = fd < 0 && errno == ENOENT; // since it was seen: the next look tells
	if (fd >= 0)
		close(fd);
	if (!e->is_troubled && !is_gone)
		b->reader.event(b->reader.ctx, &e->file, FOLLOW_UNREADABLE);
	e->is_troubled |= !is_gone;
	return false;
}

/* Bytes of a character: a line end of UTF-16 is two of them. */
static unsigned unit_of(int fd)
{
	uint8_t head[2] = {};
	size_t n = read_at(fd, head, sizeof head, 0);
	return n == 2 && ((head[0] == 0xff && head[1] == 0xfe) ||
				 (head[0] == 0xfe && head[1] == 0xff))
		       ? 2
		       : 1;
}

/* How many of the bytes are whole lines. `offset` is where they stand. */
static size_t whole_lines(const uint8_t *p, size_t n, uint64_t offset, unsigned unit)
{
	while (n > 0) {
		const uint8_t *lf = memrchr(p, '\n', n);
		if (!lf)
			return 0;
		size_t end = (size_t)(lf - p) + 1;
		if (unit == 1)
			return end;
		bool is_high = (offset + end) % 2 == 0; // the second byte of its pair
		size_t other = is_high ? end - 2 : end;
		if (end + !is_high <= n && other < n && (end >= 2 || !is_high) && p[other] == 0)
			return end + !is_high;
		n = end - 1;
	}
	return 0;
}

static size_t without_nuls(const uint8_t *p, size_t n)
{
	while (n > 0 && p[n - 1] == 0)
		n--;
	return n;
}

static bool begin(struct follow_bench *b, struct follow_entry *e, int fd)
{
	uint8_t head[HEAD_BYTES];
	if (e->is_begun)
		return true;
	size_t n = read_at(fd, head, sizeof head, 0);
	e->is_begun = b->reader.begin(b->reader.ctx, &e->file, (struct bytes){ head, n });
	return e->is_begun;
}

static bool give(struct follow_bench *b, struct follow_entry *e, int fd, const uint8_t *p, size_t n)
{
	if (n == 0 || !begin(b, e, fd))
		return false;
	b->reader.take(b->reader.ctx, &e->file, (struct bytes){ p, n });
	advance(&e->file.at, p, n);
	return true;
}

/* Whether behind a megabyte of NULs text goes on: a hole, as a cut file has that is written on. */
static bool text_follows(struct follow_bench *b, int fd, uint64_t offset)
{
	off_t data = lseek(fd, (off_t)offset, SEEK_DATA);
	if (data < 0 && errno == ENXIO)
		return false;
	uint64_t at = data > 0 ? (uint64_t)data : offset;
	size_t n;
	while (!*b->reader.stop && (n = read_at(fd, b->chunk, sizeof b->chunk, at)) > 0) {
		if (without_nuls(b->chunk, n))
			return true;
		at += n;
	}
	return false;
}

/* In the middle of a line that began long before: its rest is no line. */
static enum follow_is skip_rest(struct follow_bench *b, struct follow_entry *e, size_t n)
{
	const uint8_t *lf = n ? memchr(b->chunk, '\n', n) : NULL;
	size_t rest = lf ? (size_t)(lf - b->chunk) + 1 : n;
	if (rest == 0)
		return FOLLOW_DONE;
	advance(&e->file.at, b->chunk, rest);
	e->file.at.is_inside = !lf;
	return FOLLOW_MORE;
}

/* One piece. FOLLOW_DONE: nothing that is whole is left. */
static enum follow_is piece(struct follow_bench *b, struct follow_entry *e, int fd, bool is_checked)
{
	struct follow_position *at = &e->file.at;
	size_t n = read_at(fd, b->chunk, sizeof b->chunk, at->offset);
	size_t whole = whole_lines(b->chunk, n, at->offset, unit_of(fd));
	bool is_long = whole == 0 && n == sizeof b->chunk;
	if (is_long && b->chunk[n - 1] == 0) {
		if (!text_follows(b, fd, at->offset + n))
			return FOLLOW_DONE;
		n = read_at(fd, b->chunk, sizeof b->chunk, at->offset);
	}
	if (is_checked && !follow_matches(fd, at))
		return FOLLOW_CUT;
	if (at->is_inside && !e->is_begun)
		return skip_rest(b, e, n);
	bool is_text = without_nuls(b->chunk, n) > 0;
	if (!give(b, e, fd, b->chunk, is_long ? n : whole))
		return FOLLOW_DONE;
	at->is_inside = is_long && is_text;
	return is_checked && !head_renew(fd, at) ? FOLLOW_CUT : FOLLOW_MORE;
}

/* Not by its first bytes when they were read already; NULs alone may become anything. */
static bool is_refused(struct follow_bench *b, struct follow_entry *e)
{
	if (e->file.at.offset > 0 || e->is_refused)
		return e->is_refused;
	size_t n = without_nuls(b->chunk, read_at(e->fd, b->chunk, INPUT_HEAD_BYTES, 0));
	const uint8_t *p = b->chunk;
	while (n > 0 && *p == 0)
		p++, n--;
	e->is_refused = n > 0 && content_of((struct bytes){ p, n }) != CONTENT_TEXT;
	if (e->is_refused)
		b->reader.event(b->reader.ctx, &e->file, FOLLOW_REFUSED);
	return e->is_refused;
}

/* Whether there may be news. What changed within the second may do so again without a sign of it. */
static bool changed(const struct follow_bench *b, struct follow_entry *e, const struct stat *st)
{
	uint64_t size = (uint64_t)st->st_size, mtime_ns = follow_mtime_ns(st);
	bool is_same = size == e->size && mtime_ns == e->mtime_ns;
	if (!is_same)
		e->changed_ms = b->now_ms;
	if (is_same && e->is_settled)
		return false;
	e->size = size;
	e->mtime_ns = mtime_ns;
	e->is_settled = false;
	return true;
}

bool follow_was_touched(const struct follow_entry *e, uint64_t *cut_ns)
{
	struct stat st;
	if (e->file.at.offset > 0 || !e->looked_ns || e->size > 0 || fstat(e->fd, &st) ||
		st.st_size > 0)
		return false;
	*cut_ns = follow_mtime_ns(&st);
	return *cut_ns != e->mtime_ns;
}

enum follow_is follow_read(struct follow_bench *b, struct follow_entry *e)
{
	struct stat st;
	struct timespec now;
	clock_gettime(CLOCK_REALTIME_COARSE, &now);
	if (fstat(e->fd, &st) || !changed(b, e, &st))
		return FOLLOW_DONE;
	e->looked_ns = (uint64_t)now.tv_sec * ns_a_s + (uint64_t)now.tv_nsec;
	if ((uint64_t)st.st_size < e->file.at.offset)
		return FOLLOW_CUT;
	if (is_refused(b, e)) {
		e->is_settled = true;
		return FOLLOW_DONE;
	}
	uint64_t from = e->file.at.offset;
	enum follow_is is;
	while ((is = piece(b, e, e->fd, true)) == FOLLOW_MORE && !*b->reader.stop)
		if (e->file.at.offset - from >= FOLLOW_TURN_BYTES)
			return FOLLOW_MORE;
	e->is_settled = is == FOLLOW_DONE && e->looked_ns > e->mtime_ns + ns_a_s;
	return is;
}

void follow_read_copy(struct follow_bench *b, struct follow_entry *e, int fd)
{
	while (!*b->reader.stop && piece(b, e, fd, false) == FOLLOW_MORE)
		;
	if (*b->reader.stop)
		return;
	size_t n = read_at(fd, b->chunk, sizeof b->chunk, e->file.at.offset);
	give(b, e, fd, b->chunk, without_nuls(b->chunk, n));
}

void follow_read_half(struct follow_bench *b, struct follow_entry *e)
{
	if (e->fd < 0 || e->is_refused || !follow_matches(e->fd, &e->file.at))
		return;
	size_t n = read_at(e->fd, b->chunk, sizeof b->chunk, e->file.at.offset);
	if (give(b, e, e->fd, b->chunk, without_nuls(b->chunk, n)))
		head_renew(e->fd, &e->file.at);
}

static void end(struct follow_bench *b, struct follow_entry *e, bool is_over)
{
	if (e->is_begun)
		b->reader.end(b->reader.ctx, &e->file, is_over);
	e->is_begun = false;
}

void follow_over(struct follow_bench *b, struct follow_entry *e)
{
	end(b, e, true);
	struct follow_position *at = &e->file.at;
	*at = (struct follow_position){ .dev = at->dev, .ino = at->ino };
	e->file.label = 0;
	e->is_settled = false;
	follow_memo(&e->file, NULL);
}

void follow_rest(struct follow_bench *b, struct follow_entry *e)
{
	end(b, e, false);
	if (e->fd >= 0)
		close(e->fd);
	e->fd = -1;
}
