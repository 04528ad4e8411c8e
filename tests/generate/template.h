// SPDX-License-Identifier: Apache-2.0
// The common half of NetFlow v9 and IPFIX: sets of records that a template describes.
#ifndef GENERATE_TEMPLATE_H
#define GENERATE_TEMPLATE_H
#include "generate/export.h"
#include "generate/wire.h"

enum value {
	SRC_ADDR,
	DST_ADDR,
	SRC_PORT,
	DST_PORT,
	PROTOCOL,
	TCP_FLAGS,
	PACKETS,
	OCTETS,
	INPUT,
	OUTPUT,
	FIRST_UPTIME,
	LAST_UPTIME,
	FIRST_MS,
	LAST_MS,
	ZERO,
	INTERFACE_NAME,
	N_VALUES,
};

enum { VARIABLE = 0xffff, MAX_FIELDS = 24, REFRESH_DATAGRAMS = 20, MAX_RECORD = 96 };

struct field {
	uint16_t id, len;
	enum value value;
	uint32_t enterprise; // 0: IANA's
};

#define FIELD(id_, len_, value_) \
	{ \
		.id = (id_), .len = (len_), .value = (value_) \
	}

struct template
{
	uint16_t id;
	struct field field[MAX_FIELDS]; // up to the first with id 0
};

/** A datagram under construction. */
struct message {
	const struct export *x;
	struct writer w;
	size_t n_records; // of any kind: the count of v9
	size_t n_data;    // data records, options included: the sequence of IPFIX
	size_t nth;       // of this exporter, from 0
	size_t n_data_before;
	uint64_t now_ms;
};

/** What tells v9 and IPFIX apart. */
struct dialect {
	const struct template *template;
	size_t n_templates;
	size_t header_bytes;
	void (*announce)(struct message *m); // templates and options that are due in this datagram
	const struct template *(*choose)(const struct trace *trace, size_t nth);
	void (*header)(struct writer *w, const struct message *m);
};

/** Begin a set; give what it returns to set_end, which pads to 4 bytes and fills the length in. */
uint8_t *set_begin(struct message *m, uint16_t id);
void set_end(struct message *m, uint8_t *start);

/** Append one template record; TCP flags are left out where the exporter has none. */
void template_put(struct message *m, const struct template *t);

/** Write the whole export of `x`. */
void template_write(const struct export *x, const struct dialect *d);
#endif
