// SPDX-License-Identifier: Apache-2.0
// find-worms: paste the output of a router on standard input, get the hosts that look infected.
// cc -Iinclude docs/example/find-worms.c build/libcordon.a -lpcap -lyaml -lisal -llz4 -lbz2 -lzstd -lm
#include <stdio.h>

#include "cordon.h"

int main(void)
{
	char chunk[4096];
	size_t n;
	bool is_alarm = false;
	struct cordon_error error = { CORDON_OK, "" };
	struct cordon_verdict *v = NULL;
	struct cordon *c = cordon_new(NULL, 0, &error);
	while (error.status == CORDON_OK && (n = fread(chunk, 1, sizeof chunk, stdin)) > 0)
		error.status = cordon_feed_text(c, "paste", chunk, n);
	if (error.status == CORDON_OK) {
		cordon_end_text(c, "paste"); // its last row counts from here on
		v = cordon_judge(c, 0, &error);
	}
	if (!v)
		fprintf(stderr, "find-worms: %s\n", cordon_status_text(error.status));

	struct cordon_finding_iter it = { v, 0 };
	for (const struct cordon_finding *f; (f = cordon_finding_next(&it));) {
		printf("%s %s %.0f%%: %s\n", f->host, f->class_name, f->confidence * 100, f->why);
		is_alarm = is_alarm || f->is_alarm;
	}
	cordon_verdict_free(v);
	cordon_free(c);
	return v ? is_alarm : 2;
}
