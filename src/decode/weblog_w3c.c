// SPDX-License-Identifier: Apache-2.0
// W3C extended logs: IIS, its HTTPERR, Advanced Logging, other products, Windows' firewall. Columns
// are bound by name, and anew at each "#Fields": it comes again at restarts, and may change.
#include "decode/weblog_line.h"

static const char *const names[N_COLUMN_NAMES] = {
#define AS_NAME(name, text) [COLUMN_##name] = text,
	COLUMNS(AS_NAME)
#undef AS_NAME
};

enum { HALF_DAY_MS = 43200000, DAY_MS = 86400000 };

static void bind_names(struct w3c *w, struct str list)
{
	struct w3c fresh = { .separator = ' ',
		.is_local_time = w->is_local_time,
		.has_day = w->has_day,
		.day_ms = w->day_ms };
	while (list.len) {
		size_t n = 0;
		while (n < list.len && list.ptr[n] != ' ' && list.ptr[n] != '\t')
			n++;
		struct str name = { list.ptr, n };
		list = scan_from(list, n + 1);
		if (n == 0)
			continue;
		if (fresh.n_columns < UINT16_MAX)
			fresh.n_columns++;
		for (size_t c = 0; c < countof(names) && fresh.n_columns <= W3C_COLUMNS; c++)
			if (!fresh.at[c] &&
				scan_is(name, (struct str){ names[c], strlen(names[c]) }))
				fresh.at[c] = (uint8_t)fresh.n_columns;
	}
	*w = fresh;
}

static void on_fields(struct reading *in, struct str rest)
{
	bind_names(&in->w3c, rest);
}

static void on_date(struct reading *in, struct str rest)
{
	struct w3c *w = &in->w3c;
	if (rest.len < 10 || !time_date(&in->clock, rest.ptr, &w->day_ms))
		return;
	w->has_day = true;
	w->last_ms = 0;
}

static void on_time_format(struct reading *in, struct str rest)
{
	in->w3c.is_local_time = scan_is(rest, STR("Local"));
}

static void on_other(struct reading *in, struct str rest)
{
	(void)in, (void)rest;
}

static const struct {
	struct str name;
	void (*act)(struct reading *in, struct str rest);
} directives[] = {
	{ STR("#Fields:"), on_fields },
	{ STR("#Date:"), on_date },
	{ STR("#Time Format:"), on_time_format },
	{ STR("#Software:"), on_other },
	{ STR("#Version:"), on_other },
	{ STR("#Start-Date:"), on_other },
	{ STR("#End-Date:"), on_other },
	{ STR("#Remark:"), on_other },
};

static enum line_is read_directive(struct reading *in, struct str line)
{
	for (size_t i = 0; i < countof(directives); i++) {
		struct str name = directives[i].name;
		if (!scan_is((struct str){ line.ptr, line.len < name.len ? line.len : name.len },
			    name))
			continue;
		directives[i].act(in, scan_trim(scan_from(line, name.len)));
		return LINE_SKIPPED;
	}
	return in->is_text ? LINE_OTHER : LINE_SKIPPED;
}

/* The column of that name, empty when the section has none or the row says "-". */
static struct str get(const struct w3c *w, const struct str *column, enum column c)
{
	struct str none = { "", 0 };
	if (!w->at[c])
		return none;
	struct str text = column[w->at[c] - 1];
	return scan_is_dash(text) ? none : text;
}

/* The time of a row without a date: the day of "#Date", the next one when the clock starts over. */
static uint64_t time_in_section(struct w3c *w, uint64_t of_day)
{
	if (of_day + HALF_DAY_MS < w->last_ms)
		w->day_ms += DAY_MS;
	w->last_ms = of_day;
	return w->day_ms + of_day;
}

/* Gives false when date or time are none. */
static bool read_time(
	struct reading *in, const struct w3c *w, const struct str *column, uint64_t *ms)
{
	uint64_t day = 0, of_day = 0;
	struct str date = get(w, column, COLUMN_DATE), time = get(w, column, COLUMN_TIME);
	*ms = 0;
	if (date.len && (date.len != 10 || !time_date(&in->clock, date.ptr, &day)))
		return false;
	if (time.len && time_hms(time, &of_day) != time.len)
		return false;
	if (date.len && time.len)
		*ms = day + of_day;
	else if (time.len && in->w3c.has_day)
		*ms = time_in_section(&in->w3c, of_day);
	return true;
}

static void fill_texts(struct request *r, const struct w3c *w, const struct str *column)
{
	r->method = get(w, column, COLUMN_METHOD);
	if (w->at[COLUMN_STEM])
		request_target(r, get(w, column, COLUMN_STEM));
	else
		request_target(r, get(w, column, COLUMN_URI));
	if (w->at[COLUMN_QUERY])
		r->query = get(w, column, COLUMN_QUERY);
	r->agent = get(w, column, COLUMN_AGENT);
	r->referer = get(w, column, COLUMN_REFERER);
	r->forwarded = get(w, column, COLUMN_FORWARDED);
	if (!r->forwarded.len)
		r->forwarded = get(w, column, COLUMN_FORWARDED_HEADER);
}

static enum line_is read_request(struct reading *in, const struct w3c *w, const struct str *column)
{
	struct request *r = in->request;
	struct str client = get(w, column, COLUMN_CLIENT), status = get(w, column, COLUMN_STATUS);
	uint64_t ms;
	if (!read_time(in, w, column, &ms))
		return LINE_FIELD;
	request_client(r, client);
	if ((client.len && !(r->has & REQUEST_HAS_CLIENT)) ||
		(status.len && scan_number(status) == UINT32_MAX))
		return LINE_FIELD;
	if (scan_addr(get(w, column, COLUMN_SERVER), &r->server))
		r->has |= REQUEST_HAS_SERVER;
	r->server_port = scan_port(get(w, column, COLUMN_SERVER_PORT));
	request_status(r, scan_status(status));
	if (ms)
		request_time(r, ms, w->is_local_time);
	in->kind = KIND_W3C;
	if (w->at[COLUMN_REASON]) {
		in->kind = KIND_HTTPERR;
		r->has |= REQUEST_ERROR;
	}
	if (in->wants_texts)
		fill_texts(r, w, column);
	return LINE_REQUEST;
}

static const struct {
	struct str name;
	uint8_t number;
} protocols[] = { { STR("TCP"), PROTO_TCP }, { STR("UDP"), PROTO_UDP },
	{ STR("ICMP"), PROTO_ICMP } };

static uint8_t tcp_flags(struct str letters)
{
	static const char order[] = "FSRPAU"; // as enum tcp_flag counts them
	unsigned flags = 0;
	for (size_t i = 0; i < letters.len; i++) {
		const char *p = memchr(order, letters.ptr[i], sizeof order - 1);
		flags |= p ? 1U << (p - order) : 0;
	}
	return (uint8_t)flags;
}

static void fill_packet(struct flow *f, const struct w3c *w, const struct str *column)
{
	struct str proto = get(w, column, COLUMN_PROTOCOL), to = get(w, column, COLUMN_TO_PORT);
	for (size_t i = 0; i < countof(protocols); i++)
		if (scan_is(proto, protocols[i].name))
			f->proto = protocols[i].number;
	if (!f->proto && scan_number(proto) <= UINT8_MAX)
		f->proto = (uint8_t)scan_number(proto);
	f->has |= f->proto ? FLOW_HAS_PROTO : 0;
	if (to.len && f->proto != PROTO_ICMP) {
		f->src_port = scan_port(get(w, column, COLUMN_FROM_PORT));
		f->dst_port = scan_port(to);
		f->has |= FLOW_HAS_PORTS;
	}
	f->tcp_flags = f->proto == PROTO_TCP ? tcp_flags(get(w, column, COLUMN_FLAGS)) : 0;
	f->has |= f->tcp_flags ? FLOW_HAS_FLAGS : 0;
}

/* Windows' firewall: what it dropped and opened; ends of connections say nothing new. */
static enum line_is read_firewall(struct reading *in, const struct w3c *w, const struct str *column)
{
	struct flow *f = in->flow;
	struct str action = get(w, column, COLUMN_ACTION);
	bool is_drop = scan_is(action, STR("DROP")), is_open = scan_begins(action, STR("OPEN"));
	uint64_t ms;
	in->kind = KIND_FIREWALL;
	if (!read_time(in, w, column, &ms))
		return LINE_FIELD;
	if (!is_drop && !is_open)
		return LINE_SKIPPED;
	if (!scan_addr(get(w, column, COLUMN_FROM), &f->src) ||
		!scan_addr(get(w, column, COLUMN_TO), &f->dst))
		return LINE_FIELD;
	f->has = is_drop ? FLOW_DROPPED : 0;
	fill_packet(f, w, column);
	f->first_ms = f->last_ms = ms;
	f->has |= ms ? FLOW_HAS_TIME : 0;
	return LINE_FLOW;
}

static bool has_any(const struct w3c *w, enum column from, enum column to)
{
	for (enum column c = from; c <= to; c++)
		if (w->at[c])
			return true;
	return false;
}

static enum line_is read_row(struct reading *in, const struct w3c *w, const struct str *column)
{
	if (w->at[COLUMN_ACTION] && w->at[COLUMN_FROM] && w->at[COLUMN_TO])
		return read_firewall(in, w, column);
	if (has_any(w, COLUMN_CLIENT, COLUMN_URI))
		return read_request(in, w, column);
	return LINE_SKIPPED;
}

enum line_is w3c_read(struct reading *in, struct str line)
{
	struct str column[W3C_COLUMNS];
	struct w3c *w = &in->w3c;
	if (line.len && line.ptr[0] == '#')
		return read_directive(in, line);
	while (line.len && (line.ptr[line.len - 1] == ' ' || line.ptr[line.len - 1] == '\t'))
		line.len--;
	if (w->n_columns == 0) {
		struct w3c inferred = { .separator = ' ' };
		if (line.len == 0 || !is_digit(line.ptr[0]) ||
			!w3c_infer(column, w3c_split(line, ' ', column), &inferred))
			return LINE_OTHER;
		return read_row(in, &inferred, column);
	}
	size_t n = w3c_split(line, w->separator, column);
	if (n != w->n_columns) {
		char other = w->separator == ' ' ? '\t' : ' ';
		n = w3c_split(line, other, column);
		if (n != w->n_columns)
			return LINE_COLUMNS;
		w->separator = other;
	}
	return n <= W3C_COLUMNS ? read_row(in, w, column) : LINE_SKIPPED;
}
