// SPDX-License-Identifier: Apache-2.0
// Files that are followed: whatever happens to them, each line comes once, or a gap is told.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source/follow.h"

enum { POSITIONS_MAX = 16 };

/* What was read so far, all files one behind the other, and what was told. */
struct seen {
	char text[1 << 16];
	size_t n;
	unsigned n_event[N_FOLLOW_EVENTS], n_ends, n_over;
};

struct site {
	char dir[64], path[128];
	struct seen seen;
	struct follow *follow;
};

static volatile sig_atomic_t stop; // never set: a test that waits is a test that fails

static bool on_begin(void *ctx, struct follow_file *file, struct bytes head)
{
	(void)ctx;
	assert_true(file->at.offset > 0 || head.len > 0);
	file->label++;
	return true;
}

static void on_take(void *ctx, struct follow_file *file, struct bytes b)
{
	struct seen *s = ctx;
	(void)file;
	assert_true(b.len > 0);
	while (b.len > 0 && *b.ptr == 0) // of a hole, as decoders do
		b.ptr++, b.len--;
	assert_true(s->n + b.len < sizeof s->text);
	memcpy(s->text + s->n, b.ptr, b.len);
	s->n += b.len;
}

static void on_end(void *ctx, struct follow_file *file, bool is_over)
{
	struct seen *s = ctx;
	(void)file;
	s->n_ends++;
	s->n_over += is_over;
}

static void on_event(void *ctx, struct follow_file *file, enum follow_event event)
{
	struct seen *s = ctx;
	assert_non_null(file->path);
	assert_true(follow_event_text(event)[0]);
	s->n_event[event]++;
}

static void begin(struct site *s)
{
	struct follow_reader r = { &s->seen, on_begin, on_take, on_end, on_event, &stop };
	s->follow = follow_new(&r);
	assert_non_null(s->follow);
}

static void put(struct site *s, const char *path)
{
	struct err e;
	if (!follow_put(s->follow, path, &e))
		fail_msg("%s", e.text);
}

static void look(struct site *s)
{
	for (int i = 0; i < 100 && follow_poll(s->follow, 0); i++)
		;
}

static int setup(void **state)
{
	struct site *s = calloc(1, sizeof *s);
	snprintf(s->dir, sizeof s->dir, "/tmp/follow-XXXXXX");
	if (!mkdtemp(s->dir))
		return -1;
	snprintf(s->path, sizeof s->path, "%s/log", s->dir);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct site *s = *state;
	follow_free(s->follow);
	DIR *d = opendir(s->dir);
	for (struct dirent *f; d && (f = readdir(d));)
		unlinkat(dirfd(d), f->d_name, 0);
	if (d)
		closedir(d);
	rmdir(s->dir);
	free(s);
	return 0;
}

static const char *at(const struct site *s, const char *name, char room[static 160])
{
	snprintf(room, 160, "%s/%s", s->dir, name);
	return room;
}

static void write_to(const char *path, int flags, const char *text, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, n), (ssize_t)n);
	close(fd);
}

static void append(const char *path, const char *text)
{
	write_to(path, O_APPEND, text, strlen(text));
}

static void assert_seen(struct site *s, const char *text)
{
	s->seen.text[s->seen.n] = '\0';
	assert_string_equal(s->seen.text, text);
}

static unsigned n_gaps(const struct site *s)
{
	unsigned n = 0;
	for (enum follow_event e = 0; e < N_FOLLOW_EVENTS; e++)
		n += follow_event_is_gap(e) ? s->seen.n_event[e] : 0;
	return n;
}

static void copy_to(const struct site *s, const char *name)
{
	char room[160], text[4096];
	int fd = open(s->path, O_RDONLY | O_CLOEXEC);
	ssize_t n = read(fd, text, sizeof text);
	close(fd);
	assert_true(n >= 0);
	write_to(at(s, name, room), O_TRUNC, text, (size_t)n);
}

/* The position of every file, as a state keeps it; then another run begins with them. */
static void restart(struct site *s, const char *path)
{
	struct follow_position pos[POSITIONS_MAX];
	char *name[POSITIONS_MAX], *memo[POSITIONS_MAX];
	size_t n = 0;
	struct follow_iter it = { .follow = s->follow };
	for (const struct follow_file *f; (f = follow_next(&it)) && n < POSITIONS_MAX; n++) {
		pos[n] = f->at;
		name[n] = strdup(f->path);
		memo[n] = f->memo ? strdup(f->memo) : NULL;
	}
	follow_free(s->follow);
	begin(s);
	for (size_t i = 0; i < n; i++) {
		assert_true(follow_resume(s->follow, name[i], &pos[i], memo[i]));
		free(name[i]);
		free(memo[i]);
	}
	put(s, path);
}

static void a_half_line_waits_for_its_end(void **state)
{
	struct site *s = *state;
	begin(s);
	put(s, s->path);
	look(s);
	append(s->path, "one\ntw");
	look(s);
	assert_seen(s, "one\n");
	append(s->path, "o");
	look(s);
	assert_seen(s, "one\n");
	append(s->path, "\n");
	look(s);
	assert_seen(s, "one\ntwo\n");
	append(s->path, "three");
	look(s);
	follow_finish(s->follow);
	assert_seen(s, "one\ntwo\nthree");
	assert_int_equal(n_gaps(s), 0);
}

static void nuls_ahead_of_the_text_are_waited_for(void **state)
{
	struct site *s = *state;
	write_to(s->path, 0, "one\ntw\0\0\0\0\0\0\0\0", 14);
	begin(s);
	put(s, s->path);
	look(s);
	assert_seen(s, "one\n");
	write_to(s->path, 0, "one\ntwo\nthree\n", 14);
	look(s);
	assert_seen(s, "one\ntwo\nthree\n");
	assert_int_equal(n_gaps(s), 0);
}

static void a_file_made_long_ahead_is_not_cut_when_it_is_trimmed(void **state)
{
	struct site *s = *state;
	write_to(s->path, 0, "one\n", 4);
	assert_int_equal(truncate(s->path, 3 << 20), 0);
	begin(s);
	put(s, s->path);
	look(s);
	assert_seen(s, "one\n");
	assert_int_equal(truncate(s->path, 4), 0);
	look(s);
	append(s->path, "two\n");
	look(s);
	assert_seen(s, "one\ntwo\n");
	assert_int_equal(n_gaps(s), 0);
}

static void the_old_file_is_read_to_its_end_after_a_rename(void **state)
{
	struct site *s = *state;
	char old[160];
	append(s->path, "a1\n");
	begin(s);
	put(s, s->path);
	look(s);
	append(s->path, "a2\n");
	assert_int_equal(rename(s->path, at(s, "log.1", old)), 0);
	append(old, "a3\n");
	append(s->path, "b1\n");
	look(s);
	assert_seen(s, "a1\na2\na3\nb1\n");
	append(old, "a4\n");
	append(s->path, "b2\n");
	look(s);
	assert_seen(s, "a1\na2\na3\nb1\na4\nb2\n");
	assert_int_equal(s->seen.n_event[FOLLOW_ROTATED], 1);
	assert_int_equal(n_gaps(s), 0);
}

/* A generation that was begun and rotated away between two looks. */
static void two_rotations_between_two_looks_lose_nothing(void **state)
{
	struct site *s = *state;
	char one[160], two[160];
	append(s->path, "a1\n");
	begin(s);
	put(s, s->path);
	look(s);
	append(s->path, "a2\n");
	assert_int_equal(rename(s->path, at(s, "log.2", two)), 0);
	append(at(s, "log.1", one), "b1\n");
	append(s->path, "c1\n");
	look(s);
	assert_seen(s, "a1\na2\nb1\nc1\n");
	assert_int_equal(s->seen.n_event[FOLLOW_MISSED], 1);
	assert_int_equal(n_gaps(s), 0);
}

static void a_deleted_file_is_read_to_its_end(void **state)
{
	struct site *s = *state;
	append(s->path, "a1\n");
	begin(s);
	put(s, s->path);
	look(s);
	append(s->path, "a2\n");
	unlink(s->path);
	look(s);
	append(s->path, "b1\n");
	look(s);
	assert_seen(s, "a1\na2\nb1\n");
	assert_int_equal(n_gaps(s), 0);
}

static void a_cut_is_a_gap(void **state)
{
	struct site *s = *state;
	append(s->path, "a1\na2\n");
	begin(s);
	put(s, s->path);
	look(s);
	write_to(s->path, O_TRUNC, "b1\n", 3);
	look(s);
	assert_seen(s, "a1\na2\nb1\n");
	assert_int_equal(s->seen.n_event[FOLLOW_TRUNCATED], 1);
	assert_int_equal(s->seen.n_over, 1);
}

/* It grew beyond where reading stood before anybody looked. */
static void a_cut_that_is_longer_than_before_is_seen(void **state)
{
	struct site *s = *state;
	append(s->path, "a1\n");
	begin(s);
	put(s, s->path);
	look(s);
	write_to(s->path, O_TRUNC, "b1\nb2\nb3\n", 9);
	look(s);
	assert_seen(s, "a1\nb1\nb2\nb3\n");
	assert_int_equal(n_gaps(s), 1);
}

static void what_stands_in_the_copy_is_read_from_it(void **state)
{
	struct site *s = *state;
	append(s->path, "a1\n");
	begin(s);
	put(s, s->path);
	look(s);
	append(s->path, "a2\na3\n");
	copy_to(s, "log.1");
	write_to(s->path, O_TRUNC, "b1\n", 3);
	look(s);
	assert_seen(s, "a1\na2\na3\nb1\n");
	assert_int_equal(s->seen.n_event[FOLLOW_COPIED], 1);
}

/* Nothing of it was seen but that the empty file was touched. */
static void a_cut_between_two_looks_is_a_gap_or_in_the_copy(void **state)
{
	struct site *s = *state;
	append(s->path, "a1\n");
	begin(s);
	put(s, s->path);
	look(s);
	write_to(s->path, O_TRUNC, "", 0);
	look(s);
	assert_int_equal(s->seen.n_event[FOLLOW_TRUNCATED], 1);
	look(s);
	usleep(20000); // stamps of files are that coarse
	append(s->path, "b1\n");
	write_to(s->path, O_TRUNC, "", 0);
	look(s);
	assert_int_equal(s->seen.n_event[FOLLOW_TRUNCATED], 2);
	look(s);
	usleep(20000);
	append(s->path, "c1\n");
	copy_to(s, "log.1");
	write_to(s->path, O_TRUNC, "", 0);
	look(s);
	append(s->path, "d1\n");
	look(s);
	assert_int_equal(s->seen.n_event[FOLLOW_COPIED], 1);
	assert_seen(s, "a1\nc1\nd1\n");
}

/* A writer that does not append leaves a hole in front. */
static void a_hole_after_a_cut_does_no_harm(void **state)
{
	struct site *s = *state;
	begin(s);
	int fd = open(s->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	char line[64];
	memset(line, 'x', sizeof line);
	line[sizeof line - 2] = '\n';
	line[sizeof line - 1] = '\0';
	assert_int_equal(lseek(fd, 5 << 20, SEEK_SET), 5 << 20);
	assert_int_equal(write(fd, line, strlen(line)), (ssize_t)strlen(line));
	close(fd);
	put(s, s->path);
	look(s);
	assert_seen(s, line);
	assert_int_equal(n_gaps(s), 0);
}

static void a_folder_gets_new_files_and_renamed_ones(void **state)
{
	struct site *s = *state;
	char a[160], b[160], c[160];
	append(at(s, "ex01080923.log", a), "a1\n");
	begin(s);
	put(s, s->dir);
	look(s);
	append(at(s, "ex01081000.log", b), "b1\n");
	append(a, "a2\n");
	look(s);
	assert_int_equal(rename(b, at(s, "ex01081000.log.1", c)), 0);
	append(c, "b2\n");
	append(b, "c1\n");
	look(s);
	assert_seen(s, "a1\na2\nb1\nb2\nc1\n");
	assert_int_equal(n_gaps(s), 0);
}

/* As IIS makes one for each site; it may come later, go on after a restart, and go for ever. */
static void folders_below_a_folder_are_followed_too(void **state)
{
	struct site *s = *state;
	char first[160], deep[160], log[160], later[160], other[160];
	assert_int_equal(mkdir(at(s, "W3SVC1", first), 0700), 0);
	assert_int_equal(mkdir(at(s, "W3SVC1/deep", deep), 0700), 0);
	append(at(s, "W3SVC1/deep/ex010809.log", log), "a1\n");
	begin(s);
	put(s, s->dir);
	look(s);
	append(log, "a2\n");
	look(s);
	assert_int_equal(mkdir(at(s, "W3SVC2", later), 0700), 0);
	append(at(s, "W3SVC2/ex010809.log", other), "b1\n");
	look(s);
	assert_seen(s, "a1\na2\nb1\n");
	restart(s, s->dir);
	append(log, "a3\n");
	append(other, "b2\n");
	look(s);
	assert_seen(s, "a1\na2\nb1\na3\nb2\n");
	unlink(log);
	rmdir(deep);
	rmdir(first);
	unlink(other);
	rmdir(later);
	look(s);
	assert_seen(s, "a1\na2\nb1\na3\nb2\n");
	assert_int_equal(n_gaps(s), 0);
}

static void a_copy_in_a_folder_is_not_read_again(void **state)
{
	struct site *s = *state;
	append(s->path, "a1\na2\n");
	begin(s);
	put(s, s->dir);
	look(s);
	append(s->path, "a3\n");
	copy_to(s, "log.1");
	look(s);
	append(s->path, "a4\n");
	look(s);
	assert_seen(s, "a1\na2\na3\na4\n");
	write_to(s->path, O_TRUNC, "b1\n", 3);
	look(s);
	assert_seen(s, "a1\na2\na3\na4\nb1\n");
	restart(s, s->dir);
	look(s);
	assert_seen(s, "a1\na2\na3\na4\nb1\n");
}

static void what_is_no_text_is_refused_once(void **state)
{
	struct site *s = *state;
	char a[160];
	write_to(at(s, "x.gz", a), 0, "\x1f\x8b\x08 and so on\n", 14);
	begin(s);
	put(s, s->dir);
	look(s);
	append(a, "more\n");
	look(s);
	assert_seen(s, "");
	assert_int_equal(s->seen.n_event[FOLLOW_REFUSED], 1);
}

static void rotation_while_nobody_reads_loses_nothing(void **state)
{
	struct site *s = *state;
	char one[160], two[160];
	append(s->path, "a1\n");
	begin(s);
	put(s, s->path);
	look(s);
	append(s->path, "a2\n");
	assert_int_equal(rename(s->path, at(s, "log.2", two)), 0);
	append(at(s, "log.1", one), "b1\n");
	append(s->path, "c1\n");
	restart(s, s->path);
	look(s);
	assert_seen(s, "a1\na2\nb1\nc1\n");
	assert_true(s->seen.n_event[FOLLOW_MISSED] > 0);
	assert_int_equal(n_gaps(s), 0);
}

static void a_copy_made_while_nobody_read_has_the_rest(void **state)
{
	struct site *s = *state;
	append(s->path, "a1\n");
	begin(s);
	put(s, s->path);
	look(s);
	append(s->path, "a2\n");
	copy_to(s, "log.1");
	write_to(s->path, O_TRUNC, "b1\n", 3);
	restart(s, s->path);
	look(s);
	assert_seen(s, "a1\na2\nb1\n");
	assert_int_equal(s->seen.n_event[FOLLOW_COPIED], 1);
}

static void a_rest_that_is_gone_is_a_gap(void **state)
{
	struct site *s = *state;
	char other[160];
	append(s->path, "a1\n");
	begin(s);
	put(s, s->path);
	look(s);
	append(at(s, "other", other), "b1\n");
	assert_int_equal(rename(other, s->path), 0);
	restart(s, s->path);
	look(s);
	assert_seen(s, "a1\nb1\n");
	assert_int_equal(s->seen.n_event[FOLLOW_LOST], 1);
}

static void a_path_that_leads_nowhere_is_told_and_comes_back(void **state)
{
	struct site *s = *state;
	begin(s);
	put(s, s->path);
	for (int i = 0; i < 4; i++)
		follow_poll(s->follow, 500);
	assert_int_equal(s->seen.n_event[FOLLOW_GONE], 1);
	append(s->path, "a1\n");
	look(s);
	assert_int_equal(s->seen.n_event[FOLLOW_BACK], 1);
	assert_seen(s, "a1\n");
}

/* The log is written up to any byte, then the run ends and another one begins. */
static void a_restart_at_any_byte_gives_each_line_once(void **state)
{
	struct site *s = *state;
	static const char log[] = "#Fields: a b\r\none\n\ntwo two\nthree 3\n";
	size_t n = sizeof log - 1;
	for (size_t first = 0; first <= n; first++)
		for (size_t second = first; second <= n; second++) {
			unlink(s->path);
			s->seen = (struct seen){};
			begin(s);
			put(s, s->path);
			write_to(s->path, 0, log, first);
			look(s);
			restart(s, s->path);
			write_to(s->path, O_APPEND, log + first, second - first);
			look(s);
			restart(s, s->path);
			write_to(s->path, O_APPEND, log + second, n - second);
			look(s);
			assert_seen(s, log);
			assert_int_equal(n_gaps(s), 0);
			follow_free(s->follow);
			s->follow = NULL;
		}
}

/* As above, but the log is rotated while nobody reads: renamed, or copied and cut. */
static void a_restart_after_a_rotation_at_any_byte(void **state)
{
	struct site *s = *state;
	static const char log[] = "one\ntwo two\nthree 3\n", next[] = "four\nfive\n";
	size_t n = sizeof log - 1;
	char old[160];
	at(s, "log.1", old);
	for (int is_copied = 0; is_copied < 2; is_copied++)
		for (size_t first = 0; first <= n; first++) {
			unlink(s->path);
			unlink(old);
			s->seen = (struct seen){};
			begin(s);
			put(s, s->path);
			write_to(s->path, 0, log, first);
			look(s);
			write_to(s->path, O_APPEND, log + first, n - first);
			if (is_copied) {
				copy_to(s, "log.1");
				write_to(s->path, O_TRUNC, next, sizeof next - 1);
			} else {
				assert_int_equal(rename(s->path, old), 0);
				append(s->path, next);
			}
			bool had_read = s->seen.n > 0;
			restart(s, s->path);
			look(s);
			if (had_read || !is_copied)
				assert_seen(s, "one\ntwo two\nthree 3\nfour\nfive\n");
			else
				assert_seen(s, "four\nfive\n"); // nothing was known of the old one
			follow_free(s->follow);
			s->follow = NULL;
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		TEST(a_half_line_waits_for_its_end),
		TEST(nuls_ahead_of_the_text_are_waited_for),
		TEST(a_file_made_long_ahead_is_not_cut_when_it_is_trimmed),
		TEST(the_old_file_is_read_to_its_end_after_a_rename),
		TEST(two_rotations_between_two_looks_lose_nothing),
		TEST(a_deleted_file_is_read_to_its_end),
		TEST(a_cut_is_a_gap),
		TEST(a_cut_that_is_longer_than_before_is_seen),
		TEST(what_stands_in_the_copy_is_read_from_it),
		TEST(a_cut_between_two_looks_is_a_gap_or_in_the_copy),
		TEST(a_hole_after_a_cut_does_no_harm),
		TEST(folders_below_a_folder_are_followed_too),
		TEST(a_folder_gets_new_files_and_renamed_ones),
		TEST(a_copy_in_a_folder_is_not_read_again),
		TEST(what_is_no_text_is_refused_once),
		TEST(rotation_while_nobody_reads_loses_nothing),
		TEST(a_copy_made_while_nobody_read_has_the_rest),
		TEST(a_rest_that_is_gone_is_a_gap),
		TEST(a_path_that_leads_nowhere_is_told_and_comes_back),
		TEST(a_restart_at_any_byte_gives_each_line_once),
		TEST(a_restart_after_a_rotation_at_any_byte),
	};
	return cmocka_run_group_tests_name("follow", tests, NULL, NULL);
}
