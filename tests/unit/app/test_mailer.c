// SPDX-License-Identifier: Apache-2.0
// The process that runs sendmail: what it hands over, and programs that refuse, hang, talk, die, and are not there.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/mailer.h"

enum { TRY_MS = 30000, SHORT_MS = 300 };

static char folder[] = "/tmp/cordon-mailer-XXXXXX";
static struct alert_target target = { .type = ALERT_TYPE_MAIL,
	.to = "noc@example.net , a@example.org",
	.from = "cordon <cordon@example.net>" };

static const char *in(const char *name)
{
	static char path[96];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

/* A sendmail that is a script in the folder it lies in. */
static void program(const char *script)
{
	FILE *out = fopen(in("sendmail"), "we");
	assert_non_null(out);
	fprintf(out, "#!/bin/sh\ncd %s\n%s\n", folder, script);
	fclose(out);
	assert_int_equal(chmod(in("sendmail"), 0700), 0);
}

static char *text_of(const char *name)
{
	static char text[4096];
	FILE *f = fopen(in(name), "re");
	size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;
	text[n] = '\0';
	if (f)
		fclose(f);
	return text;
}

static bool mailed(unsigned try_ms, const char *message, struct err *e)
{
	struct mailer m = { .fd = -1 };
	bool is_sent = mailer_begin(&m, &target, try_ms, e) &&
		       mailer_send(&m, (struct str){ message, strlen(message) }, e);
	mailer_end(&m);
	return is_sent;
}

static void it_gets_the_message_and_the_recipients(void **)
{
	struct err e = {};
	program("set -- /proc/$$/fd/* -- \"$@\"\n" // the shell has its script as 10, and looks with 3
		"while [ \"$1\" != -- ]; do\n"
		"case ${1##*/} in 0|1|2|3|10) ;; *) echo $1 >> files;; esac; shift; done; shift\n"
		"cat > message; for a in \"$@\"; do echo \"$a\"; done > arguments\n"
		"env > environment");
	assert_true(mailed(TRY_MS, "Subject: x\n\n.\n\nend\n", &e));
	assert_string_equal(text_of("message"), "Subject: x\n\n.\n\nend\n");
	assert_string_equal(text_of("arguments"),
		"-i\n-f\ncordon@example.net\nnoc@example.net\na@example.org\n");
	assert_null(strstr(text_of("environment"), "HOME"));
	assert_string_equal(text_of("files"), "");
}

static void one_that_does_not_read_is_no_trouble(void **)
{
	char *message = malloc(MAIL_BYTES_MAX);
	struct err e = {};
	assert_non_null(message);
	memset(message, 'x', MAIL_BYTES_MAX - 1);
	message[MAIL_BYTES_MAX - 1] = '\0';
	program("exit 0");
	assert_true(mailed(TRY_MS, message, &e));
	free(message);
}

static void what_a_refusal_says_is_told(void **)
{
	struct err e = {};
	char expected[ALERT_TO_BYTES + 64];
	program("echo 'queue \033[1m full' >&2; echo more >&2; exit 75");
	assert_false(mailed(TRY_MS, "x", &e));
	snprintf(expected, sizeof expected, "mail: %s ended with exit code 75: queue ?[1m full",
		target.sendmail);
	assert_string_equal(e.text, expected);
}

static void one_that_hangs_is_killed_with_all_it_began(void **)
{
	struct err e = {};
	program("sleep 1000 & echo $! > child; trap '' TERM; wait");
	assert_false(mailed(SHORT_MS, "x", &e));
	assert_non_null(strstr(e.text, "did not end within 0 s, and was killed"));
	pid_t child = (pid_t)strtol(text_of("child"), NULL, 10);
	for (int i = 0; child > 0 && kill(child, 0) == 0 && i < 1000; i++)
		usleep(10 * 1000);
	assert_true(child == 0 || kill(child, 0) != 0);
}

static void one_that_talks_without_end_costs_no_memory(void **)
{
	struct err e = {};
	program("yes this is long 2>/dev/null; exit 1");
	assert_false(mailed(TRY_MS, "x", &e));
	assert_non_null(strstr(e.text, "exit code 1: this is long"));
}

static void one_that_dies_and_one_that_is_not_there_are_told(void **)
{
	struct err e = {};
	program("kill -11 $$");
	assert_false(mailed(TRY_MS, "x", &e));
	assert_non_null(strstr(e.text, "ended by signal 11"));
	unlink(target.sendmail);
	assert_false(mailed(TRY_MS, "x", &e));
	assert_non_null(strstr(e.text, "cannot be run: No such file or directory"));
}

static bool always(void)
{
	return true;
}

static void a_wait_that_is_given_up_ends_the_program(void **)
{
	struct mailer m = { .fd = -1 };
	struct err e = {};
	program("echo $$ > pid; exec sleep 1000");
	assert_true(mailer_begin(&m, &target, TRY_MS, &e));
	m.gives_up = always;
	assert_false(mailer_send(&m, (struct str){ "x", 1 }, &e));
	assert_int_equal(m.fd, -1);
	mailer_end(&m); // waits for the process, which waits for its program
	pid_t pid = (pid_t)strtol(text_of("pid"), NULL, 10);
	assert_true(pid == 0 || kill(pid, 0) != 0);
}

static int setup(void **)
{
	if (!mkdtemp(folder))
		return -1;
	snprintf(target.sendmail, sizeof target.sendmail, "%s", in("sendmail"));
	return 0;
}

static int teardown(void **)
{
	static const char *const files[] = { "sendmail", "message", "arguments", "environment",
		"files", "child", "pid" };
	for (size_t i = 0; i < countof(files); i++)
		unlink(in(files[i]));
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_gets_the_message_and_the_recipients),
		cmocka_unit_test(one_that_does_not_read_is_no_trouble),
		cmocka_unit_test(what_a_refusal_says_is_told),
		cmocka_unit_test(one_that_hangs_is_killed_with_all_it_began),
		cmocka_unit_test(one_that_talks_without_end_costs_no_memory),
		cmocka_unit_test(one_that_dies_and_one_that_is_not_there_are_told),
		cmocka_unit_test(a_wait_that_is_given_up_ends_the_program),
	};
	return cmocka_run_group_tests_name("mailer", tests, setup, teardown);
}
