// SPDX-License-Identifier: Apache-2.0
// The common half of NetFlow v9 and IPFIX (RFC 3954, RFC 7011): sets, templates, data records.
#include "generate/template.h"

enum {
	ROOM = 1400,
	ENTERPRISE_BIT = 0x8000,
	SET_HEADER = 4,
	LONG_FORM = 255,
	LONG_FORM_EVERY = 16
};

uint8_t *set_begin(struct message *m, uint16_t id)
{
	uint8_t *start = m->w.at;
	wr_u16(&m->w, id);
	wr_u16(&m->w, 0);
	return start;
}

void set_end(struct message *m, uint8_t *start)
{
	while ((m->w.at - start) % 4)
		wr_u8(&m->w, 0);
	struct writer length = writer_of(start + 2, 2);
	wr_u16(&length, (uint16_t)(m->w.at - start));
}

static bool is_left_out(const struct field *f, const struct export *x)
{
	return f->value == TCP_FLAGS && !x->has_flags;
}

void template_put(struct message *m, const struct template *t)
{
	wr_u16(&m->w, t->id);
	struct writer count = writer_of(m->w.at, 2);
	wr_u16(&m->w, 0);
	uint16_t n = 0;
	for (const struct field *f = t->field; f->id; f++) {
		if (is_left_out(f, m->x))
			continue;
		wr_u16(&m->w, f->enterprise ? f->id | ENTERPRISE_BIT : f->id);
		wr_u16(&m->w, f->len);
		if (f->enterprise)
			wr_u32(&m->w, f->enterprise);
		n++;
	}
	wr_u16(&count, n);
	m->n_records++;
}

static void put_addr(struct writer *w, const struct addr *a, uint16_t len)
{
	wr_bytes(w, (struct bytes){ a->octet + sizeof a->octet - len, len });
}

/** The length in one byte, or now and then in three: both are right (RFC 7011, section 7). */
static void put_name(struct writer *w, uint16_t interface, size_t nth)
{
	static const struct str names[] = { STR("Null0"), STR("GigabitEthernet0/1"),
		STR("Serial0/0") };
	struct str name = names[interface % countof(names)];
	if (nth % LONG_FORM_EVERY == 0) {
		wr_u8(w, LONG_FORM);
		wr_u16(w, (uint16_t)name.len);
	} else {
		wr_u8(w, (uint8_t)name.len);
	}
	wr_bytes(w, (struct bytes){ (const uint8_t *)name.ptr, name.len });
}

static uint64_t number(const struct export *x, const struct flow *f, enum value what)
{
	const uint64_t value[N_VALUES] = {
		[SRC_PORT] = f->src_port,
		[DST_PORT] = f->dst_port,
		[PROTOCOL] = f->proto,
		[TCP_FLAGS] = f->tcp_flags,
		[PACKETS] = f->packets,
		[OCTETS] = f->bytes,
		[INPUT] = export_interface(&f->src),
		[OUTPUT] = export_interface(&f->dst),
		[FIRST_UPTIME] = export_uptime_ms(x, f->first_ms),
		[LAST_UPTIME] = export_uptime_ms(x, f->last_ms),
		[FIRST_MS] = f->first_ms,
		[LAST_MS] = f->last_ms,
	};
	return value[what];
}

static void record_put(
	struct message *m, const struct template *t, const struct flow *flow, size_t nth)
{
	for (const struct field *f = t->field; f->id; f++) {
		if (is_left_out(f, m->x))
			continue;
		if (f->value == SRC_ADDR)
			put_addr(&m->w, &flow->src, f->len);
		else if (f->value == DST_ADDR)
			put_addr(&m->w, &flow->dst, f->len);
		else if (f->value == INTERFACE_NAME)
			put_name(&m->w, export_interface(&flow->src), nth);
		else
			wr_uint(&m->w, number(m->x, flow, f->value), f->len);
	}
	m->n_records++;
	m->n_data++;
}

/** One set per template that traces `i` to `i + n - 1` use. */
static void sets_put(struct message *m, const struct dialect *d, size_t i, size_t n)
{
	for (size_t t = 0; t < d->n_templates; t++) {
		uint8_t *start = NULL;
		for (size_t k = i; k < i + n; k++) {
			const struct trace *trace = &m->x->trace[k];
			if (d->choose(trace, k) != &d->template[t])
				continue;
			if (!start)
				start = set_begin(m, d->template[t].id);
			record_put(m, &d->template[t], &trace -> flow, k);
		}
		if (start)
			set_end(m, start);
	}
}

void template_write(const struct export *x, const struct dialect *d)
{
	size_t nth = 0, n_data = 0;
	for (size_t i = 0, n; i < x->n; i += n, nth++) {
		uint8_t room[ROOM];
		struct message m = { .x = x, .nth = nth, .n_data_before = n_data };
		m.w = writer_of(room, sizeof room);
		m.w.at += d->header_bytes;
		d->announce(&m);
		n = export_batch(
			x, i, (wr_left(&m.w) - d->n_templates * (SET_HEADER + 3)) / MAX_RECORD);
		sets_put(&m, d, i, n);
		m.now_ms = x->trace[i + n - 1].export_ms + x->delay_ms;
		struct writer header = writer_of(room, d->header_bytes);
		d->header(&header, &m);
		n_data += m.n_data;
		capture_put(x->out, m.now_ms, &x->address, wr_done(&m.w));
	}
}
