// SPDX-License-Identifier: Apache-2.0
// Rules of FlowSpec as birdc prints them. What becomes of a packet stands below, and only with "all".
#include <stdio.h>

#include "contain/applied.h"
#include "contain/component.h"

/* Lists and comparisons are not read. */
static const struct component_words words = {
	.row = { { "dst ", COMPONENT_DST }, { "src ", COMPONENT_SRC },
		{ "proto ", COMPONENT_PROTO }, { "next header ", COMPONENT_PROTO },
		{ "dport ", COMPONENT_DPORT }, { "sport ", COMPONENT_SPORT },
		{ "icmp type ", COMPONENT_ICMP_TYPE }, { "icmp code ", COMPONENT_ICMP_CODE },
		{ "tcp flags ", COMPONENT_FLAGS } },
	.one = "%u%n",
	.span = "%u..%u%n",
	.offset = "",
	.flags = "!0x0/0x10 || !0x0/0x4",
};

bool bird_row(char *text, struct box *out)
{
	struct range four = family_span(FAMILY_4);
	bool is_v4 = !strncmp(text, "flow4 {", 7), is_known = true;
	char *at = text + 7, *end = strchr(text, '}');
	*out = box_any();
	if (is_v4)
		out->of[DIM_SRC] = out->of[DIM_DST] = four;
	if (!end)
		return false;
	*end = '\0';
	while (*(at += strspn(at, " "))) {
		char *stop = at + strcspn(at, ";");
		bool is_last = !*stop;
		*stop = '\0';
		is_known &= component_read(&words, at, out);
		at = stop + !is_last;
	}
	return is_known;
}

/* Traffic-rate (RFC 8955, 7.3) as two words: type and AS, then the rate as IEEE 754. */
enum action bird_action(const char *text)
{
	static const char rate[] = "(generic, 0x8006";
	unsigned as, bits;
	for (const char *at = text; (at = strstr(at, rate)); at++)
		if (sscanf(at + sizeof rate - 1, "%4x, 0x%x)", &as, &bits) == 2)
			return bits << 1 == 0 ? ACTION_DENY : ACTION_PERMIT;
	return ACTION_PERMIT;
}
