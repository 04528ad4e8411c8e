// SPDX-License-Identifier: Apache-2.0
// Where alerts go: a list in cordon.yaml, each with a type, an address, the least class and a format.
#ifndef MODEL_ALERT_TARGET_H
#define MODEL_ALERT_TARGET_H
#include "base/yaml.h"
#include "model/addr.h"
#include "model/finding.h"

/** TYPE(name, key). */
#define ALERT_TYPES(TYPE) \
	TYPE(SYSLOG, "syslog")   /* RFC 5424 */ \
	TYPE(FILE, "file")       /* a line for each alert */ \
	TYPE(WEBHOOK, "webhook") /* a POST for each alert */

#define AS_TYPE(name, key) ALERT_TYPE_##name,
enum alert_type { ALERT_TYPES(AS_TYPE) N_ALERT_TYPES };
#undef AS_TYPE

/** FORMAT(name, key). */
#define ALERT_FORMATS(FORMAT) \
	FORMAT(JSON, "json") /* cordon's own */ \
	FORMAT(CEF, "cef")   /* ArcSight Common Event Format, version 0 */ \
	FORMAT(ECS, "ecs")   /* Elastic Common Schema */

#define AS_FORMAT(name, key) ALERT_FORMAT_##name,
enum alert_format { ALERT_FORMATS(AS_FORMAT) N_ALERT_FORMATS };
#undef AS_FORMAT

/** How syslog travels: RFC 5424 over /dev/log, RFC 5426, RFC 6587 with counted octets. */
enum alert_transport { ALERT_UNIX, ALERT_UDP, ALERT_TCP, N_ALERT_TRANSPORTS };

enum { ALERT_TARGETS_MAX = 8, ALERT_TO_BYTES = 480 };

struct alert_target {
	enum alert_type type;
	enum alert_format format;
	enum verdict least;             // this class and worse ones
	char to[ALERT_TO_BYTES];        // as the file has it; a path in it begins where it says
	enum alert_transport transport; // of syslog
	struct addr address;            // of UDP and TCP
	uint16_t port;
};

/**
 * Read one item of the list.
 *
 * Returns false with `e` saying FILE:LINE:COL and what is wrong; `out` is then half written.
 */
bool alert_target_read(struct yml_value value, struct alert_target *out, struct err *e);

/** The path behind "unix:", or of the file. */
const char *alert_target_path(const struct alert_target *t);

enum { ALERT_NAME_BYTES = ALERT_TO_BYTES + 16 };

/** Its type and address for people; of a webhook without what follows a "?", which may be a secret. */
const char *alert_target_name(const struct alert_target *t, char room[static ALERT_NAME_BYTES]);

const char *alert_type_key(enum alert_type t);
const char *alert_format_key(enum alert_format f);
#endif
