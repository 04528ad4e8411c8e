// SPDX-License-Identifier: Apache-2.0
// It is no part of what reads strangers' bytes, for it runs programs that change the network.
#include "app/warden.h"

#include <signal.h>
#include <time.h>

#include "app/clock.h"
#include "app/command.h"
#include "app/contain_standing.h"
#include "app/say.h"

enum { LOOK_MS = 500, NS_IN_MS = 1000000 };

static volatile sig_atomic_t is_asked_to_end;

static void on_signal(int number)
{
	(void)number;
	is_asked_to_end = 1;
}

bool warden_is_wanted(const struct settings *s)
{
	bool is = false;
	for (size_t i = 0; i < n_drivers && !is; i++)
		is = standing_is(s->state_directory, &drivers[i]);
	return is;
}

int warden_run(const struct settings *s)
{
	struct sigaction ends = { .sa_handler = on_signal };
	struct tender *t = tender_new(s->state_directory);
	sigemptyset(&ends.sa_mask);
	sigaction(SIGTERM, &ends, NULL);
	sigprocmask(SIG_SETMASK, &ends.sa_mask, NULL); // it was held until here
	if (!t) {
		say(LOG_ERR, "warden: no memory");
		return EXIT_ERROR;
	}
	while (!is_asked_to_end) {
		const struct timespec look = { 0, LOOK_MS * NS_IN_MS };
		bool is_fine;
		tender_look(t, wall_ms(), &is_fine); // what is refused is told, and tried again
		nanosleep(&look, NULL);
	}
	tender_free(t);
	return EXIT_NOTHING;
}
