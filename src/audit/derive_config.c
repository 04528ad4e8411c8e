// SPDX-License-Identifier: Apache-2.0
// What follows from routes, access lists and interfaces as they are configured.
#include "audit/derive.h"
#include "audit/medium.h"

/* Whether the configuration of the device makes an interface a shared one, or the opposite. */
static const char *medium_configured(const struct audit *a, const struct fact *x, struct str name)
{
	size_t n;
	const uint32_t *ports = facts_beside(a, x, FACT_PORT, &n);
	for (size_t i = 0; i < n; i++) {
		const struct fact *p = &a->facts.fact[ports[i]];
		if (!known(a, p, PORT_NAME) || !interface_eq(get(a, p, PORT_NAME)->text, name))
			continue;
		if (value_is(get(a, p, PORT_POINT), "yes"))
			return "point-to-point";
		if (value_is(get(a, p, PORT_ENCAPSULATION), "frame-relay") ||
			value_is(get(a, p, PORT_POINT), "no"))
			return "multipoint";
	}
	return NULL;
}

/* Who made the route: a letter, of NX-OS a word; in a configuration everybody is static. */
static void derive_origin(const struct audit *a, const struct fact *x, bool is_configured)
{
	const struct value *code = get(a, x, ROUTE_CODE);
	char letter = value_known(code) ? code->text.ptr[0] : '\0';
	if (!is_configured && !letter)
		return;
	bool is_static = is_configured || letter == 'S' || value_is(code, "static"),
	     is_connected = letter == 'C' || letter == 'L' || value_is(code, "direct") ||
			    value_is(code, "local");
	say(a, x, ROUTE_STATIC, is_static ? "yes" : "no");
	say(a, x, ROUTE_CONNECTED, !is_configured && is_connected ? "yes" : "no");
}

/* Another path of a route stands right below it, and says neither where to nor, on IOS, by whom. */
static void inherit_route(const struct audit *a, const struct fact *x)
{
	static const enum fact_field said_above[] = { ROUTE_PREFIX, ROUTE_CODE };
	const struct fact *above = x - 1;
	if (x == a->facts.fact || known(a, x, ROUTE_PREFIX) || above->kind != FACT_ROUTE ||
		above->answer != x->answer || x->line > above->last_line + 1)
		return;
	for (size_t i = 0; i < countof(said_above); i++)
		if (!known(a, x, said_above[i]))
			*fact_value(&a->facts, x, said_above[i]) = *get(a, above, said_above[i]);
}

/* A Serial line is shared or not, as it is configured; of others the name tells. */
static const char *medium_for(const struct audit *a, const struct fact *x, struct str interface)
{
	const char *medium = medium_of(interface);
	bool is_certain = !medium || medium[0] == 'b' || medium[0] == 'n';
	const char *configured = is_certain ? NULL : medium_configured(a, x, interface);
	return configured ? configured : medium;
}

void derive_route(const struct audit *a, const struct fact *x)
{
	const struct value *prefix = get(a, x, ROUTE_PREFIX),
			   *interface = get(a, x, ROUTE_INTERFACE);
	bool is_configured = audit_answer(a, x)->output == &config_output;
	inherit_route(a, x);
	derive_origin(a, x, is_configured);
	if (is_configured && value_known(interface) && !known(a, x, ROUTE_NEXT_HOP))
		say(a, x, ROUTE_NEXT_HOP, "none");
	if (value_known(prefix)) {
		say(a, x, ROUTE_DEFAULT,
			prefix->number == 0 || value_is(prefix, "::/0") ? "yes" : "no");
		say(a, x, ROUTE_FAMILY,
			memchr(prefix->text.ptr, ':', prefix->text.len) ? "ipv6" : "ipv4");
	}
	const char *medium = NULL;
	if (value_known(interface))
		medium = medium_for(a, x, interface->text);
	else if (known(a, x, ROUTE_NEXT_HOP))
		medium = "none";
	if (medium)
		say(a, x, ROUTE_MEDIUM, medium);
}

/* Whether the configuration that a setting stands in has another one, with this value where one is given. */
static bool has_beside(
	const struct audit *a, const struct fact *x, const char *name, const char *value)
{
	size_t n;
	const uint32_t *fact = facts_beside(a, x, FACT_SETTING, &n);
	for (size_t i = 0; i < n; i++) {
		const struct fact *y = &a->facts.fact[fact[i]];
		if (y->answer == x->answer && value_is(get(a, y, SETTING_NAME), name) &&
			(!value || value_is(get(a, y, SETTING_VALUE), value)))
			return true;
	}
	return false;
}

/* A web server that an access list guards is not open to everybody; CatOS logs to the console unless that is off. */
void derive_setting(const struct audit *a, const struct fact *x)
{
	const struct value *name = get(a, x, SETTING_NAME);
	if (value_is(name, "http-server") && value_is(get(a, x, SETTING_VALUE), "yes") &&
		has_beside(a, x, "http-access-class", NULL))
		say(a, x, SETTING_VALUE, "restricted");
	if (value_is(name, "console-level") && !has_beside(a, x, "console", "no"))
		say(a, x, SETTING_NAME, "console");
}

/* Whether the device limits how often its lists log. */
static bool limits_logs(const struct audit *a, const struct fact *x)
{
	size_t n;
	const uint32_t *fact = facts_beside(a, x, FACT_SETTING, &n);
	for (size_t i = 0; i < n; i++)
		if (value_is(get(a, &a->facts.fact[fact[i]], SETTING_NAME), "acl-log-interval"))
			return true;
	return false;
}

void derive_acl(const struct audit *a, const struct fact *x)
{
	const struct value *text = get(a, x, ACL_TEXT);
	if (!value_known(text))
		return;
	struct str t = text->text;
	bool logs = contains(t, " log ") || contains(t, " log-input") ||
		    (t.len >= 4 && !strncasecmp(t.ptr + t.len - 4, " log", 4));
	logs = logs && !value_is(get(a, x, ACL_ACTION), "remark");
	say(a, x, ACL_LOG, !logs ? "no" : limits_logs(a, x) ? "limited" : "yes");
}

/* Of a section that was read in part nothing follows: what is not there may be what was not read. */
static void derive_routed(const struct audit *a, const struct fact *x)
{
	const struct value *name = get(a, x, PORT_NAME);
	const char *medium = value_known(name) ? medium_of(name->text) : NULL;
	bool has_address = known(a, x, PORT_ADDRESS) || known(a, x, PORT_ROUTED);
	bool is_off = known(a, x, PORT_SHUTDOWN) || (medium && !strcmp(medium, "none"));
	if (is_off || x->is_whole)
		say(a, x, PORT_ROUTED, has_address && !is_off ? "yes" : "no");
}

/* Whether the description, the trust or the voice VLAN of a port names a phone. */
static bool has_phone(const struct audit *a, const struct fact *x)
{
	const struct value *about = get(a, x, PORT_DESCRIPTION), *trust = get(a, x, PORT_TRUST);
	if (value_known(about) && (contains(about->text, "phone") || contains(about->text, "電話")))
		return true;
	return known(a, x, PORT_VOICE) ||
	       (value_known(trust) && contains(trust->text, "cisco-phone"));
}

/* Copper alone needs negotiation at gigabit. */
static bool is_gigabit_fixed(const struct audit *a, const struct fact *x)
{
	const struct value *name = get(a, x, PORT_NAME), *media = get(a, x, PORT_MEDIA);
	bool is_gigabit = value_known(name) && !strncasecmp(name->text.ptr, "gi", 2);
	bool is_fibre = value_known(media) && !value_is(media, "rj45");
	return is_gigabit && !is_fibre && value_is(get(a, x, PORT_SPEED), "1000");
}

void derive_port(const struct audit *a, const struct fact *x)
{
	const struct value *voice = get(a, x, PORT_VOICE), *access = get(a, x, PORT_ACCESS);
	derive_routed(a, x);
	say(a, x, PORT_PHONE, has_phone(a, x) ? "yes" : "no");
	say(a, x, PORT_VOICE_IS_DATA,
		value_known(voice) && value_known(access) && voice->text.len == access->text.len &&
				!memcmp(voice->text.ptr, access->text.ptr, voice->text.len)
			? "yes"
			: "no");
	say(a, x, PORT_GIGABIT_FIXED, is_gigabit_fixed(a, x) ? "yes" : "no");
}

/* A secondary address stands in a section without its name. */
void audit_name_secondaries(struct audit *a)
{
	struct str name = {};
	for (size_t i = 0; i < a->facts.n; i++) {
		struct fact *x = &a->facts.fact[i];
		if (x->kind == FACT_PORT)
			name = get(a, x, PORT_NAME)->text;
		else if (x->kind == FACT_INTERFACE &&
			 audit_answer(a, x)->output == &config_output && name.ptr) {
			fact_value(&a->facts, x, INTERFACE_NAME)->text = name;
			say(a, x, INTERFACE_DUPLEX, "none");
		}
	}
}
