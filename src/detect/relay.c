// SPDX-License-Identifier: Apache-2.0
// A ring of loads between two semaphores. An empty load is the end.
#include "detect/relay.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>

enum { LOADS = 8 };

struct relay {
	void (*take)(void *ctx, const struct load *l);
	void *ctx;
	pthread_t thread;
	sem_t free, sent;
	size_t at; // of the sender, in `load`
	struct load load[LOADS];
};

static void wait_for(sem_t *s)
{
	while (sem_wait(s) && errno == EINTR)
		; // a signal is no load
}

static void *run(void *of)
{
	struct relay *r = of;
	for (size_t at = 0;; at = (at + 1) % LOADS) {
		wait_for(&r->sent);
		const struct load *l = &r->load[at];
		if (load_is_empty(l))
			return NULL;
		r->take(r->ctx, l);
		sem_post(&r->free);
	}
}

struct relay *relay_new(void (*take)(void *ctx, const struct load *l), void *ctx)
{
	struct relay *r = malloc(sizeof *r);
	if (!r)
		return NULL;
	r->take = take;
	r->ctx = ctx;
	r->at = 0;
	sem_init(&r->free, 0, LOADS);
	sem_init(&r->sent, 0, 0);
	if (!pthread_create(&r->thread, NULL, run, r))
		return r;
	sem_destroy(&r->free);
	sem_destroy(&r->sent);
	free(r);
	return NULL;
}

struct load *relay_load(struct relay *r)
{
	wait_for(&r->free);
	return &r->load[r->at];
}

void relay_send(struct relay *r)
{
	r->at = (r->at + 1) % LOADS;
	sem_post(&r->sent);
}

void relay_keep(struct relay *r)
{
	sem_post(&r->free);
}

void relay_free(struct relay *r)
{
	if (!r)
		return;
	load_clear(relay_load(r));
	relay_send(r);
	pthread_join(r->thread, NULL);
	sem_destroy(&r->free);
	sem_destroy(&r->sent);
	free(r);
}
