// SPDX-License-Identifier: Apache-2.0
// A thread that lives as long as the call.
#include "base/pair.h"

#include <pthread.h>

static void *run(void *of)
{
	const struct work *w = of;
	w->run(w->on);
	return NULL;
}

void do_both(struct work first, struct work second, bool on_threads)
{
	pthread_t thread;
	bool is_beside = on_threads && !pthread_create(&thread, NULL, run, &second);
	first.run(first.on);
	if (is_beside)
		pthread_join(thread, NULL);
	else
		second.run(second.on);
}
