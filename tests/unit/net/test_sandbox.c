// SPDX-License-Identifier: Apache-2.0
// A child goes into the sandbox and tries what it must not, and what it needs.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "net/sandbox.h"
#include "net/udp.h"

enum { ALLOWED, REFUSED, OTHERWISE, NO_SANDBOX };

static struct udp_listener listener;
static int ends[2];

/* An attempt tells what became of it; errno decides what a failure is. */
static int refused_if(bool failed)
{
	return !failed ? ALLOWED : errno == EPERM || errno == EACCES ? REFUSED : OTHERWISE;
}

static int open_a_file(void)
{
	return refused_if(open("/etc/passwd", O_RDONLY) < 0);
}

static int make_a_file(void)
{
	return refused_if(
		syscall(SYS_openat, AT_FDCWD, "sandbox-test", O_CREAT | O_WRONLY, 0600) < 0);
}

static int make_a_socket(void)
{
	return refused_if(socket(AF_INET, SOCK_STREAM, 0) < 0);
}

static int connect_what_is_open(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9) };
	return refused_if(connect(listener.fd, (struct sockaddr *)&to, sizeof to) < 0);
}

/* Through the socket that listens, a datagram could leave for anywhere. */
static int send_a_datagram(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9) };
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return refused_if(sendto(listener.fd, "x", 1, 0, (struct sockaddr *)&to, sizeof to) < 0);
}

static int send_a_message(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9) };
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	struct iovec text = { (char[]){ 'x' }, 1 };
	struct msghdr m = { .msg_name = &to, .msg_namelen = sizeof to, .msg_iov = &text };
	m.msg_iovlen = 1;
	return refused_if(sendmsg(listener.fd, &m, 0) < 0);
}

/* Of all that asks a device, only whether an interface is up. */
static int ask_for_an_address(void)
{
	struct ifreq r = { .ifr_name = "lo" };
	return refused_if(ioctl(listener.fd, SIOCGIFADDR, &r) != 0);
}

static int make_a_child(void)
{
	pid_t pid = fork();
	if (pid == 0)
		_exit(0);
	return refused_if(pid < 0);
}

static int become_a_shell(void)
{
	char *const argv[] = { "sh", "-c", "exit 0", NULL };
	execve("/bin/sh", argv, NULL);
	return refused_if(true);
}

static void *nothing(void *of)
{
	return of;
}

static int make_a_thread(void)
{
	pthread_t thread;
	errno = pthread_create(&thread, NULL, nothing, NULL);
	return refused_if(errno != 0);
}

static int make_code(void)
{
	return refused_if(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
				  0) == MAP_FAILED);
}

static int make_memory_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return p == MAP_FAILED ? OTHERWISE : refused_if(mprotect(p, 4096, PROT_EXEC) != 0);
}

static int signal_the_parent(void)
{
	return refused_if(kill(getppid(), 0) != 0);
}

static int trace(void)
{
	return refused_if(syscall(SYS_ptrace, 0, 0, 0, 0) < 0);
}

static int leave_a_core(void)
{
	struct rlimit r;
	getrlimit(RLIMIT_CORE, &r); // refused too: then it says nothing of the limit
	struct rlimit more = { 1 << 20, 1 << 20 };
	return refused_if(setrlimit(RLIMIT_CORE, &more) != 0);
}

static int receive(void)
{
	const struct udp_datagram *d;
	struct udp_room *room = udp_room_new();
	uint32_t drops;
	return room && udp_receive(listener.fd, room, &d) == 1 && udp_drops(listener.fd, &drops)
		       ? ALLOWED
		       : OTHERWISE;
}

static int talk(void)
{
	char byte;
	return write(ends[0], "x", 1) == 1 && read(ends[1], &byte, 1) == 1 ? ALLOWED : OTHERWISE;
}

/* As the outbox does. */
static int send_on_the_pipe(void)
{
	char byte;
	return send(ends[0], "x", 1, MSG_DONTWAIT | MSG_NOSIGNAL) == 1 &&
			       read(ends[1], &byte, 1) == 1
		       ? ALLOWED
		       : OTHERWISE;
}

static int take_memory(void)
{
	enum { LARGE = 64 << 20 };
	for (int i = 0; i < 100; i++) {
		char *p = malloc(LARGE);
		if (!p)
			return OTHERWISE;
		p[i] = 1;
		p = realloc(p, LARGE * 2);
		if (!p)
			return OTHERWISE;
		free(p);
	}
	return ALLOWED;
}

static int rest(void)
{
	struct timespec t = { 0, 1000 };
	return clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL) ? OTHERWISE : ALLOWED;
}

/* What became of an attempt in a child of its own. */
static int in_sandbox(int (*attempt)(void))
{
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct sandbox s;
		struct err e = {};
		if (!sandbox_enter(&s, &e)) {
			fprintf(stderr, "%s\n", e.text);
			_exit(OTHERWISE);
		}
		if (!s.has_filter)
			_exit(NO_SANDBOX);
		errno = 0;
		_exit(attempt());
	}
	int status;
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static bool is_built_with_it(void)
{
	if (in_sandbox(rest) != NO_SANDBOX)
		return true;
	printf("# skipped: BUILT WITH A SANITIZER: THE SANDBOX IS NOT TESTED\n");
	return false;
}

static void what_a_collector_never_does_is_refused(void **)
{
	static const struct {
		const char *name;
		int (*attempt)(void);
	} attempts[] = {
		{ "open a file", open_a_file },
		{ "make a file", make_a_file },
		{ "make a socket", make_a_socket },
		{ "connect what is open", connect_what_is_open },
		{ "send a datagram", send_a_datagram },
		{ "send a message", send_a_message },
		{ "ask for an address", ask_for_an_address },
		{ "fork", make_a_child },
		{ "exec", become_a_shell },
		{ "make a thread", make_a_thread },
		{ "map code", make_code },
		{ "turn memory into code", make_memory_code },
		{ "signal another process", signal_the_parent },
		{ "trace", trace },
		{ "allow a core", leave_a_core },
	};
	for (size_t i = 0; is_built_with_it() && i < countof(attempts); i++) {
		int became = in_sandbox(attempts[i].attempt);
		if (became != REFUSED)
			fail_msg("%s: %d", attempts[i].name, became);
	}
}

static void what_it_needs_is_allowed(void **)
{
	struct udp_wish wish = { .address = { [10] = 0xff, 0xff, 127, 0, 0, 1 } };
	struct err e;
	assert_true(udp_open(&wish, &listener, &e));
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons(listener.port),
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	assert_int_equal(sendto(fd, "x", 1, 0, (struct sockaddr *)&to, sizeof to), 1);
	close(fd);
	if (!is_built_with_it())
		return;
	assert_int_equal(in_sandbox(receive), ALLOWED);
	assert_int_equal(in_sandbox(talk), ALLOWED);
	assert_int_equal(in_sandbox(send_on_the_pipe), ALLOWED);
	assert_int_equal(in_sandbox(take_memory), ALLOWED);
	assert_int_equal(in_sandbox(rest), ALLOWED);
}

static int fail_an_assert(void)
{
	abort();
}

static void a_failed_assert_still_ends_it_by_its_signal(void **)
{
	if (is_built_with_it())
		assert_int_equal(in_sandbox(fail_an_assert), -SIGABRT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_it_needs_is_allowed),
		cmocka_unit_test(what_a_collector_never_does_is_refused),
		cmocka_unit_test(a_failed_assert_still_ends_it_by_its_signal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
