// SPDX-License-Identifier: Apache-2.0
// What Slack, Teams, Gotify, Apprise and OCSF demand of a message, written down here as tables: each member, by its
// path, with its type, and what is fixed of it. Sources: Block Kit reference, "Create incoming webhooks with Workflows",
// Adaptive Cards 1.4, Gotify's and Apprise's API, schema.ocsf.io 1.4.0.
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "output/notice.h"

static struct notice nasty(enum notice_kind kind)
{
	return (struct notice){
		.number = 7,
		.time_ms = UINT64_C(997315917000),
		.kind = kind,
		.host = addr_v4(0x0a000005),
		.verdict = VERDICT_WORM,
		.proto = 6,
		.port = 445,
		.has_port = true,
		.percent = 99,
		.incident = 3,
		.episode = 1,
		.n_held = kind == NOTICE_HELD ? 40 : 0,
		.service = "tcp/445",
		.why = "<!channel> [a](http://x/) *b* `c` \"d\"\n感染 \x01\xff",
	};
}

enum type { TEXT, NUMBER, BOOL, LIST, OBJECT, NONE };

/** A member that has to be there. */
struct demand {
	const char *path; // names with dots between, list items as numbers
	enum type type;
	const char *is; // what it has to be; NULL: anything, but texts are not empty
};

static const cJSON *at_path(const cJSON *o, const char *path)
{
	char name[64];
	while (o && *path) {
		size_t n = strcspn(path, ".");
		snprintf(name, sizeof name, "%.*s", (int)n, path);
		o = cJSON_IsArray(o) ? cJSON_GetArrayItem(o, (int)strtol(name, NULL, 10))
				     : cJSON_GetObjectItemCaseSensitive(o, name);
		path += n + (path[n] == '.');
	}
	return o;
}

static bool is_type(const cJSON *o, enum type t)
{
	static cJSON_bool (*const is[])(const cJSON *) = {
		[TEXT] = cJSON_IsString,
		[NUMBER] = cJSON_IsNumber,
		[BOOL] = cJSON_IsBool,
		[LIST] = cJSON_IsArray,
		[OBJECT] = cJSON_IsObject,
		[NONE] = cJSON_IsNull,
	};
	return is[t](o);
}

static void demand_one(const cJSON *all, const struct demand *d)
{
	const cJSON *o = at_path(all, d->path);
	if (!o || !is_type(o, d->type))
		fail_msg("%s: %s", d->path, o ? "another type" : "not there");
	if (d->type == TEXT && !o->valuestring[0])
		fail_msg("%s: empty", d->path);
	char *said = d->is ? cJSON_PrintUnformatted(o) : NULL;
	if (said && strcmp(said, d->is) != 0)
		fail_msg("%s: %s in place of %s", d->path, said, d->is);
	free(said);
}

static cJSON *parsed(char *text)
{
	cJSON *o = cJSON_Parse(text);
	if (!o)
		fail_msg("no JSON: %s", text);
	free(text);
	return o;
}

static cJSON *posted(const struct notice *n, enum alert_template t, enum alert_format f)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	assert_non_null(out);
	notice_webhook(n, t, f, "1.2", out);
	fclose(out);
	assert_in_range(len, 1, 28 * 1024); // what Teams takes
	return parsed(text);
}

static void demand_all(cJSON *all, const struct demand *d, size_t n)
{
	for (size_t i = 0; i < n; i++)
		demand_one(all, &d[i]);
	cJSON_Delete(all);
}

static void slack_shows_blocks_and_interprets_nothing(void **)
{
	static const struct demand demands[] = {
		{ "text", TEXT, "\"cordon: 10.0.0.5 worm-like is found\"" },
		{ "blocks", LIST, NULL },
		{ "blocks.0.type", TEXT, "\"header\"" },
		{ "blocks.0.text.type", TEXT, "\"plain_text\"" },
		{ "blocks.0.text.text", TEXT, NULL },
		{ "blocks.1.type", TEXT, "\"section\"" },
		{ "blocks.1.fields", LIST, NULL },
		{ "blocks.1.fields.0.type", TEXT, "\"plain_text\"" },
		{ "blocks.1.fields.0.text", TEXT, "\"Host\\n10.0.0.5\"" },
		{ "blocks.2.type", TEXT, "\"section\"" },
		{ "blocks.2.text.type", TEXT, "\"plain_text\"" },
		{ "blocks.2.text.text", TEXT, NULL },
		{ "blocks.3.type", TEXT, "\"context\"" },
		{ "blocks.3.elements.0.type", TEXT, "\"plain_text\"" },
	};
	struct notice n = nasty(NOTICE_NEW);
	cJSON *o = posted(&n, ALERT_TEMPLATE_SLACK, ALERT_FORMAT_JSON);
	const cJSON *header = at_path(o, "blocks.0.text.text"), *field;
	assert_in_range(strlen(header->valuestring), 1, 150);
	assert_in_range(cJSON_GetArraySize(at_path(o, "blocks.1.fields")), 1, 10);
	cJSON_ArrayForEach(field, at_path(o, "blocks.1.fields"))
		assert_string_equal(at_path(field, "type")->valuestring, "plain_text");
	demand_all(o, demands, countof(demands));
}

static void teams_gets_an_adaptive_card_without_markdown_of_strangers(void **)
{
	static const struct demand demands[] = {
		{ "type", TEXT, "\"message\"" },
		{ "attachments", LIST, NULL },
		{ "attachments.0.contentType", TEXT,
			"\"application/vnd.microsoft.card.adaptive\"" },
		{ "attachments.0.contentUrl", NONE, NULL },
		{ "attachments.0.content.$schema", TEXT,
			"\"http://adaptivecards.io/schemas/adaptive-card.json\"" },
		{ "attachments.0.content.type", TEXT, "\"AdaptiveCard\"" },
		{ "attachments.0.content.version", TEXT, "\"1.4\"" },
		{ "attachments.0.content.body.0.type", TEXT, "\"TextBlock\"" },
		{ "attachments.0.content.body.0.text", TEXT, NULL },
		{ "attachments.0.content.body.0.wrap", BOOL, "true" },
		{ "attachments.0.content.body.0.color", TEXT, "\"Attention\"" },
		{ "attachments.0.content.body.1.type", TEXT, "\"FactSet\"" },
		{ "attachments.0.content.body.1.facts.0.title", TEXT, NULL },
		{ "attachments.0.content.body.1.facts.0.value", TEXT, NULL },
		{ "attachments.0.content.body.2.type", TEXT, "\"RichTextBlock\"" },
		{ "attachments.0.content.body.2.inlines.0.type", TEXT, "\"TextRun\"" },
		{ "attachments.0.content.body.2.inlines.0.text", TEXT, NULL },
	};
	struct notice n = nasty(NOTICE_WORSE);
	demand_all(posted(&n, ALERT_TEMPLATE_TEAMS, ALERT_FORMAT_JSON), demands, countof(demands));
}

static void gotify_and_apprise_find_their_fields(void **)
{
	static const struct demand demands[] = {
		{ "title", TEXT, NULL },
		{ "message", TEXT, NULL },
		{ "priority", NUMBER, "10" },
		{ "body", TEXT, NULL },
		{ "type", TEXT, "\"failure\"" },
		{ "alert", OBJECT, NULL },
		{ "alert.type", TEXT, "\"alert\"" },
		{ "alert.incident", NUMBER, "3" },
	};
	struct notice n = nasty(NOTICE_NEW);
	demand_all(
		posted(&n, ALERT_TEMPLATE_GENERIC, ALERT_FORMAT_JSON), demands, countof(demands));
}

static void every_kind_in_every_template_is_json(void **)
{
	for (enum notice_kind k = 0; k < N_NOTICES; k++)
		for (enum alert_template t = 0; t < N_ALERT_TEMPLATES; t++) {
			struct notice n = nasty(k);
			n.why[0] = '\0'; // which neither Slack nor Teams takes as it is
			n.incident = 0;
			cJSON_Delete(posted(&n, t, ALERT_FORMAT_OCSF));
		}
}

/* Required of the class, its objects, and of what they hold; and what we promise beyond. */
static const struct demand of_ocsf[] = {
	{ "activity_id", NUMBER, NULL },
	{ "category_uid", NUMBER, "2" },
	{ "category_name", TEXT, "\"Findings\"" },
	{ "class_uid", NUMBER, "2004" },
	{ "class_name", TEXT, "\"Detection Finding\"" },
	{ "type_uid", NUMBER, NULL },
	{ "severity_id", NUMBER, NULL },
	{ "severity", TEXT, NULL },
	{ "status_id", NUMBER, NULL },
	{ "time", NUMBER, "997315917000" },
	{ "message", TEXT, NULL },
	{ "is_alert", BOOL, NULL },
	{ "confidence_id", NUMBER, "3" },
	{ "confidence_score", NUMBER, "99" },
	{ "metadata.version", TEXT, "\"1.4.0\"" },
	{ "metadata.uid", TEXT, "\"7\"" },
	{ "metadata.product.name", TEXT, "\"cordon\"" },
	{ "metadata.product.vendor_name", TEXT, "\"cordon\"" },
	{ "metadata.product.version", TEXT, "\"1.2\"" },
	{ "finding_info.uid", TEXT, "\"incident 3, 10.0.0.5, episode 1\"" },
	{ "finding_info.title", TEXT, NULL },
	{ "finding_info.desc", TEXT, NULL },
	{ "finding_info.analytic.type_id", NUMBER, "2" },
	{ "finding_info.attacks.0.technique.uid", TEXT, "\"T1210\"" },
	{ "evidences.0.src_endpoint.ip", TEXT, "\"10.0.0.5\"" },
	{ "evidences.0.dst_endpoint.port", NUMBER, "445" },
	{ "evidences.0.connection_info.direction_id", NUMBER, "0" },
	{ "evidences.0.connection_info.protocol_num", NUMBER, "6" },
	{ "observables.0.name", TEXT, NULL },
	{ "observables.0.type_id", NUMBER, "2" },
	{ "observables.0.value", TEXT, "\"10.0.0.5\"" },
};

static cJSON *ocsf_of(const struct notice *n)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	assert_non_null(out);
	notice_write(n, ALERT_FORMAT_OCSF, "1.2", out);
	fclose(out);
	return parsed(text);
}

static void ocsf_is_a_detection_finding(void **)
{
	// What the activity and the status are for each kind; 99 is "other", which has to say what.
	static const struct {
		int activity, status;
		bool is_alert;
	} kinds[N_NOTICES] = {
		[NOTICE_NEW] = { 1, 1, true },
		[NOTICE_WORSE] = { 2, 1, true },
		[NOTICE_OVER] = { 3, 4, false },
		[NOTICE_HELD] = { 99, 99, true },
		[NOTICE_TEST] = { 99, 99, false },
	};
	for (enum notice_kind k = 0; k < N_NOTICES; k++) {
		struct notice n = nasty(k);
		cJSON *o = ocsf_of(&n);
		assert_int_equal(at_path(o, "activity_id")->valueint, kinds[k].activity);
		assert_int_equal(at_path(o, "type_uid")->valueint, 200400 + kinds[k].activity);
		assert_int_equal(at_path(o, "status_id")->valueint, kinds[k].status);
		assert_int_equal(cJSON_IsTrue(at_path(o, "is_alert")), kinds[k].is_alert);
		assert_int_equal(at_path(o, "severity_id")->valueint, kinds[k].is_alert ? 5 : 1);
		assert_non_null(cJSON_GetStringValue(at_path(o, "activity_name")));
		assert_non_null(cJSON_GetStringValue(at_path(o, "status")));
		demand_all(o, of_ocsf, countof(of_ocsf));
	}
}

static void ocsf_names_no_port_of_icmp(void **)
{
	struct notice n = nasty(NOTICE_NEW);
	n.proto = 1;
	n.port = 8 * 256;
	cJSON *o = ocsf_of(&n);
	assert_null(at_path(o, "evidences.0.dst_endpoint"));
	cJSON_Delete(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slack_shows_blocks_and_interprets_nothing),
		cmocka_unit_test(teams_gets_an_adaptive_card_without_markdown_of_strangers),
		cmocka_unit_test(gotify_and_apprise_find_their_fields),
		cmocka_unit_test(every_kind_in_every_template_is_json),
		cmocka_unit_test(ocsf_is_a_detection_finding),
		cmocka_unit_test(ocsf_names_no_port_of_icmp),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
