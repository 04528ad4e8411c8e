// SPDX-License-Identifier: Apache-2.0
// Printers of our own, one a command: each prints a random state, and notes which facts that are.
#ifndef TESTS_AUDIT_PRINTERS_H
#define TESTS_AUDIT_PRINTERS_H
#include "generate/dice.h"
#include "unit/audit/case.h"

enum { WISHES_MAX = 4096, TEXT_BYTES = 96 };

/** A fact that was printed. */
struct wish {
	enum fact_kind kind;
	size_t n;
	struct {
		enum fact_field field;
		char text[TEXT_BYTES];
	} value[FACT_FIELDS_MAX];
};

struct print {
	FILE *out;
	struct dice dice;
	struct wish wish[WISHES_MAX];
	size_t n;
};

static struct wish *begin(struct print *p, enum fact_kind kind)
{
	assert_true(p->n < WISHES_MAX);
	p->wish[p->n] = (struct wish){ .kind = kind };
	return &p->wish[p->n++];
}

/* Wish for a field, and print its text. */
[[gnu::format(printf, 4, 5)]] static const char *put(
	struct print *p, struct wish *w, enum fact_field field, const char *format, ...)
{
	va_list ap;
	(void)p;
	assert_true(w->n < FACT_FIELDS_MAX);
	w->value[w->n].field = field;
	va_start(ap, format);
	vsnprintf(w->value[w->n].text, TEXT_BYTES, format, ap);
	va_end(ap);
	return w->value[w->n++].text;
}

/* A number of any length: all sizes are equally likely. */
static unsigned long long any(struct print *p)
{
	return dice_u64(&p->dice) >> dice_between(&p->dice, 24, 63);
}

static const char *number(struct print *p, struct wish *w, enum fact_field field)
{
	return put(p, w, field, "%llu", any(p));
}

static const char *pick(struct print *p, const char *const *word, uint32_t n)
{
	return word[dice_below(&p->dice, n)];
}

#define PICK(p, ...) \
	pick(p, (const char *const[]){ __VA_ARGS__ }, \
		countof(((const char *const[]){ __VA_ARGS__ })))

static const char *process(struct print *p, struct wish *w, enum fact_field field)
{
	return put(p, w, field, "%s",
		PICK(p, "IP Input", "ARP Input", "*Init*", "BGP I/O", "OSPF-1 Hello", "CEF process",
			"IP Cache Ager", "Net Background", "802.1x switch", "HyBridge Input"));
}

static const char *interface(struct print *p, struct wish *w, enum fact_field field)
{
	return put(p, w, field, "%s%u",
		PICK(p, "Vlan", "FastEthernet0/", "Serial1/0.", "Gi1/0/", "Port-channel"),
		dice_below(&p->dice, 4000));
}

static const char *address(struct print *p, struct wish *w, enum fact_field field)
{
	uint32_t ip = (uint32_t)dice_u64(&p->dice);
	return put(p, w, field, "%u.%u.%u.%u", ip >> 24, ip >> 16 & 255, ip >> 8 & 255, ip & 255);
}

static const char *prefix(struct print *p, struct wish *w, enum fact_field field)
{
	uint32_t ip = (uint32_t)dice_u64(&p->dice);
	return put(p, w, field, "%u.%u.%u.%u/%u", ip >> 24, ip >> 16 & 255, ip >> 8 & 255, ip & 255,
		dice_below(&p->dice, 33));
}

static const char *mac(struct print *p, struct wish *w, enum fact_field field)
{
	uint64_t m = dice_u64(&p->dice);
	return put(p, w, field, "%04x.%04x.%04x", (unsigned)(m >> 32 & 0xffff),
		(unsigned)(m >> 16 & 0xffff), (unsigned)(m & 0xffff));
}

static const char *age(struct print *p, struct wish *w, enum fact_field field)
{
	return put(p, w, field, "%02u:%02u:%02u", dice_below(&p->dice, 100),
		dice_below(&p->dice, 60), dice_below(&p->dice, 60));
}

static void print_pools(struct print *p)
{
	static const enum fact_field sizes[] = { POOL_TOTAL, POOL_USED, POOL_FREE };
	static const char *const names[] = { "Processor", "I/O", "reserve P", "lsmpi_io" };
	fputs("R1#show memory statistics\n"
	      "                Head    Total(b)     Used(b)     Free(b)   Lowest(b)  Largest(b)\n",
		p->out);
	for (size_t i = 0; i < countof(names); i++) {
		struct wish *w = begin(p, FACT_POOL);
		fprintf(p->out, "%9s ", put(p, w, POOL_NAME, "%s", names[i]));
		fprintf(p->out, "%8x ", dice_below(&p->dice, UINT32_MAX));
		for (size_t k = 0; k < countof(sizes); k++)
			fprintf(p->out, "%11s ", number(p, w, sizes[k]));
		fprintf(p->out, "%11u ", dice_below(&p->dice, 1 << 30));
		fprintf(p->out, "%11s\n", number(p, w, POOL_LARGEST));
	}
}

static void print_platform(struct print *p)
{
	static const enum fact_field loads[] = { CPU_TOTAL, CPU_MINUTE, CPU_MINUTES };
	static const char *const over[] = { "five seconds", "one minute", "five minutes" };
	unsigned n_cores = dice_below(&p->dice, 9);
	fputs("R1#show processes cpu platform\n", p->out);
	for (unsigned core = 0; core <= n_cores; core++) {
		struct wish *w = begin(p, FACT_CPU);
		if (core)
			fprintf(p->out, "Core %s: ", put(p, w, CPU_CORE, "%u", core - 1));
		fputs("CPU utilization for ", p->out);
		for (size_t i = 0; i < countof(loads); i++)
			fprintf(p->out, "%s: %s%%%s", over[i],
				put(p, w, loads[i], "%u", dice_below(&p->dice, 101)),
				i + 1 < countof(loads) ? ", " : "\n");
	}
	fputs("   Pid    PPid    5Sec    1Min    5Min  Status        Size  Name\n"
	      "--------------------------------------------------------------------------------\n",
		p->out);
	for (unsigned n = dice_below(&p->dice, 4); n > 0; n--)
		fprintf(p->out, "%6u  %6u  %5u%%  %5u%%  %5u%%  S  %15u  fed main event\n",
			dice_below(&p->dice, 65536), dice_below(&p->dice, 65536),
			dice_below(&p->dice, 101), dice_below(&p->dice, 101),
			dice_below(&p->dice, 101), dice_below(&p->dice, 1 << 30));
}

static void print_cpu(struct print *p)
{
	struct wish *w = begin(p, FACT_CPU);
	fprintf(p->out, "R1#show processes cpu\nCPU utilization for five seconds: %s%%/",
		put(p, w, CPU_TOTAL, "%u", dice_below(&p->dice, 101)));
	fprintf(p->out,
		"%s%%; one minute: ", put(p, w, CPU_INTERRUPT, "%u", dice_below(&p->dice, 101)));
	fprintf(p->out,
		"%s%%; five minutes: ", put(p, w, CPU_MINUTE, "%u", dice_below(&p->dice, 101)));
	fprintf(p->out, "%s%%\n", put(p, w, CPU_MINUTES, "%u", dice_below(&p->dice, 101)));
	fputs(" PID Runtime(ms)   Invoked      uSecs   5Sec   1Min   5Min TTY Process\n", p->out);
	for (unsigned n = dice_below(&p->dice, 4); n > 0; n--) {
		static const enum fact_field shares[] = { PROCESS_SECONDS, PROCESS_MINUTE,
			PROCESS_MINUTES };
		w = begin(p, FACT_PROCESS);
		fprintf(p->out, "%4s ", put(p, w, PROCESS_PID, "%u", dice_below(&p->dice, 9999)));
		fprintf(p->out, "%11s ", number(p, w, PROCESS_RUNTIME));
		fprintf(p->out, "%9s ", number(p, w, PROCESS_INVOKED));
		fprintf(p->out, "%10s ", number(p, w, PROCESS_USECS));
		for (size_t i = 0; i < countof(shares); i++)
			fprintf(p->out, "%5s%% ",
				put(p, w, shares[i], "%u.%02u", dice_below(&p->dice, 100),
					dice_below(&p->dice, 100)));
		fprintf(p->out, "%3u %s\n", dice_below(&p->dice, 9), process(p, w, PROCESS_NAME));
	}
}

static void print_memory(struct print *p)
{
	static const enum fact_field fields[] = { MEMORY_ALLOCATED, MEMORY_FREED, MEMORY_HOLDING,
		MEMORY_GETBUFS, MEMORY_RETBUFS };
	struct wish *w = begin(p, FACT_POOL);
	fprintf(p->out, "R1#show processes memory\n%s Pool Total: ",
		put(p, w, POOL_NAME, "%s", PICK(p, "Processor", "I/O", "lsmpi_io")));
	fprintf(p->out, "%10s Used: ", number(p, w, POOL_TOTAL));
	fprintf(p->out, "%10s Free: ", number(p, w, POOL_USED));
	fprintf(p->out, "%10s\n", number(p, w, POOL_FREE));
	fputs(" PID TTY  Allocated      Freed    Holding    Getbufs    Retbufs Process\n", p->out);
	for (unsigned n = dice_below(&p->dice, 4); n > 0; n--) {
		w = begin(p, FACT_MEMORY);
		fprintf(p->out, "%4s ", put(p, w, MEMORY_PID, "%u", dice_below(&p->dice, 999)));
		fprintf(p->out, "%3s ", put(p, w, MEMORY_TTY, "%u", dice_below(&p->dice, 9)));
		for (size_t i = 0; i < countof(fields); i++)
			fprintf(p->out, "%10s ", number(p, w, fields[i]));
		fprintf(p->out, "%s\n", process(p, w, MEMORY_NAME));
	}
}

static void print_allocators(struct print *p)
{
	fputs("R1#show memory summary\n  Alloc PC        Size     Blocks      Bytes    What\n",
		p->out);
	for (unsigned n = dice_between(&p->dice, 1, 4); n > 0; n--) {
		struct wish *w = begin(p, FACT_ALLOCATOR);
		fprintf(p->out, "0x%s ",
			put(p, w, ALLOCATOR_PC, "%08X", (unsigned)dice_u64(&p->dice)));
		fprintf(p->out, "%10s ", number(p, w, ALLOCATOR_SIZE));
		fprintf(p->out, "%10s ", number(p, w, ALLOCATOR_BLOCKS));
		fprintf(p->out, "%10s    ", number(p, w, ALLOCATOR_BYTES));
		fprintf(p->out, "%s\n", process(p, w, ALLOCATOR_WHAT));
	}
}

static void print_mallocfail(struct print *p)
{
	struct wish *w = begin(p, FACT_MALLOCFAIL);
	fprintf(p->out,
		"R1#show logging\n%%SYS-2-MALLOCFAIL: Memory allocation of %s bytes failed ",
		number(p, w, MALLOCFAIL_BYTES));
	fprintf(p->out, "from %s, ",
		put(p, w, MALLOCFAIL_FROM, "0x%08X", (unsigned)dice_u64(&p->dice)));
	fprintf(p->out, "alignment %s\n",
		put(p, w, MALLOCFAIL_ALIGNMENT, "%u", dice_below(&p->dice, 64)));
	fprintf(p->out, "Pool: %s  ",
		put(p, w, MALLOCFAIL_POOL, "%s", PICK(p, "Processor", "I/O")));
	fprintf(p->out, "Free: %s  ", number(p, w, MALLOCFAIL_FREE));
	fprintf(p->out, "Cause: %s\n",
		put(p, w, MALLOCFAIL_CAUSE, "%s",
			PICK(p, "Memory fragmentation", "Not enough free memory")));
}

static void print_cache(struct print *p)
{
	bool is_verbose = dice_chance(&p->dice, 50);
	struct wish *w = begin(p, FACT_CACHE);
	fprintf(p->out, "R1#show ip cache%s\nIP routing cache %s entries, ",
		is_verbose ? " verbose" : "", number(p, w, CACHE_ENTRIES));
	fprintf(p->out, "%s bytes\n", number(p, w, CACHE_BYTES));
	fprintf(p->out, "   %s adds, ", number(p, w, CACHE_ADDS));
	fprintf(p->out, "%s invalidates, ", number(p, w, CACHE_INVALIDATES));
	fprintf(p->out, "%s refcounts\n", number(p, w, CACHE_REFCOUNTS));
	fprintf(p->out, "Cache aged by 1/%s every ", number(p, w, CACHE_FRACTION));
	fprintf(p->out, "%s seconds ", number(p, w, CACHE_EVERY));
	fprintf(p->out, "(1/%s when memory is low).\n", number(p, w, CACHE_LOW));
	fprintf(p->out, "Last full cache invalidation occurred %s ago\n\n", age(p, w, CACHE_FULL));
	fputs("Prefix/Length       Age       Interface       Next Hop\n", p->out);
	for (unsigned n = dice_below(&p->dice, 4); n > 0; n--) {
		w = begin(p, FACT_CACHE_ROUTE);
		fputs(prefix(p, w, CACHE_ROUTE_PREFIX), p->out);
		if (is_verbose)
			fprintf(p->out, "-%s",
				put(p, w, CACHE_ROUTE_MASK, "%u", dice_below(&p->dice, 33)));
		fprintf(p->out, "  %s", age(p, w, CACHE_ROUTE_AGE));
		fprintf(p->out, "  %s", interface(p, w, CACHE_ROUTE_INTERFACE));
		fprintf(p->out, "  %s\n", address(p, w, CACHE_ROUTE_NEXT_HOP));
		if (!is_verbose)
			continue;
		fprintf(p->out, "       %s ", put(p, w, CACHE_ROUTE_HEADER_BYTES, "%u", 14));
		fprintf(p->out, "%s\n",
			put(p, w, CACHE_ROUTE_HEADER, "%08X0800", (unsigned)dice_u64(&p->dice)));
	}
}

static void print_cef(struct print *p)
{
	struct wish *w = begin(p, FACT_CEF);
	put(p, w, CEF_RUNNING, "yes");
	fprintf(p->out, "R1#show ip cef summary\nIP CEF with switching (Table Version %s)\n",
		number(p, w, CEF_VERSION));
	fprintf(p->out, "  %s routes, ", number(p, w, CEF_ROUTES));
	fprintf(p->out, "%s reresolve, ", number(p, w, CEF_RERESOLVE));
	fprintf(p->out, "%s unresolved (0 old, 0 new)", number(p, w, CEF_UNRESOLVED));
	fprintf(p->out, ", peak %s\n", number(p, w, CEF_PEAK));
	fprintf(p->out, "  %s leaves, ", number(p, w, CEF_LEAVES));
	fprintf(p->out, "%s nodes, ", number(p, w, CEF_NODES));
	fprintf(p->out, "%s bytes, ", number(p, w, CEF_BYTES));
	fprintf(p->out, "%s inserts, ", number(p, w, CEF_INSERTS));
	fprintf(p->out, "%s invalidations\n", number(p, w, CEF_INVALIDATIONS));
	fprintf(p->out, "  %s CEF resets, ", number(p, w, CEF_RESETS));
	fprintf(p->out, "%s revisions of existing leaves\n", number(p, w, CEF_REVISIONS));
	fprintf(p->out, "Resolution Timer: Exponential (currently %ss, ", number(p, w, CEF_TIMER));
	fprintf(p->out, "peak %ss)\n", number(p, w, CEF_TIMER_PEAK));
	fprintf(p->out, "Adjacency Table has %s adjacencies\n", number(p, w, CEF_ADJACENCIES));
}

static void print_adjacencies(struct print *p)
{
	fputs("R1#show adjacency\nProtocol Interface                 Address\n", p->out);
	for (unsigned n = dice_between(&p->dice, 1, 4); n > 0; n--) {
		struct wish *w = begin(p, FACT_ADJACENCY);
		bool is_open = dice_chance(&p->dice, 30);
		fprintf(p->out, "%-8s ",
			put(p, w, ADJACENCY_PROTOCOL, "%s", PICK(p, "IP", "TAG", "IPV6")));
		fprintf(p->out, "%-25s ", interface(p, w, ADJACENCY_INTERFACE));
		fprintf(p->out, "%s(%u)%s\n", address(p, w, ADJACENCY_ADDRESS),
			dice_below(&p->dice, 30), is_open ? " (incomplete)" : "");
		put(p, w, ADJACENCY_INCOMPLETE, "%s", is_open ? "yes" : "no");
	}
}

static void print_arps(struct print *p)
{
	fputs("R1#show ip arp\n"
	      "Protocol  Address          Age (min)  Hardware Addr   Type   Interface\n",
		p->out);
	for (unsigned n = dice_between(&p->dice, 1, 5); n > 0; n--) {
		struct wish *w = begin(p, FACT_ARP);
		bool is_open = dice_chance(&p->dice, 30);
		fprintf(p->out, "Internet  %-15s ", address(p, w, ARP_ADDRESS));
		fprintf(p->out, "%10s  ",
			dice_chance(&p->dice, 20)
				? put(p, w, ARP_AGE, "-")
				: put(p, w, ARP_AGE, "%u", dice_below(&p->dice, 240)));
		fprintf(p->out, "%-14s  ", is_open ? "Incomplete" : mac(p, w, ARP_MAC));
		fprintf(p->out, "%-5s",
			put(p, w, ARP_TYPE, "%s", PICK(p, "ARPA", "SNAP", "802.1Q")));
		fprintf(p->out, "  %s\n", is_open ? "" : interface(p, w, ARP_INTERFACE));
		put(p, w, ARP_INCOMPLETE, "%s", is_open ? "yes" : "no");
	}
}

static void print_arp_summary(struct print *p)
{
	struct wish *w = begin(p, FACT_ARPS);
	fprintf(p->out, "R1#show ip arp summary\n%s IP ARP entries, ", number(p, w, ARPS_ENTRIES));
	fprintf(p->out, "with %s of them incomplete\n", number(p, w, ARPS_INCOMPLETE));
}

static void print_routes(struct print *p)
{
	fputs("R1#show ip route\nCodes: C - connected, S - static\n"
	      "Gateway of last resort is not set\n\n",
		p->out);
	for (unsigned n = dice_between(&p->dice, 1, 5); n > 0; n--) {
		struct wish *w = begin(p, FACT_ROUTE);
		fprintf(p->out, "%-5s ",
			put(p, w, ROUTE_CODE, "%s",
				PICK(p, "C", "S", "S*", "O E2", "i L1", "D EX", "B", "O*E2")));
		fprintf(p->out, "%s ", prefix(p, w, ROUTE_PREFIX));
		if (dice_chance(&p->dice, 50)) {
			put(p, w, ROUTE_NEXT_HOP, "none");
			fprintf(p->out, "is directly connected, %s\n",
				interface(p, w, ROUTE_INTERFACE));
			continue;
		}
		fprintf(p->out, "[110/%u] via %s", dice_below(&p->dice, 9999),
			address(p, w, ROUTE_NEXT_HOP));
		fprintf(p->out, ", %s", age(p, w, ROUTE_AGE));
		fprintf(p->out, ", %s\n", interface(p, w, ROUTE_INTERFACE));
		if (dice_chance(&p->dice, 70))
			continue;
		w = begin(p, FACT_ROUTE); // another path of it
		fprintf(p->out, "%18s[110/%u] via %s, ", "", dice_below(&p->dice, 9999),
			address(p, w, ROUTE_NEXT_HOP));
		fprintf(p->out, "%s, ", age(p, w, ROUTE_AGE));
		fprintf(p->out, "%s\n", interface(p, w, ROUTE_INTERFACE));
	}
}

static void print_nxos_path(struct print *p, struct wish *w)
{
	fputs("    *via ", p->out);
	if (dice_chance(&p->dice, 20)) {
		put(p, w, ROUTE_NEXT_HOP, "none");
		fprintf(p->out, "%s, ", interface(p, w, ROUTE_INTERFACE));
	} else {
		fprintf(p->out, "%s, ", address(p, w, ROUTE_NEXT_HOP));
		if (dice_chance(&p->dice, 50))
			fprintf(p->out, "%s, ", interface(p, w, ROUTE_INTERFACE));
	}
	fprintf(p->out, "[%u/%u], ", dice_below(&p->dice, 256), dice_below(&p->dice, 9999));
	fprintf(p->out, "%s, ", age(p, w, ROUTE_AGE));
	fprintf(p->out, "%s%s\n",
		put(p, w, ROUTE_CODE, "%s", PICK(p, "static", "direct", "ospf-1", "bgp-65000")),
		PICK(p, "", ", intra", ", tag 9"));
}

static void print_routes_nxos(struct print *p)
{
	fputs("R1# show ip route\nIP Route Table for VRF \"default\"\n"
	      "'*' denotes best ucast next-hop\n'[x/y]' denotes [preference/metric]\n\n",
		p->out);
	for (unsigned n = dice_between(&p->dice, 1, 5); n > 0; n--) {
		struct wish *w = begin(p, FACT_ROUTE);
		unsigned n_paths = dice_between(&p->dice, 1, 3);
		fprintf(p->out, "%s, ubest/mbest: %u/0%s\n", prefix(p, w, ROUTE_PREFIX), n_paths,
			PICK(p, "", ", attached"));
		print_nxos_path(p, w);
		while (--n_paths)
			print_nxos_path(p, begin(p, FACT_ROUTE));
	}
}

static const char *endpoint(struct print *p, struct wish *w, enum fact_field field, bool has_port)
{
	uint32_t ip = (uint32_t)dice_u64(&p->dice);
	if (!has_port)
		return put(p, w, field, "%u.%u.%u.%u", ip >> 24, ip >> 16 & 255, ip >> 8 & 255,
			ip & 255);
	return put(p, w, field, "%u.%u.%u.%u:%u", ip >> 24, ip >> 16 & 255, ip >> 8 & 255, ip & 255,
		dice_below(&p->dice, 65536));
}

static void print_translations(struct print *p)
{
	fputs("R1#show ip nat translations\n"
	      "Pro Inside global      Inside local       Outside local      Outside global\n",
		p->out);
	unsigned n_rows = dice_between(&p->dice, 1, 5);
	for (unsigned n = n_rows; n > 0; n--) {
		struct wish *w = begin(p, FACT_NAT);
		const char *protocol =
			put(p, w, NAT_PROTOCOL, "%s", PICK(p, "tcp", "udp", "icmp", "gre", "---"));
		bool is_static = protocol[0] == '-', has_port = protocol[0] != 'g' && !is_static;
		fprintf(p->out, "%s ", protocol);
		fprintf(p->out, "%-21s ", endpoint(p, w, NAT_INSIDE_GLOBAL, has_port));
		fprintf(p->out, "%-21s ", endpoint(p, w, NAT_INSIDE_LOCAL, has_port));
		fprintf(p->out, "%-21s ",
			is_static ? put(p, w, NAT_OUTSIDE_LOCAL, "---")
				  : endpoint(p, w, NAT_OUTSIDE_LOCAL, has_port));
		fprintf(p->out, "%s\n",
			is_static ? put(p, w, NAT_OUTSIDE_GLOBAL, "---")
				  : endpoint(p, w, NAT_OUTSIDE_GLOBAL, has_port));
	}
	struct wish *w = begin(p, FACT_NATS);
	fprintf(p->out, "Total number of translations: %s\n", put(p, w, NATS_ACTIVE, "%u", n_rows));
}

static void print_nat_statistics(struct print *p)
{
	struct wish *w = begin(p, FACT_NATS);
	fprintf(p->out, "R1#show ip nat statistics\nTotal active translations: %s (",
		number(p, w, NATS_ACTIVE));
	fprintf(p->out, "%s static, ", number(p, w, NATS_STATIC));
	fprintf(p->out, "%s dynamic; ", number(p, w, NATS_DYNAMIC));
	fprintf(p->out, "%s extended)\n", number(p, w, NATS_EXTENDED));
	fprintf(p->out, "Outside interfaces:\n  Serial0/0\nHits: %s  ", number(p, w, NATS_HITS));
	fprintf(p->out, "Misses: %s\n", number(p, w, NATS_MISSES));
	fprintf(p->out, "Expired translations: %s\n", number(p, w, NATS_EXPIRED));
}

static void print_logging(struct print *p)
{
	struct wish *w = begin(p, FACT_LOGGING);
	fprintf(p->out, "R1#show logging\nSyslog logging: %s (",
		put(p, w, LOGGING_STATE, "%s", PICK(p, "enabled", "disabled")));
	fprintf(p->out, "%s messages dropped, ", number(p, w, LOGGING_DROPPED));
	if (dice_chance(&p->dice, 50))
		fprintf(p->out, "%s messages rate-limited, ", number(p, w, LOGGING_LIMITED));
	fprintf(p->out, "%s flushes, ", number(p, w, LOGGING_FLUSHES));
	fprintf(p->out, "%s overruns)\n", number(p, w, LOGGING_OVERRUNS));
	w = begin(p, FACT_CONSOLE);
	if (dice_chance(&p->dice, 50)) {
		put(p, w, CONSOLE_STATE, "disabled");
		fputs("    Console logging: disabled\n", p->out);
		return;
	}
	put(p, w, CONSOLE_STATE, "on");
	fprintf(p->out, "    Console logging: level %s, ",
		put(p, w, CONSOLE_LEVEL, "%s", PICK(p, "debugging", "alerts", "informational")));
	fprintf(p->out, "%s messages logged\n", number(p, w, CONSOLE_MESSAGES));
}

static void print_align(struct print *p)
{
	struct wish *w = begin(p, FACT_ALIGN);
	fputs("R1#show align\n", p->out);
	if (dice_chance(&p->dice, 30)) {
		put(p, w, ALIGN_CORRECTIONS, "0");
		fputs("No alignment data has been recorded.\n", p->out);
	} else {
		fprintf(p->out, "Total Corrections %s, ", number(p, w, ALIGN_CORRECTIONS));
		fprintf(p->out, "Recorded %s, ", number(p, w, ALIGN_RECORDED));
		fprintf(p->out, "Reads %s, ", number(p, w, ALIGN_READS));
		fprintf(p->out, "Writes %s\n", number(p, w, ALIGN_WRITES));
	}
	w = begin(p, FACT_SPURIOUS);
	fprintf(p->out, "Total Spurious Accesses %s, ", number(p, w, SPURIOUS_ACCESSES));
	fprintf(p->out, "Recorded %s\n", number(p, w, SPURIOUS_RECORDED));
}

static void print_interfaces(struct print *p)
{
	static const char *const shown[][2] = { { "Full", "full" }, { "Half", "half" },
		{ "Auto", "auto" } };
	fputs("R1#show interfaces\n", p->out);
	for (unsigned n = dice_between(&p->dice, 1, 4); n > 0; n--) {
		struct wish *w = begin(p, FACT_INTERFACE);
		uint32_t way = dice_below(&p->dice, countof(shown));
		fputs(interface(p, w, INTERFACE_NAME), p->out);
		if (dice_chance(&p->dice, 30)) {
			put(p, w, INTERFACE_STATUS, "admin-down");
			fputs(" is administratively down", p->out);
		} else {
			fprintf(p->out, " is %s",
				put(p, w, INTERFACE_STATUS, "%s", PICK(p, "up", "down")));
		}
		fprintf(p->out, ", line protocol is %s\n",
			put(p, w, INTERFACE_PROTOCOL, "%s", PICK(p, "up", "down")));
		fputs("  Hardware is Gt96k FE, address is 0000.0c07.ac01 (bia 0000.0c07.ac01)\n",
			p->out);
		if (dice_chance(&p->dice, 50))
			fprintf(p->out, "  Internet address is %s\n",
				prefix(p, w, INTERFACE_ADDRESS));
		put(p, w, INTERFACE_DUPLEX, "%s", shown[way][1]);
		fprintf(p->out, "  %s-duplex, %s\n", shown[way][0],
			put(p, w, INTERFACE_SPEED, "%s",
				PICK(p, "100Mb/s", "10Mb/s, 100BaseTX/FX")));
		fprintf(p->out, "  Input queue: %s", number(p, w, INTERFACE_QUEUE));
		fprintf(p->out, "/%s", number(p, w, INTERFACE_QUEUE_MOST));
		fprintf(p->out, "/%s/0 (size/max/drops/flushes); Total output drops: 0\n",
			number(p, w, INTERFACE_DROPS));
		fprintf(p->out, "     %s runts, 0 giants, 0 throttles\n",
			number(p, w, INTERFACE_RUNTS));
		fprintf(p->out, "     %s input errors, ", number(p, w, INTERFACE_ERRORS));
		fprintf(p->out, "%s CRC, 0 frame, 0 overrun, 0 ignored\n",
			number(p, w, INTERFACE_CRC));
		fprintf(p->out, "     0 output errors, %s collisions, 1 interface resets\n",
			number(p, w, INTERFACE_COLLISIONS));
		fprintf(p->out, "     0 babbles, %s late collision, 0 deferred\n",
			number(p, w, INTERFACE_LATE));
	}
}

static void print_ip_interfaces(struct print *p)
{
	static const struct {
		const char *words;
		enum fact_field field;
	} ways[] = { { "Proxy ARP", IPIF_PROXY_ARP }, { "IP fast switching", IPIF_FAST },
		{ "IP Flow switching", IPIF_FLOW }, { "IP CEF switching", IPIF_CEF } };
	fputs("R1#show ip interface\n", p->out);
	for (unsigned n = dice_between(&p->dice, 1, 4); n > 0; n--) {
		struct wish *w = begin(p, FACT_IPIF);
		fprintf(p->out, "%s is ", interface(p, w, IPIF_NAME));
		fprintf(p->out, "%s, line protocol is ",
			put(p, w, IPIF_STATUS, "%s", PICK(p, "up", "down")));
		fprintf(p->out, "%s\n", put(p, w, IPIF_PROTOCOL, "%s", PICK(p, "up", "down")));
		fprintf(p->out,
			"  Internet address is %s\n  Broadcast address is "
			"255.255.255.255\n  MTU is 1500 bytes\n",
			prefix(p, w, IPIF_ADDRESS));
		for (size_t i = 0; i < countof(ways); i++)
			fprintf(p->out, "  %s is %s\n", ways[i].words,
				put(p, w, ways[i].field, "%s", PICK(p, "enabled", "disabled")));
		if (dice_chance(&p->dice, 30))
			fprintf(p->out, "     %s verification drops\n", number(p, w, IPIF_DROPS));
	}
}

static void print_status(struct print *p)
{
	fputs("R1#show interfaces status\n"
	      "Port      Name               Status       Vlan       Duplex  Speed Type\n",
		p->out);
	for (unsigned n = dice_between(&p->dice, 1, 4); n > 0; n--) {
		struct wish *w = begin(p, FACT_INTERFACE);
		fprintf(p->out, "%-9s ",
			put(p, w, INTERFACE_NAME, "Gi1/0/%u", dice_below(&p->dice, 48)));
		fprintf(p->out, "%-18s ", PICK(p, "", "Printer", "Room 12 phone", "to core"));
		fprintf(p->out, "%-12s ",
			put(p, w, INTERFACE_STATUS, "%s",
				PICK(p, "connected", "notconnect", "err-disabled", "disabled")));
		fprintf(p->out, "%-10s ",
			dice_chance(&p->dice, 30)
				? put(p, w, INTERFACE_VLAN, "trunk")
				: put(p, w, INTERFACE_VLAN, "%u", dice_below(&p->dice, 4095)));
		fprintf(p->out, "%6s ",
			put(p, w, INTERFACE_DUPLEX, "%s",
				PICK(p, "a-full", "a-half", "full", "half", "auto")));
		fprintf(p->out, "%6s ",
			put(p, w, INTERFACE_SPEED, "%s", PICK(p, "a-100", "a-1000", "auto", "10")));
		fprintf(p->out, "%s\n",
			put(p, w, INTERFACE_MEDIA, "%s",
				PICK(p, "10/100BaseTX", "1000BaseSX SFP")));
	}
}

static const char *rate(struct print *p, struct wish *w, enum fact_field field)
{
	return put(p, w, field, "%u.%u", dice_below(&p->dice, 20000), dice_below(&p->dice, 10));
}

static void print_sizes(struct print *p, unsigned n)
{
	char shares[TEXT_BYTES] = "";
	struct wish *w = begin(p, FACT_SIZES);
	for (size_t at = 0; n > 0; n--)
		at += (size_t)snprintf(shares + at, sizeof shares - at, "%s.%03u", at ? " " : "",
			dice_below(&p->dice, 1000));
	fprintf(p->out, "   %s\n\n", put(p, w, SIZES_SHARES, "%s", shares));
}

static void print_flows(struct print *p)
{
	fputs("R1#show ip cache flow\nIP packet size distribution (2568 total packets):\n"
	      "   1-32   64   96  128  160  192  224  256  288  320  352  384  416  448  480\n",
		p->out);
	print_sizes(p, 15);
	fputs("    512  544  576 1024 1536 2048 2560 3072 3584 4096 4608\n", p->out);
	print_sizes(p, 11);
	struct wish *w = begin(p, FACT_FLOWS);
	fprintf(p->out, "IP Flow Switching Cache, %s bytes\n", number(p, w, FLOWS_BYTES));
	fprintf(p->out, "  %s active, ", number(p, w, FLOWS_ACTIVE));
	fprintf(p->out, "%s inactive, ", number(p, w, FLOWS_INACTIVE));
	fprintf(p->out, "%s added\n", number(p, w, FLOWS_ADDED));
	fprintf(p->out, "  %s ager polls, ", number(p, w, FLOWS_POLLS));
	fprintf(p->out, "%s flow alloc failures\n", number(p, w, FLOWS_FAILURES));
	fputs("IP Sub Flow Cache, 34056 bytes\n  0 active, 1024 inactive, 0 added, 0 added to "
	      "flow\n"
	      "Protocol         Total    Flows   Packets Bytes  Packets Active(Sec) Idle(Sec)\n"
	      "--------         Flows     /Sec     /Flow  /Pkt     /Sec     /Flow     /Flow\n",
		p->out);
	for (unsigned n = dice_below(&p->dice, 5); n > 0; n--) {
		w = begin(p, FACT_MIX);
		fprintf(p->out, "%-12s ",
			put(p, w, MIX_NAME, "%s",
				PICK(p, "TCP-Telnet", "TCP-WWW", "TCP-other", "UDP-DNS", "ICMP",
					"IP-other", "Total:")));
		fprintf(p->out, "%10s ", number(p, w, MIX_FLOWS));
		fprintf(p->out, "%8s ", rate(p, w, MIX_PER_SECOND));
		fprintf(p->out, "%9s ", put(p, w, MIX_PACKETS, "%u", dice_below(&p->dice, 999)));
		fprintf(p->out, "%5s ", put(p, w, MIX_BYTES, "%u", dice_below(&p->dice, 1500)));
		fprintf(p->out, "%8s      10.5      15.7\n", rate(p, w, MIX_PPS));
	}
}

static const char *device(struct print *p, struct wish *w, enum fact_field field)
{
	return put(p, w, field, "%s%u%s", PICK(p, "core", "SW-", "dist.", "SEP00"),
		dice_below(&p->dice, 90), PICK(p, "", ".example.net"));
}

static void print_neighbors(struct print *p)
{
	fputs("R1#show cdp neighbors\n"
	      "Capability Codes: R - Router, T - Trans Bridge, B - Source Route Bridge\n"
	      "                  S - Switch, H - Host, I - IGMP, r - Repeater\n\n"
	      "Device ID        Local Intrfce     Holdtme    Capability  Platform  Port ID\n",
		p->out);
	for (unsigned n = dice_between(&p->dice, 1, 4); n > 0; n--) {
		struct wish *w = begin(p, FACT_NEIGHBOR);
		const char *name = device(p, w, NEIGHBOR_DEVICE);
		fprintf(p->out, strlen(name) > 12 ? "%s\n%17s" : "%-17s%s", name, "");
		fprintf(p->out, "%-18s",
			put(p, w, NEIGHBOR_INTERFACE, "%s 0/%u", PICK(p, "Gig", "Fas", "Ten"),
				dice_below(&p->dice, 48)));
		fprintf(p->out, "%u              %s  ", dice_below(&p->dice, 180),
			PICK(p, "S I", "R S I", "R", "T B S"));
		fprintf(p->out, "%s  %s\n", PICK(p, "WS-C2960-", "ISR4331", "2811"),
			put(p, w, NEIGHBOR_PORT, "%s%u",
				PICK(p, "Gig 0/", "Fas 1/0/", "Serial0/0/"),
				dice_below(&p->dice, 48)));
	}
}

static void print_slots(struct print *p)
{
	fputs("R1> (enable) show cdp neighbors\n* - indicates vlan mismatch.\n"
	      "# - indicates duplex mismatch.\n"
	      "Port     Device-ID                       Port-ID                   Platform\n"
	      "-------- ------------------------------- ------------------------- ------------\n",
		p->out);
	for (unsigned n = dice_between(&p->dice, 1, 4); n > 0; n--) {
		struct wish *w = begin(p, FACT_NEIGHBOR);
		fprintf(p->out, "%2s",
			put(p, w, NEIGHBOR_INTERFACE, "%u/%u", dice_between(&p->dice, 1, 13),
				dice_between(&p->dice, 1, 48)));
		fprintf(p->out, "     %-31s",
			put(p, w, NEIGHBOR_DEVICE, "%s",
				PICK(p, "TBA03401165(NewScarlett)", "066508595", "core1")));
		const char *slot = PICK(p, "", "GigabitEthernet", "Port ");
		fprintf(p->out, " %s",
			put(p, w, NEIGHBOR_PORT, "%s%u%s", slot, dice_between(&p->dice, 1, 9),
				*slot == 'P' ? "" : "/12"));
		const char *marks =
			put(p, w, NEIGHBOR_MARKS, "%s", PICK(p, "none", "*", "#", "*#"));
		fprintf(p->out, " %s      %s\n", strcmp(marks, "none") ? marks : " ",
			PICK(p, "WS-C5500", "cisco WS-C2948", "Cisco IP Phone 7960"));
	}
}

static void print_neighbor_details(struct print *p)
{
	fputs("R1#show cdp neighbors detail\n", p->out);
	for (unsigned n = dice_between(&p->dice, 1, 3); n > 0; n--) {
		struct wish *w = begin(p, FACT_NEIGHBOR);
		fprintf(p->out, "-------------------------\nDevice ID: %s\n",
			device(p, w, NEIGHBOR_DEVICE));
		fputs("Entry address(es):\n  IP address: 10.1.1.2\n", p->out);
		fprintf(p->out, "Platform: %s,  Capabilities: Switch IGMP\n",
			PICK(p, "cisco WS-C2960-24TT-L", "Cisco IP Phone 7960"));
		fprintf(p->out, "Interface: %s,  ", interface(p, w, NEIGHBOR_INTERFACE));
		fprintf(p->out, "Port ID (outgoing port): %s\n", interface(p, w, NEIGHBOR_PORT));
		fputs("Holdtime : 136 sec\n\nVersion :\n"
		      "Cisco IOS Software, C2960 Software (C2960-LANBASEK9-M), Version 12.2(55)SE\n"
		      "Copyright (c) 1986-2010 by Cisco Systems, Inc.\n\n"
		      "advertisement version: 2\nVTP Management Domain: ''\nNative VLAN: 1\n",
			p->out);
		if (dice_chance(&p->dice, 70))
			fprintf(p->out, "Duplex: %s\n",
				put(p, w, NEIGHBOR_DUPLEX, "%s", PICK(p, "full", "half")));
	}
}

static void print_accounting(struct print *p)
{
	struct wish *w = begin(p, FACT_ACCOUNTING);
	fputs("R1#show ip accounting\n   Source           Destination              Packets    "
	      "Bytes\n"
	      " 10.1.0.2         198.51.100.9                     2       96\n",
		p->out);
	fprintf(p->out, "Accounting threshold exceeded for %s packets and ",
		number(p, w, ACCOUNTING_PACKETS));
	fprintf(p->out, "%s bytes\n", number(p, w, ACCOUNTING_BYTES));
	fprintf(p->out, "Accounting data age is %s\n",
		put(p, w, ACCOUNTING_AGE, "%ud%02uh", dice_below(&p->dice, 9),
			dice_below(&p->dice, 24)));
}

static void print_mls(struct print *p)
{
	struct wish *w = begin(p, FACT_MLS);
	fprintf(p->out, "R1#show mls\nCurrent IP flow mask is %s\n",
		put(p, w, MLS_MASK, "%s",
			PICK(p, "Destination flow", "Full flow", "Destination-source flow")));
	fprintf(p->out, "Active entries: %s\n", number(p, w, MLS_ENTRIES));
}

static void print_version(struct print *p)
{
	struct wish *w = begin(p, FACT_VERSION);
	put(p, w, VERSION_OS, "IOS");
	fprintf(p->out,
		"R1#show version\nCisco IOS Software, 2800 Software (C2800NM-IPBASE-M), Version "
		"%s, "
		"RELEASE SOFTWARE (fc1)\n",
		put(p, w, VERSION_RELEASE, "12.%u(%u)T%u", dice_below(&p->dice, 5),
			dice_below(&p->dice, 30), dice_below(&p->dice, 9)));
	fprintf(p->out, "R1 uptime is %s\n",
		put(p, w, VERSION_UPTIME, "%u weeks, %u minutes", dice_below(&p->dice, 90),
			dice_below(&p->dice, 60)));
	fprintf(p->out, "System returned to ROM by %s\n",
		put(p, w, VERSION_RESTART, "%s",
			PICK(p, "reload", "power-on", "watchdog timer expired",
				"bus error at PC 0x60103098, address 0xD0D0D0D")));
	fprintf(p->out, "cisco %s (",
		put(p, w, VERSION_PLATFORM, "%s", PICK(p, "7206VXR", "2621", "WS-C6509")));
	fprintf(p->out, "%s) processor with 1K bytes of memory.\n",
		put(p, w, VERSION_PROCESSOR, "%s", PICK(p, "NPE300", "MPC860", "R7000")));
}

static void print_config(struct print *p)
{
	fputs("R1#show running-config\nBuilding configuration...\n!\nversion 12.2\nhostname "
	      "R1\n!\n",
		p->out);
	struct wish *w = begin(p, FACT_VERSION);
	put(p, w, VERSION_RELEASE, "12.2");
	for (unsigned n = dice_between(&p->dice, 1, 3); n > 0; n--) {
		w = begin(p, FACT_PORT);
		fprintf(p->out, "interface %s\n", interface(p, w, PORT_NAME));
		if (dice_chance(&p->dice, 50))
			fprintf(p->out, " description %s\n",
				put(p, w, PORT_DESCRIPTION, "%s",
					PICK(p, "to core", "phone 12", "x")));
		if (dice_chance(&p->dice, 50))
			fprintf(p->out, " ip address %s\n",
				put(p, w, PORT_ADDRESS, "10.%u.%u.1 255.255.%u.0",
					dice_below(&p->dice, 256), dice_below(&p->dice, 256),
					dice_chance(&p->dice, 50) ? 255 : 0));
		if (dice_chance(&p->dice, 50))
			fprintf(p->out, " switchport access vlan %s\n",
				put(p, w, PORT_ACCESS, "%u", dice_below(&p->dice, 4095)));
		if (dice_chance(&p->dice, 50))
			fprintf(p->out, " switchport voice vlan %s\n",
				put(p, w, PORT_VOICE, "%u", dice_below(&p->dice, 4095)));
		if (dice_chance(&p->dice, 50))
			fprintf(p->out, " duplex %s\n",
				put(p, w, PORT_DUPLEX, "%s", PICK(p, "full", "half", "auto")));
		if (dice_chance(&p->dice, 30)) {
			put(p, w, PORT_SHUTDOWN, "yes");
			fputs(" shutdown\n", p->out);
		}
		fputs("!\n", p->out);
	}
	w = begin(p, FACT_ROUTE);
	put(p, w, ROUTE_STYLE, "ios");
	fprintf(p->out, "ip route %s ",
		put(p, w, ROUTE_PREFIX, "10.%u.0.0 255.255.0.0", dice_below(&p->dice, 256)));
	fprintf(p->out, "%s\n!\nend\n", interface(p, w, ROUTE_INTERFACE));
}

static void print_debugs(struct print *p)
{
	fputs("R1#show debugging\n", p->out);
	for (unsigned n = dice_between(&p->dice, 1, 3); n > 0; n--) {
		struct wish *w = begin(p, FACT_DEBUG);
		fprintf(p->out, "  %s debugging is on\n",
			put(p, w, DEBUG_WHAT, "%s",
				PICK(p, "IP packet", "ICMP packet", "IP cache", "ARP packet")));
	}
}

static const struct printer {
	const char *command;
	void (*print)(struct print *p);
} printers[] = {
	{ "show processes cpu", print_cpu },
	{ "show processes cpu platform", print_platform },
	{ "show memory statistics", print_pools },
	{ "show processes memory", print_memory },
	{ "show memory summary", print_allocators },
	{ "%SYS-2-MALLOCFAIL", print_mallocfail },
	{ "show ip cache", print_cache },
	{ "show ip cef summary", print_cef },
	{ "show adjacency", print_adjacencies },
	{ "show ip arp", print_arps },
	{ "show ip arp summary", print_arp_summary },
	{ "show ip route", print_routes },
	{ "show ip route of NX-OS", print_routes_nxos },
	{ "show ip nat translations", print_translations },
	{ "show ip nat statistics", print_nat_statistics },
	{ "show logging", print_logging },
	{ "show align", print_align },
	{ "show interfaces", print_interfaces },
	{ "show ip interface", print_ip_interfaces },
	{ "show interfaces status", print_status },
	{ "show ip cache flow", print_flows },
	{ "show cdp neighbors", print_neighbors },
	{ "show cdp neighbors of CatOS", print_slots },
	{ "show cdp neighbors detail", print_neighbor_details },
	{ "show debugging", print_debugs },
	{ "show ip accounting", print_accounting },
	{ "show mls", print_mls },
	{ "show version", print_version },
	{ "show running-config", print_config },
};
#endif
