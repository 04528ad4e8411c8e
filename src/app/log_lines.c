// SPDX-License-Identifier: Apache-2.0
#include "app/log_lines.h"

#include <stdio.h>
#include <string.h>

#include "app/log_sensors.h"
#include "base/hash.h"

enum { ROW_FIELDS = 6, PATH_MAX_BYTES = LOG_WHERE_BYTES - 24 };

static struct log_line *place_of(
	struct log_lines *l, const struct addr *host, uint8_t proto, uint16_t port)
{
	uint64_t service = (uint64_t)proto << 16 | port;
	return &l->line[hash_bytes(host, sizeof *host, l->key ^ service) % LOG_LINES_MAX];
}

static bool is_of(const struct log_line *x, const struct addr *host, uint8_t proto, uint16_t port)
{
	return x->where[0] && x->proto == proto && x->port == port && addr_eq(&x->host, host);
}

void log_lines_put(struct log_lines *l, const struct log_line *line)
{
	struct log_line *x = place_of(l, &line->host, line->proto, line->port);
	if (is_of(x, &line->host, line->proto, line->port))
		return;
	l->n += !x->where[0];
	*x = *line;
}

struct log_line *log_lines_get(
	struct log_lines *l, const struct addr *host, uint8_t proto, uint16_t port)
{
	struct log_line *x = place_of(l, host, proto, port);
	return is_of(x, host, proto, port) ? x : NULL;
}

void log_line_of(const struct contact *c, struct str path, struct log_line *out)
{
	bool is_long = path.len > PATH_MAX_BYTES;
	struct str tail = { path.ptr + (is_long ? path.len - PATH_MAX_BYTES : 0),
		is_long ? PATH_MAX_BYTES : path.len };
	*out = (struct log_line){
		.host = c->src,
		.port = c->port,
		.proto = (uint8_t)c->proto,
		.sensor = log_sensor_identity(path),
	};
	snprintf(out->where, sizeof out->where, "%s%.*s:%llu", is_long ? "..." : "", (int)tail.len,
		tail.ptr, (unsigned long long)place_position(contact_place(c)));
}

void log_lines_save(struct log_lines *l, struct ledger *out)
{
	for (size_t i = 0; l->n && i < LOG_LINES_MAX; i++) {
		struct log_line *x = &l->line[i];
		if (!x->where[0])
			continue;
		ledger_row(out, "line");
		ledger_text(out, (struct str){ (const char *)x->host.octet, sizeof x->host });
		ledger_uint(out, x->proto);
		ledger_uint(out, x->port);
		ledger_uint(out, x->sensor);
		ledger_text(out, (struct str){ x->where, strlen(x->where) });
		x->where[0] = '\0';
	}
	l->n = 0;
}

bool log_line_load(const struct ledger_row *row, struct log_line *out, struct err *e)
{
	uint64_t proto, port, sensor;
	const struct str *f = row->field;
	if (row->n != ROW_FIELDS || f[1].len != sizeof out->host || !ledger_number(f[2], &proto) ||
		!ledger_number(f[3], &port) || !ledger_number(f[4], &sensor) || proto > UINT8_MAX ||
		port > UINT16_MAX || sensor > UINT16_MAX || !f[5].len ||
		f[5].len >= LOG_WHERE_BYTES || memchr(f[5].ptr, 0, f[5].len))
		return err_set(e, "a row 'line' cannot be read");
	*out = (struct log_line){
		.proto = (uint8_t)proto, .port = (uint16_t)port, .sensor = (uint16_t)sensor
	};
	memcpy(out->host.octet, f[1].ptr, sizeof out->host);
	memcpy(out->where, f[5].ptr, f[5].len);
	return true;
}
