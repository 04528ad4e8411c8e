// SPDX-License-Identifier: Apache-2.0
// The keeper's HTTP server: its part of the keeper's loop.
#ifndef APP_API_SERVER_H
#define APP_API_SERVER_H
#include "app/doors.h"

struct keeper;
struct api_server;

/**
 * Begin to serve at doors that are open. Tokens and certificate are read; when they cannot be, that is said, and only the
 * unix socket is served until a reload finds them mended.
 *
 * Returns NULL with `e` filled; free with api_server_free.
 */
struct api_server *api_server_new(struct keeper *k, const struct doors *doors, struct err *e);
void api_server_free(struct api_server *s);

/** For the loop: when this can be read, or after so many ms (-1: never), call api_server_run. */
int api_server_fd(const struct api_server *s);
int api_server_idle_ms(struct api_server *s);
void api_server_run(struct api_server *s);

/**
 * Read the files of tokens and the certificate again; when one has a mistake, all that held holds. A certificate that is
 * another one cuts the connections by TCP.
 */
bool api_server_reload(struct api_server *s, struct err *e);

/** How the server stands; all 0 when there is none. */
const struct http_health *api_server_health(const struct api_server *s);

/** Read the files that HTTP needs, so that a mistake ends the start. */
struct tokens;
bool api_files_check(const struct settings *s, struct err *e);

/** Of them, the certificate and its key: readable, the latter by its owner alone, and a pair. */
bool api_pems_check(const struct settings *s, struct err *e);
#endif
