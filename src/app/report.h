// SPDX-License-Identifier: Apache-2.0
// What the files of cordon report share.
#ifndef APP_REPORT_H
#define APP_REPORT_H
#include "app/desk.h"
#include "output/outbreak.h"

/** What the user asks for; members that are NULL were not given. */
struct report_options {
	struct desk_options desk;
	const char *incident, *from, *to, *format, *output, *lang, *inventory;
};

/** The answers that a report is made from, to be freed with gathered_fini. */
struct gathered {
	cJSON *incidents, *board, *hosts, *curve, *before, *tree, *branches, *map, *exporters,
		*done;
	uint64_t incident;       // 0: all
	uint64_t from_ms, to_ms; // of the range; 0: not given
	uint64_t n_hosts_beyond, n_open;
};

/**
 * Ask for all that a report tells.
 *
 * lang      of sentences
 * all_hosts else those that need somebody first, OUTBREAK_HOSTS_SHOWN of each sort
 *
 * Returns false after a message.
 */
bool gather(struct desk *d, const struct report_options *o, enum lang lang, bool all_hosts,
	struct gathered *out);
void gathered_fini(struct gathered *g);

/** Tell the sentences of answers in the language of the report, where these have them in English only. */
void gathered_tell(struct gathered *g, enum lang lang);

/** Give each host of a report, without keeping them. Returns false after a message. */
bool gather_hosts(struct desk *d, const struct gathered *g, enum lang lang,
	bool (*take)(void *ctx, const cJSON *host), void *ctx);

/** The style of the page, and its hash. */
extern const struct embedded report_sheet;
#endif
