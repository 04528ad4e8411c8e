// SPDX-License-Identifier: Apache-2.0
// The first lines that the daemon prints: what it does, and how to feed it.
#include <stdio.h>

#include "app/dashboard.h"
#include "app/say.h"
#include "app/watch.h"

/* Which addresses serve the API, and how far that reaches. */
static void greet_http(const struct watch *w)
{
	const struct settings *s = &w->settings;
	const char *scheme = s->http_certificate[0] ? "https" : "http";
	char room[LISTENER_TEXT_BYTES];
	if (w->doors.remark.text[0])
		watch_complain(&w->doors.remark);
	else
		for (size_t i = 0; i < s->n_http; i++)
			fprintf(stderr, "  serves %s://%s\n", scheme,
				listener_format(&s->http[i], room));
	if (s->n_http > 0 && dashboard_lacks()[0])
		say(LOG_NOTICE, "the dashboard is not in this program: it was built without %s",
			dashboard_lacks());
}

void watch_greet(const struct watch *w)
{
	const struct settings *s = &w->settings;
	char room[LISTENER_TEXT_BYTES], address[ADDR_TEXT_BYTES];
	bool is_local = true;
	say(LOG_INFO,
		"waits for NetFlow v5, v9, IPFIX and sFlow; findings are printed "
		"here and kept in %s",
		s->state_directory);
	for (size_t i = 0; i < s->n_listeners; i++) {
		fprintf(stderr, "  listens on %s\n", listener_format(&s->listener[i], room));
		is_local = is_local && listener_is_local(&s->listener[i]);
	}
	if (s->interface[0])
		fprintf(stderr, "  listens to interface %s\n", s->interface);
	for (size_t i = 0; i < s->n_logs; i++)
		fprintf(stderr, "  follows %s\n", settings_log(s, i));
	greet_http(w);
	if (s->n_listeners > 0)
		fprintf(stderr, "To feed it, on a Cisco router: ip flow-export destination %s %u\n",
			is_local ? "ADDRESS" : addr_format(&s->listener[0].address, address),
			s->listener[0].port);
	if (is_local && s->n_listeners > 0)
		fprintf(stderr,
			"Only this machine reaches 127.0.0.1: for others, cordon watch --listen "
			"ADDRESS:%u\n",
			s->listener[0].port);
}
