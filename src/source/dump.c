// SPDX-License-Identifier: Apache-2.0
// Capture files by their first bytes: the table of formats, and what both of them need.
#include "source/dump.h"

#include <stdlib.h>

enum { INTERFACES_ROOM = 4 };

static const struct dump_format *const formats[] = { &pcap_format, &pcapng_format };

/* A file at the view: of one before it, nothing holds any more. */
static bool begin(struct dump *d, struct err *e)
{
	const struct dump_format *format = NULL;
	d->n_interfaces = 0;
	if (!window_fill(&d->in, MAGIC_BYTES))
		return err_set(e, "truncated: its header is not whole");
	for (size_t i = 0; i < countof(formats); i++)
		if (formats[i]->recognise(d->in.byte + d->in.at))
			format = formats[i];
	if (!format)
		return err_set(e, "it is neither pcap nor pcapng");
	d->format = format;
	return format->open(d, e);
}

bool dump_open(struct dump *d, FILE *file, struct err *e)
{
	*d = (struct dump){};
	return window_init(&d->in, file) ? begin(d, e) : err_set(e, "no memory");
}

bool dump_begins(const struct dump *d)
{
	bool begins = false;
	for (size_t i = 0; i < countof(formats); i++)
		begins |= formats[i]->begins(d->in.byte + d->in.at);
	return begins;
}

enum dump_next dump_next(struct dump *d, struct frames *out, struct err *e)
{
	struct err why = {};
	enum dump_next next;
	out->is_of_another = false;
	while ((next = d->format->next(d, out, e)) == DUMP_ANEW) {
		uint64_t at = window_offset(&d->in);
		out->is_of_another = true;
		if (begin(d, &why))
			continue;
		err_set(e,
			"after packet %llu: the capture that begins at byte %llu cannot be read: "
			"%s",
			(unsigned long long)d->n, (unsigned long long)at, why.text);
		return DUMP_DAMAGED;
	}
	return next;
}

void dump_close(struct dump *d)
{
	window_fini(&d->in);
	free(d->interface);
	*d = (struct dump){};
}

struct interface *dump_interface(struct dump *d)
{
	if (d->n_interfaces == INTERFACES_MAX)
		return NULL;
	if (d->n_interfaces == d->n_interfaces_room) {
		size_t room = d->n_interfaces_room ? d->n_interfaces_room * 2 : INTERFACES_ROOM;
		struct interface *all = realloc(d->interface, room * sizeof *all);
		if (!all)
			return NULL;
		d->interface = all;
		d->n_interfaces_room = room;
	}
	struct interface *i = &d->interface[d->n_interfaces++];
	*i = (struct interface){};
	return i;
}

enum dump_next dump_damaged(const struct dump *d, struct err *e, const char *what)
{
	err_set(e, "after packet %llu: %s at byte %llu: the rest cannot be read",
		(unsigned long long)d->n, what, (unsigned long long)window_offset(&d->in));
	return DUMP_DAMAGED;
}

enum dump_next dump_ended(const struct dump *d, struct err *e)
{
	if (ferror(d->in.file) && !window_left(&d->in))
		return dump_damaged(d, e, "reading failed");
	if (!window_left(&d->in))
		return DUMP_END;
	err_set(e, "after packet %llu: truncated: what begins at byte %llu is not whole",
		(unsigned long long)d->n, (unsigned long long)window_offset(&d->in));
	return DUMP_DAMAGED;
}
