// SPDX-License-Identifier: Apache-2.0
// A child goes into the sandbox of who sends alerts, and tries what it must not, and what it needs.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/sandbox.h"

enum { ALLOWED, REFUSED, OTHERWISE, NO_SANDBOX, VERSION_OF_NET = 4 };

static char in[64] = "/tmp/cordon-in-XXXXXX", out[64] = "/tmp/cordon-out-XXXXXX",
	    readable[64] = "/tmp/cordon-read-XXXXXX";

static int opens(const char *folder, int flags)
{
	char path[96];
	snprintf(path, sizeof path, "%s/file", folder);
	int fd = open(path, flags | O_CLOEXEC, 0600);
	return fd >= 0 ? ALLOWED : errno == EACCES ? REFUSED : OTHERWISE;
}

static int write_inside(void)
{
	return opens(in, O_WRONLY | O_CREAT | O_APPEND);
}

static int read_inside(void)
{
	return opens(in, O_RDWR);
}

static int write_outside(void)
{
	return opens(out, O_WRONLY | O_CREAT);
}

static int read_outside(void)
{
	return opens(out, O_RDONLY);
}

static int read_certificate(void)
{
	return opens(readable, O_RDONLY);
}

static int write_certificate(void)
{
	return opens(readable, O_WRONLY);
}

static int read_names(void)
{
	return open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0 ? ALLOWED : REFUSED;
}

static int write_settings(void)
{
	return opens("/etc", O_WRONLY | O_CREAT);
}

static int run_a_program(void)
{
	execl("/bin/true", "true", (char *)NULL);
	return errno == EACCES ? REFUSED : OTHERWISE;
}

/* Port 9 of this machine: whether somebody listens there is all the same. */
static int call_somebody(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9) };
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool is_allowed =
		connect(fd, (struct sockaddr *)&to, sizeof to) == 0 || errno == ECONNREFUSED;
	return is_allowed ? ALLOWED : REFUSED;
}

static int listen_somewhere(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return bind(fd, (struct sockaddr *)&at, sizeof at) == 0 ? ALLOWED : REFUSED;
}

/* What became of an attempt in a child; NO_SANDBOX where the kernel, or the build, has none. */
static int in_sandbox(int (*attempt)(void), unsigned version)
{
	pid_t pid = fork();
	if (pid == 0) {
		struct sandbox box = {};
		struct err e = {};
		const char *const folder[] = { in, "/nowhere" }, *const certificates[] = {
			readable
		};
		const struct sandbox_paths writes = { folder, 2 }, reads = { certificates, 1 };
		if (!sandbox_enter_sending(&writes, &reads, &box, &e))
			_exit(OTHERWISE);
		_exit(box.landlock < version ? NO_SANDBOX : attempt());
	}
	int status = -1;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void refused(int (*attempt)(void), unsigned version)
{
	int got = in_sandbox(attempt, version);
	if (got == NO_SANDBOX)
		print_message("# NOT TESTED: no Landlock of version %u\n", version);
	else
		assert_int_equal(got, REFUSED);
}

static void what_it_needs_is_allowed(void **)
{
	assert_int_equal(in_sandbox(write_inside, 0), ALLOWED);
	assert_int_equal(in_sandbox(read_inside, 0), ALLOWED);
	assert_int_equal(in_sandbox(read_names, 0), ALLOWED);
	assert_int_equal(in_sandbox(read_certificate, 0), ALLOWED);
	assert_int_equal(in_sandbox(call_somebody, 0), ALLOWED);
}

static void what_a_sender_never_does_is_refused(void **)
{
	refused(write_outside, 1);
	refused(read_outside, 1);
	refused(write_settings, 1);
	refused(write_certificate, 1);
	refused(run_a_program, 1);
	refused(listen_somewhere, VERSION_OF_NET);
}

static int setup(void **)
{
	bool is_made = mkdtemp(in) && mkdtemp(out) && mkdtemp(readable) &&
		       opens(out, O_WRONLY | O_CREAT) == ALLOWED &&
		       opens(readable, O_WRONLY | O_CREAT) == ALLOWED;
	return is_made ? 0 : -1;
}

static int teardown(void **)
{
	char path[96];
	const char *const folder[] = { in, out, readable };
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof path, "%s/file", folder[i]);
		unlink(path);
		rmdir(folder[i]);
	}
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_it_needs_is_allowed),
		cmocka_unit_test(what_a_sender_never_does_is_refused),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
