// SPDX-License-Identifier: Apache-2.0
// Notices as Slack and Teams show them. Limits: a header of Slack has 150 characters, a text 3000 (Block Kit
// reference); a message of Teams 28 KB. None is near.
#include "output/json.h"
#include "output/notice.h"

enum { FACT_BYTES = 96, FACTS_MAX = 6 };

/* What is told in short, each with its name. */
struct fact {
	const char *name;
	char value[FACT_BYTES];
};

static size_t facts_of(const struct notice *n, struct fact out[static FACTS_MAX])
{
	char host[ADDR_TEXT_BYTES], time[TIME_TEXT_BYTES];
	size_t k = 0;
	out[k].name = "Host";
	snprintf(out[k++].value, FACT_BYTES, "%s", addr_format(&n->host, host));
	out[k].name = "Class";
	snprintf(out[k++].value, FACT_BYTES, "%s (%u%%)", verdict_name(n->verdict), n->percent);
	out[k].name = "Service";
	snprintf(out[k++].value, FACT_BYTES, "%s", n->service[0] ? n->service : "not told");
	out[k].name = "Time";
	snprintf(out[k++].value, FACT_BYTES, "%s", time_format(n->time_ms, time));
	if (n->incident) {
		out[k].name = "Incident";
		snprintf(out[k++].value, FACT_BYTES, "%llu", (unsigned long long)n->incident);
	}
	out[k].name = "Alert";
	snprintf(out[k++].value, FACT_BYTES, "%llu", (unsigned long long)n->number);
	return k;
}

/* An empty text is refused by either. */
static const char *why_of(const struct notice *n)
{
	return n->why[0] ? n->why : "-";
}

static void plain_text(struct json *j, const char *text)
{
	json_open(j, '{');
	json_put_text(j, "type", "plain_text");
	json_put_text(j, "text", text);
	json_key(j, "emoji");
	json_bool(j, false);
	json_close(j, '}');
}

static void block_open(struct json *j, const char *type)
{
	json_open(j, '{');
	json_put_text(j, "type", type);
}

void notice_slack(const struct notice *n, const char *version, FILE *out)
{
	char title[NOTICE_TITLE_BYTES], line[FACT_BYTES + 16];
	struct fact fact[FACTS_MAX];
	struct json j = { .out = out };
	size_t n_facts = facts_of(n, fact);
	json_open(&j, '{');
	json_put_text(&j, "text", notice_title(n, title));
	json_put_open(&j, "blocks", '[');
	block_open(&j, "header");
	json_key(&j, "text");
	plain_text(&j, title);
	json_close(&j, '}');
	block_open(&j, "section");
	json_put_open(&j, "fields", '[');
	for (size_t i = 0; i < n_facts; i++) {
		snprintf(line, sizeof line, "%s\n%s", fact[i].name, fact[i].value);
		plain_text(&j, line);
	}
	json_close(&j, ']');
	json_close(&j, '}');
	block_open(&j, "section");
	json_key(&j, "text");
	plain_text(&j, why_of(n));
	json_close(&j, '}');
	block_open(&j, "context");
	json_put_open(&j, "elements", '[');
	snprintf(line, sizeof line, "cordon %.16s, severity %u of 10", version, notice_severity(n));
	plain_text(&j, line);
	json_close(&j, ']');
	json_close(&j, '}');
	json_close(&j, ']');
	json_close(&j, '}');
}

static void card_title(struct json *j, const struct notice *n)
{
	char title[NOTICE_TITLE_BYTES];
	unsigned severity = notice_severity(n);
	json_open(j, '{');
	json_put_text(j, "type", "TextBlock");
	json_put_text(j, "text", notice_title(n, title));
	json_put_text(j, "size", "Medium");
	json_put_text(j, "weight", "Bolder");
	json_put_text(j, "color",
		n->kind == NOTICE_OVER ? "Good"
		: severity >= 7        ? "Attention"
		: severity >= 5        ? "Warning"
				       : "Default");
	json_key(j, "wrap");
	json_bool(j, true);
	json_close(j, '}');
}

static void card_facts(struct json *j, const struct notice *n)
{
	struct fact fact[FACTS_MAX];
	size_t n_facts = facts_of(n, fact);
	json_open(j, '{');
	json_put_text(j, "type", "FactSet");
	json_put_open(j, "facts", '[');
	for (size_t i = 0; i < n_facts; i++) {
		json_open(j, '{');
		json_put_text(j, "title", fact[i].name);
		json_put_text(j, "value", fact[i].value);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_close(j, '}');
}

static void card_why(struct json *j, const struct notice *n)
{
	json_open(j, '{');
	json_put_text(j, "type", "RichTextBlock");
	json_put_open(j, "inlines", '[');
	json_open(j, '{');
	json_put_text(j, "type", "TextRun");
	json_put_text(j, "text", why_of(n));
	json_close(j, '}');
	json_close(j, ']');
	json_close(j, '}');
}

void notice_teams(const struct notice *n, const char *version, FILE *out)
{
	struct json j = { .out = out };
	(void)version;
	json_open(&j, '{');
	json_put_text(&j, "type", "message");
	json_put_open(&j, "attachments", '[');
	json_open(&j, '{');
	json_put_text(&j, "contentType", "application/vnd.microsoft.card.adaptive");
	json_put_text(&j, "contentUrl", NULL);
	json_put_open(&j, "content", '{');
	json_put_text(&j, "$schema", "http://adaptivecards.io/schemas/adaptive-card.json");
	json_put_text(&j, "type", "AdaptiveCard");
	json_put_text(&j, "version", "1.4");
	json_put_open(&j, "msteams", '{');
	json_put_text(&j, "width", "Full");
	json_close(&j, '}');
	json_put_open(&j, "body", '[');
	card_title(&j, n);
	card_facts(&j, n);
	card_why(&j, n);
	json_close(&j, ']');
	json_close(&j, '}');
	json_close(&j, '}');
	json_close(&j, ']');
	json_close(&j, '}');
}
