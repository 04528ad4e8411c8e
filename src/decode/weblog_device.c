// SPDX-License-Identifier: Apache-2.0
// Messages of Cisco devices, "%FACILITY-SEVERITY-MNEMONIC: text": what access lists denied and
// permitted, and alerts of the intrusion detection of IOS. Texts by Cisco's system message guides.
#include "decode/weblog.h"
#include "decode/weblog_line.h"
#include "decode/weblog_told.h"

enum { BEFORE_MARK = 256 }; // headers in front of the '%'

enum message { MESSAGE_OTHER, MESSAGE_ACL, MESSAGE_IDS };

static const struct {
	struct str mnemonic; // or how it begins
	enum message message;
} messages[] = {
	{ STR("SEC-6-IPACCESSLOGRL"), MESSAGE_OTHER }, // how many were not logged
	{ STR("SEC-6-IPACCESSLOG"), MESSAGE_ACL },     // P, DP, NP, S, RP, SP
	{ STR("IPV6_ACL-6-ACCESSLOGRL"), MESSAGE_OTHER },
	{ STR("IPV6_ACL-6-ACCESSLOG"), MESSAGE_ACL },
	{ STR("IPV6-6-ACCESSLOG"), MESSAGE_ACL },
	{ STR("ACL-IPV4_ACL-6-IPACCESSLOG"), MESSAGE_ACL }, // IOS XR
	{ STR("ACL-IPV6_ACL-6-IPACCESSLOG"), MESSAGE_ACL },
	{ STR("ACLLOG-5-ACLLOG_FLOW_INTERVAL"), MESSAGE_ACL }, // NX-OS
	{ STR("ACLLOG-6-ACLLOG_FLOW_INTERVAL"), MESSAGE_ACL },
	{ STR("ASA-4-106023"), MESSAGE_ACL },
	{ STR("ASA-6-106100"), MESSAGE_ACL },
	{ STR("ASA-4-106100"), MESSAGE_ACL },
	{ STR("ASA-2-106001"), MESSAGE_ACL },
	{ STR("ASA-2-106006"), MESSAGE_ACL },
	{ STR("PIX-4-106023"), MESSAGE_ACL },
	{ STR("PIX-6-106100"), MESSAGE_ACL },
	{ STR("FWSM-4-106023"), MESSAGE_ACL },
	{ STR("FWSM-6-106100"), MESSAGE_ACL },
	{ STR("IPS-4-SIGNATURE"), MESSAGE_IDS },
	{ STR("IDS-4-"), MESSAGE_IDS },
};

/* "FACILITY-6-MNEMONIC" behind the '%': capitals, digits and '_', a digit between two dashes. */
static bool is_mnemonic(struct str s)
{
	for (size_t i = 2; i + 2 < s.len && i < 40; i++) {
		bool is_part = (s.ptr[i - 2] >= 'A' && s.ptr[i - 2] <= 'Z') ||
			       is_digit(s.ptr[i - 2]) || s.ptr[i - 2] == '_' || s.ptr[i - 2] == '-';
		if (!is_part)
			return false;
		if (s.ptr[i - 1] == '-' && is_digit(s.ptr[i]) && s.ptr[i + 1] == '-')
			return s.ptr[i + 2] != ' ';
	}
	return false;
}

/* Where the message begins, behind its '%'; line.len when there is none. */
static size_t find_mark(struct str line)
{
	size_t end = line.len < BEFORE_MARK ? line.len : BEFORE_MARK;
	for (size_t at = 0; at < end; at++) {
		const char *p = memchr(line.ptr + at, '%', end - at);
		if (!p)
			break;
		at = (size_t)(p - line.ptr);
		if (is_mnemonic(scan_from(line, at + 1)))
			return at + 1;
	}
	return line.len;
}

/* The last time before the mark that tells its year: the device's own stamp, or the header's. */
static uint64_t time_before(struct str head)
{
	uint64_t best = 0, ms;
	for (size_t at = 0; at < head.len; at++) {
		bool may_begin = at == 0 || head.ptr[at - 1] == ' ' || head.ptr[at - 1] == '>';
		size_t n = may_begin ? time_syslog(scan_from(head, at), &ms) : 0;
		if (n == 0)
			continue;
		best = ms ? ms : best;
		at += n;
	}
	return best;
}

static enum line_is fill_flow(struct reading *in, const struct told *t)
{
	struct flow *f = in->flow;
	in->kind = KIND_ACL;
	if (!t->has_action || t->n_peers == 0)
		return LINE_FIELD;
	if (t->n_peers == 1)
		return LINE_READ; // a standard list tells the source only
	*f = (struct flow){ .src = t->peer[0], .dst = t->peer[1], .proto = t->proto };
	f->has = t->is_denied ? FLOW_DROPPED : 0;
	f->has |= t->proto ? FLOW_HAS_PROTO : 0;
	/* Of what is let through one packet is told, whatever follows: that is not its size. */
	f->packets = t->is_denied ? t->packets : 0;
	f->has |= f->packets ? FLOW_HAS_PACKETS : 0;
	bool is_icmp = t->proto == PROTO_ICMP || t->proto == PROTO_ICMP6;
	if (is_icmp && t->icmp != UINT32_MAX) {
		f->dst_port = (uint16_t)t->icmp;
		f->has |= FLOW_HAS_PORTS;
	} else if (!is_icmp && t->has_port[0] && t->has_port[1]) {
		f->src_port = t->port[0];
		f->dst_port = t->port[1];
		f->has |= FLOW_HAS_PORTS;
	}
	if (in->framed_ms) {
		f->first_ms = f->last_ms = in->framed_ms;
		f->has |= FLOW_HAS_TIME;
	}
	return LINE_FLOW;
}

static enum line_is fill_alert(struct reading *in, const struct told *t)
{
	struct request *r = in->request;
	in->kind = KIND_IDS;
	if (t->n_peers < 2)
		return LINE_FIELD;
	r->client = t->peer[0];
	r->server = t->peer[1];
	r->server_port = t->port[1];
	r->has |= REQUEST_HAS_CLIENT | REQUEST_HAS_SERVER;
	if (in->framed_ms)
		request_time(r, in->framed_ms, true);
	return LINE_REQUEST;
}

static enum message message_of(struct str text)
{
	for (size_t i = 0; i < countof(messages); i++)
		if (scan_begins(text, messages[i].mnemonic))
			return messages[i].message;
	return MESSAGE_OTHER;
}

bool device_message_tells(struct str text)
{
	return message_of(text) != MESSAGE_OTHER;
}

enum line_is device_read(struct reading *in, struct str line)
{
	size_t mark = find_mark(line);
	if (mark == line.len)
		return LINE_OTHER;
	struct str text = scan_from(line, mark);
	enum message message = message_of(text);
	in->kind = KIND_ACL;
	if (message == MESSAGE_OTHER)
		return in->is_text ? LINE_OTHER : LINE_SKIPPED;
	uint64_t ms = time_before((struct str){ line.ptr, mark - 1 });
	in->framed_ms = ms ? ms : in->framed_ms;
	struct told told = { .icmp = UINT32_MAX };
	bool is_nexus = scan_begins(text, STR("ACLLOG-"));
	struct str body = scan_from(text, scan_find(text, STR(": ")) + 2);
	told.packets = message == MESSAGE_ACL; // one, unless the message counts
	if (is_nexus && !told_nexus(&told, text))
		return LINE_FIELD;
	if (!is_nexus)
		told_words(&told, body);
	return message == MESSAGE_ACL ? fill_flow(in, &told) : fill_alert(in, &told);
}
