// SPDX-License-Identifier: Apache-2.0
// Detectors: made, merged, freed.
#include "lib/detector.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"

static const size_t memory_default = (size_t)512 << 20, memory_least = (size_t)1 << 20;

static void site_free(struct site *s)
{
	if (!s || atomic_fetch_sub(&s->n_users, 1) > 1)
		return;
	inventory_free(s->inventory);
	free(s);
}

static void take_flows(void *ctx, const struct flow *flow, size_t n)
{
	struct cordon *c = ctx;
	c->trouble.flows += n;
	for (size_t i = 0; i < n; i++)
		if (flow[i].last_ms > c->last_ms)
			c->last_ms = flow[i].last_ms;
	evidence_observe(c->evidence, flow, n);
}

static void take_plain(void *ctx, const struct plains *plain)
{
	struct cordon *c = ctx;
	c->trouble.flows += plain->n;
	for (size_t i = 0; i < plain->n; i++)
		c->last_ms = MOST(c->last_ms, plain->last_ms[i]);
	evidence_observe_plain(c->evidence, plain);
}

/* `site` is taken over. */
static struct cordon *detector_new(
	size_t memory, uint64_t key, struct site *site, struct cordon_error *error)
{
	struct cordon *c = calloc(1, sizeof *c);
	if (!c) {
		site_free(site);
		error_put(error, CORDON_NO_MEMORY, NULL);
		return NULL;
	}
	c->memory = memory;
	c->key = key;
	c->site = site;
	c->evidence = evidence_new(evidence_max_for(memory), key);
	c->templates = templates_new();
	c->batch.emit = take_flows;
	c->batch.emit_plain = take_plain;
	c->batch.ctx = c;
	if (c->evidence && c->templates)
		return c;
	cordon_free(c);
	error_put(error, CORDON_NO_MEMORY, NULL);
	return NULL;
}

/* What the caller's header knows of the options; the rest is zero. */
static bool options_read(const struct cordon_options *from, size_t n, struct cordon_options *out)
{
	*out = (struct cordon_options){};
	if (!from != (n == 0) || n > sizeof *out)
		return false;
	if (from)
		memcpy(out, from, n);
	if (out->memory_bytes == 0)
		out->memory_bytes = memory_default;
	return out->memory_bytes >= memory_least && out->memory_bytes <= SIZE_MAX / 4 &&
	       !(out->inventory_path && out->inventory_text) &&
	       (out->inventory_text || out->inventory_text_bytes == 0);
}

static struct site *site_new(const struct cordon_options *o, struct cordon_error *error)
{
	struct err e = {};
	struct site *s = calloc(1, sizeof *s);
	if (!s) {
		error_put(error, CORDON_NO_MEMORY, NULL);
		return NULL;
	}
	atomic_init(&s->n_users, 1);
	if (o->inventory_path)
		s->inventory = inventory_load(o->inventory_path, &e);
	else if (o->inventory_text)
		s->inventory = inventory_parse(
			(struct str){ o->inventory_text, (size_t)o->inventory_text_bytes },
			"inventory", &e);
	if (s->inventory || !(o->inventory_path || o->inventory_text))
		return s;
	free(s);
	error_put(error, CORDON_INVENTORY, e.text);
	return NULL;
}

struct cordon *cordon_new(
	const struct cordon_options *options, size_t options_bytes, struct cordon_error *error)
{
	struct cordon_options o;
	if (!options_read(options, options_bytes, &o)) {
		error_put(error, CORDON_ARGUMENT, NULL);
		return NULL;
	}
	struct site *site = site_new(&o, error);
	return site ? detector_new((size_t)o.memory_bytes, o.key ? o.key : hash_key(), site, error)
		    : NULL;
}

struct cordon *cordon_clone_empty(const struct cordon *like, struct cordon_error *error)
{
	if (!like) {
		error_put(error, CORDON_ARGUMENT, NULL);
		return NULL;
	}
	atomic_fetch_add(&like->site->n_users, 1);
	return detector_new(like->memory, like->key, like->site, error);
}

void cordon_free(struct cordon *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < countof(c->text); i++)
		text_free(c->text[i].decoder);
	traffic_free(c->traffic);
	templates_free(c->templates);
	evidence_free(c->evidence);
	site_free(c->site);
	free(c);
}

void detector_settle(struct cordon *c)
{
	if (c->traffic)
		traffic_flush(c->traffic);
	batch_flush(&c->batch);
}

/* The same place, in the numbers of another detector. */
static place moved(const struct cordon *from, place p, struct cordon *into)
{
	uint16_t source = place_source(p);
	if (p == PLACE_NONE || source < SOURCE_TEXTS)
		return p;
	const char *name = from->sources.text[source - SOURCE_TEXTS];
	uint32_t number = names_put(&into->sources, (struct str){ name, strlen(name) });
	uint32_t index = number & ~NAME_FLAG;
	return number ? place_at((uint16_t)(SOURCE_TEXTS + index), place_position(p)) : PLACE_NONE;
}

static void faults_add(struct cordon *into, const struct cordon *from)
{
	for (enum fault f = FAULT_NONE + 1; f < N_FAULTS; f++) {
		if (into->trouble.fault[f].n == 0 && from->trouble.fault[f].n) {
			into->trouble.fault[f].first =
				moved(from, from->trouble.fault[f].first, into);
			into->trouble.fault[f].offset = from->trouble.fault[f].offset;
		}
		into->trouble.fault[f].n += from->trouble.fault[f].n;
	}
}

static void trouble_add(struct cordon *into, const struct cordon *from)
{
	struct trouble *a = &into->trouble;
	const struct trouble *b = &from->trouble;
	a->flows += b->flows;
	for (enum kind k = 0; k < N_KINDS; k++)
		a->records[k] += b->records[k];
	a->datagrams += b->datagrams;
	a->option_records += b->option_records;
	a->templates += b->templates;
	a->option_templates += b->option_templates;
	a->sets_without_template += b->sets_without_template;
	a->counter_samples += b->counter_samples;
	a->other_samples += b->other_samples;
	a->packets += b->packets;
	a->octets += b->octets;
	faults_add(into, from);
	for (uint32_t i = 0; i < b->n_notes; i++)
		note_put(a, moved(from, b->note[i].at, into), "%s", b->note[i].text);
	a->n_notes_lost += b->n_notes_lost;
}

enum cordon_status cordon_merge(struct cordon *into, struct cordon *from)
{
	if (!into || !from || into == from)
		return CORDON_ARGUMENT;
	if (into->key != from->key || into->memory != from->memory)
		return CORDON_KEY;
	detector_settle(into);
	detector_settle(from);
	evidence_merge(into->evidence, from->evidence);
	trouble_add(into, from);
	if (from->traffic)
		into->n_fragments_lost += traffic_tally(from->traffic).n_fragmented_lost;
	into->n_fragments_lost += from->n_fragments_lost;
	if (from->last_ms > into->last_ms)
		into->last_ms = from->last_ms;
	return CORDON_OK;
}
