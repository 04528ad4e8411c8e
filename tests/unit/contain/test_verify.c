// SPDX-License-Identifier: Apache-2.0
// Whether a plan that was applied works: by what devices print, and by flows since.
#include "unit/contain/site.h"

#include "contain/target.h"
#include "contain/verify.h"

struct look {
	struct site site;
	struct verification v;
};

static void look_init(struct look *l)
{
	struct err e = {};
	site_init(&l->site);
	site_put(&l->site, "10.1.1.10", "tcp/80");
	site_compile(&l->site);
	assert_true(verification_init(&l->v, &l->site.plan, &l->site.protection, 5000, &e));
}

static void look_fini(struct look *l)
{
	verification_fini(&l->v);
	site_fini(&l->site);
}

static void add(struct look *l, const char *text)
{
	struct applied a;
	struct err e = {};
	if (!applied_read((struct str){ text, strlen(text) }, NULL, &a, &e) ||
		!verification_add(&l->v, &a, &e))
		fail_msg("%s", e.text);
	applied_fini(&a);
}

static void sends(struct look *l, uint16_t has, uint8_t flags)
{
	struct flow f = { .src = site_addr("10.1.1.10"),
		.dst = site_addr("198.51.100.7"),
		.proto = PROTO_TCP,
		.dst_port = 80,
		.tcp_flags = flags,
		.last_ms = 9000,
		.has = (uint16_t)(has | FLOW_HAS_PROTO | FLOW_HAS_PORTS | FLOW_HAS_FLAGS |
				  FLOW_HAS_TIME) };
	verification_take(&l->v, &f, 1);
	f.last_ms = 10; // before it was applied
	f.has |= FLOW_ANSWERED;
	verification_take(&l->v, &f, 1);
}

#define LIST(deny) \
	"Extended IP access list CORDON-1a2b3c4d\n" \
	"    10 permit tcp host 10.1.1.10 eq 80 10.20.0.0 0.0.255.255 range 1024 65535 (4 " \
	"matches)\n" \
	"    20 " deny "\n    30 permit ip any any (99 matches)\n"

/* As bird 2.0.12 prints a rule, its path and what becomes of it. */
#define BIRD(match) \
	"BIRD 2.0.12 ready.\nTable f4:\n" \
	"flow4 { src 10.1.1.10/32; proto 6; " match \
	"; }  [peer 03:06:57.814 from 127.0.0.2] * (100) [?]\n"
#define BIRD_PATH "\tType: BGP univ\n\tBGP.origin: Incomplete\n\tBGP.local_pref: 100\n"
/* As FRR 8.4.4 prints a rule with "detail", and what becomes of it. */
#define FRR(more) \
	"BGP flowspec entry: (flags 0x418)\n\tSource Address 10.1.1.10/32\n\tIP Protocol = 6 " \
	"\n" more \
	"\treceived for 00:00:02\n\tnot installed in PBR\n\nDisplayed  1 flowspec entries\n"
#define FRR_DISCARD "\tFS:rate 0.000000\n"
/* As ExaBGP 4.2.21 prints its peers, and a rule with "extensive". */
#define EXA_HEAD "Peer            AS        up/down state       |     #sent     #recvd\n"
#define EXA_HEARD EXA_HEAD "127.0.0.1       65001     0:00:22 established           2          0\n"
#define EXA(more) \
	"neighbor 127.0.0.1 local-ip 127.0.0.2 local-as 65001 peer-as 65001 router-id " \
	"127.0.0.2 family-allowed in-open ipv4 flow flow source-ipv4 10.1.1.10/32 " \
	"protocol =tcp " more "\n"
#define EXA_DISCARD " extended-community rate-limit:0"
/* Of a neighbour by name; as it prints one of them with "extensive", with what was configured and agreed to. */
#define EXA_TO(name, more) \
	"neighbor " name " local-ip 127.0.0.2 local-as 65001 peer-as 65001 router-id 127.0.0.2 " \
	"family-allowed in-open ipv4 flow flow source-ipv4 10.1.1.10/32 protocol =tcp " more "\n"
#define EXA_WHO(name, state, graceful, family, agreed) \
	"Neighbor " name "\n\n  Session                         Local\n" \
	"   local                      127.0.0.2                                \n" \
	"   state                    " state "                                \n\n" \
	"  Capability                      Local          Remote\n" \
	"   graceful-restart:           " graceful "        disabled\n\n" \
	"  Families                        Local          Remote        Add-Path\n" \
	"   " family ":                   enabled         " agreed "        disabled\n\n" \
	"  Message Statistic                Sent        Received\n\n"
#define EXA_BOTH(state, graceful, family, agreed) \
	EXA_WHO("127.0.0.1", "ESTABLISHED", "disabled", "ipv4 flow", "enabled") \
	EXA_WHO("127.0.0.3", state, graceful, family, agreed)
#define EXA_RULE "destination-port =80" EXA_DISCARD
#define EXA_TO_BOTH EXA_TO("127.0.0.1", EXA_RULE) EXA_TO("127.0.0.3", EXA_RULE)
#define BIRD_DISCARD "\tBGP.ext_community: (generic, 0x80060000, 0x0)\n"

static void judge_is(struct look *l, enum effect want)
{
	const char *why;
	enum effect got = sight_judge(&l->v, 0, &why);
	if (got != want)
		fail_msg("%s: %s", effect_key(got), why);
}

static void each_look_leads_to_its_verdict(void **state)
{
	(void)state;
	static const struct {
		const char *what, *text;
		uint16_t has; // of a flow since; 0: none
		uint8_t flags;
		enum effect want;
	} row[] = {
		{ "counter moved", LIST("deny tcp host 10.1.1.10 any eq www (12 matches)"), 0, 0,
			EFFECT_EFFECTIVE },
		{ "a counter that moved for a neighbour, perhaps",
			LIST("deny tcp 10.1.1.10 0.0.0.1 any eq www (12 matches)"), 0, 0,
			EFFECT_UNKNOWN },
		{ "nothing came by at a counter of neighbours, and it still sends",
			LIST("deny tcp 10.1.1.10 0.0.0.1 any eq www (0 matches)"), FLOW_HAS_PACKETS,
			TCP_SYN, EFFECT_NOT },
		{ "nothing came by", LIST("deny tcp host 10.1.1.10 any eq www"), 0, 0,
			EFFECT_UNKNOWN },
		{ "zero counters, and it still sends",
			LIST("deny tcp host 10.1.1.10 any eq www (0 matches)"), FLOW_HAS_PACKETS,
			TCP_SYN, EFFECT_NOT },
		{ "another host", LIST("deny tcp host 10.1.1.99 any eq www (12 matches)"), 0, 0,
			EFFECT_NOT },
		{ "another port", LIST("deny tcp host 10.1.1.10 any eq 81 (12 matches)"), 0, 0,
			EFFECT_NOT },
		{ "half of it",
			LIST("deny tcp host 10.1.1.10 10.0.0.0 0.255.255.255 eq 80 (9 matches)"), 0,
			0, EFFECT_NOT },
		{ "a line that cannot be read",
			LIST("deny tcp host 10.1.1.10 any eq 80 time-range x"), 0, 0,
			EFFECT_UNKNOWN },
		{ "a victim answered", LIST("deny tcp host 10.1.1.10 any eq www (12 matches)"),
			FLOW_ANSWERED, TCP_SYN, EFFECT_NOT },
		{ "a handshake got through",
			LIST("deny tcp host 10.1.1.10 any eq www (12 matches)"), FLOW_HAS_PACKETS,
			TCP_SYN | TCP_ACK, EFFECT_NOT },
		{ "a device dropped it", LIST("deny tcp host 10.1.1.10 any eq www"), FLOW_DROPPED,
			TCP_SYN, EFFECT_EFFECTIVE },
		{ "flowspec stands",
			"*> [source: 10.1.1.10/32][protocol: ==tcp][destination-port: ==80] "
			"fictitious "
			"00:00:00 [{Origin: ?} {Extcomms: [discard]}]\n",
			0, 0, EFFECT_UNKNOWN },
		{ "flowspec, and it was dropped",
			"*> [source: 10.1.1.10/32][protocol: ==tcp][destination-port: ==80] "
			"fictitious "
			"00:00:00 [{Origin: ?} {Extcomms: [discard]}]\n",
			FLOW_DROPPED, TCP_SYN, EFFECT_EFFECTIVE },
		{ "a rule of bird stands", BIRD("dport 80") BIRD_PATH BIRD_DISCARD, 0, 0,
			EFFECT_UNKNOWN },
		{ "a rule of bird, and it was dropped", BIRD("dport 80") BIRD_PATH BIRD_DISCARD,
			FLOW_DROPPED, TCP_SYN, EFFECT_EFFECTIVE },
		{ "a rule of bird, in a paste without tabs",
			BIRD("dport 80") "        Type: BGP univ\n        BGP.ext_community: "
					 "(generic, 0x80060000, 0x0)\n",
			FLOW_DROPPED, TCP_SYN, EFFECT_EFFECTIVE },
		{ "a rule of bird of which the fate was not asked", BIRD("dport 80"), FLOW_DROPPED,
			TCP_SYN, EFFECT_UNKNOWN },
		{ "a rule of bird that lets through", BIRD("dport 80") BIRD_PATH, 0, 0,
			EFFECT_NOT },
		{ "a rule of bird that only slows down",
			BIRD("dport 80") BIRD_PATH
			"\tBGP.ext_community: (generic, 0x80060000, 0x46160000)\n",
			0, 0, EFFECT_NOT },
		{ "a rule of bird for another port", BIRD("dport 81") BIRD_PATH BIRD_DISCARD, 0, 0,
			EFFECT_NOT },
		{ "a rule of bird that asks for more than is read",
			BIRD("dport 80; length >= 80") BIRD_PATH BIRD_DISCARD, 0, 0,
			EFFECT_UNKNOWN },
		{ "what a worse path says does not count",
			BIRD("dport 80") BIRD_PATH
			"                     [other 03:06:57.814] (100) [?]\n" BIRD_PATH
				BIRD_DISCARD,
			0, 0, EFFECT_NOT },
		{ "a rule of FRR stands", FRR("\tDestination Port = 80 \n" FRR_DISCARD), 0, 0,
			EFFECT_UNKNOWN },
		{ "a rule of FRR, and it was dropped",
			FRR("\tDestination Port >= 1 , <= 90 \n" FRR_DISCARD), FLOW_DROPPED,
			TCP_SYN, EFFECT_EFFECTIVE },
		{ "a rule of FRR that lets through", FRR("\tDestination Port = 80 \n"), 0, 0,
			EFFECT_NOT },
		{ "a rule of FRR that only slows down",
			FRR("\tDestination Port = 80 \n\tFS:rate 9600.000000\n"), 0, 0,
			EFFECT_NOT },
		{ "a rule of FRR for another port", FRR("\tDestination Port = 81 \n" FRR_DISCARD),
			0, 0, EFFECT_NOT },
		{ "a rule of FRR that asks for more than is read",
			FRR("\tDestination Port = 80 \n\tPacket Length >= 80 \n" FRR_DISCARD),
			FLOW_DROPPED, TCP_SYN, EFFECT_UNKNOWN },
		{ "ExaBGP announces it, and is heard",
			EXA_HEARD EXA("destination-port =80" EXA_DISCARD), 0, 0, EFFECT_UNKNOWN },
		{ "ExaBGP announces it, and it was dropped",
			EXA_HEARD EXA("destination-port [ >=1&<=90 ]" EXA_DISCARD), FLOW_DROPPED,
			TCP_SYN, EFFECT_EFFECTIVE },
		{ "ExaBGP announces it to nobody, so whoever dropped it does not count",
			EXA_HEAD EXA("destination-port =80" EXA_DISCARD), FLOW_DROPPED, TCP_SYN,
			EFFECT_NOT },
		{ "ExaBGP was not asked who hears it", EXA("destination-port =80" EXA_DISCARD),
			FLOW_DROPPED, TCP_SYN, EFFECT_UNKNOWN },
		{ "ExaBGP was not asked what becomes of a packet",
			EXA_HEARD "neighbor 127.0.0.1 ipv4 flow flow source-ipv4 10.1.1.10/32 "
				  "protocol =tcp destination-port =80\n",
			FLOW_DROPPED, TCP_SYN, EFFECT_UNKNOWN },
		{ "a rule of ExaBGP that lets through", EXA_HEARD EXA("destination-port =80"), 0, 0,
			EFFECT_NOT },
		{ "a rule of ExaBGP that only slows down",
			EXA_HEARD EXA("destination-port =80 extended-community rate-limit:9600"), 0,
			0, EFFECT_NOT },
		{ "a rule of ExaBGP that leads elsewhere",
			EXA_HEARD EXA("destination-port =80 extended-community [ redirect:1:2 ]"),
			FLOW_DROPPED, TCP_SYN, EFFECT_UNKNOWN },
		{ "a rule of ExaBGP that asks for more than is read",
			EXA_HEARD EXA("destination-port =80 packet-length >=80" EXA_DISCARD),
			FLOW_DROPPED, TCP_SYN, EFFECT_UNKNOWN },
		{ "no rule is left in ExaBGP", EXA_HEARD, 0, 0, EFFECT_NOT },
		{ "no rule is left in FRR", "No BGP prefixes displayed, 0 exist\n", 0, 0,
			EFFECT_NOT },
		{ "no rule is left in bird", "BIRD 2.0.12 ready.\nTable f4:\n", 0, 0, EFFECT_NOT },
		{ "no rule is left", "Network not in table\n", 0, 0, EFFECT_NOT },
		{ "a destination black hole stops no scan",
			"10.1.1.10/32  blackhole [static1] * (200)\n", 0, 0, EFFECT_NOT },
		{ "NBAR without a match, and it still sends",
			" Class-map: cordon-http-worm (match-any)\n  0 packets, 0 bytes\n",
			FLOW_HAS_PACKETS, TCP_SYN, EFFECT_NOT },
		{ "NBAR with matches, of anybody",
			" Class-map: cordon-http-worm (match-any)\n  7 packets, 900 bytes\n", 0, 0,
			EFFECT_UNKNOWN },
	};
	for (size_t i = 0; i < countof(row); i++) {
		struct look l = {};
		const char *why;
		look_init(&l);
		add(&l, row[i].text);
		if (row[i].has)
			sends(&l, row[i].has, row[i].flags);
		if (sight_judge(&l.v, 0, &why) != row[i].want)
			fail_msg("%s: %s", row[i].what, why);
		look_fini(&l);
	}
}

static void a_counter_behind_a_line_that_cannot_be_read_is_none_of_requests(void **state)
{
	(void)state;
	struct look l = {};
	const char *why;
	look_init(&l);
	add(&l, LIST("permit tcp any any eq 80 time-range x\n"
		     " 20 deny tcp host 10.1.1.10 any eq www (12 matches)"));
	assert_int_equal(sight_judge(&l.v, 0, &why), EFFECT_UNKNOWN);
	assert_string_equal(why, "a line that cannot be read decides it");
	look_fini(&l);
}

static void a_loss_at_one_of_several_neighbours_of_exabgp_is_told_by_its_name(void **state)
{
	(void)state;
	static const struct {
		const char *what, *text;
		enum effect want; // of all, of a flow that a device dropped
		enum effect at;   // of 127.0.0.3, with a word of why; NULL: nothing is wrong there
		const char *why;
	} row[] = {
		{ "both have it",
			EXA_BOTH("ESTABLISHED", "disabled", "ipv4 flow", "enabled") EXA_TO_BOTH,
			EFFECT_EFFECTIVE, 0, NULL },
		{ "one has lost the route",
			EXA_BOTH("ESTABLISHED", "disabled", "ipv4 flow", "enabled")
				EXA_TO("127.0.0.1", EXA_RULE),
			EFFECT_NOT, EFFECT_NOT, "is not announced to it" },
		{ "one has half of it",
			EXA_BOTH("ESTABLISHED", "disabled", "ipv4 flow", "enabled")
				EXA_TO("127.0.0.1", EXA_RULE) EXA_TO(
					"127.0.0.3", "destination-ipv4 10.2.0.0/16 " EXA_RULE),
			EFFECT_NOT, EFFECT_NOT, "not all of" },
		{ "one has lost the session",
			EXA_BOTH("IDLE", "disabled", "ipv4 flow", "n/a") EXA_TO_BOTH, EFFECT_NOT,
			EFFECT_NOT, "no session" },
		{ "one has lost the session, and may keep what it heard",
			EXA_BOTH("IDLE", "enabled", "ipv4 flow", "n/a") EXA_TO_BOTH, EFFECT_UNKNOWN,
			EFFECT_UNKNOWN, "may keep" },
		{ "one has not agreed to FlowSpec",
			EXA_BOTH("ESTABLISHED", "disabled", "ipv4 flow", "disabled") EXA_TO_BOTH,
			EFFECT_NOT, EFFECT_NOT, "takes no FlowSpec" },
		{ "one is not meant",
			EXA_BOTH("IDLE", "disabled", "ipv4 unicast", "n/a")
				EXA_TO("127.0.0.1", EXA_RULE),
			EFFECT_EFFECTIVE, 0, NULL },
		{ "neither has it", EXA_BOTH("ESTABLISHED", "disabled", "ipv4 flow", "enabled"),
			EFFECT_NOT, EFFECT_NOT, "is not announced to it" },
		{ "in the summary one is missing", EXA_HEARD EXA_TO_BOTH, EFFECT_NOT, EFFECT_NOT,
			"no session" },
		{ "in the summary one has a session, and no rule: perhaps it is to have none",
			EXA_HEARD "127.0.0.3       65001     0:00:22 established           2       "
				  "   0\n" EXA_TO("127.0.0.1", EXA_RULE),
			EFFECT_UNKNOWN, EFFECT_UNKNOWN, "was not told" },
		{ "nobody was asked who hears it, and one has no rule",
			EXA_TO("127.0.0.1", EXA_RULE)
				EXA_TO("127.0.0.3", "destination-port =81" EXA_DISCARD),
			EFFECT_NOT, EFFECT_NOT, "is not announced to it" },
	};
	for (size_t i = 0; i < countof(row); i++) {
		struct look l = {};
		const char *why, *there = NULL;
		enum effect at = EFFECT_EFFECTIVE;
		look_init(&l);
		add(&l, row[i].text);
		sends(&l, FLOW_DROPPED, TCP_SYN);
		if (sight_judge(&l.v, 0, &why) != row[i].want)
			fail_msg("%s: %s", row[i].what, why);
		for (size_t k = 0; k < l.v.n_ears; k++)
			if (!strcmp(l.v.ear[k].name, "127.0.0.3"))
				there = ear_judge(&l.v.ear[k], 0, &at);
		if (!there != !row[i].why ||
			(there && (at != row[i].at || !strstr(there, row[i].why))))
			fail_msg("%s: at 127.0.0.3: %s", row[i].what, there ? there : "nothing");
		look_fini(&l);
	}
}

static void without_any_look_it_is_unknown(void **state)
{
	(void)state;
	struct look l = {};
	look_init(&l);
	judge_is(&l, EFFECT_UNKNOWN);
	look_fini(&l);
}

static void what_is_none_of_them_is_refused(void **state)
{
	(void)state;
	static const char *const texts[] = { "", "hello\n", "{\"nftables\": []}",
		"{\"nftables\": 3", "Class-map: other (match-any)\n 3 packets, 9 bytes\n",
		"Extended IP access list EDGE\n 10 permit ip any any\n" };
	for (size_t i = 0; i < countof(texts); i++) {
		struct applied a;
		struct err e = {};
		assert_false(
			applied_read((struct str){ texts[i], strlen(texts[i]) }, NULL, &a, &e));
		assert_true(e.text[0]);
		applied_fini(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_look_leads_to_its_verdict),
		cmocka_unit_test(a_counter_behind_a_line_that_cannot_be_read_is_none_of_requests),
		cmocka_unit_test(a_loss_at_one_of_several_neighbours_of_exabgp_is_told_by_its_name),
		cmocka_unit_test(without_any_look_it_is_unknown),
		cmocka_unit_test(what_is_none_of_them_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
