// SPDX-License-Identifier: Apache-2.0
// measure [-c CPU] [-w MIB] COMMAND ...: run a command with its output thrown away and print one line:
// exit code, wall seconds, CPU seconds (user and system), peak RSS in KiB. With -w so much memory is touched
// and given back first: a hypervisor takes pages away that were free for some seconds, and the command that
// gets them again would pay for whoever ran before it.
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { EXIT_USAGE = 2, EXIT_NO_COMMAND = 127 };

static double now_s(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + 1e-6 * (double)t.tv_usec;
}

/** Stay on one core where the system allows it; where not, the figures are merely noisier. */
static void pin(int cpu)
{
	cpu_set_t set;
	CPU_ZERO(&set);
	CPU_SET((size_t)cpu, &set);
	if (sched_setaffinity(0, sizeof set, &set))
		perror("measure: pin to one core");
}

_Noreturn static void become(char **command, int cpu)
{
	if (cpu >= 0)
		pin(cpu);
	if (!freopen("/dev/null", "w", stdout) || !freopen("/dev/null", "w", stderr))
		_exit(EXIT_USAGE);
	execvp(command[0], command);
	_exit(EXIT_NO_COMMAND);
}

/** In a process of its own, which then gives all back. Where there is less, the figures are merely noisier. */
static void warm(size_t bytes)
{
	pid_t child = bytes ? fork() : -1;
	if (child == 0) {
		void *p = mmap(
			NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (p != MAP_FAILED) {
			madvise(p, bytes, MADV_HUGEPAGE);
			memset(p, 1, bytes);
		}
		_exit(0);
	}
	if (child > 0)
		waitpid(child, NULL, 0);
}

int main(int argc, char **argv)
{
	int cpu = -1, status = 0;
	size_t warm_mib = 0;
	for (int option; (option = getopt(argc, argv, "+c:w:")) != -1;)
		if (option == 'c')
			cpu = (int)strtol(optarg, NULL, 10);
		else if (option == 'w')
			warm_mib = strtoul(optarg, NULL, 10);
		else
			optind = argc;
	int first = optind;
	if (first >= argc) {
		fputs("usage: measure [-c CPU] [-w MIB] COMMAND ...\n", stderr);
		return EXIT_USAGE;
	}
	warm(warm_mib << 20);
	double start_s = now_s();
	pid_t child = fork();
	if (child == 0)
		become(argv + first, cpu);
	struct rusage use;
	if (child < 0 || wait4(child, &status, 0, &use) < 0) {
		perror("measure");
		return EXIT_USAGE;
	}
	printf("%d %.4f %.4f %ld\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128,
		now_s() - start_s, seconds(use.ru_utime) + seconds(use.ru_stime), use.ru_maxrss);
	return 0;
}
