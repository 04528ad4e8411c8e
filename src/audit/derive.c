// SPDX-License-Identifier: Apache-2.0
// What follows from facts: shares, kinds, and what only several outputs of a device show together.
#include "audit/derive.h"

#include <stdlib.h>
#include <strings.h>

#include "audit/medium.h"
#include "audit/release.h"

enum { SHARE_LEAST_ROWS = 20 }; // below, a share of rows means nothing

/* Values that are derived stand for themselves in a finding: their text is the fact's line. */
static void set(const struct audit *a, const struct fact *x, enum fact_field i, uint64_t n)
{
	fact_set(&a->facts, x, i, n, STR("derived"));
}

static void say(const struct audit *a, const struct fact *x, enum fact_field i, const char *word)
{
	fact_say(&a->facts, x, i, word);
}

static const struct value *get(const struct audit *a, const struct fact *x, enum fact_field i)
{
	return fact_value(&a->facts, x, i);
}

static bool known(const struct audit *a, const struct fact *x, enum fact_field i)
{
	return value_known(get(a, x, i));
}

static bool contains(struct str text, const char *word)
{
	size_t n = strlen(word);
	for (size_t i = 0; i + n <= text.len; i++)
		if (!strncasecmp(text.ptr + i, word, n))
			return true;
	return false;
}

/* Facts of a kind of the device that another fact is of. */
static const uint32_t *facts_beside(
	const struct audit *a, const struct fact *x, enum fact_kind kind, size_t *n)
{
	return audit_facts(a, audit_answer(a, x)->device, kind, n);
}

static void derive_cpu(const struct audit *a, const struct fact *x)
{
	enum { ALL = 10000 }; // hundredths
	const struct value *idle = get(a, x, CPU_IDLE);
	if (value_known(idle) && idle->number <= ALL)
		fact_set(&a->facts, x, CPU_TOTAL, ALL - idle->number, idle->text);
	const struct value *total = get(a, x, CPU_TOTAL), *part = get(a, x, CPU_INTERRUPT);
	if (value_known(total) && value_known(part) && total->number)
		set(a, x, CPU_SHARE, part->number * 100 / total->number);
}

static void derive_pool(const struct audit *a, const struct fact *x)
{
	const struct value *total = get(a, x, POOL_TOTAL), *free = get(a, x, POOL_FREE),
			   *largest = get(a, x, POOL_LARGEST);
	if (value_known(total) && value_known(free) && total->number &&
		free->number <= UINT64_MAX / 100)
		set(a, x, POOL_FREE_SHARE, free->number * 100 / total->number);
	if (value_known(largest) && value_known(free))
		say(a, x, POOL_SHATTERED, largest->number < free->number / 10 ? "yes" : "no");
}

/* Much free and yet no piece that is large enough: fragments. Less free than asked for: none left. */
static void derive_mallocfail(const struct audit *a, const struct fact *x)
{
	enum { MANY_TIMES = 4 };
	const struct value *bytes = get(a, x, MALLOCFAIL_BYTES), *free = get(a, x, MALLOCFAIL_FREE);
	if (!value_known(bytes) || !value_known(free))
		return;
	if (free->number < bytes->number)
		say(a, x, MALLOCFAIL_NATURE, "exhaustion");
	else if (free->number / MANY_TIMES >= bytes->number)
		say(a, x, MALLOCFAIL_NATURE, "fragmentation");
}

static void derive_cache(const struct audit *a, const struct fact *x)
{
	enum { HOST = 32 };
	uint64_t n = 0, n_hosts = 0;
	size_t n_rows;
	const uint32_t *rows = facts_beside(a, x, FACT_CACHE_ROUTE, &n_rows);
	for (size_t i = 0; i < n_rows; i++) {
		const struct fact *row = &a->facts.fact[rows[i]];
		if (row->answer != x->answer || !known(a, row, CACHE_ROUTE_PREFIX))
			continue;
		n++;
		n_hosts += (get(a, row, CACHE_ROUTE_PREFIX)->number & 0xff) == HOST;
	}
	if (n == 0)
		return;
	set(a, x, CACHE_HOSTS, n_hosts);
	set(a, x, CACHE_HOST_SHARE, n >= SHARE_LEAST_ROWS ? n_hosts * 100 / n : 0);
}

static void derive_arps(const struct audit *a, const struct fact *x)
{
	const struct value *all = get(a, x, ARPS_ENTRIES), *open = get(a, x, ARPS_INCOMPLETE);
	if (value_known(all) && value_known(open))
		set(a, x, ARPS_SHARE,
			all->number >= SHARE_LEAST_ROWS && open->number <= all->number
				? open->number * 100 / all->number
				: 0);
}

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

static void derive_route(const struct audit *a, const struct fact *x)
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

/* What a virtual interface has not, it cannot have wrong. */
static void derive_interface(const struct audit *a, const struct fact *x)
{
	static const enum fact_field counters[] = { INTERFACE_RUNTS, INTERFACE_CRC,
		INTERFACE_COLLISIONS, INTERFACE_LATE };
	const struct value *name = get(a, x, INTERFACE_NAME);
	if (!value_known(name) || medium_has_duplex(name->text))
		return;
	if (!known(a, x, INTERFACE_DUPLEX))
		say(a, x, INTERFACE_DUPLEX, "none");
	for (size_t i = 0; i < countof(counters); i++)
		if (!known(a, x, counters[i]))
			set(a, x, counters[i], 0);
}

static void derive_version(const struct audit *a, const struct fact *x)
{
	const struct value *os = get(a, x, VERSION_OS), *text = get(a, x, VERSION_RELEASE),
			   *uptime = get(a, x, VERSION_UPTIME);
	struct release r;
	if (value_known(uptime) && uptime_parse(uptime->text))
		fact_set(&a->facts, x, VERSION_SECONDS, uptime_parse(uptime->text), uptime->text);
	if (value_is(os, "IOS-XE") || value_is(os, "NX-OS")) {
		say(a, x, VERSION_FAST, "removed");
		say(a, x, VERSION_CEF, "default");
	} else if (!value_is(os, "CatOS") && value_known(text) && release_parse(text->text, &r)) {
		bool is_old = r.major<12, is_new = r.major> 12 || (r.major == 12 && r.minor >= 2);
		say(a, x, VERSION_FAST, release_lacks_fast_switching(&r) ? "removed" : "yes");
		say(a, x, VERSION_CEF, is_old ? "absent" : is_new ? "default" : "optional");
	}
}

static void derive_acl(const struct audit *a, const struct fact *x)
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

static void derive_port(const struct audit *a, const struct fact *x)
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

/* "Destination-only flow", "Full Flow", "destination-source". */
static void derive_mls(const struct audit *a, const struct fact *x)
{
	const struct value *mask = get(a, x, MLS_MASK);
	if (!value_known(mask))
		return;
	struct str t = mask->text;
	say(a, x, MLS_MASK,
		contains(t, "full")                                 ? "full"
		: contains(t, "source") || contains(t, "-src")      ? "destination-source"
		: contains(t, "destination") || contains(t, "dest") ? "destination"
								    : "other");
}

typedef void derive_fn(const struct audit *a, const struct fact *x);

static derive_fn *const derivers[N_FACT_KINDS] = {
	[FACT_CPU] = derive_cpu,
	[FACT_POOL] = derive_pool,
	[FACT_MALLOCFAIL] = derive_mallocfail,
	[FACT_CACHE] = derive_cache,
	[FACT_ARPS] = derive_arps,
	[FACT_ROUTE] = derive_route,
	[FACT_INTERFACE] = derive_interface,
	[FACT_VERSION] = derive_version,
	[FACT_ACL] = derive_acl,
	[FACT_PORT] = derive_port,
	[FACT_MLS] = derive_mls,
};

/* A secondary address stands in a section without its name. */
static void name_secondaries(struct audit *a)
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

static bool is_platform(const struct audit *a, const struct fact *version, const char *name)
{
	struct str processor = get(a, version, VERSION_PROCESSOR)->text,
		   platform = get(a, version, VERSION_PLATFORM)->text;
	return (processor.ptr && contains(processor, name)) ||
	       (platform.ptr && contains(platform, name));
}

static const struct platform *platform_of(const struct audit *a, const struct fact *x,
	const struct platform *platform, size_t n_platforms)
{
	size_t n;
	const uint32_t *version = facts_beside(a, x, FACT_VERSION, &n);
	for (size_t k = 0; k < n; k++)
		for (size_t i = 0; i < n_platforms; i++)
			if (is_platform(a, &a->facts.fact[version[k]], platform[i].name))
				return &platform[i];
	return &platform[n_platforms - 1];
}

/* Active translations against what the platform stands, in percent. */
static void derive_load(const struct audit *a, const struct fact *x,
	const struct platform *platform, size_t n_platforms)
{
	const struct value *active = get(a, x, NATS_ACTIVE);
	if (!value_known(active) || active->number > UINT64_MAX / 100 || n_platforms == 0)
		return;
	const struct platform *p = platform_of(a, x, platform, n_platforms);
	bool is_known = p != &platform[n_platforms - 1];
	set(a, x, NATS_LOAD, p->nat_most ? active->number * 100 / p->nat_most : 0);
	set(a, x, NATS_LIMIT, p->nat_most);
	say(a, x, NATS_LIMIT_OF, is_known ? p->name : "unknown");
}

bool audit_derive(struct audit *a, const struct platform *platform, size_t n, struct err *e)
{
	audit_nat_hosts(a);
	name_secondaries(a);
	if (!audit_index(a) || !audit_join(a) || !audit_index(a))
		return err_sys(e, "audit");
	for (size_t i = 0; i < a->facts.n; i++)
		if (derivers[a->facts.fact[i].kind])
			derivers[a->facts.fact[i].kind](a, &a->facts.fact[i]);
	for (size_t i = 0; i < a->facts.n; i++)
		if (a->facts.fact[i].kind == FACT_NATS)
			derive_load(a, &a->facts.fact[i], platform, n);
	audit_arps_outside(a);
	audit_check(a);
	if (!audit_index(a) || !audit_note_complete(a))
		return err_sys(e, "audit");
	audit_connected_hosts(a);
	return true;
}
