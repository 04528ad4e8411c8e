// SPDX-License-Identifier: Apache-2.0
// cordon contain --list: the targets, what each can say and what it breaks.
#include <stdio.h>

#include "app/contain.h"

static void sentence(const char *head, const char *text)
{
	printf("    %-8s %s\n", head, text);
}

static void abilities(const char *head, uint32_t set)
{
	const char *comma = "";
	printf("    %-8s ", head);
	for (enum ability_bit a = 0; a < N_ABILITIES; a++) {
		if (!(set >> a & 1))
			continue;
		printf("%s%s", comma, ability_name(a));
		comma = ", ";
	}
	putchar('\n');
}

int contain_list(void)
{
	for (size_t i = 0; i < n_targets; i++) {
		const struct target *t = targets[i];
		printf("%s%s: %s\n", i ? "\n" : "", t->name, t->about);
		abilities("can", t->can);
		abilities("cannot", ~t->can & ((UINT32_C(1) << N_ABILITIES) - 1));
		sentence("breaks", t->breaks);
		sentence("tested", t->tested);
		if (t->max_rules < SIZE_MAX)
			printf("    %-8s %zu rules unless --max-rules says otherwise\n", "limit",
				t->max_rules);
	}
	return EXIT_NOTHING;
}
