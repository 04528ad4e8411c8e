// SPDX-License-Identifier: Apache-2.0
// Notices as the Open Cybersecurity Schema Framework has them (schema.ocsf.io, version 1.4.0): events of the class
// Detection Finding. One finding is one infection of one host, where that is known, so that what is over closes it.
#include "output/json.h"
#include "output/notice.h"

#define OCSF_VERSION "1.4.0"
enum { OCSF_CLASS = 2004, OCSF_CATEGORY = 2, OCSF_IP = 2, OCSF_BEHAVIORAL = 2, OTHER = 99 };
enum { SEVERITY_INFORMATIONAL = 1, CONFIDENCE_HIGH = 3, HIGH_PERCENT = 90, MEDIUM_PERCENT = 60 };

/* By kind: activity, and status as of a person's work on it. */
static const struct {
	unsigned activity, status;
	const char *activity_name, *status_name;
} kinds[N_NOTICES] = {
	[NOTICE_NEW] = { 1, 1, "Create", "New" },
	[NOTICE_WORSE] = { 2, 1, "Update", "New" },
	[NOTICE_OVER] = { 3, 4, "Close", "Resolved" },
	[NOTICE_HELD] = { OTHER, OTHER, "held-back", "held-back" },
	[NOTICE_TEST] = { OTHER, OTHER, "test", "test" },
};

/* By class: 1 informational to 5 critical. */
static const struct {
	unsigned id;
	const char *name;
} severities[N_VERDICTS] = {
	[VERDICT_WORM] = { 5, "Critical" },
	[VERDICT_SUSPECT] = { 4, "High" },
	[VERDICT_EXPOSED] = { 3, "Medium" },
	[VERDICT_SCANNER] = { 3, "Medium" },
	[VERDICT_P2P] = { 1, "Informational" },
	[VERDICT_BACKSCATTER] = { 1, "Informational" },
	[VERDICT_POLLER] = { 1, "Informational" },
	[VERDICT_DECLARED] = { 1, "Informational" },
};

static void classify(struct json *j, const struct notice *n)
{
	bool is_calm = n->kind == NOTICE_OVER || n->kind == NOTICE_TEST;
	json_put_uint(j, "activity_id", kinds[n->kind].activity);
	json_put_text(j, "activity_name", kinds[n->kind].activity_name);
	json_put_uint(j, "category_uid", OCSF_CATEGORY);
	json_put_text(j, "category_name", "Findings");
	json_put_uint(j, "class_uid", OCSF_CLASS);
	json_put_text(j, "class_name", "Detection Finding");
	json_put_uint(j, "type_uid", OCSF_CLASS * 100 + kinds[n->kind].activity);
	json_put_uint(
		j, "severity_id", is_calm ? SEVERITY_INFORMATIONAL : severities[n->verdict].id);
	json_put_text(j, "severity", is_calm ? "Informational" : severities[n->verdict].name);
	json_put_uint(j, "status_id", kinds[n->kind].status);
	json_put_text(j, "status", kinds[n->kind].status_name);
	json_key(j, "is_alert");
	json_bool(j, !is_calm);
}

static void confidence(struct json *j, const struct notice *n)
{
	static const char *const names[] = { "Unknown", "Low", "Medium", "High" };
	unsigned id = n->percent == 0               ? 0
		      : n->percent < MEDIUM_PERCENT ? 1
		      : n->percent < HIGH_PERCENT   ? 2
						    : CONFIDENCE_HIGH;
	json_put_uint(j, "confidence_id", id);
	json_put_text(j, "confidence", names[id]);
	json_put_uint(j, "confidence_score", n->percent);
}

static void metadata(struct json *j, const struct notice *n, const char *version)
{
	char uid[32];
	snprintf(uid, sizeof uid, "%llu", (unsigned long long)n->number);
	json_put_open(j, "metadata", '{');
	json_put_text(j, "version", OCSF_VERSION);
	json_put_text(j, "uid", uid);
	json_put_open(j, "product", '{');
	json_put_text(j, "name", "cordon");
	json_put_text(j, "vendor_name", "cordon");
	json_put_text(j, "version", version);
	json_close(j, '}');
	json_close(j, '}');
}

static void attacks(struct json *j, const struct notice *n)
{
	if (!verdict_attack(n->verdict)[0])
		return;
	json_put_open(j, "attacks", '[');
	json_open(j, '{');
	json_put_open(j, "technique", '{');
	json_put_text(j, "uid", verdict_attack(n->verdict));
	json_close(j, '}');
	json_close(j, '}');
	json_close(j, ']');
}

static void finding_info(struct json *j, const struct notice *n, const char *host)
{
	char uid[ADDR_TEXT_BYTES + 64], title[NOTICE_TITLE_BYTES];
	if (n->incident)
		snprintf(uid, sizeof uid, "incident %llu, %s, episode %llu",
			(unsigned long long)n->incident, host, (unsigned long long)n->episode);
	else
		snprintf(uid, sizeof uid, "%s %s", host, n->service);
	json_put_open(j, "finding_info", '{');
	json_put_text(j, "uid", uid);
	json_put_text(j, "title", notice_title(n, title));
	json_put_text(j, "desc", n->why);
	json_put_open(j, "analytic", '{');
	json_put_text(j, "name", verdict_name(n->verdict));
	json_put_text(j, "type", "Behavioral");
	json_put_uint(j, "type_id", OCSF_BEHAVIORAL);
	json_close(j, '}');
	attacks(j, n);
	json_close(j, '}');
}

static void evidences(struct json *j, const struct notice *n, const char *host)
{
	enum { TCP = 6, UDP = 17 };
	json_put_open(j, "evidences", '[');
	json_open(j, '{');
	json_put_open(j, "src_endpoint", '{');
	json_put_text(j, "ip", host);
	json_close(j, '}');
	if (n->has_port && (n->proto == TCP || n->proto == UDP)) {
		json_put_open(j, "dst_endpoint", '{');
		json_put_uint(j, "port", n->port);
		json_close(j, '}');
	}
	if (n->proto != PROTO_UNKNOWN) {
		json_put_open(j, "connection_info", '{');
		json_put_uint(j, "direction_id", 0); // not told
		json_put_uint(j, "protocol_num", n->proto);
		json_close(j, '}');
	}
	json_close(j, '}');
	json_close(j, ']');
}

void notice_ocsf(const struct notice *n, const char *version, FILE *out)
{
	char host[ADDR_TEXT_BYTES];
	struct json j = { .out = out };
	addr_format(&n->host, host);
	json_open(&j, '{');
	classify(&j, n);
	json_put_uint(&j, "time", n->time_ms);
	json_put_text(&j, "message", n->why);
	if (n->n_held)
		json_put_uint(&j, "count", n->n_held);
	confidence(&j, n);
	metadata(&j, n, version);
	finding_info(&j, n, host);
	evidences(&j, n, host);
	json_put_open(&j, "observables", '[');
	json_open(&j, '{');
	json_put_text(&j, "name", "evidences[].src_endpoint.ip");
	json_put_uint(&j, "type_id", OCSF_IP);
	json_put_text(&j, "type", "IP Address");
	json_put_text(&j, "value", host);
	json_close(&j, '}');
	json_close(&j, ']');
	json_close(&j, '}');
}
