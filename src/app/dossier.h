// SPDX-License-Identifier: Apache-2.0
// An incident for other systems: STIX 2.1 and MISP, of what the API tells of it.
#ifndef APP_DOSSIER_H
#define APP_DOSSIER_H
#include <cjson/cJSON.h>
#include <stdio.h>

#include "base/uuid.h"
#include "model/finding.h"

/** How far it may be passed on: TLP(name, key, STIX id of its marking, what STIX 2.1 calls it). */
#define TLPS(TLP) \
	TLP(CLEAR, "clear", "613f2e26-407d-48c7-9eca-b8e91df99dc9", "white") \
	TLP(GREEN, "green", "34098fce-860f-48ae-8e50-ebd3cc5e41da", "green") \
	TLP(AMBER, "amber", "f88d31f6-486f-44da-b317-01333bde0b82", "amber") \
	TLP(RED, "red", "5e57c739-391a-4eb3-b6be-7d15ca92d5ed", "red")

#define AS_TLP(name, key, id, stix) TLP_##name,
enum tlp { TLPS(AS_TLP) N_TLPS };
#undef AS_TLP

const char *tlp_key(enum tlp t);
const char *tlp_marking(enum tlp t); // of the marking of STIX, a UUID
const char *tlp_stix(enum tlp t);

/** Find one by its key; whether there is one, and `out` only then. NULL is amber. */
bool tlp_parse(const char *key, enum tlp *out);

/** Techniques of MITRE ATT&CK that evidence tells: TECHNIQUE(name, id, path, title, tactic, phase of a kill chain). */
#define TECHNIQUES(TECHNIQUE) \
	TECHNIQUE(DISCOVERY, "T1046", "T1046", "Network Service Discovery", "discovery", \
		"Reconnaissance") \
	TECHNIQUE(REMOTE, "T1210", "T1210", "Exploitation of Remote Services", "lateral-movement", \
		"Exploitation") \
	TECHNIQUE(PUBLIC, "T1190", "T1190", "Exploit Public-Facing Application", "initial-access", \
		"Exploitation") \
	TECHNIQUE(VULNERABILITY, "T1595.002", "T1595/002", \
		"Active Scanning: Vulnerability Scanning", "reconnaissance", "Reconnaissance")

#define AS_TECHNIQUE(name, ...) TECHNIQUE_##name,
enum technique { TECHNIQUES(AS_TECHNIQUE) N_TECHNIQUES };
#undef AS_TECHNIQUE

struct technique_row {
	const char *id, *path, *title, *tactic, *phase;
};
const struct technique_row *technique_of(enum technique t);

/** Texts that were seen, by their hashes. */
struct texts {
	uint64_t *hash; // 0: free
	size_t n, room;
};

/** Note a text. Returns whether it was not there before; without memory it is taken for new. */
bool texts_put(struct texts *t, const char *text);
void texts_fini(struct texts *t);

/** An incident and its hosts, as the API has them (docs/openapi.json). Borrowed. */
struct dossier {
	const cJSON *incident;
	const cJSON *hosts; // an array
	enum tlp tlp;
};

/** What a charge is about. */
struct cause {
	bool is_web, is_v6;
	char proto[16]; // "tcp"; "" when it is not told
	bool has_port;
	unsigned port;
};

enum { STAMP_BYTES = 32 };

struct cause cause_of(const cJSON *charge, const char *address);

/** Whether it is an IP address; of a host that has none its number stands in its place. */
bool is_address(const char *text);

/**
 * Whether a charge accuses: of a scan or worse (to be exposed is no deed), not taken back, a host that is no false
 * positive.
 */
bool charge_stands(const cJSON *host, const cJSON *charge);

/** Whether it says worm-like. */
bool charge_is_worm(const cJSON *charge);

/** What the host did by it, as a set of 1 << enum technique. */
uint32_t charge_techniques(const cJSON *host, const cJSON *charge);

/** When a charge began and when it was seen last, in ms of RFC 3339, so that texts compare as times. */
void charge_times(const cJSON *host, const cJSON *charge, char first[static STAMP_BYTES],
	char last[static STAMP_BYTES]);

/** A time with milliseconds; "" when the text is none. Gives `room` back. */
const char *stamp(const char *text, char room[static STAMP_BYTES]);

/** The first and the last time that it tells of. */
void dossier_times(
	const struct dossier *d, char opened[static STAMP_BYTES], char changed[static STAMP_BYTES]);

/** A UUID of something in this incident, the same at each export. Gives `room` back. */
const char *dossier_uuid(
	const struct dossier *d, const char *what, char room[static UUID_TEXT_BYTES]);

/** That of who says all of it, whichever incident. Gives `room` back. */
const char *dossier_identity(char room[static UUID_TEXT_BYTES]);

/** "cordon incident 1: tcp/445, 2 of 2 hosts open"; gives `room` back. */
const char *dossier_title(const struct dossier *d, char *room, size_t size);

/** A bundle of STIX 2.1 (OASIS, 10 June 2021), on one line. */
void stix_write(const struct dossier *d, FILE *out);

/** An event of MISP (core format 2.4), on one line. */
void misp_write(const struct dossier *d, FILE *out);

/** How an export is written: FORMAT(key, function). */
#define DOSSIER_FORMATS(FORMAT) \
	FORMAT("stix", stix_write) \
	FORMAT("misp", misp_write)

enum { DOSSIER_HOSTS_MAX = 1000 }; // that one answer of the API holds
#endif
