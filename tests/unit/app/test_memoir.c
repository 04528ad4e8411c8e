// SPDX-License-Identifier: Apache-2.0
// What a keeper remembers of contacts comes back, whenever and however it or the disk gave up.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/journal.h"
#include "app/memoir.h"

enum { MEMORY = 64 << 20, FEW = 300, MANY = 20000, ROUNDS_MAX = 100000 };

/* A memoir with the evidence it is of. */
struct desk {
	char directory[64];
	struct memoir *memoir;
	struct evidence *evidence;
	size_t room; // contacts
	uint64_t n_again, thinning, epoch, number;
};

static struct contact contact_of(uint32_t i)
{
	struct contact c = { .port = 80, .proto = PROTO_TCP, .saw = SAW_OPEN | SAW_NO_ACK };
	c.src.octet[10] = c.src.octet[11] = c.dst.octet[10] = c.dst.octet[11] = 0xff;
	c.src.octet[12] = 10;
	memcpy(c.dst.octet + 12, &i, sizeof i);
	c.first_ms = c.last_ms = 1000 + i;
	return c;
}

static void desk_begin(struct desk *d, size_t memory)
{
	d->memoir = memoir_new(d->directory, memory);
	assert_non_null(d->memoir);
	d->evidence = evidence_new(d->room, memoir_key(d->memoir));
	assert_non_null(d->evidence);
	d->n_again = d->thinning = d->epoch = d->number = 0;
}

static struct desk desk_new(void)
{
	struct desk d = { .directory = "/tmp/cordon-memoir-XXXXXX", .room = 1 << 20 };
	assert_non_null(mkdtemp(d.directory));
	desk_begin(&d, MEMORY);
	return d;
}

static void take_again(void *ctx, const struct parcel *p)
{
	struct desk *d = ctx;
	struct contact c;
	if (p->epoch)
		d->epoch = p->epoch, d->number = p->number;
	if (p->sort == PARCEL_HELLO)
		memcpy(&d->thinning, p->body.ptr + 8, 8);
	for (size_t at = 0; p->sort == PARCEL_CONTACTS && at < p->body.len;
		at += PARCEL_CONTACT_BYTES) {
		assert_true(parcel_get_contact(p->body.ptr + at, &c));
		evidence_add(d->evidence, &c, 1);
		d->n_again++;
	}
}

static void recall(struct desk *d)
{
	while (memoir_recall(d->memoir, take_again, d))
		;
	evidence_thin(d->evidence, le64toh(d->thinning));
}

/* As kill -9 leaves it: nothing more is written. */
static void desk_end(struct desk *d)
{
	memoir_free(d->memoir);
	evidence_free(d->evidence);
}

static void desk_again(struct desk *d, size_t memory)
{
	desk_end(d);
	desk_begin(d, memory);
	recall(d);
}

static void desk_free(struct desk *d)
{
	desk_end(d);
	DIR *dir = opendir(d->directory);
	for (const struct dirent *f; (f = readdir(dir));)
		(void)unlinkat(dirfd(dir), f->d_name, 0);
	closedir(dir);
	assert_int_equal(rmdir(d->directory), 0);
}

static void take(struct desk *d, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++) {
		struct contact c = contact_of(i);
		evidence_add(d->evidence, &c, 1);
		memoir_put(d->memoir, &c, 1);
	}
	struct intake at = { .collector = 1, .epoch = 7, .number = to };
	memoir_moved(d->memoir, &at);
	memoir_write(d->memoir, d->evidence);
}

static void settle(struct desk *d)
{
	for (int i = 0; memoir_is_writing(d->memoir) && i < ROUNDS_MAX; i++)
		memoir_write(d->memoir, d->evidence);
	assert_false(memoir_is_writing(d->memoir));
}

/* All bytes of the files there; where `name` is not NULL, of those whose name begins so. */
static uint64_t bytes_in(const struct desk *d, const char *name)
{
	uint64_t n = 0;
	struct stat st;
	DIR *dir = opendir(d->directory);
	for (const struct dirent *f; (f = readdir(dir));)
		if ((!name || !strncmp(name, f->d_name, strlen(name))) &&
			!fstatat(dirfd(dir), f->d_name, &st, 0) && S_ISREG(st.st_mode))
			n += (uint64_t)st.st_size;
	closedir(dir);
	return n;
}

static char *path_in(const struct desk *d, const char *name)
{
	static char path[256];
	snprintf(path, sizeof path, "%s/%s", d->directory, name);
	return path;
}

static void what_was_taken_comes_back(void **)
{
	struct desk d = desk_new();
	take(&d, 0, FEW);
	take(&d, FEW, MANY);
	uint64_t key = memoir_key(d.memoir);
	desk_again(&d, MEMORY);
	assert_int_equal(evidence_count(d.evidence), MANY);
	assert_true(memoir_key(d.memoir) == key);
	assert_int_equal(d.epoch, 7);
	assert_int_equal(d.number, MANY);
	struct memoir_health h = memoir_health(d.memoir);
	assert_true(h.is_kept);
	assert_int_equal(h.n_recalled, MANY);
	assert_int_equal(h.n_damaged + h.cut_bytes + h.n_refusals, 0);
	desk_free(&d);
}

/* The walk goes over the evidence while more joins; whatever the moment, nothing is missing. */
static void a_snapshot_may_be_cut_short_at_any_time(void **)
{
	for (uint32_t rounds = 0; rounds < 12; rounds++) {
		struct desk d = desk_new();
		take(&d, 0, MANY);
		desk_again(&d, MEMORY); // a snapshot is due, for there are older journals
		for (uint32_t i = 0; i < rounds; i++)
			take(&d, MANY + i * FEW, MANY + (i + 1) * FEW);
		desk_again(&d, MEMORY);
		assert_int_equal(evidence_count(d.evidence), MANY + rounds * FEW);
		memoir_write(d.memoir, d.evidence);
		settle(&d);
		assert_int_equal(memoir_health(d.memoir).n_snapshots, 1);
		desk_again(&d, MEMORY);
		assert_int_equal(evidence_count(d.evidence), MANY + rounds * FEW);
		desk_free(&d);
	}
}

/* Old contacts go while the walk is under way, and all others change their places. */
static void contacts_that_go_meanwhile_take_no_others_with_them(void **)
{
	struct desk d = desk_new();
	take(&d, 0, MANY);
	desk_again(&d, MEMORY);
	memoir_write(d.memoir, d.evidence);
	assert_true(memoir_is_writing(d.memoir));
	memoir_write(d.memoir, d.evidence);
	assert_true(evidence_expire(d.evidence, 1000 + MANY / 2));
	settle(&d);
	desk_again(&d, MEMORY);
	assert_true(
		evidence_expire(d.evidence, 1000 + MANY / 2)); // of the old ones some may be there
	assert_int_equal(evidence_count(d.evidence), MANY - MANY / 2);
	desk_free(&d);
}

static void a_torn_tail_is_cut_and_counted(void **)
{
	struct desk d = desk_new();
	take(&d, 0, FEW);
	uint64_t whole = bytes_in(&d, "contacts.journal.1");
	take(&d, FEW, 2 * FEW);
	uint64_t all = bytes_in(&d, "contacts.journal.1");
	for (uint64_t n = all - 1; n >= whole; n -= 997) {
		desk_end(&d);
		assert_int_equal(truncate(path_in(&d, "contacts.journal.1"), (off_t)n), 0);
		desk_begin(&d, MEMORY);
		recall(&d);
		assert_int_equal(evidence_count(d.evidence), FEW);
		assert_int_equal(memoir_health(d.memoir).cut_bytes, n - whole);
		assert_int_equal(memoir_health(d.memoir).n_damaged, 0);
		assert_int_equal(d.number, FEW);
	}
	desk_free(&d);
}

static void flip(const char *path, off_t at)
{
	uint8_t byte;
	int fd = open(path, O_RDWR);
	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &byte, 1, at), 1);
	byte ^= 0x40;
	assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	close(fd);
}

/* Wherever a bit turns, also in a length that then waits for what does not come. */
static void a_damaged_journal_costs_one_parcel_and_is_put_aside(void **)
{
	static const int offsets[] = { 0, 2, 3, 4, 5, 6, 7, 20, 47, 48, 5000 };
	for (size_t i = 0; i < countof(offsets); i++) {
		struct desk d = desk_new();
		take(&d, 0, FEW);
		off_t second = (off_t)bytes_in(&d, "contacts.journal.1");
		take(&d, FEW, 2 * FEW);
		take(&d, 2 * FEW, 3 * FEW);
		desk_end(&d);
		flip(path_in(&d, "contacts.journal.1"), second + offsets[i]);
		desk_begin(&d, MEMORY);
		recall(&d);
		assert_int_equal(evidence_count(d.evidence), 2 * FEW);
		assert_int_equal(memoir_health(d.memoir).n_damaged, 1);
		memoir_write(d.memoir, d.evidence);
		settle(&d);
		assert_true(bytes_in(&d, "contacts.damaged.") > 0);
		assert_int_equal(bytes_in(&d, "contacts.journal.1"), 0);
		desk_again(&d, MEMORY);
		assert_int_equal(evidence_count(d.evidence), 2 * FEW);
		assert_int_equal(memoir_health(d.memoir).n_damaged, 0);
		desk_free(&d);
	}
}

/* It cannot be put aside any more; each snapshot was refused for that, and journals grew. */
static void a_damaged_journal_that_somebody_removed_ended_all_snapshots(void **)
{
	struct desk d = desk_new();
	take(&d, 0, FEW);
	off_t second = (off_t)bytes_in(&d, "contacts.journal.1");
	take(&d, FEW, 2 * FEW);
	take(&d, 2 * FEW, 3 * FEW);
	desk_end(&d);
	flip(path_in(&d, "contacts.journal.1"), second);
	desk_begin(&d, MEMORY);
	recall(&d);
	assert_int_equal(memoir_health(d.memoir).n_damaged, 1);
	assert_int_equal(unlink(path_in(&d, "contacts.journal.1")), 0);
	memoir_finish(d.memoir, d.evidence);
	assert_int_equal(memoir_health(d.memoir).n_refusals, 0);
	assert_int_equal(memoir_health(d.memoir).n_snapshots, 1);
	desk_free(&d);
}

static void a_file_that_is_no_journal_stops_nothing(void **)
{
	static uint8_t junk[200000];
	struct desk d = desk_new();
	take(&d, 0, FEW);
	desk_end(&d);
	for (size_t i = 0; i < sizeof junk; i++)
		junk[i] = (uint8_t)(i * i >> 3);
	int fd = open(path_in(&d, "contacts.snapshot"), O_WRONLY | O_CREAT, 0600);
	assert_int_equal(write(fd, junk, sizeof junk), sizeof junk);
	close(fd);
	desk_begin(&d, MEMORY);
	recall(&d);
	assert_int_equal(evidence_count(d.evidence), FEW);
	assert_int_equal(memoir_health(d.memoir).n_damaged, 1);
	memoir_write(d.memoir, d.evidence);
	settle(&d);
	assert_int_equal(bytes_in(&d, "contacts.damaged."), sizeof junk);
	desk_free(&d);
}

static size_t files_named(const struct desk *d, const char *begin)
{
	size_t n = 0;
	DIR *dir = opendir(d->directory);
	for (const struct dirent *f; (f = readdir(dir));)
		n += !strncmp(f->d_name, begin, strlen(begin));
	closedir(dir);
	return n;
}

/* Longer than a tail that was torn off. */
static void write_junk(const struct desk *d, const char *name)
{
	static const uint8_t junk[100000] = { 1, 2, 3 };
	int fd = open(path_in(d, name), O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_int_equal(write(fd, junk, sizeof junk), sizeof junk);
	close(fd);
}

/* Snapshot and journals are damaged at once; only the last one was kept, and the others were gone. */
static void of_damaged_files_the_last_few_are_kept_by_their_time(void **)
{
	struct desk d = desk_new();
	take(&d, 0, FEW);
	desk_end(&d);
	write_junk(&d, "contacts.snapshot");
	write_junk(&d, "contacts.journal.77");
	desk_begin(&d, MEMORY);
	recall(&d);
	memoir_finish(d.memoir, d.evidence);
	assert_int_equal(memoir_health(d.memoir).n_damaged, 2);
	assert_int_equal(files_named(&d, "contacts.damaged.2"), 2);
	write_junk(&d, "contacts.damaged"); // as versions before this one left it
	for (uint32_t i = 0; i < 6; i++) {
		desk_end(&d);
		write_junk(&d, "contacts.snapshot");
		char name[64];
		snprintf(name, sizeof name, "contacts.journal.%u", 1000 + i);
		write_junk(&d, name);
		desk_begin(&d, MEMORY);
		recall(&d);
		memoir_finish(d.memoir, d.evidence);
		assert_int_equal(memoir_health(d.memoir).n_refusals, 0);
		assert_int_equal(files_named(&d, "contacts.damaged"), 4);
	}
	assert_int_equal(files_named(&d, "contacts.damaged.2"), 4);
	desk_free(&d);
}

/* The keeper dies between two names: the one that is whole is found, the one that is damaged not read. */
static void a_snapshot_that_was_ready_takes_its_place_at_the_next_start(void **)
{
	struct desk d = desk_new();
	take(&d, 0, FEW);
	desk_again(&d, MEMORY);
	memoir_finish(d.memoir, d.evidence);
	desk_end(&d);
	char ready[256];
	snprintf(ready, sizeof ready, "%s", path_in(&d, "contacts.snapshot.ready"));
	assert_int_equal(rename(path_in(&d, "contacts.snapshot"), ready), 0);
	write_junk(&d, "contacts.snapshot");
	desk_begin(&d, MEMORY);
	recall(&d);
	assert_int_equal(evidence_count(d.evidence), FEW);
	assert_int_equal(memoir_health(d.memoir).n_damaged, 0);
	assert_int_equal(files_named(&d, "contacts.snapshot.ready"), 0);
	desk_free(&d);
}

static void the_files_stay_within_their_bytes(void **)
{
	enum { SMALL = 4 << 20, ROUNDS = 600 };
	struct desk d = desk_new();
	d.room = evidence_max_for(SMALL);
	desk_again(&d, SMALL);
	uint64_t most = 0;
	for (uint32_t i = 0; i < ROUNDS; i++) {
		take(&d, i % 50 * FEW, (i % 50 + 1) * FEW);
		most = MOST(most, bytes_in(&d, NULL));
	}
	assert_true(most <= SMALL);
	assert_true(memoir_health(d.memoir).n_snapshots > 3);
	size_t n = evidence_count(d.evidence);
	desk_again(&d, SMALL);
	assert_int_equal(evidence_count(d.evidence), n);
	desk_free(&d);
}

/* A sample that was drawn under one key goes on under it, and says how thin it is. */
static void a_sample_goes_on_as_a_sample(void **)
{
	struct desk d = desk_new();
	d.room = 1000;
	desk_again(&d, MEMORY);
	for (uint32_t i = 0; i < MANY; i += FEW)
		take(&d, i, i + FEW);
	uint64_t thinning = evidence_thinning(d.evidence);
	size_t n = evidence_count(d.evidence);
	assert_true(thinning >= 16);
	memoir_write(d.memoir, d.evidence);
	desk_again(&d, MEMORY);
	assert_int_equal(evidence_thinning(d.evidence), thinning);
	assert_int_equal(evidence_count(d.evidence), n);
	desk_free(&d);
}

/* RLIMIT_FSIZE stands for a disk that is full: a part of a parcel goes, then nothing. */
static void a_full_disk_is_told_and_made_up_for(void **)
{
	struct desk d = desk_new();
	struct rlimit before, tight;
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	take(&d, 0, FEW);
	tight = (struct rlimit){ bytes_in(&d, NULL) + 1000, before.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
	take(&d, FEW, 2 * FEW);
	assert_false(memoir_health(d.memoir).is_kept);
	assert_true(memoir_health(d.memoir).n_refusals >= 1);
	for (uint32_t i = 2; i < 12; i++) // it is asked again after a second
		take(&d, i * FEW, (i + 1) * FEW), usleep(150000);
	assert_false(memoir_health(d.memoir).is_kept);
	assert_in_range(memoir_health(d.memoir).n_refusals, 2, 4);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	for (int i = 0; !memoir_health(d.memoir).is_kept && i < 200; i++)
		memoir_write(d.memoir, d.evidence), usleep(20000);
	assert_true(memoir_health(d.memoir).is_kept);
	desk_again(&d, MEMORY);
	assert_int_equal(evidence_count(d.evidence), 12 * FEW);
	assert_int_equal(memoir_health(d.memoir).n_damaged, 0);
	desk_free(&d);
}

static void without_a_directory_it_goes_on(void **)
{
	struct memoir *m = memoir_new("/nonexistent/cordon", MEMORY);
	struct evidence *e = evidence_new(1000, memoir_key(m));
	struct contact c = contact_of(1);
	memoir_put(m, &c, 1);
	memoir_write(m, e);
	assert_false(memoir_health(m).is_kept);
	assert_false(memoir_recall(m, take_again, NULL));
	memoir_free(m);
	evidence_free(e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_taken_comes_back),
		cmocka_unit_test(a_snapshot_may_be_cut_short_at_any_time),
		cmocka_unit_test(contacts_that_go_meanwhile_take_no_others_with_them),
		cmocka_unit_test(a_torn_tail_is_cut_and_counted),
		cmocka_unit_test(a_damaged_journal_costs_one_parcel_and_is_put_aside),
		cmocka_unit_test(a_damaged_journal_that_somebody_removed_ended_all_snapshots),
		cmocka_unit_test(a_file_that_is_no_journal_stops_nothing),
		cmocka_unit_test(of_damaged_files_the_last_few_are_kept_by_their_time),
		cmocka_unit_test(a_snapshot_that_was_ready_takes_its_place_at_the_next_start),
		cmocka_unit_test(the_files_stay_within_their_bytes),
		cmocka_unit_test(a_sample_goes_on_as_a_sample),
		cmocka_unit_test(a_full_disk_is_told_and_made_up_for),
		cmocka_unit_test(without_a_directory_it_goes_on),
	};
	return cmocka_run_group_tests_name("memoir", tests, NULL, NULL);
}
