// SPDX-License-Identifier: Apache-2.0
// What an input could have shown: which scans would be seen, how soon, and what would not.
#include "model/power.h"

#include <math.h>

#include "model/contact.h"
#include "model/words.h"
#include "output/json.h"
#include "output/report.h"

enum { SPAN_BYTES = 24, SCAN_BYTES = 48, BLIND_BYTES = 400 };

static const double learned_min = .05; // a port that fails less often is not worth its name

/* "73 s", "3.4 h"; "never" for what is not finite. */
static const char *span_format(double s, char room[static SPAN_BYTES])
{
	static const struct {
		const char *unit;
		double s;
	} units[] = { { "days", 86400 * 2 }, { "h", 7200 }, { "min", 120 }, { "s", 0 } };
	static const double sizes[] = { 86400, 3600, 60, 1 };
	size_t i = 0;
	if (!isfinite(s)) {
		snprintf(room, SPAN_BYTES, "never");
		return room;
	}
	if (s < 1) {
		snprintf(room, SPAN_BYTES, "%.0f ms", s * 1000);
		return room;
	}
	while (s < units[i].s)
		i++;
	double n = s / sizes[i];
	snprintf(room, SPAN_BYTES, "%.*f %s", n < 9.95 ? 1 : 0, n, units[i].unit);
	return room;
}

static bool has(const struct power *p, enum telemetry t)
{
	return p->seen.n[t] > 0;
}

static bool has_tcp(const struct power *p)
{
	return has(p, TELEMETRY_TCP_TOLD) || has(p, TELEMETRY_TCP_BOTH_WAYS) ||
	       has(p, TELEMETRY_TCP_ONE_WAY) || has(p, TELEMETRY_TCP_SAMPLED);
}

static bool has_other(const struct power *p)
{
	return has(p, TELEMETRY_OTHER_BOTH_WAYS) || has(p, TELEMETRY_OTHER_ONE_WAY) ||
	       has(p, TELEMETRY_OTHER_SAMPLED);
}

static bool has_flows(const struct power *p)
{
	return has_tcp(p) || has_other(p);
}

static bool is_empty(const struct power *p)
{
	return p->n_rows == 0;
}

static bool has_unseen_answers(const struct power *p)
{
	return has(p, TELEMETRY_OTHER_ONE_WAY) || has(p, TELEMETRY_OTHER_SAMPLED);
}

static bool has_size_only(const struct power *p)
{
	return has(p, TELEMETRY_TCP_ONE_WAY);
}

static bool has_sampled(const struct power *p)
{
	return has(p, TELEMETRY_TCP_SAMPLED) || has(p, TELEMETRY_OTHER_SAMPLED);
}

static bool has_list(const struct power *p)
{
	return has(p, TELEMETRY_LIST);
}

static bool lacks_tcp(const struct power *p)
{
	return has_other(p) && !has_tcp(p);
}

static bool lacks_other(const struct power *p)
{
	return has_tcp(p) && !has_other(p);
}

static bool lacks_answers(const struct power *p)
{
	return has_flows(p) && isnan(p->visible);
}

static bool lacks_times(const struct power *p)
{
	return has_flows(p) && isnan(p->duration_s);
}

static bool is_thinned(const struct power *p)
{
	return p->seen.thinning > 1;
}

/* What cannot be seen, and when that is worth saying. */
static const struct {
	const char *key;
	bool (*applies)(const struct power *p);
	const char *text;
} blind[] = {
	{ "nothing_read", is_empty, "any host: no contact could be read from this input" },
	{ "slow_scan", has_flows,
		"scans slower than SLOWEST, or than IN THIS INPUT before its end" },
	{ "hit_list", has_flows,
		"worms that mostly succeed, as those with a list of hosts that answer do; of them "
		"only "
		"a burst is noticed: 30 TCP peers that are sent the same message within a minute" },
	{ "not_exported", has_flows,
		"traffic that no exporter or capture saw: hosts of one subnet among themselves, "
		"interfaces without export, other ways out" },
	{ "other_protocols", has_flows,
		"scans over anything else than TCP, UDP, SCTP and ICMP echo; "
		"multicast and broadcast" },
	{ "many_ports", has_flows,
		"as soon as this, scans that change the port from peer to peer: over all ports "
		"together the case needs three steps more" },
	{ "size_only", has_size_only,
		"TCP that succeeds with at most 3 packets of at most 64 bytes, or fails with more: "
		"without flags and flows back the size is all there is" },
	{ "same_message", has_unseen_answers,
		"UDP and ICMP scans whose packets differ from peer to peer, of fewer than 10 "
		"peers, "
		"or to ports that clients use all day such as 53, 123 and 443: where answers are "
		"not "
		"told, only the same message to many is a sign, peers in order of their addresses, "
		"and the silence of 100 to whom sampled datagrams went" },
	{ "unsampled", has_sampled,
		"a host that sent less than the sampling catches: of most contacts no packet "
		"was looked at" },
	{ "no_tcp", lacks_tcp,
		"TCP scans, perhaps: there is no TCP contact in the input, so it is not "
		"known whether TCP is recorded" },
	{ "no_other", lacks_other,
		"UDP and ICMP scans, perhaps: there is no such contact in the input, so it is not "
		"known whether they are recorded" },
	{ "answers_unknown", lacks_answers,
		"whether answers are recorded: fewer than 5 contacts are sure to have been "
		"answered, "
		"so a missing flow back was not held against anybody" },
	{ "no_times", lacks_times,
		"how slow a scan may be here: no record tells a time, so its length is not known" },
	{ "list_cut", has_list,
		"hosts that the list leaves out: it is a snapshot, perhaps cut, and the router may "
		"have dropped rows; a host that is not listed is not cleared" },
	{ "list_outcome", has_list,
		"the outcome of a listed contact, and how fast a host scans: rows show neither, so "
		"two unanswered peers make a suspect and no number of them a case" },
	{ "thinned", is_thinned,
		"hosts with few contacts: there were more than --memory holds, and a sample was "
		"judged" },
};

static const char *sampling_format(const struct seen *s, char room[static SCAN_BYTES])
{
	if (s->sampling_most == 0)
		snprintf(room, SCAN_BYTES, "none is told");
	else if (s->sampling_least == s->sampling_most)
		snprintf(room, SCAN_BYTES, "1 packet in %u", s->sampling_most);
	else
		snprintf(room, SCAN_BYTES, "1 packet in %u to 1 in %u", s->sampling_least,
			s->sampling_most);
	return room;
}

static void worst(const struct rate_worst *w, const char *of, FILE *out)
{
	char port[PORT_TEXT_BYTES];
	if (w->share <= 0)
		fprintf(out, " of %s nothing was learned", of);
	else if (w->proto == PROTO_UNKNOWN || w->share <= learned_min)
		fprintf(out, " of %s at most %.0f %%", of, w->share * 100);
	else
		fprintf(out, " of %s at most %.0f %%, on %s", of, w->share * 100,
			port_format(w->proto, w->port, true, port));
}

static void facts(const struct power *p, FILE *out)
{
	char first[TIME_TEXT_BYTES], span[SPAN_BYTES], room[SCAN_BYTES];
	const struct seen *s = &p->seen;
	if (isnan(p->duration_s))
		fputs("  time      not known: no record tells one\n", out);
	else
		fprintf(out, "  time      %s, from %s on\n", span_format(p->duration_s, span),
			time_format(s->first_ms, first));
	fprintf(out, "  sampling  %s%s\n", sampling_format(s, room),
		s->sampling_least != s->sampling_most ? "; the last is reckoned with" : "");
	if (isnan(p->visible))
		fprintf(out,
			"  answers   not known whether they are recorded: %llu contacts are sure "
			"to "
			"have been answered\n",
			(unsigned long long)s->n_known);
	else
		fprintf(out, "  answers   %.0f %% are recorded as a flow back\n",
			floor(p->visible * 100));
	if (!has_flows(p))
		return;
	if (s->worst_tcp.share <= 0 && s->worst_other.share <= 0) {
		fputs("  failures  nothing was learned: 5 % of first contacts are taken to fail\n",
			out);
		return;
	}
	fputs("  failures ", out);
	worst(&s->worst_tcp, "TCP", out);
	fputc(';', out);
	worst(&s->worst_other, "others", out);
	fputs("; 5 % are taken to fail where nothing was learned\n", out);
}

static const char *interval_format(double per_min, char room[static SCAN_BYTES])
{
	char span[SPAN_BYTES];
	if (isnan(per_min))
		snprintf(room, SCAN_BYTES, "not known");
	else
		snprintf(room, SCAN_BYTES, "1 per %s", span_format(60 / per_min, span));
	return room;
}

static const char *detection_format(const struct detection *d, char room[static SCAN_BYTES])
{
	char span[SPAN_BYTES];
	if (!isfinite(d->seconds))
		snprintf(room, SCAN_BYTES, isnan(d->seconds) ? "-" : "never");
	else
		snprintf(room, SCAN_BYTES, "%.1f in %s%s", d->contacts,
			span_format(d->seconds, span), d->in_time ? "" : "*");
	return room;
}

static void table(const struct power *p, FILE *out)
{
	char room[SCAN_BYTES], slow[SCAN_BYTES];
	fprintf(out, "\n  %-44s %9s %6s  %-14s %-14s", "TELEMETRY", "CONTACTS", "NEEDS", "SLOWEST",
		"IN THIS INPUT");
	for (size_t i = 0; i < N_SCANS; i++) {
		const struct scan *s = &p->scan[i];
		snprintf(room, sizeof room, "%g/s%s%s", s->per_s, s->name ? " " : "",
			s->name ? s->name : "");
		fprintf(out, i + 1 < N_SCANS ? " %-16s" : " %s\n", room);
	}
	for (size_t k = 0; k < p->n_rows; k++) {
		const struct power_row *r = &p->row[k];
		fprintf(out, "  %-44s %9llu ", telemetry_text(r->telemetry),
			(unsigned long long)r->n_contacts);
		if (r->threshold == 0)
			snprintf(room, sizeof room, "-");
		else if (r->threshold_worst > r->threshold)
			snprintf(room, sizeof room, "%u-%u", r->threshold, r->threshold_worst);
		else
			snprintf(room, sizeof room, "%u", r->threshold);
		fprintf(out, "%6s  %-14s", room, interval_format(r->slowest_per_min, slow));
		fprintf(out, " %-14s", interval_format(r->slowest_here_per_min, slow));
		for (size_t i = 0; i < N_SCANS; i++)
			fprintf(out, i + 1 < N_SCANS ? " %-16s" : " %s\n",
				detection_format(&r->scan[i], room));
	}
}

static bool is_late(const struct power *p)
{
	for (size_t k = 0; k < p->n_rows; k++)
		for (size_t i = 0; i < N_SCANS; i++)
			if (isfinite(p->row[k].scan[i].seconds) && !p->row[k].scan[i].in_time)
				return true;
	return false;
}

static void legend(const struct power *p, FILE *out)
{
	fprintf(out,
		"\n  NEEDS: steps of 2.197 nats, of sampled SYNs 1.6, up to those of the port "
		"where most contacts fail. SLOWEST: one\n  new peer in that time, none answering, "
		"is seen some day. Last columns: recorded first contacts, and time,\n  until a "
		"scan is seen of which %.0f %% of the probes fail.%s\n",
		p->probe_failure * 100,
		is_late(p) ? " *: longer than this input, or its length is not known." : "");
	for (size_t k = 0; k < p->n_rows; k++)
		if (p->row[k].break_even > 0) // NAN: answers are not told
			fprintf(out,
				"  %s: where less than %.0f %% fail, the score falls on average: "
				"seen late, or never.\n",
				telemetry_text(p->row[k].telemetry),
				ceil(p->row[k].break_even * 100));
}

void report_power(const struct report *r, FILE *out)
{
	const struct power *p = r->power;
	fputs("\nWhat this input could have shown\n\n", out);
	facts(p, out);
	if (p->n_rows) {
		table(p, out);
		if (has_flows(p))
			legend(p, out);
	}
	fputs("\n  It cannot show:\n", out);
	for (size_t i = 0; i < countof(blind); i++)
		if (blind[i].applies(p))
			fprintf(out, "  - %s\n", blind[i].text);
}

static void real_of(struct json *j, const char *key, double v, int decimals)
{
	json_key(j, key);
	json_real(j, v, decimals);
}

static void uint_or_null(struct json *j, const char *key, bool is_known, uint64_t v)
{
	json_key(j, key);
	if (is_known)
		json_uint(j, v);
	else
		json_null(j);
}

static void text_of(struct json *j, const char *key, const char *text)
{
	json_key(j, key);
	json_text(j, text);
}

static void scan_json(struct json *j, const struct scan *s, const struct detection *d)
{
	bool is_known = !isnan(d->seconds);
	json_open(j, '{');
	text_of(j, "name", s->name);
	real_of(j, "peers_per_second", s->per_s, 3);
	uint_or_null(j, "packets_per_peer", true, s->packets);
	real_of(j, "first_contacts", d->contacts, 2);
	real_of(j, "seconds", d->seconds, 3);
	json_key(j, "in_time");
	if (is_known)
		json_bool(j, d->in_time);
	else
		json_null(j);
	json_close(j, '}');
}

static void row_json(struct json *j, const struct power *p, const struct power_row *r)
{
	bool has_threshold = r->threshold > 0, is_learned = r->worst.share > 0;
	json_open(j, '{');
	text_of(j, "kind", telemetry_key(r->telemetry));
	uint_or_null(j, "contacts", true, r->n_contacts);
	uint_or_null(j, "sampling", true, r->sampling);
	real_of(j, "benign_failures", r->rate, 3);
	real_of(j, "benign_failures_most", is_learned ? r->worst.share : NAN, 3);
	uint_or_null(j, "protocolIdentifier", is_learned && r->worst.proto != PROTO_UNKNOWN,
		r->worst.proto);
	uint_or_null(j, "destinationTransportPort", is_learned, r->worst.port);
	uint_or_null(j, "needed_steps", has_threshold, r->threshold);
	uint_or_null(j, "needed_steps_most", has_threshold,
		r->threshold_worst > r->threshold ? r->threshold_worst : r->threshold);
	uint_or_null(j, "peers_least", true, r->least_peers);
	real_of(j, "failed_share_falling", r->break_even, 3);
	real_of(j, "slowest_per_minute", r->slowest_per_min, 6);
	real_of(j, "slowest_in_input_per_minute", r->slowest_here_per_min, 6);
	json_key(j, "scans");
	json_open(j, '[');
	for (size_t i = 0; i < N_SCANS; i++)
		scan_json(j, &p->scan[i], &r->scan[i]);
	json_close(j, ']');
	json_close(j, '}');
}

static void seen_json(struct json *j, const struct power *p)
{
	char room[TIME_TEXT_BYTES];
	const struct seen *s = &p->seen;
	bool has_time = s->n_timed > 0, is_sampled = s->sampling_most > 0;
	text_of(j, "first_seen", has_time ? time_format(s->first_ms, room) : NULL);
	text_of(j, "last_seen", has_time ? time_format(s->last_ms, room) : NULL);
	real_of(j, "duration_seconds", p->duration_s, 3);
	uint_or_null(j, "sampling_least", is_sampled, s->sampling_least);
	uint_or_null(j, "sampling_most", is_sampled, s->sampling_most);
	uint_or_null(j, "contacts_kept_1_in", true, s->thinning);
	uint_or_null(j, "answered_for_sure", true, s->n_known);
	real_of(j, "answers_recorded", p->visible, 3);
	real_of(j, "probe_failure", p->probe_failure, 3);
}

void report_power_json(const struct report *r, FILE *out)
{
	struct json j = { .out = out };
	json_open(&j, '{');
	uint_or_null(&j, "schema", true, 1);
	text_of(&j, "type", "power");
	seen_json(&j, r->power);
	json_key(&j, "telemetry");
	json_open(&j, '[');
	for (size_t i = 0; i < r->power->n_rows; i++)
		row_json(&j, r->power, &r->power->row[i]);
	json_close(&j, ']');
	json_key(&j, "blind");
	json_open(&j, '[');
	for (size_t i = 0; i < countof(blind); i++) {
		if (!blind[i].applies(r->power))
			continue;
		json_open(&j, '{');
		text_of(&j, "key", blind[i].key);
		text_of(&j, "text", blind[i].text);
		json_close(&j, '}');
	}
	json_close(&j, ']');
	json_close(&j, '}');
	json_end(&j);
}
