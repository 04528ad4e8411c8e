// SPDX-License-Identifier: Apache-2.0
// What settings would run into on this machine.
#ifndef APP_CONFIG_CHECK_H
#define APP_CONFIG_CHECK_H
#include "model/inventory.h"
#include "model/settings.h"

enum { WARNINGS_MAX = 128, WARNING_BYTES = 320 };

struct warning {
	enum setting about;
	struct setting_place at;  // in the file; line 0: the key as a whole
	char text[WARNING_BYTES]; // what, why it matters, what to do
};

struct warnings {
	struct warning warning[WARNINGS_MAX];
	size_t n;
};

/** Add one; what is beyond WARNINGS_MAX is dropped. */
[[gnu::format(printf, 3, 4)]] void warning_put(
	struct warnings *w, enum setting about, const char *text, ...);

/**
 * Look for what would go wrong if the daemon started now, as the user who asks.
 *
 * inventory  that of the settings; NULL when they name none
 *
 * Listeners are bound for a moment; nothing is sent, received or written.
 */
void settings_check(
	const struct settings *s, const struct inventory *inventory, struct warnings *out);
/** The part of settings_check that is about targets of alerts. */
void alerts_check(const struct settings *s, const struct inventory *, struct warnings *out);
#endif
