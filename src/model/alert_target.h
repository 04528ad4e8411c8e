// SPDX-License-Identifier: Apache-2.0
// Where alerts go: a list in cordon.yaml, each with a type, an address, the least class and a format.
#ifndef MODEL_ALERT_TARGET_H
#define MODEL_ALERT_TARGET_H
#include "base/yaml.h"
#include "model/finding.h"
#include "model/listener.h"

/** TYPE(name, key). */
#define ALERT_TYPES(TYPE) \
	TYPE(SYSLOG, "syslog")   /* RFC 5424 */ \
	TYPE(FILE, "file")       /* a line for each alert */ \
	TYPE(WEBHOOK, "webhook") /* a POST for each alert */ \
	TYPE(MAIL, "mail")       /* a message for all that came within a time */

#define AS_TYPE(name, key) ALERT_TYPE_##name,
enum alert_type { ALERT_TYPES(AS_TYPE) N_ALERT_TYPES };
#undef AS_TYPE

/** FORMAT(name, key). */
#define ALERT_FORMATS(FORMAT) \
	FORMAT(JSON, "json") /* cordon's own */ \
	FORMAT(CEF, "cef")   /* ArcSight Common Event Format, version 0 */ \
	FORMAT(ECS, "ecs")   /* Elastic Common Schema */ \
	FORMAT(OCSF, "ocsf") /* Open Cybersecurity Schema Framework, Detection Finding */

#define AS_FORMAT(name, key) ALERT_FORMAT_##name,
enum alert_format { ALERT_FORMATS(AS_FORMAT) N_ALERT_FORMATS };
#undef AS_FORMAT

/** What a webhook is posted: TEMPLATE(name, key). */
#define ALERT_TEMPLATES(TEMPLATE) \
	TEMPLATE(GENERIC, "generic") /* Gotify and Apprise, with the alert in its format */ \
	TEMPLATE(SLACK, "slack")     /* Block Kit */ \
	TEMPLATE(TEAMS, "teams")     /* an Adaptive Card, as Workflows take it */

#define AS_TEMPLATE(name, key) ALERT_TEMPLATE_##name,
enum alert_template { ALERT_TEMPLATES(AS_TEMPLATE) N_ALERT_TEMPLATES };
#undef AS_TEMPLATE

/** How syslog travels: RFC 5424 over /dev/log, RFC 5426, RFC 6587 with counted octets, RFC 5425. */
enum alert_transport { ALERT_UNIX, ALERT_UDP, ALERT_TCP, ALERT_TLS, N_ALERT_TRANSPORTS };

enum { ALERT_TARGETS_MAX = 8, ALERT_TO_BYTES = 480, ALERT_NAMED_BYTES = 256 };
enum { ALERT_RECIPIENTS_MAX = 16, ALERT_PER_MINUTE_MAX = 6000 };

struct alert_target {
	enum alert_type type;
	enum alert_format format;
	enum verdict least;             // this class and worse ones
	char to[ALERT_TO_BYTES];        // as the file has it; a path in it begins where it says
	enum alert_transport transport; // of syslog
	struct addr address;            // of UDP, TCP and TLS
	uint16_t port;
	char ca[ALERT_TO_BYTES];      // PEM, of TLS syslog and webhooks; "": those of the system
	char name[ALERT_NAMED_BYTES]; // in the certificate of TLS syslog; "": the address
	char certificate[ALERT_TO_BYTES]; // of ours, PEM, for TLS syslog; "": none
	char key[ALERT_TO_BYTES];
	enum alert_template template;   // of webhooks
	char outline[ALERT_TO_BYTES];   // of webhooks, in place of a template; "": none
	char from[ALERT_NAMED_BYTES];   // of mail; "": cordon at this machine
	char sendmail[ALERT_TO_BYTES];  // of mail: the program
	char smtp[LISTENER_TEXT_BYTES]; // of mail: a server in place of it; "": none
	uint64_t interval_ms;           // of mail: between two messages
	unsigned per_minute;            // how many alerts it takes; 0: all
};

/**
 * Read one item of the list.
 *
 * Returns false with `e` saying FILE:LINE:COL and what is wrong; `out` is then half written.
 */
bool alert_target_read(struct yml_value value, struct alert_target *out, struct err *e);

/**
 * Make its paths begin in the folder of the file that has it; `at` is where that says so.
 *
 * Returns false with `e` when one is too long.
 */
bool alert_target_place(
	struct alert_target *t, struct yml_value at, const char *name, struct err *e);

/** The path behind "unix:", or of the file. */
const char *alert_target_path(const struct alert_target *t);

enum { ALERT_NAME_BYTES = ALERT_TO_BYTES + 16 };

/** Its type and address for people; of a webhook no more than the host, for the rest may be a secret. */
const char *alert_target_name(const struct alert_target *t, char room[static ALERT_NAME_BYTES]);

const char *alert_type_key(enum alert_type t);
const char *alert_format_key(enum alert_format f);
#endif
