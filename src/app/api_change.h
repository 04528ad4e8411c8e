// SPDX-License-Identifier: Apache-2.0
// A change that is planned on the board as it is, and planned again when somebody wrote meanwhile.
#ifndef APP_API_CHANGE_H
#define APP_API_CHANGE_H
#include "app/api_form.h"
#include "incident/body.h"

enum { NOTE_TEXT_BYTES = 2048 };

/** What is to be written; `make` of change_make fills it anew for each try. */
struct change {
	const struct api *api;
	const struct board *board;
	const struct http_request *request;
	const struct filled *form;
	struct http_answer *answer;
	char actor[ACTOR_BYTES];
	struct event *event;
	size_t n;
	uint64_t opened;            // an incident that this opens; 0: none
	uint64_t former, former_ms; // whose an address was until then; 0: nobody's
};

/** Add an event, of now unless it has a time. Returns false after a problem. */
bool change_put(struct change *p, struct event ev, const struct body *body);

/** What the path names. */
const char *change_word(const struct change *p);

/**
 * Read a form, plan by it, write all of the plan or nothing, and answer.
 *
 * make  plans; returns false after a problem
 */
void change_make(struct api *api, const struct http_request *q, const struct form *form,
	bool (*make)(struct change *p), struct http_answer *out);
#endif
