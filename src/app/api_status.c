// SPDX-License-Identifier: Apache-2.0
// What the daemon tells of itself: exporters, status, whether it is alive and ready, counters.
#include <stdlib.h>

#include "app/api_list.h"
#include "app/clock.h"
#include "app/keeper_state.h"

/* docs/openapi.json, as it was when the program was built. */
__asm__(".pushsection .rodata\n"
	"docs_openapi_begin:\n"
	".incbin \"docs/openapi.json\"\n"
	"docs_openapi_end:\n"
	".byte 0\n"
	".popsection\n");
extern const char docs_openapi_begin[], docs_openapi_end[];

static bool has_keeper(const struct api *api, struct http_answer *out)
{
	if (!api->keeper)
		api_problem(out, 503, "no daemon runs here: only it knows this");
	return api->keeper;
}

void api_on_exporters(void *ctx, const struct http_request *q, struct http_answer *out)
{
	struct api *api = ctx;
	const struct keeper *k = api->keeper;
	struct list l;
	if (!has_keeper(api, out) || !list_parse(q, PAGING & ~(1u << LIST_ORDER), &l, out) ||
		!list_begin(&l, out))
		return;
	struct roster_teller how = { &k->settings, k->inventory, k->hidden, wall_ms() };
	health_rest(k->hidden);
	for (size_t i = LEAST(l.cursor, (uint64_t)k->roster.n); i < k->roster.n; i++) {
		if (roster_is_gone(&k->roster.member[i], &k->settings, how.now_ms))
			continue;
		if (!list_takes(&l, i + 1))
			break;
		roster_write_one(&k->roster, i, &how, &l.page.json);
	}
	list_end(&l, out);
}

void api_on_status(void *ctx, const struct http_request *q, struct http_answer *out)
{
	struct api *api = ctx;
	struct api_page p;
	(void)q;
	if (!has_keeper(api, out) || !api_begin(&p))
		return;
	status_json(api->keeper, &p.json);
	api_end(&p, 200, out);
}

static void answer_text(
	struct http_answer *out, unsigned status, const char *type, const char *text)
{
	char *copy = strdup(text);
	*out = (struct http_answer){ .status = copy ? status : 503,
		.type = type,
		.body = copy,
		.len = copy ? strlen(copy) : 0 };
}

void api_on_description(void *ctx, const struct http_request *q, struct http_answer *out)
{
	(void)ctx, (void)q;
	answer_text(out, 200, "application/json", docs_openapi_begin);
}

/* That this is answered says that the keeper's loop turns. */
void api_on_alive(void *ctx, const struct http_request *q, struct http_answer *out)
{
	(void)ctx, (void)q;
	answer_text(out, 200, "text/plain; charset=utf-8", "alive\n");
}

void api_on_ready(void *ctx, const struct http_request *q, struct http_answer *out)
{
	const struct api *api = ctx;
	const struct keeper *k = api->keeper;
	const char *why = !k                      ? "not ready: no daemon\n"
			  : !k->shared->collector ? "not ready: the collector does not run\n"
			  : !chronicle_health(k->chronicle).is_open
				  ? "not ready: the store cannot be written\n"
				  : NULL;
	(void)q;
	answer_text(out, why ? 503 : 200, "text/plain; charset=utf-8", why ? why : "ready\n");
}

void api_on_metrics(void *ctx, const struct http_request *q, struct http_answer *out)
{
	struct api *api = ctx;
	struct api_page p;
	(void)q;
	if (!has_keeper(api, out) || !api_begin(&p))
		return;
	metrics_write(api->keeper, p.json.out);
	bool ok = fclose(p.json.out) == 0;
	*out = (struct http_answer){ .status = ok ? 200 : 503,
		.type = "text/plain; version=0.0.4; charset=utf-8",
		.body = p.text,
		.len = ok ? p.len : 0 };
}
