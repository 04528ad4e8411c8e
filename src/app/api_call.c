// SPDX-License-Identifier: Apache-2.0
// A request that comes from this process: the same table, the same handlers, no HTTP.
#include <unistd.h>

#include "app/api.h"

void api_call(struct api *api, const char *method, const char *target, const char *key,
	struct str body, struct http_answer *out)
{
	struct http_target parsed;
	struct err e = {};
	const struct route *route = NULL;
	char allow[ALLOW_TEXT_BYTES];
	struct http_request q = { .target = &parsed,
		.body = body,
		.role = HTTP_OPERATOR,
		.actor = "",
		.key = key,
		.uid = getuid() };
	*out = (struct http_answer){};
	if (!target_parse(target, &parsed, &e)) {
		api_problem(out, 400, "%s", e.text);
		return;
	}
	if (route_find(api_routes, n_api_routes, method, &parsed, &route, q.capture, allow) !=
			ROUTE_FOUND ||
		!route->run) {
		api_problem(out, 404, "there is nothing at this path");
		return;
	}
	q.method = route->method;
	route->run(api, &q, out);
}
