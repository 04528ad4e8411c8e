// SPDX-License-Identifier: Apache-2.0
// What can be asked of a detector beside its verdict: counters, notes; and texts of errors.
#include <stdio.h>

#include "lib/detector.h"

static const char *const status_texts[] = {
	[CORDON_OK] = "no error",
	[CORDON_NO_MEMORY] = "there is not enough memory",
	[CORDON_ARGUMENT] = "an argument is missing or has a value that is not allowed",
	[CORDON_INVENTORY] = "the inventory cannot be read",
	[CORDON_FORMAT] = "the datagram is none of NetFlow v5, NetFlow v9, IPFIX and sFlow",
	[CORDON_LINK_TYPE] = "frames of this link type are not understood",
	[CORDON_FULL] = "too many texts are open or were named: end texts, or use other detectors",
	[CORDON_KEY] = "the detectors have another key or memory: make one as a clone of the other",
};
static_assert(countof(status_texts) == CORDON_KEY + 1);

const char *cordon_status_text(enum cordon_status status)
{
	return (size_t)status < countof(status_texts) ? status_texts[status] : "unknown status";
}

void error_put(struct cordon_error *error, enum cordon_status status, const char *text)
{
	if (!error)
		return;
	error->status = status;
	snprintf(error->text, sizeof error->text, "%s", text ? text : cordon_status_text(status));
}

bool cordon_address_parse(const char *text, struct cordon_address *out)
{
	struct addr a;
	if (!text || !out || !addr_parse((struct str){ text, strlen(text) }, &a))
		return false;
	memcpy(out->octet, a.octet, sizeof out->octet);
	return true;
}

const char *cordon_address_format(
	const struct cordon_address *address, char room[CORDON_ADDRESS_TEXT_BYTES])
{
	static_assert((int)CORDON_ADDRESS_TEXT_BYTES == ADDR_TEXT_BYTES);
	if (!address || !room)
		return NULL;
	struct addr a = addr_v6((struct bytes){ address->octet, sizeof address->octet });
	return addr_format(&a, room);
}

static const struct {
	const char *name, *text;
	size_t offset; // in struct trouble
} totals[] = {
	{ "flows", "records that had two addresses", offsetof(struct trouble, flows) },
	{ "datagrams", "export datagrams", offsetof(struct trouble, datagrams) },
	{ "option_records", "records of options", offsetof(struct trouble, option_records) },
	{ "templates", "templates, repetitions included", offsetof(struct trouble, templates) },
	{ "option_templates", "templates of options, repetitions included",
		offsetof(struct trouble, option_templates) },
	{ "sets_without_template", "sets that came before their template",
		offsetof(struct trouble, sets_without_template) },
	{ "counter_samples", "sFlow samples of counters, not used",
		offsetof(struct trouble, counter_samples) },
	{ "other_samples", "sFlow samples of other kinds, not used",
		offsetof(struct trouble, other_samples) },
	{ "packets", "sum over all records, as exported", offsetof(struct trouble, packets) },
	{ "octets", "sum over all records, as exported", offsetof(struct trouble, octets) },
};

static const char *const kind_counters[N_KINDS] = {
#define AS_ROW(name, key) [KIND_##name] = "records_" key,
	KINDS(AS_ROW)
#undef AS_ROW
};

enum { AT_CONTACTS = countof(totals), AT_SAMPLED, AT_KINDS, AT_FAULTS = AT_KINDS + N_KINDS };

static uint64_t total_of(const struct trouble *t, size_t offset)
{
	uint64_t n;
	memcpy(&n, (const char *)t + offset, sizeof n);
	return n;
}

static uint64_t fault_count(const struct cordon *c, enum fault f)
{
	uint64_t n = c->trouble.fault[f].n;
	if (f == FAULT_FRAGMENT && c->traffic)
		n += traffic_tally(c->traffic).n_fragmented_lost;
	return f == FAULT_FRAGMENT ? n + c->n_fragments_lost : n;
}

bool cordon_counter_next(struct cordon_counter_iter *it, struct cordon_counter *out)
{
	if (!it || !it->detector || !out)
		return false;
	const struct cordon *c = it->detector;
	size_t i = it->at;
	if (i < countof(totals)) {
		*out = (struct cordon_counter){ totals[i].name, totals[i].text,
			total_of(&c->trouble, totals[i].offset), false };
	} else if (i == AT_CONTACTS) {
		*out = (struct cordon_counter){ "contacts", "different contacts kept as evidence",
			evidence_count(c->evidence), false };
	} else if (i == AT_SAMPLED) {
		*out = (struct cordon_counter){ "sampled_1_in",
			"one contact in this many was kept; 1: all", evidence_thinning(c->evidence),
			false };
	} else if (i < AT_FAULTS) {
		enum kind k = (enum kind)(i - AT_KINDS);
		*out = (struct cordon_counter){ kind_counters[k], "records of this kind",
			c->trouble.records[k], false };
	} else if (i < AT_FAULTS + N_FAULTS - 1) {
		enum fault f = (enum fault)(i - AT_FAULTS + 1);
		*out = (struct cordon_counter){ fault_metric(f), fault_text(f), fault_count(c, f),
			true };
	} else {
		return false;
	}
	it->at++;
	return true;
}

bool cordon_note_next(struct cordon_note_iter *it, struct cordon_note *out)
{
	if (!it || !it->detector || !out || it->at >= it->detector->trouble.n_notes)
		return false;
	const struct note *n = &it->detector->trouble.note[it->at++];
	*out = (struct cordon_note){ .text = n->text };
	if (n->at != PLACE_NONE && place_source(n->at) >= SOURCE_TEXTS) {
		out->source = it->detector->sources.text[place_source(n->at) - SOURCE_TEXTS];
		out->line = place_position(n->at);
	}
	return true;
}
