// SPDX-License-Identifier: Apache-2.0
// The pipe outlives both of its processes, so its bytes may begin and break off anywhere. The checksum
// is what tells a parcel from bytes that look like one.
#include "app/intake.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { INTAKE_BYTES = 2 * (PARCEL_HEADER_BYTES + PARCEL_BODY_MAX) };

bool intake_init(struct intake *in)
{
	*in = (struct intake){ .room = malloc(INTAKE_BYTES) };
	return in->room;
}

void intake_fini(struct intake *in)
{
	free(in->room);
	*in = (struct intake){};
}

bool intake_read(struct intake *in, int pipe)
{
	memmove(in->room, in->room + in->at, in->end - in->at);
	in->end -= in->at;
	in->at = 0;
	assert(in->end <
		INTAKE_BYTES); // a whole parcel was taken out, or there is room for its end
	ssize_t n;
	do
		n = read(pipe, in->room + in->end, INTAKE_BYTES - in->end);
	while (n < 0 && errno == EINTR);
	in->end += n > 0 ? (size_t)n : 0;
	return n > 0;
}

bool intake_peek(struct intake *in, int pipe)
{
	ssize_t n;
	in->at = in->end = 0;
	do
		n = recv(pipe, in->room, INTAKE_BYTES, MSG_PEEK | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	in->end = n > 0 ? (size_t)n : 0;
	return n > 0;
}

/* The same bytes once more, over themselves. */
bool intake_settle(struct intake *in, int pipe)
{
	size_t n = 0;
	while (n < in->at) {
		ssize_t got = recv(pipe, in->room + n, in->at - n, MSG_DONTWAIT);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		n += (size_t)got;
	}
	return n > 0;
}

bool intake_is_partial(const struct intake *in)
{
	return in->at < in->end;
}

void intake_follow(struct intake *in, uint64_t epoch, uint64_t number)
{
	if (epoch && epoch == in->first_epoch && in->first_number > number + 1)
		in->n_missing += in->first_number - number - 1;
}

static struct bytes left(const struct intake *in)
{
	return (struct bytes){ in->room + in->at, in->end - in->at };
}

static void pass_over(struct intake *in, size_t n)
{
	in->n_broken += !in->is_lost;
	in->is_lost = true;
	in->at += n;
}

/* Where a whole HELLO stands behind the first byte; 0 when there is none. */
static size_t find_hello(struct bytes in)
{
	struct parcel hello = { .sort = PARCEL_HELLO };
	uint8_t header[PARCEL_HEADER_BYTES];
	parcel_encode(&hello, header, sizeof header);
	enum { ALIKE = 8 }; // up to the length of the body
	for (size_t at = 1; at + sizeof header <= in.len;) {
		const uint8_t *p = memmem(in.ptr + at, in.len - at, header, ALIKE);
		if (!p)
			return 0;
		at = (size_t)(p - in.ptr);
		size_t length;
		struct err e;
		struct bytes rest = { p, in.len - at };
		if (parcel_decode(rest, &hello, &length, &e) == PARCEL_WHOLE)
			return at;
		at++;
	}
	return 0;
}

/* How the numbers go on: from 1 in each epoch. A keeper that came later takes what it finds. */
static void count(struct intake *in, const struct parcel *p)
{
	if (!in->epoch) {
		in->first_epoch = p->epoch;
		in->first_number = p->number;
	}
	bool is_new = p->epoch != in->epoch || p->collector != in->collector;
	uint64_t expected = is_new ? (in->epoch ? 1 : p->number) : in->number + 1;
	if (p->number > expected)
		in->n_missing += p->number - expected;
	in->n_epochs += is_new;
	in->n_parcels++;
	in->collector = p->collector;
	in->epoch = p->epoch;
	in->number = p->number;
}

bool intake_next(struct intake *in, struct parcel *out)
{
	while (in->at < in->end) {
		size_t length = 0, hello;
		struct err e;
		switch (parcel_decode(left(in), out, &length, &e)) {
		case PARCEL_WHOLE:
			in->at += length;
			in->is_lost = false;
			count(in, out);
			return true;
		case PARCEL_PARTIAL:
			hello = find_hello(left(in));
			if (!hello)
				return false;
			pass_over(in, hello);
			break;
		case PARCEL_BROKEN:
			pass_over(in, 1);
			break;
		}
	}
	return false;
}
