// SPDX-License-Identifier: Apache-2.0
// What cordon.yaml says: how `cordon watch` is to run. Every member has a value that works without a
// file.
#ifndef MODEL_SETTINGS_H
#define MODEL_SETTINGS_H
#include "base/bytes.h"
#include "base/err.h"
#include "model/addr.h"
#include "model/alert_target.h"
#include "model/listener.h"

/** Read when no other file is named, and only where it exists. */
#define SETTINGS_FILE "/etc/cordon/cordon.yaml"

enum { LISTENERS_MAX = 64, SETTINGS_PATH_BYTES = 4096 };
enum { LOGS_MAX = 64, LOGS_BYTES = 8192 }; // of all their paths
enum { LEASE_FILES_MAX = 8, LEASE_PATH_BYTES = 480 };
enum { HTTP_LISTENERS_MAX = 4, HTTP_HOSTS_MAX = 8, HTTP_HOST_BYTES = 128 };
enum { SETTING_TEXT_BYTES = LOGS_BYTES + 2 * LOGS_MAX };

/** The keys of the file. */
enum setting {
	SETTING_LISTEN,
	SETTING_SOCKETS,
	SETTING_RECEIVE_BUFFER,
	SETTING_INTERFACE,
	SETTING_LOGS,
	SETTING_MEMORY,
	SETTING_WINDOW,
	SETTING_REMEMBER,
	SETTING_CLOCK_SKEW,
	SETTING_STATE_DIRECTORY,
	SETTING_KEEP_EVIDENCE,
	SETTING_STORE_SIZE,
	SETTING_KEEP_SERIES,
	SETTING_SERIES_SIZE,
	SETTING_INVENTORY,
	SETTING_SIGNATURES,
	SETTING_LEASES,
	SETTING_ALERTS,
	SETTING_HTTP,
	SETTING_HTTP_HOSTS,
	SETTING_HTTP_VIEWERS,
	SETTING_HTTP_OPERATORS,
	SETTING_HTTP_CERTIFICATE,
	SETTING_HTTP_KEY,
	N_SETTINGS
};

/** Where in the file something stands, from 1; 0: nowhere. */
struct setting_place {
	unsigned line, column;
};

struct settings {
	struct listener listener[LISTENERS_MAX];
	size_t n_listeners;        // without a file 2055, 4739 and 6343 on 127.0.0.1
	unsigned sockets;          // of each listener, by SO_REUSEPORT; 1
	size_t receive_buffer;     // bytes asked for each socket; 64 MiB
	size_t memory;             // of the evidence, as --memory; 512 MiB
	uint64_t window_ms;        // how often the collector sends what it has; 500
	uint64_t remember_ms;      // contacts older than this are forgotten; 24 h
	uint64_t clock_skew_ms;    // by which exporters' clocks may be wrong; 5 min
	uint64_t keep_evidence_ms; // evidence that is older goes, where nothing stands on it; 365 d
	size_t store_size;         // of the store; beyond it younger evidence goes too; 4 GiB
	uint64_t keep_series_ms;   // how far back counters are told; 6 h
	size_t series_size;        // bytes that they take at most; 16 MiB
	char state_directory[SETTINGS_PATH_BYTES];          // see settings_init
	char inventory[SETTINGS_PATH_BYTES];                // "": none
	char signatures[SETTINGS_PATH_BYTES];               // "": only what is built in
	char lease_file[LEASE_FILES_MAX][LEASE_PATH_BYTES]; // of DHCP servers
	size_t n_lease_files;
	char interface[64];    // live capture; "": none
	char logs[LOGS_BYTES]; // paths of files and folders that are followed, a NUL behind each
	size_t n_logs;         // none without a file
	struct setting_place log_at[LOGS_MAX];
	struct alert_target alert[ALERT_TARGETS_MAX];
	size_t n_alerts;                          // none without a file
	struct listener http[HTTP_LISTENERS_MAX]; // TCP; without a file 8055 on 127.0.0.1
	size_t n_http;
	char http_host[HTTP_HOSTS_MAX][HTTP_HOST_BYTES]; // names it goes by, beside addresses
	size_t n_http_hosts;
	char http_viewers[SETTINGS_PATH_BYTES], http_operators[SETTINGS_PATH_BYTES]; // tokens
	char http_certificate[SETTINGS_PATH_BYTES], http_key[SETTINGS_PATH_BYTES];
	unsigned line[N_SETTINGS]; // where the file says it; 0: it does not, the default holds
};

/**
 * What holds without a file.
 *
 * The state directory is $STATE_DIRECTORY, which systemd sets; else of root /var/lib/cordon; else
 * $XDG_STATE_HOME/cordon, or ~/.local/state/cordon. Names that are not absolute are passed over.
 */
void settings_init(struct settings *s);

/**
 * Read a file over what is in `s`; cordon.yaml(5). Paths in it are relative to its folder.
 *
 * Returns false with `e` saying FILE:LINE:COL, what is wrong and what may have been meant; `s` is
 * then as it was.
 */
bool settings_load(struct settings *s, const char *path, struct err *e);

/** As settings_load, of text (not kept); `name` stands for the file. */
bool settings_parse(struct settings *s, struct str text, const char *name, struct err *e);

/** The key as the file writes it. */
const char *setting_name(enum setting k);

/** The path of a log, by its number. */
const char *settings_log(const struct settings *s, size_t i);

/** The value of a key as people write it, "" for none; listeners and logs with commas between. */
const char *setting_format(
	const struct settings *s, enum setting k, char room[static SETTING_TEXT_BYTES]);
#endif
