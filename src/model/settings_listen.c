// SPDX-License-Identifier: Apache-2.0
// Keys about who may call: where exports come in, where HTTP answers, and by which names.
#include <stdio.h>

#include "model/settings_read.h"

/* Listeners of one key, with the places where the file has them. */
struct listeners {
	struct listener *listener;
	struct yml_value *at;
	size_t *n, max;
};

static bool take_listener(const struct yml_key *key, struct yml_value value,
	const struct listeners *to, struct err *e)
{
	static const char what[] = "an address and a port (127.0.0.1:2055, [::1]:4739)";
	const struct yml_key row = { .name = key->name, .expects = what };
	struct listener l = {};
	struct str text;
	if (!yml_text(&row, value, &text, e))
		return false;
	if (!listener_parse(text, &l))
		return yml_expected(e, value, what);
	for (size_t i = 0; i < *to->n; i++)
		if (to->listener[i].port == l.port && addr_eq(&to->listener[i].address, &l.address))
			return yml_fail(e, value, "this listener stands in line %zu already",
				yml_line(to->at[i]));
	if (*to->n == to->max)
		return yml_fail(e, value, "more than %zu listeners", to->max);
	to->at[*to->n] = value;
	to->listener[(*to->n)++] = l;
	return true;
}

static bool read_listener(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	struct reading *r = into;
	const struct listeners to = { r->s.listener, r->listener_at, &r->s.n_listeners,
		LISTENERS_MAX };
	return take_listener(key, value, &to, e);
}

static bool read_http_listener(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	struct reading *r = into;
	const struct listeners to = { r->s.http, r->http_at, &r->s.n_http, HTTP_LISTENERS_MAX };
	return take_listener(key, value, &to, e);
}

bool read_http(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	static const struct yml_key list = {
		.name = "http",
		.expects = "a list of addresses with their ports",
		.read = read_http_listener,
	};
	struct reading *r = reading_note(key, value, into);
	r->s.n_http = 0;
	return yml_list(&list, value, r, e);
}

/* As a Host header has it, without the port: a name, or an address. */
static bool read_http_host(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-._[]:";
	struct reading *r = into;
	struct str text;
	char name[HTTP_HOST_BYTES];
	if (!yml_text(key, value, &text, e))
		return false;
	bool fits = text.len < sizeof name;
	snprintf(name, sizeof name, "%.*s", STR_ARG(text));
	if (!fits || name[strspn(name, letters)])
		return yml_expected(e, value, "a host name without port (cordon.example.net)");
	if (r->s.n_http_hosts == HTTP_HOSTS_MAX)
		return yml_fail(e, value, "more than %d names", HTTP_HOSTS_MAX);
	memcpy(r->s.http_host[r->s.n_http_hosts++], name, sizeof name);
	return true;
}

bool read_http_hosts(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	static const struct yml_key list = {
		.name = "http-hosts",
		.expects = "a list of host names",
		.read = read_http_host,
	};
	struct reading *r = reading_note(key, value, into);
	r->s.n_http_hosts = 0;
	return yml_list(&list, value, r, e);
}

bool read_listen(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	static const struct yml_key list = {
		.name = "listen",
		.expects = "a list of addresses with their ports",
		.read = read_listener,
	};
	struct reading *r = reading_note(key, value, into);
	r->s.n_listeners = 0;
	return yml_list(&list, value, r, e);
}

/* Who can reach it from outside has to show a token, or at least to speak TLS. */
bool http_finish(const struct reading *r, struct err *e)
{
	const struct settings *s = &r->s;
	enum setting lone = s->http_key[0] ? SETTING_HTTP_KEY : SETTING_HTTP_CERTIFICATE;
	if (!s->http_key[0] != !s->http_certificate[0])
		return yml_fail(e, r->at[lone], "'http-certificate' and 'http-key' go together");
	bool is_guarded = s->http_viewers[0] || s->http_operators[0] || s->http_certificate[0];
	for (size_t i = 0; i < s->n_http && r->at[SETTING_HTTP].doc; i++)
		if (!is_guarded && !listener_is_local(&s->http[i]))
			return yml_fail(e, r->http_at[i],
				"others can reach this address: name 'http-viewers' or "
				"'http-operators' (files of tokens), or 'http-certificate'");
	return true;
}
