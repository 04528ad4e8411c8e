// SPDX-License-Identifier: Apache-2.0
// Landlock takes the files away (Documentation/userspace-api/landlock.rst of Linux), seccomp the system
// calls (seccomp_filter.rst): a program of classic BPF, made of a table.
#include "net/sandbox.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/bytes.h"

#if defined(__x86_64__)
enum { ARCH = AUDIT_ARCH_X86_64 };
#elif defined(__aarch64__)
enum { ARCH = AUDIT_ARCH_AARCH64 };
#elif defined(__riscv) && __riscv_xlen == 64
enum { ARCH = AUDIT_ARCH_RISCV64 };
#else
#error "sandbox.c: add the AUDIT_ARCH of this processor"
#endif

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { HAS_SANITIZER = 1 };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
	__has_feature(memory_sanitizer)
enum { HAS_SANITIZER = 1 };
#else
enum { HAS_SANITIZER = 0 };
#endif
#else
enum { HAS_SANITIZER = 0 };
#endif

/* Rights by the version of the interface that brought them; a newer kernel knows more, and so may we. */
static const struct {
	int version;
	uint64_t files, net, scope;
} rights[] = {
	{ 1, (1 << 13) - 1, 0, 0 }, // execute, write, read, list, remove, make
	{ 2, 1 << 13, 0, 0 },       // refer
	{ 3, 1 << 14, 0, 0 },       // truncate
	{ 4, 0, 3, 0 },             // bind and connect of TCP
	{ 5, 1 << 15, 0, 0 },       // ioctl of devices
	{ 6, 0, 0, 3 },             // abstract sockets and signals of others
};

/* As struct landlock_ruleset_attr of Linux 6.12; the headers of Debian 12 have its first member only. */
struct ruleset {
	uint64_t files, net, scope;
};

enum { LANDLOCK_CREATE = 444, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT, LANDLOCK_ASK_VERSION = 1 };
enum {
	WRITE_FILE = 1 << 1, // linux/landlock.h
	READ_FILE = 1 << 2,
	READ_FOLDER = 1 << 3,
	MAKE_FILE = 1 << 8,
	TRUNCATE = 1 << 14,
	BIND_TCP = 1,
	RULE_BENEATH = 1,
};

/* What may be done beneath some paths; FOLDER_ONLY of it is of folders. */
struct grant {
	const char *const *path;
	size_t n;
	uint64_t files;
};
enum { FOLDER_ONLY = READ_FOLDER | MAKE_FILE };

/* As struct landlock_path_beneath_attr. */
struct beneath {
	uint64_t files;
	int32_t folder;
} __attribute__((packed));

/* A folder that is gone by now cannot be read either. */
static bool path_allow(int ruleset, const char *path, uint64_t files, struct err *e)
{
	struct stat st;
	struct beneath b = { files & ~(uint64_t)FOLDER_ONLY, open(path, O_PATH | O_CLOEXEC) };
	if (b.folder < 0)
		return true;
	if (fstat(b.folder, &st) == 0 && S_ISDIR(st.st_mode))
		b.files = files;
	bool is_in = !syscall(LANDLOCK_ADD_RULE, ruleset, RULE_BENEATH, &b, 0);
	close(b.folder);
	return is_in || err_sys(e, "allow the use of %s", path);
}

/* But for the grants no rule is added, so nothing else that is handled is allowed; of the net, all but `net` is. */
static bool landlock_enter(const struct grant *grant, size_t n_grants, uint64_t net,
	struct sandbox *out, struct err *e)
{
	long version = syscall(LANDLOCK_CREATE, NULL, 0, LANDLOCK_ASK_VERSION);
	if (version < 1) {
		err_sys(&out->remark, "this kernel has no Landlock, seccomp alone must do");
		return true;
	}
	struct ruleset r = {};
	for (size_t i = 0; i < countof(rights) && rights[i].version <= version; i++) {
		r.files |= rights[i].files;
		r.net |= rights[i].net & net;
		r.scope |= rights[i].scope;
	}
	size_t size = version < 4   ? offsetof(struct ruleset, net)
		      : version < 6 ? offsetof(struct ruleset, scope)
				    : sizeof r;
	int fd = (int)syscall(LANDLOCK_CREATE, &r, size, 0);
	if (fd < 0)
		return err_sys(e, "make a Landlock ruleset");
	bool is_in = true;
	for (size_t i = 0; i < n_grants; i++)
		for (size_t k = 0; k < grant[i].n && is_in; k++)
			is_in = path_allow(fd, grant[i].path[k], grant[i].files & r.files, e);
	if (is_in && syscall(LANDLOCK_RESTRICT, fd, 0))
		is_in = err_sys(e, "enter Landlock");
	close(fd);
	out->landlock = (unsigned)version;
	return is_in;
}

/* What of an argument decides: nothing, that no bit of `value` is set, or that it is `value`. */
enum demand { ALWAYS, NO_BITS, EQUALS };

struct allowed {
	uint32_t call;
	enum demand demand;
	uint32_t argument, value; // its lower 32 bits
};

/* Of poll(2), processors that came late have the other form only. */
#ifdef SYS_poll
enum { POLL = SYS_poll };
#else
enum { POLL = SYS_ppoll };
#endif

/*
 * What is sent goes where the descriptor leads, never to an address: a socket that listens would
 * carry a datagram anywhere. sendmsg(2) has its address where no filter can look, so it is none of
 * these. Of memory: none that can be executed.
 */
static const struct allowed for_all[] = {
	{ .call = SYS_recvfrom },
	{ .call = SYS_read },
	{ .call = SYS_write },
	{ .call = SYS_writev },
	{ SYS_sendto, EQUALS, 5, 0 },
	{ .call = SYS_ppoll },
	{ .call = POLL },
	{ .call = SYS_clock_gettime },
	{ .call = SYS_clock_nanosleep },
	{ .call = SYS_nanosleep },
	{ .call = SYS_restart_syscall },
	{ .call = SYS_futex },
	{ .call = SYS_sched_yield },
	{ .call = SYS_getrandom },
	{ .call = SYS_brk },
	{ .call = SYS_munmap },
	{ .call = SYS_mremap },
	{ .call = SYS_madvise },
	{ SYS_mmap, NO_BITS, 2, PROT_EXEC },
	{ SYS_mprotect, NO_BITS, 2, PROT_EXEC },
	{ .call = SYS_close },
	{ .call = SYS_exit },
	{ .call = SYS_exit_group },
	{ .call = SYS_rt_sigreturn },
	{ .call = SYS_rt_sigprocmask },
	{ .call = SYS_getpid },
	{ .call = SYS_gettid },
};

/* libpcap asks a socket for its drops, and, when the interface went down, whether it is still there. */
static const struct allowed for_sockets[] = {
	{ .call = SYS_recvmmsg },
	{ .call = SYS_recvmsg },
	{ .call = SYS_epoll_pwait },
	{ .call = SYS_epoll_ctl },
	{ .call = SYS_getsockopt },
	{ SYS_ioctl, EQUALS, 1, SIOCGIFFLAGS },
};

/* Opened to read, and nothing else; where, Landlock decides. inotify tells when to look. */
static const struct allowed for_files[] = {
	{ SYS_openat, NO_BITS, 2, O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND },
	{ .call = SYS_newfstatat },
	{ .call = SYS_fstat },
	{ .call = SYS_getdents64 },
	{ .call = SYS_pread64 },
	{ .call = SYS_lseek },
	{ .call = SYS_inotify_init1 },
	{ .call = SYS_inotify_add_watch },
};

enum { AT_CALL = offsetof(struct seccomp_data, nr), AT_ARCH = offsetof(struct seccomp_data, arch) };
enum { PROGRAM_MAX = 256 };

struct program {
	unsigned short n;
	struct sock_filter step[PROGRAM_MAX];
};

static void put(struct program *p, struct sock_filter step)
{
	if (p->n == PROGRAM_MAX)
		abort(); // our own table is too long
	p->step[p->n++] = step;
}

static void put_load(struct program *p, uint32_t at)
{
	put(p, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, at));
}

static void put_verdict(struct program *p, uint32_t verdict)
{
	put(p, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, verdict));
}

/* The number of the call is loaded, and is again when this row did not decide. */
static void put_allowed(struct program *p, const struct allowed *a)
{
	enum { REFUSE = SECCOMP_RET_ERRNO | EPERM };
	uint32_t at = (uint32_t)offsetof(struct seccomp_data, args) +
		      a->argument * (uint32_t)sizeof(uint64_t) +
		      (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4 : 0);
	if (a->demand == ALWAYS) {
		put(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, a->call, 0, 1));
		return put_verdict(p, SECCOMP_RET_ALLOW);
	}
	put(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, a->call, 0, 4));
	put_load(p, at);
	if (a->demand == NO_BITS)
		put(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, a->value, 1, 0));
	else
		put(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, a->value, 0, 1));
	put_verdict(p, SECCOMP_RET_ALLOW);
	put_verdict(p, REFUSE);
}

/* Calls of another architecture have other numbers: who makes one is no part of this program. */
static bool filter_enter(const struct allowed *more, size_t n, struct err *e)
{
	// abort() of a failed assert raises its signal so
	const struct allowed at_the_end = { SYS_tgkill, EQUALS, 0, (uint32_t)getpid() };
	struct program p = {};
	put_load(&p, AT_ARCH);
	put(&p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0));
	put_verdict(&p, SECCOMP_RET_KILL_PROCESS);
	put_load(&p, AT_CALL);
	put_allowed(&p, &at_the_end);
	for (size_t i = 0; i < countof(for_all); i++)
		put_allowed(&p, &for_all[i]);
	for (size_t i = 0; i < n; i++)
		put_allowed(&p, &more[i]);
	put_verdict(&p, SECCOMP_RET_ERRNO | EPERM);
	struct sock_fprog all = { .len = p.n, .filter = p.step };
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &all))
		return err_sys(e, "enter seccomp");
	return true;
}

/* The lowest limit under which all that is open may stay. */
static unsigned long files_open(void)
{
	unsigned long n = 0;
	DIR *d = opendir("/proc/self/fd");
	for (struct dirent *f; d && (f = readdir(d));) {
		unsigned long fd = strtoul(f->d_name, NULL, 10);
		if (fd >= n && (int)fd != dirfd(d))
			n = fd + 1;
	}
	if (d)
		closedir(d);
	return n;
}

static bool limit(int what, unsigned long most, const char *name, struct err *e)
{
	struct rlimit r = { most, most };
	if (setrlimit((__rlimit_resource_t)what, &r))
		return err_sys(e, "limit %s to %lu", name, most);
	return true;
}

/* What is common to both; `files` of the result says how many may be open, 0: as many as before. */
static bool begin(struct sandbox *s, struct err *e)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return err_sys(e, "give up new privileges");
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
		return err_sys(e, "keep debuggers out");
	if (HAS_SANITIZER)
		err_set(&s->remark, "BUILT WITH A SANITIZER, THEREFORE NOT IN A SANDBOX");
	return limit(RLIMIT_CORE, 0, "the size of a core", e);
}

bool sandbox_enter(struct sandbox *out, struct err *e)
{
	struct sandbox s = { .files = files_open() };
	if (!begin(&s, e))
		return false;
	if (!HAS_SANITIZER) {
		if (!landlock_enter(NULL, 0, UINT64_MAX, &s, e) ||
			(s.files && !limit(RLIMIT_NOFILE, s.files, "open files", e)) ||
			!filter_enter(for_sockets, countof(for_sockets), e))
			return false;
		s.has_filter = true;
	}
	*out = s;
	return true;
}

bool sandbox_enter_reading(
	const char *const *folder, size_t n_folders, struct sandbox *out, struct err *e)
{
	const struct grant reads = { folder, n_folders, READ_FILE | READ_FOLDER };
	struct sandbox s = {};
	if (!begin(&s, e))
		return false;
	if (!HAS_SANITIZER) {
		if (!landlock_enter(&reads, 1, UINT64_MAX, &s, e) ||
			!filter_enter(for_files, countof(for_files), e))
			return false;
		s.has_filter = true;
	}
	*out = s;
	return true;
}

bool sandbox_enter_sending(const struct sandbox_paths *writes, const struct sandbox_paths *reads,
	struct sandbox *out, struct err *e)
{
	// Of resolvers and of libraries that they load, of certificates, and of random numbers.
	static const char *const known[] = { "/etc", "/usr", "/lib", "/lib64",
		"/run/systemd/resolve", "/run/NetworkManager", "/run/resolvconf", "/dev/urandom",
		"/dev/null" };
	const struct grant grants[] = {
		{ known, countof(known), READ_FILE | READ_FOLDER },
		{ reads->path, reads->n, READ_FILE | READ_FOLDER },
		{ writes->path, writes->n,
			READ_FILE | READ_FOLDER | WRITE_FILE | MAKE_FILE | TRUNCATE },
	};
	struct sandbox s = {};
	if (!begin(&s, e) ||
		(!HAS_SANITIZER && !landlock_enter(grants, countof(grants), BIND_TCP, &s, e)))
		return false;
	*out = s;
	return true;
}
