// SPDX-License-Identifier: Apache-2.0
// Counters as Prometheus reads them (exposition format 0.0.4): names in base units, rows of one metric
// together.
#include <inttypes.h>
#include <string.h>

#include "app/clock.h"
#include "app/command.h"
#include "app/counters.h"
#include "app/keeper_state.h"

enum { METRIC_BYTES = 96 };

/** Of each exporter: ROW(name, type, about, value of a struct enlisted *m). */
#define EXPORTER_METRICS(ROW) \
	ROW("datagrams_total", "counter", "datagrams of an exporter", \
		m->past_datagrams + m->now.datagrams) \
	ROW("records_total", "counter", "records of an exporter", \
		m->past_records + m->now.records) \
	ROW("missing_total", "counter", \
		"flows (v5, IPFIX) or datagrams (v9, sFlow) that never came", \
		m->past_missing + m->now.missing) \
	ROW("gaps", "gauge", "jumps of its sequence since the collector began", m->now.gaps) \
	ROW("without_template", "gauge", \
		"data sets that could not be read since the collector began", \
		m->now.without_template) \
	ROW("duplicates", "gauge", \
		"flows that another exporter told too since the collector began (estimate)", \
		m->now.duplicates) \
	ROW("faults", "gauge", "datagrams with a fault since the collector began", m->now.faults) \
	ROW("sampling", "gauge", "one packet in so many is sampled; 0: not told", m->now.sampling) \
	ROW("last_heard_timestamp_seconds", "gauge", "when it was heard last", \
		m->now.last_ms / 1000)

/** Of each target of alerts: ROW(name, type, about, value of a struct sender_tally *t), beside those of sender.h. */
#define TARGET_GAUGES(ROW) \
	ROW("waiting", "gauge", "alerts of the spool that a target has not got yet", \
		herald_waiting(k->herald, t)) \
	ROW("down", "gauge", "whether a target did not take the last alert, 1 or 0", t->is_down)

#define DROPPED_ABOUT "alerts that never came to a target; they stand in the incidents"
#define DROPPED_METRIC "cordon_alert_dropped_total"

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), k = strlen(end);
	return n >= k && !strcmp(text + n - k, end);
}

static bool is_ms(const struct counter *c)
{
	return ends_with(c->key, "_ms");
}

static const char *name_of(const struct counter *c, char room[static METRIC_BYTES])
{
	int len = (int)strlen(c->key) - (is_ms(c) ? 3 : 0);
	snprintf(room, METRIC_BYTES, "cordon_%s%s%.*s%s%s", c->group, c->label ? "" : "_",
		c->label ? 0 : len, c->key, is_ms(c) ? "_seconds" : "",
		c->type == COUNTER_TOTAL ? "_total" : "");
	return room;
}

static bool begins_metric(size_t i)
{
	return i == 0 || !counters[i].label || strcmp(counters[i].group, counters[i - 1].group);
}

static void write_head(const char *name, const char *type, const char *about, FILE *out)
{
	fprintf(out, "# HELP %s %c%s.\n# TYPE %s %s\n", name, *about & ~0x20, about + 1, name,
		type);
}

static void write_value(const struct counter *c, uint64_t value, FILE *out)
{
	char name[METRIC_BYTES];
	fputs(name_of(c, name), out);
	if (c->label)
		fprintf(out, "{%s=\"%s\"}", c->label, c->key);
	if (is_ms(c))
		fprintf(out, " %" PRIu64 ".%03u\n", value / 1000, (unsigned)(value % 1000));
	else
		fprintf(out, " %" PRIu64 "\n", value);
}

static void write_exporters(const struct keeper *k, FILE *out)
{
	char who[ENLISTED_NAME_BYTES];
	const struct roster *r = &k->roster;
	uint64_t now_ms = wall_ms();
#define AS_METRIC(name, type, about, value) \
	write_head("cordon_exporter_" name, type, about, out); \
	for (size_t i = 0; i < r->n; i++) { \
		const struct enlisted *m = &r->member[i]; \
		if (roster_is_gone(m, &k->settings, now_ms)) \
			continue; \
		fprintf(out, \
			"cordon_exporter_" name \
			"{exporter=\"%s\",domain=\"%u\",version=\"%u\"} %" PRIu64 "\n", \
			enlisted_name(m, &k->settings, who), m->now.domain, m->now.version, \
			(uint64_t)(value)); \
	}
	EXPORTER_METRICS(AS_METRIC)
#undef AS_METRIC
}

/* A value of a label: '\', '"' and the end of a line are escaped. */
static void write_label(const char *key, const char *value, FILE *out)
{
	fprintf(out, "%s=\"", key);
	for (const char *p = value; *p; p++)
		if (*p == '\n')
			fputs("\\n", out);
		else
			fprintf(out, strchr("\"\\", *p) ? "\\%c" : "%c", *p);
	fputc('"', out);
}

/* What tells a target from the others: its place in the settings, from 1. */
static void write_target(const char *name, const struct keeper *k, size_t i, const char *reason,
	uint64_t value, FILE *out)
{
	char text[ALERT_NAME_BYTES];
	fprintf(out, "%s{target=\"%zu\",", name, i + 1);
	write_label("to", alert_target_name(&k->settings.alert[i], text), out);
	if (reason)
		fprintf(out, ",reason=\"%s\"", reason);
	fprintf(out, "} %" PRIu64 "\n", value);
}

static void write_targets(const struct keeper *k, FILE *out)
{
	const struct sender_tally *sent = k->shared->sent;
	size_t n = sent ? k->settings.n_alerts : 0;
#define AS_METRIC(name, type, about, value) \
	write_head("cordon_alert_" name, type, about, out); \
	for (size_t i = 0; i < n; i++) { \
		const struct sender_tally *t = &sent[i]; \
		write_target("cordon_alert_" name, k, i, NULL, value, out); \
	}
#define AS_SENT(member, key, about) AS_METRIC(key "_total", "counter", about, t->member)
	SENDER_COUNTERS(AS_SENT)
	TARGET_GAUGES(AS_METRIC)
	write_head(DROPPED_METRIC, "counter", DROPPED_ABOUT, out);
	for (size_t i = 0; i < n; i++) {
#define AS_DROPPED(member, key, about) write_target(DROPPED_METRIC, k, i, key, sent[i].member, out);
		SENDER_DROPS(AS_DROPPED)
	}
#undef AS_DROPPED
#undef AS_SENT
#undef AS_METRIC
}

void metrics_write(const struct keeper *k, FILE *out)
{
	char name[METRIC_BYTES];
	uint64_t value[COUNTERS_MAX];
	counters_read(k, value);
	write_head("cordon_build_info", "gauge", "always 1; the version is a label", out);
	fprintf(out, "cordon_build_info{version=\"" CORDON_VERSION "\"} 1\n");
	for (size_t i = 0; i < n_counters; i++) {
		const struct counter *c = &counters[i];
		if (begins_metric(i))
			write_head(name_of(c, name), c->type == COUNTER_TOTAL ? "counter" : "gauge",
				c->about, out);
		write_value(c, value[i], out);
	}
	write_exporters(k, out);
	write_targets(k, out);
}

static void mdoc_row(const char *name, const char *label, const char *about, FILE *out)
{
	fprintf(out, ".It Li %s%s%s%s\n%c%s.\n", name, *label ? " Brq Ar " : "", label, "",
		*about & ~0x20, about + 1);
}

static void mdoc_reason(const char *key, const char *about, FILE *out)
{
	fprintf(out, ".It Cm %s\n%c%s.\n", key, *about & ~0x20, about + 1);
}

void metrics_mdoc(FILE *out)
{
	char name[METRIC_BYTES];
	fputs(".Bl -tag -width Ds\n", out);
	for (size_t i = 0; i < n_counters; i++)
		if (begins_metric(i))
			mdoc_row(name_of(&counters[i], name),
				counters[i].label ? counters[i].label : "", counters[i].about, out);
#define AS_MDOC(metric, type, about, value) \
	mdoc_row("cordon_exporter_" metric, "exporter , domain , version", about, out);
	EXPORTER_METRICS(AS_MDOC)
#undef AS_MDOC
#define AS_MDOC(metric, type, about, value) \
	mdoc_row("cordon_alert_" metric, "target , to", about, out);
#define AS_SENT(member, key, about) AS_MDOC(key "_total", "counter", about, 0)
	SENDER_COUNTERS(AS_SENT)
	TARGET_GAUGES(AS_MDOC)
	mdoc_row(DROPPED_METRIC, "target , to , reason", DROPPED_ABOUT, out);
	fputs(".Bl -tag -width Ds -compact\n", out);
#define AS_DROPPED(member, key, about) mdoc_reason(key, about, out);
	SENDER_DROPS(AS_DROPPED)
	fputs(".El\n", out);
#undef AS_DROPPED
#undef AS_SENT
#undef AS_MDOC
	fputs(".El\n", out);
}
