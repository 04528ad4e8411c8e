// SPDX-License-Identifier: Apache-2.0
// What the files of the server share.
#ifndef HTTP_PARTS_H
#define HTTP_PARTS_H
#include <microhttpd.h>

#include "http/server.h"

struct door {
	struct http_server *server;
	struct http_door given;
	struct MHD_Daemon *mhd;
};

/** A connection; in a list, so that slow ones are found. */
struct peer {
	struct door *door;
	int fd;
	bool is_streaming, was_cut;
	uint64_t until_ms; // the request, or the answer, has to be through by then
	struct peer *next, *before;
};

/** An event stream. */
struct stream {
	struct http_server *server;
	struct MHD_Connection *connection;
	uint64_t cursor;
	uint64_t told_ms; // when it last sent something
	bool is_waiting;  // suspended
	struct stream *next, *before;
};

struct http_server {
	struct http_site site;
	struct door door[HTTP_DOORS_MAX];
	size_t n_doors;
	int loop;
	bool has_work; // streams were resumed
	bool is_ending;
	uint64_t now_ms, swept_ms;
	struct peer *peers;
	struct stream *streams;
	struct http_health health;
};

/** A request from its first line on. */
struct call {
	struct http_server *server;
	struct http_target target;
	bool has_target, is_open; // the target could be read; its headers were judged
	struct err why;           // it could not
	struct http_entrance at;
	struct http_client client;
	const struct route *route;
	const char *capture[HTTP_CAPTURES_MAX];
	char key[HTTP_KEY_BYTES];
	char *body;
	size_t len;
	uid_t uid;
	bool is_stream;
};

/** Callbacks of libmicrohttpd. */
void *call_begin(void *door, const char *uri, struct MHD_Connection *c);
enum MHD_Result call_go_on(void *door, struct MHD_Connection *c, const char *url,
	const char *method, const char *version, const char *upload, size_t *len, void **call);
void call_end(
	void *door, struct MHD_Connection *c, void **call, enum MHD_RequestTerminationCode code);

/** Answer with a stream of events. */
enum MHD_Result stream_begin(struct http_server *s, struct MHD_Connection *c, const char *last_id);

/** Wake those that wait: all, or who has to show that he is there. */
void streams_resume(struct http_server *s, bool all);

/** The peer of a connection. */
struct peer *peer_of(struct MHD_Connection *c);
void peer_limit(struct peer *p, uint64_t until_ms);

/** Queue an answer with the headers that all have; takes over the body. */
enum MHD_Result answer_queue(
	struct http_server *s, struct MHD_Connection *c, struct http_answer *a, const char *allow);
void headers_add(struct MHD_Response *r, const char *policy); // NULL: the usual one
#endif
