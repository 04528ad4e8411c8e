// SPDX-License-Identifier: Apache-2.0
// What follows from the facts of outputs: shares and kinds; and the order in which all is derived.
#include "audit/derive.h"

#include "audit/medium.h"
#include "audit/release.h"

static void derive_cpu(const struct audit *a, const struct fact *x)
{
	enum { ALL = 10000 }; // hundredths
	const struct value *idle = get(a, x, CPU_IDLE);
	if (value_known(idle) && idle->number <= ALL)
		fact_set(&a->facts, x, CPU_TOTAL, ALL - idle->number, STR("derived"));
	const struct value *total = get(a, x, CPU_TOTAL), *part = get(a, x, CPU_INTERRUPT);
	if (value_known(total) && value_known(part) && total->number)
		set(a, x, CPU_SHARE, part->number * 100 / total->number);
}

static void derive_pool(const struct audit *a, const struct fact *x)
{
	enum { LARGE_PIECE = 1 << 28 };
	const struct value *total = get(a, x, POOL_TOTAL), *free = get(a, x, POOL_FREE),
			   *largest = get(a, x, POOL_LARGEST);
	if (value_known(total) && value_known(free) && total->number &&
		free->number <= UINT64_MAX / 100)
		set(a, x, POOL_FREE_SHARE, free->number * 100 / total->number);
	// IOS-XE has no piece above 1 GB, however much is free
	bool is_small = largest->number < free->number / 10 && largest->number < LARGE_PIECE;
	if (value_known(largest) && value_known(free))
		say(a, x, POOL_SHATTERED, is_small ? "yes" : "no");
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

/* These are in no log of the device. What is limited is so on most devices from their start on: it tells nothing. */
static void derive_logging(const struct audit *a, const struct fact *x)
{
	const struct value *dropped = get(a, x, LOGGING_DROPPED),
			   *overrun = get(a, x, LOGGING_OVERRUNS);
	if (value_known(dropped) && value_known(overrun) && dropped->number < UINT32_MAX &&
		overrun->number < UINT32_MAX)
		set(a, x, LOGGING_LOST, dropped->number + overrun->number);
}

/* What a virtual interface has not, it cannot have wrong. */
static void derive_interface(const struct audit *a, const struct fact *x)
{
	static const enum fact_field counters[] = { INTERFACE_RUNTS, INTERFACE_CRC,
		INTERFACE_COLLISIONS, INTERFACE_LATE };
	const struct value *name = get(a, x, INTERFACE_NAME), *used = get(a, x, INTERFACE_QUEUE),
			   *room = get(a, x, INTERFACE_QUEUE_MOST);
	if (value_known(used) && value_known(room))
		say(a, x, INTERFACE_IS_FULL,
			room->number && used->number >= room->number ? "yes" : "no");
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
	if (value_is(os, "IOS-XE") || value_is(os, "NX-OS") || value_is(os, "IOS-XR")) {
		say(a, x, VERSION_FAST, "removed");
		say(a, x, VERSION_CEF, "default");
	} else if (!value_is(os, "CatOS") && value_known(text) && release_parse(text->text, &r)) {
		bool is_old = r.major<12, is_new = r.major> 12 || (r.major == 12 && r.minor >= 2);
		say(a, x, VERSION_FAST, release_lacks_fast_switching(&r) ? "removed" : "yes");
		say(a, x, VERSION_CEF, is_old ? "absent" : is_new ? "default" : "optional");
	}
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

/* The device tells of packets that it left out; of none it says nothing. */
static void derive_accounting(const struct audit *a, const struct fact *x)
{
	if (!known(a, x, ACCOUNTING_PACKETS) && known(a, x, ACCOUNTING_AGE) &&
		answer_is_complete(audit_answer(a, x)))
		set(a, x, ACCOUNTING_PACKETS, 0);
}

static void derive_flows(const struct audit *a, const struct fact *x)
{
	const struct value *used = get(a, x, FLOWS_ACTIVE), *rest = get(a, x, FLOWS_INACTIVE);
	uint64_t all = used->number + rest->number;
	if (value_known(used) && value_known(rest) && all && used->number <= UINT64_MAX / 100)
		set(a, x, FLOWS_USED, used->number * 100 / all);
}

/* Of a protocol, its share of all flows that the row Total below it counts. */
static void derive_mix(const struct audit *a, const struct fact *x)
{
	size_t n;
	const uint32_t *fact = facts_beside(a, x, FACT_MIX, &n);
	const struct value *own = get(a, x, MIX_FLOWS);
	for (size_t i = 0; i < n && value_known(own); i++) {
		const struct fact *y = &a->facts.fact[fact[i]];
		const struct value *all = get(a, y, MIX_FLOWS);
		if (y->answer == x->answer && value_is(get(a, y, MIX_NAME), "Total:") &&
			value_known(all) && all->number && own->number <= UINT64_MAX / 100)
			set(a, x, MIX_SHARE, own->number * 100 / all->number);
	}
}

static derive_fn *const derivers[N_FACT_KINDS] = {
	[FACT_CPU] = derive_cpu,
	[FACT_POOL] = derive_pool,
	[FACT_MALLOCFAIL] = derive_mallocfail,
	[FACT_CACHE] = derive_cache,
	[FACT_ARPS] = derive_arps,
	[FACT_LOGGING] = derive_logging,
	[FACT_ROUTE] = derive_route,
	[FACT_INTERFACE] = derive_interface,
	[FACT_VERSION] = derive_version,
	[FACT_SETTING] = derive_setting,
	[FACT_ACL] = derive_acl,
	[FACT_PORT] = derive_port,
	[FACT_MLS] = derive_mls,
	[FACT_FLOWS] = derive_flows,
	[FACT_ACCOUNTING] = derive_accounting,
	[FACT_MIX] = derive_mix,
};

bool audit_derive(struct audit *a, const struct platform *platform, size_t n, struct err *e)
{
	audit_nat_hosts(a);
	audit_name_secondaries(a);
	if (!audit_split(a) || !audit_index(a) || !audit_join(a) || !audit_index(a))
		return err_sys(e, "audit");
	for (size_t i = 0; i < a->facts.n; i++)
		if (derivers[a->facts.fact[i].kind])
			derivers[a->facts.fact[i].kind](a, &a->facts.fact[i]);
	audit_nat_load(a, platform, n);
	audit_arps_outside(a);
	audit_links(a);
	audit_check(a);
	if (!audit_index(a) || !audit_note_complete(a))
		return err_sys(e, "audit");
	audit_connected_hosts(a);
	return true;
}
