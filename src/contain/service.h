// SPDX-License-Identifier: Apache-2.0
// Services that a containment must not break: rules/voice.yaml, or a file like it.
#ifndef CONTAIN_SERVICE_H
#define CONTAIN_SERVICE_H
#include "base/bytes.h"
#include "base/err.h"
#include "model/inventory.h"

enum { SERVICES_MAX = 128, SPANS_MAX = 64, SERVICE_KEY_BYTES = 24, SERVICE_NAME_BYTES = 120 };

struct numbers {
	uint16_t lo, hi;
};

struct service {
	char key[SERVICE_KEY_BYTES];
	char en[SERVICE_NAME_BYTES], ja[SERVICE_NAME_BYTES];
	uint32_t from, to; // sets of 1 << enum part; PART_ANY: anybody
	uint8_t proto_lo, proto_hi;
	struct numbers port[SPANS_MAX], from_port[SPANS_MAX]; // none: all
	size_t n_ports, n_from_ports;
};

#define PART_ANY (UINT32_C(1) << N_PARTS)

struct services {
	struct service service[SERVICES_MAX];
	size_t n;
};

/** The services that were built in. */
struct str services_builtin(void);

/**
 * Read a file of services; NULL stands for those built in.
 *
 * Returns NULL with `e` saying where and why; free with free().
 */
struct services *services_load(const char *path, struct err *e);

/** As services_load, of text (not kept); `name` stands for the file in messages. */
struct services *services_parse(struct str text, const char *name, struct err *e);
#endif
