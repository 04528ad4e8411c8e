// SPDX-License-Identifier: Apache-2.0
// Any text is access lists or an error; no packet is permitted by a list whose lines are all unknown.
#include <assert.h>

#include "contain/config.h"
#include "model/flow.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct config c;
	struct err e = {};
	if (!config_read((struct str){ (const char *)data, len }, &c, &e)) {
		assert(e.text[0]);
		config_fini(&c);
		return 0;
	}
	struct packet p = { addr_v4(0x0a010101), addr_v4(0x0a020202), PROTO_TCP, 1025, 80, false };
	for (size_t i = 0; i < c.n_acls; i++) {
		const struct acl *a = &c.acl[i];
		enum action action = acl_judge(a, &p);
		assert(action < N_ACTIONS);
		if (a->n_said && a->n_unknown == a->n_said)
			assert(action != ACTION_PERMIT);
		for (size_t k = 0; k < a->policy.n; k++)
			for (enum dim d = 0; d < N_DIMS; d++)
				assert(a->policy.rule[k].box.of[d].lo <=
					a->policy.rule[k].box.of[d].hi);
	}
	config_fini(&c);
	return 0;
}
