// SPDX-License-Identifier: Apache-2.0
// All that an output needs to know of one run.
#ifndef MODEL_REPORT_H
#define MODEL_REPORT_H
#include "model/finding.h"
#include "model/names.h"
#include "model/outbreak.h"
#include "model/power.h"
#include "model/signature.h"
#include "model/trouble.h"

enum { PLACE_TEXT_BYTES = 300 };

struct report {
	const struct finding *finding; // ranked
	size_t n;
	const struct outbreak *outbreak; // largest first
	size_t n_outbreaks;
	const struct trouble *trouble;
	const struct names *names;
	const char *const *source; // names of the inputs, by source index
	const bool *has_packets;   // whether positions in it are packets, not lines
	size_t n_sources;
	const struct power *power; // NULL: nobody asked
	uint64_t n_requests;       // of logs of web servers
	uint64_t n_unnamed;        // of these, attacks that name nobody who could be accused
	enum lang lang;            // of texts that come in several
};

/** "FILE:LINE" or "FILE#PACKET"; "-" for PLACE_NONE. Gives `room` back. */
const char *place_format(const struct report *r, place p, char room[static PLACE_TEXT_BYTES]);
#endif
