// SPDX-License-Identifier: Apache-2.0
// The table of routes and docs/openapi.json say the same, and so do the tables of names in it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <cjson/cJSON.h>

#include <stdio.h>
#include <stdlib.h>

#include "app/api.h"
#include "incident/lifecycle.h"

static cJSON *description;

static int read_description(void **state)
{
	static char text[1 << 18];
	FILE *in = fopen("docs/openapi.json", "re");
	(void)state;
	if (!in)
		return -1;
	size_t n = fread(text, 1, sizeof text - 1, in);
	fclose(in);
	description = cJSON_ParseWithLength(text, n);
	return !description;
}

static int free_description(void **state)
{
	(void)state;
	cJSON_Delete(description);
	return 0;
}

static const cJSON *at(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

/* The name that a reference ends with; "" when there is none. */
static const char *name_of(const cJSON *content)
{
	const char *ref =
		cJSON_GetStringValue(at(at(at(content, "application/json"), "schema"), "$ref"));
	const char *slash = ref ? strrchr(ref, '/') : NULL;
	return slash ? slash + 1 : "";
}

static const struct route *route_of(const char *path, const char *method)
{
	for (size_t i = 0; i < n_api_routes; i++)
		if (!strcmp(api_routes[i].path, path) && !strcasecmp(api_routes[i].method, method))
			return &api_routes[i];
	return NULL;
}

static void is_described(const struct route *r, const cJSON *operation)
{
	static const char *const role[] = { "nobody", "viewer", "operator" };
	const cJSON *ok = at(at(operation, "responses"), "200");
	assert_string_equal(cJSON_GetStringValue(at(operation, "x-role")), role[r->role]);
	assert_string_equal(name_of(at(ok, "content")), r->answer ? r->answer : "");
	assert_string_equal(
		name_of(at(at(operation, "requestBody"), "content")), r->body ? r->body : "");
	assert_non_null(at(operation, "operationId"));
	assert_non_null(at(operation, "summary"));
	for (const char *p = r->path; (p = strchr(p, '{')); p++) {
		const cJSON *parameter;
		bool is_named = false;
		cJSON_ArrayForEach(parameter, at(operation, "parameters"))
		{
			const char *name = cJSON_GetStringValue(at(parameter, "name"));
			is_named = is_named || !strncmp(p + 1, name, strlen(name));
		}
		assert_true(is_named);
	}
}

static void every_route_is_described_and_nothing_else(void **state)
{
	(void)state;
	const cJSON *path, *operation;
	size_t n = 0;
	cJSON_ArrayForEach(path, at(description, "paths"))
	{
		cJSON_ArrayForEach(operation, path)
		{
			const struct route *r = route_of(path->string, operation->string);
			if (!r)
				fail_msg("no route %s %s", operation->string, path->string);
			is_described(r, operation);
			n++;
		}
	}
	assert_int_equal(n, n_api_routes);
}

static void only_posts_change_and_only_operators_post(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_api_routes; i++) {
		const struct route *r = &api_routes[i];
		bool changes = !strcmp(r->method, "POST");
		assert_true(changes || !strcmp(r->method, "GET"));
		assert_int_equal(changes, r->role == HTTP_OPERATOR);
		assert_int_equal(changes, r->body != NULL);
	}
}

static void same_names(const cJSON *names, size_t n, const char *(*name)(size_t i))
{
	assert_int_equal(cJSON_GetArraySize(names), n);
	for (size_t i = 0; i < n; i++)
		assert_string_equal(
			cJSON_GetStringValue(cJSON_GetArrayItem(names, (int)i)), name(i));
}

static const char *state_name(size_t i)
{
	return state_key((enum state)i);
}

static const char *kind_name(size_t i)
{
	return event_key((enum event_kind)i);
}

static const char *guard_name(size_t i)
{
	return guard_key((enum guard)i);
}

static void names_are_those_of_the_program(void **state)
{
	(void)state;
	const cJSON *schema = at(at(description, "components"), "schemas");
	same_names(at(at(schema, "State_name"), "enum"), N_STATES, state_name);
	same_names(at(at(schema, "Kind"), "enum"), N_EVENTS, kind_name);
	const cJSON *guard = at(at(at(schema, "Missing"), "properties"), "guard");
	same_names(at(guard, "enum"), N_GUARDS, guard_name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_route_is_described_and_nothing_else),
		cmocka_unit_test(only_posts_change_and_only_operators_post),
		cmocka_unit_test(names_are_those_of_the_program),
	};
	return cmocka_run_group_tests(tests, read_description, free_description);
}
