// SPDX-License-Identifier: Apache-2.0
#include "app/log_sensors.h"

#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "model/contact.h"

enum { PROBES_IN_EIGHT = 3, HOSTS_OF_16 = 1 << 16 };

static struct str folder_of(struct str path)
{
	const char *slash = path.len ? memrchr(path.ptr, '/', path.len) : NULL;
	return (struct str){ path.ptr, slash ? (size_t)(slash - path.ptr) : 0 };
}

uint16_t log_sensor_identity(struct str path)
{
	struct str folder = folder_of(path);
	return (uint16_t)hash_bytes(folder.len ? folder.ptr : "", folder.len, 0);
}

const struct log_sensor *log_sensor_find(const struct log_sensors *s, uint16_t identity)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->sensor[i].identity == identity)
			return &s->sensor[i];
	return NULL;
}

/* Without room there is no sensor, and so nothing that it could prove. */
static struct log_sensor *sensor_at(struct log_sensors *s, struct str path)
{
	uint16_t identity = log_sensor_identity(path);
	struct log_sensor *known = (struct log_sensor *)log_sensor_find(s, identity);
	if (known || s->n == LOG_SENSORS_MAX)
		return known;
	struct log_sensor *fresh = &s->sensor[s->n++];
	struct str folder = folder_of(path);
	*fresh = (struct log_sensor){ .identity = identity };
	snprintf(fresh->folder, sizeof fresh->folder, "%.*s",
		(int)(folder.len < LOG_FOLDER_BYTES ? folder.len : LOG_FOLDER_BYTES - 1),
		folder.ptr ? folder.ptr : "");
	return fresh;
}

void log_sensors_hear(
	struct log_sensors *s, const struct log_state *before, const struct log_state *now)
{
	struct log_sensor *x = now->path.len ? sensor_at(s, now->path) : NULL;
	if (!x)
		return;
	if (now->gaps > before->gaps || now->ailing) {
		x->heard = (struct span){};
		x->floor_ms = MOST(x->floor_ms, now->last_ms);
	}
	if (!now->whole_ms || now->ailing)
		return;
	struct span is = { MOST(now->whole_ms, x->floor_ms), now->last_ms };
	if (is.until_ms < is.since_ms)
		return;
	bool goes_on = x->heard.until_ms && is.since_ms <= x->heard.until_ms + LOG_PAUSE_MS &&
		       is.until_ms + LOG_PAUSE_MS >= x->heard.since_ms;
	if (goes_on) {
		x->heard.since_ms = LEAST(x->heard.since_ms, is.since_ms);
		x->heard.until_ms = MOST(x->heard.until_ms, is.until_ms);
	} else if (is.until_ms > x->heard.until_ms) {
		x->heard = is;
	}
}

uint32_t log_sampling(size_t n)
{
	return n ? (uint32_t)((HOSTS_OF_16 * 8 / PROBES_IN_EIGHT + n) / n) : 0;
}
