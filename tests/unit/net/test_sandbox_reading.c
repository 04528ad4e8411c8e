// SPDX-License-Identifier: Apache-2.0
// A child goes into the sandbox of who reads logs, and tries what it must not, and what it needs.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/sandbox.h"

enum { ALLOWED, REFUSED, OTHERWISE, NO_SANDBOX };

static char dir[64], in[96], below[96], out[96], link_out[96], late[96];
static int ends[2], socket_before;

/* An attempt tells what became of it; errno decides what a failure is. */
static int refused_if(bool failed)
{
	return !failed ? ALLOWED : errno == EPERM || errno == EACCES ? REFUSED : OTHERWISE;
}

static int allowed_if(bool is_fine)
{
	return is_fine ? ALLOWED : OTHERWISE;
}

static int reads(const char *path)
{
	char byte;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	return fd >= 0 && pread(fd, &byte, 1, 0) == 1 && byte == 'x' && lseek(fd, 0, SEEK_END) == 1;
}

static int read_a_log(void)
{
	return allowed_if(reads(in));
}

static int read_a_log_below(void)
{
	return allowed_if(reads(below));
}

/* Rotation makes new files. */
static int read_a_log_that_came_later(void)
{
	char byte;
	if (write(ends[0], "g", 1) != 1 || read(ends[0], &byte, 1) != 1)
		return OTHERWISE;
	return allowed_if(reads(late));
}

static int list_the_folder(void)
{
	DIR *d = opendir(dir);
	int n = 0;
	while (d && readdir(d))
		n++;
	return allowed_if(d && n > 2);
}

static int look_for_news(void)
{
	struct stat st;
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	return allowed_if(fd >= 0 && inotify_add_watch(fd, dir, IN_MODIFY | IN_ONLYDIR) >= 0 &&
			  stat(in, &st) == 0 && lstat(in, &st) == 0);
}

static int read_outside(void)
{
	return refused_if(open(out, O_RDONLY | O_CLOEXEC) < 0);
}

static int read_outside_by_a_link(void)
{
	return refused_if(open(link_out, O_RDONLY | O_CLOEXEC) < 0);
}

static int read_passwords(void)
{
	return refused_if(open("/etc/passwd", O_RDONLY | O_CLOEXEC) < 0);
}

static int list_outside(void)
{
	return refused_if(open("/etc", O_RDONLY | O_DIRECTORY | O_CLOEXEC) < 0);
}

static int write_a_log(void)
{
	return refused_if(open(in, O_WRONLY | O_CLOEXEC) < 0);
}

static int cut_a_log(void)
{
	return refused_if(open(in, O_RDONLY | O_TRUNC | O_CLOEXEC) < 0);
}

static int make_a_file(void)
{
	return refused_if(open(late, O_RDWR | O_CREAT | O_CLOEXEC, 0600) < 0);
}

static int remove_a_log(void)
{
	return refused_if(unlink(in) != 0);
}

static int rename_a_log(void)
{
	return refused_if(rename(in, late) != 0);
}

static int make_a_socket(void)
{
	return refused_if(socket(AF_INET, SOCK_STREAM, 0) < 0);
}

static int make_a_local_socket(void)
{
	return refused_if(socket(AF_UNIX, SOCK_STREAM, 0) < 0);
}

static int connect_what_is_open(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9) };
	return refused_if(connect(socket_before, (struct sockaddr *)&to, sizeof to) < 0);
}

static int send_a_datagram(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9) };
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return refused_if(sendto(socket_before, "x", 1, 0, (struct sockaddr *)&to, sizeof to) < 0);
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

static int signal_the_parent(void)
{
	return refused_if(kill(getppid(), 0) != 0);
}

static void fill(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0 && write(fd, "x", 1) == 1);
	close(fd);
}

/* What became of an attempt in a child of its own; `late` is made when it asks. */
static int in_sandbox(int (*attempt)(void))
{
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct sandbox s;
		struct err e = {};
		const char *const folders[] = { dir, "/not/there" };
		if (!sandbox_enter_reading(folders, 2, &s, &e)) {
			fprintf(stderr, "%s\n", e.text);
			_exit(OTHERWISE);
		}
		if (!s.has_filter || !s.landlock)
			_exit(NO_SANDBOX);
		errno = 0;
		_exit(attempt());
	}
	char byte;
	close(ends[0]);
	if (read(ends[1], &byte, 1) == 1) {
		fill(late);
		assert_int_equal(write(ends[1], "g", 1), 1);
	}
	close(ends[1]);
	int status;
	waitpid(pid, &status, 0);
	unlink(late);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static int setup(void **)
{
	snprintf(dir, sizeof dir, "/tmp/reading-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	snprintf(in, sizeof in, "%s/x.log", dir);
	snprintf(below, sizeof below, "%s/below", dir);
	mkdir(below, 0700);
	snprintf(below, sizeof below, "%s/below/y.log", dir);
	snprintf(late, sizeof late, "%s/x.log.1", dir);
	snprintf(link_out, sizeof link_out, "%s/link", dir);
	snprintf(out, sizeof out, "%s-outside", dir);
	fill(in);
	fill(below);
	fill(out);
	socket_before = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	return symlink(out, link_out);
}

static int teardown(void **)
{
	unlink(in);
	unlink(below);
	unlink(link_out);
	unlink(out);
	*strrchr(below, '/') = '\0';
	rmdir(below);
	rmdir(dir);
	close(socket_before);
	return 0;
}

static bool is_built_with_it(void)
{
	if (in_sandbox(read_a_log) != NO_SANDBOX)
		return true;
	printf("# skipped: NO LANDLOCK, OR BUILT WITH A SANITIZER: THE SANDBOX IS NOT TESTED\n");
	return false;
}

struct attempt {
	const char *name;
	int (*attempt)(void);
};

static void each_is(const struct attempt *attempt, size_t n, int what)
{
	for (size_t i = 0; is_built_with_it() && i < n; i++) {
		int became = in_sandbox(attempt[i].attempt);
		if (became != what)
			fail_msg("%s: %d", attempt[i].name, became);
	}
}

static void logs_can_be_read(void **)
{
	static const struct attempt attempts[] = {
		{ "read a log", read_a_log },
		{ "read a log below", read_a_log_below },
		{ "read a log that came later", read_a_log_that_came_later },
		{ "list the folder", list_the_folder },
		{ "look for news", look_for_news },
	};
	each_is(attempts, sizeof attempts / sizeof *attempts, ALLOWED);
}

static void nothing_else_can_be_done(void **)
{
	static const struct attempt attempts[] = {
		{ "read outside", read_outside },
		{ "read outside by a link", read_outside_by_a_link },
		{ "read passwords", read_passwords },
		{ "list outside", list_outside },
		{ "write a log", write_a_log },
		{ "cut a log", cut_a_log },
		{ "make a file", make_a_file },
		{ "remove a log", remove_a_log },
		{ "rename a log", rename_a_log },
		{ "make a socket", make_a_socket },
		{ "make a local socket", make_a_local_socket },
		{ "connect what is open", connect_what_is_open },
		{ "send a datagram", send_a_datagram },
		{ "fork", make_a_child },
		{ "exec", become_a_shell },
		{ "signal another process", signal_the_parent },
	};
	each_is(attempts, sizeof attempts / sizeof *attempts, REFUSED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(logs_can_be_read),
		cmocka_unit_test(nothing_else_can_be_done),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
