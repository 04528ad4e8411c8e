// SPDX-License-Identifier: Apache-2.0
// Any text is settings or an error with words; what is accepted lies within its limits, and what is
// printed of it can be read again.
#include <assert.h>

#include "base/quantity.h"
#include "model/settings.h"

static void holds_together(const struct settings *s)
{
	assert(s->n_listeners <= LISTENERS_MAX && (s->n_listeners || s->interface[0] || s->n_logs));
	assert(s->n_logs <= LOGS_MAX);
	assert(s->sockets >= 1 && s->sockets <= 64);
	assert(s->receive_buffer >= 64 << 10 && s->receive_buffer <= 1 << 30);
	assert(s->memory >= 1 << 20 && s->window_ms >= 50 && s->window_ms <= 60000);
	assert(s->remember_ms >= 60000 && s->clock_skew_ms <= 86400000);
	for (size_t i = 0; i < s->n_listeners; i++) {
		char text[LISTENER_TEXT_BYTES];
		assert(s->listener[i].port && !addr_is_multicast(&s->listener[i].address));
		assert(strrchr(listener_format(&s->listener[i], text), ':'));
	}
	for (enum setting k = 0; k < N_SETTINGS; k++) {
		char room[SETTING_TEXT_BYTES];
		uint64_t v;
		const char *text = setting_format(s, k, room);
		struct str written = { text, strlen(text) };
		assert(k != SETTING_MEMORY || (size_parse(written, &v) && v == s->memory));
		assert(k != SETTING_REMEMBER ||
			(duration_parse(written, &v) && v == s->remember_ms));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct settings s;
	struct err e = {};
	settings_init(&s);
	if (settings_parse(&s, (struct str){ (const char *)data, len }, "/etc/f", &e))
		holds_together(&s);
	else
		assert(e.text[0]);
	return 0;
}
