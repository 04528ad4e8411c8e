// SPDX-License-Identifier: Apache-2.0
// Whatever stands in front of a whole parcel and is none is damage; what no whole parcel follows is a
// tail that was torn off, when the keeper or the machine died.
#include "app/replay.h"

#include <fcntl.h>
#include <unistd.h>

#include "app/journal.h"

bool replay_open(struct replay *r, const char *path, struct err *e)
{
	*r = (struct replay){ .fd = -1 };
	if (!intake_init(&r->intake))
		return err_set(e, "%s: no memory", path);
	r->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	return r->fd >= 0 || err_sys(e, "open %s", path);
}

void replay_close(struct replay *r)
{
	if (r->fd >= 0)
		close(r->fd);
	intake_fini(&r->intake);
	r->fd = -1;
}

static void take_all(struct replay *r, replay_fn *take, void *ctx)
{
	struct parcel p;
	while (intake_next(&r->intake, &p)) {
		uint64_t end = r->n_bytes - (r->intake.end - r->intake.at);
		uint64_t begin = end - PARCEL_HEADER_BYTES - p.body.len;
		if (begin != r->n_whole && !r->is_damaged) {
			r->is_damaged = true;
			r->damaged_at = r->n_whole;
		}
		r->n_whole = end;
		take(ctx, &p);
	}
}

bool replay_some(struct replay *r, replay_fn *take, void *ctx)
{
	struct intake *in = &r->intake;
	size_t before = in->end - in->at;
	if (intake_read(in, r->fd)) {
		r->n_bytes += in->end - before;
		take_all(r, take, ctx);
		return true;
	}
	// A length that is damaged waits for bytes that do not come, and hides what stands there.
	while (in->at < in->end) {
		in->at++;
		take_all(r, take, ctx);
	}
	return false;
}

static void take_key(void *ctx, const struct parcel *p)
{
	uint64_t *key = ctx;
	if (*key == 0 && p->sort == PARCEL_HELLO && p->body.len == JOURNAL_HEAD_BYTES)
		memcpy(key, p->body.ptr, sizeof *key);
}

uint64_t replay_key(const char *path)
{
	struct replay r;
	struct err e;
	uint64_t key = 0;
	if (replay_open(&r, path, &e))
		(void)replay_some(&r, take_key, &key);
	replay_close(&r);
	return le64toh(key);
}
