// SPDX-License-Identifier: Apache-2.0
// A ring of bundles between two semaphores. An empty bundle is the end.
#include "detect/relay.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>

enum { BUNDLES = 16 };

struct relay {
	void (*take)(void *ctx, struct bundle *b);
	void *ctx;
	pthread_t thread;
	sem_t free, sent;
	size_t at; // of the sender, in `bundle`
	struct bundle bundle[BUNDLES];
};

static void wait_for(sem_t *s)
{
	while (sem_wait(s) && errno == EINTR)
		; // a signal is no bundle
}

static bool is_empty(const struct bundle *b)
{
	return load_is_empty(&b->load) && b->plain.n == 0;
}

static void *run(void *of)
{
	struct relay *r = of;
	for (size_t at = 0;; at = (at + 1) % BUNDLES) {
		wait_for(&r->sent);
		if (is_empty(&r->bundle[at]))
			return NULL;
		r->take(r->ctx, &r->bundle[at]);
		sem_post(&r->free);
	}
}

struct relay *relay_new(void (*take)(void *ctx, struct bundle *b), void *ctx)
{
	struct relay *r = malloc(sizeof *r);
	if (!r)
		return NULL;
	r->take = take;
	r->ctx = ctx;
	r->at = 0;
	sem_init(&r->free, 0, BUNDLES);
	sem_init(&r->sent, 0, 0);
	if (!pthread_create(&r->thread, NULL, run, r))
		return r;
	sem_destroy(&r->free);
	sem_destroy(&r->sent);
	free(r);
	return NULL;
}

struct bundle *relay_bundle(struct relay *r)
{
	wait_for(&r->free);
	struct bundle *b = &r->bundle[r->at];
	load_clear(&b->load);
	b->plain.n = 0;
	return b;
}

bool relay_has_time(struct relay *r)
{
	int n_free;
	return !sem_getvalue(&r->free, &n_free) && n_free >= BUNDLES / 2;
}

static void send(struct relay *r)
{
	r->at = (r->at + 1) % BUNDLES;
	sem_post(&r->sent);
}

void relay_send(struct relay *r)
{
	if (is_empty(&r->bundle[r->at]))
		sem_post(&r->free);
	else
		send(r);
}

void relay_free(struct relay *r)
{
	if (!r)
		return;
	(void)relay_bundle(r);
	send(r);
	pthread_join(r->thread, NULL);
	sem_destroy(&r->free);
	sem_destroy(&r->sent);
	free(r);
}
