// SPDX-License-Identifier: Apache-2.0
// Keys that are lists of files: logs, and leases.
#include <stdio.h>

#include "model/settings_read.h"

const char *settings_log(const struct settings *s, size_t i)
{
	const char *path = s->logs;
	while (i-- > 0)
		path += strlen(path) + 1;
	return path;
}

/* How many bytes of the room are taken. */
static size_t logs_bytes(const struct settings *s)
{
	return (size_t)(settings_log(s, s->n_logs) - s->logs);
}

static bool log_put(struct settings *s, const char *path)
{
	size_t used = logs_bytes(s), n = strlen(path) + 1;
	if (n > sizeof s->logs - used)
		return false;
	memcpy(s->logs + used, path, n);
	s->n_logs++;
	return true;
}

static bool read_log(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	const struct yml_key row = { .name = key->name,
		.expects = "the path of a log, or of a folder of logs",
		.max = SETTINGS_PATH_BYTES };
	struct reading *r = into;
	struct settings *s = &r->s;
	char path[SETTINGS_PATH_BYTES];
	if (!setting_path(&row, value, path, e))
		return false;
	for (size_t i = 0; i < s->n_logs; i++)
		if (!strcmp(settings_log(s, i), path))
			return yml_fail(e, value, "this log stands in line %zu already",
				yml_line(r->log_at[i]));
	if (s->n_logs == LOGS_MAX)
		return yml_fail(
			e, value, "more than %d logs: name the folder they lie in", LOGS_MAX);
	r->log_at[s->n_logs] = value;
	s->log_at[s->n_logs] =
		(struct setting_place){ (unsigned)yml_line(value), (unsigned)yml_column(value) };
	return log_put(s, path) ||
	       yml_fail(e, value,
		       "the paths of all logs are longer than %d bytes: name the folder "
		       "they lie in",
		       LOGS_BYTES);
}

bool read_logs(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	static const struct yml_key list = {
		.name = "logs",
		.expects = "a list of paths of logs, or of folders of logs",
		.read = read_log,
	};
	struct reading *r = reading_note(key, value, into);
	r->s.n_logs = 0;
	return yml_list(&list, value, r, e);
}

static bool read_lease_file(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	const struct yml_key row = {
		.name = key->name, .expects = "the path of a lease file", .max = LEASE_PATH_BYTES
	};
	struct settings *s = &((struct reading *)into)->s;
	if (s->n_lease_files == LEASE_FILES_MAX)
		return yml_fail(e, value, "more than %d lease files", LEASE_FILES_MAX);
	if (!setting_path(&row, value, s->lease_file[s->n_lease_files], e))
		return false;
	s->n_lease_files++;
	return true;
}

bool read_leases(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	static const struct yml_key list = {
		.name = "leases",
		.expects = "a list of lease files",
		.read = read_lease_file,
	};
	struct reading *r = reading_note(key, value, into);
	r->s.n_lease_files = 0;
	return yml_list(&list, value, r, e);
}

bool logs_place(struct reading *r, const char *name, struct err *e)
{
	char before[LOGS_BYTES], path[SETTINGS_PATH_BYTES];
	const char *from = before;
	size_t n = r->s.n_logs;
	if (!r->at[SETTING_LOGS].doc)
		return true;
	memcpy(before, r->s.logs, sizeof before);
	r->s.n_logs = 0;
	for (size_t i = 0; i < n; i++, from += strlen(from) + 1) {
		snprintf(path, sizeof path, "%s", from);
		if (!setting_path_place(path, sizeof path, r->log_at[i], name, e))
			return false;
		if (!log_put(&r->s, path))
			return yml_fail(e, r->log_at[i],
				"with the folder of this file the paths of all logs are longer "
				"than %d bytes",
				LOGS_BYTES);
	}
	return true;
}

bool leases_place(struct reading *r, const char *name, struct err *e)
{
	for (size_t i = 0; i < r->s.n_lease_files; i++)
		if (!setting_path_place(
			    r->s.lease_file[i], LEASE_PATH_BYTES, r->at[SETTING_LEASES], name, e))
			return false;
	return true;
}
