// SPDX-License-Identifier: Apache-2.0
// Capture files by their first bytes: the table of formats, and what both of them need.
#include "source/dump.h"

#include <stdlib.h>

enum { INTERFACES_ROOM = 4 };

static const struct dump_format *const formats[] = { &pcap_format, &pcapng_format };

bool dump_open(struct dump *d, FILE *file, struct err *e)
{
	*d = (struct dump){};
	if (!window_init(&d->in, file))
		return err_set(e, "no memory");
	if (!window_fill(&d->in, MAGIC_BYTES))
		return err_set(e, "truncated: its header is not whole");
	for (size_t i = 0; i < countof(formats); i++)
		if (formats[i]->recognise(d->in.byte))
			d->format = formats[i];
	return d->format ? d->format->open(d, e) : err_set(e, "it is neither pcap nor pcapng");
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
