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

/* Who made the route: in a configuration everybody is static. */
static void derive_origin(const struct audit *a, const struct fact *x, bool is_configured)
{
	const struct value *code = get(a, x, ROUTE_CODE);
	char letter = value_known(code) ? code->text.ptr[0] : '\0';
	if (!is_configured && !letter)
		return;
	say(a, x, ROUTE_STATIC, is_configured || letter == 'S' ? "yes" : "no");
	say(a, x, ROUTE_CONNECTED,
		!is_configured && (letter == 'C' || letter == 'L') ? "yes" : "no");
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
	derive_origin(a, x, is_configured);
	if (is_configured && value_known(interface) && !known(a, x, ROUTE_NEXT_HOP))
		say(a, x, ROUTE_NEXT_HOP, "none");
	if (value_known(prefix))
		say(a, x, ROUTE_DEFAULT,
			prefix->number == 0 || value_is(prefix, "::/0") ? "yes" : "no");
	const char *medium = NULL;
	if (value_known(interface))
		medium = medium_for(a, x, interface->text);
	else if (known(a, x, ROUTE_NEXT_HOP))
		medium = "none";
	if (medium)
		say(a, x, ROUTE_MEDIUM, medium);
}

void derive_acl(const struct audit *a, const struct fact *x)
{
	const struct value *text = get(a, x, ACL_TEXT);
	if (!value_known(text))
		return;
	struct str t = text->text;
	bool logs = contains(t, " log ") || contains(t, " log-input") ||
		    (t.len >= 4 && !strncasecmp(t.ptr + t.len - 4, " log", 4));
	say(a, x, ACL_LOG, logs && !value_is(get(a, x, ACL_ACTION), "remark") ? "yes" : "no");
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

void derive_port(const struct audit *a, const struct fact *x)
{
	const struct value *voice = get(a, x, PORT_VOICE), *access = get(a, x, PORT_ACCESS),
			   *trust = get(a, x, PORT_TRUST), *speed = get(a, x, PORT_SPEED),
			   *about = get(a, x, PORT_DESCRIPTION), *name = get(a, x, PORT_NAME);
	bool is_phone = (value_known(trust) && contains(trust->text, "cisco-phone")) ||
			(value_known(about) && contains(about->text, "phone")) ||
			value_known(voice);
	derive_routed(a, x);
	say(a, x, PORT_PHONE, is_phone ? "yes" : "no");
	say(a, x, PORT_VOICE_IS_DATA,
		value_known(voice) && value_known(access) && voice->text.len == access->text.len &&
				!memcmp(voice->text.ptr, access->text.ptr, voice->text.len)
			? "yes"
			: "no");
	bool is_gigabit = value_known(name) && !strncasecmp(name->text.ptr, "gi", 2);
	say(a, x, PORT_GIGABIT_FIXED, is_gigabit && value_is(speed, "1000") ? "yes" : "no");
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
