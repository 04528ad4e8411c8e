// SPDX-License-Identifier: Apache-2.0
// What a target that looks into requests does with those of web logs.
#ifndef APP_CONTAIN_REQUESTS_H
#define APP_CONTAIN_REQUESTS_H
#include "app/contain.h"
#include "model/request.h"

struct looked_into;

/** Make ready, by the text for the target. Returns NULL after a message; free with looked_into_free. */
struct looked_into *looked_into_new(struct job *j);
void looked_into_free(struct looked_into *l);

/** Judge requests; to be given as `emit` of requests. */
void looked_into_take(void *ctx, const struct request *request, size_t n);

/** Say how many were dropped and let through; nothing when there were none. */
void looked_into_tell(const struct looked_into *l);
#endif
