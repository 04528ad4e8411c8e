// SPDX-License-Identifier: Apache-2.0
// Real outputs kept outside the project: the source documents and public samples with their truth.
#include <dirent.h>

#include "test_text.h"

static const char *folder(const char *variable, const char *otherwise)
{
	const char *path = getenv(variable);
	return path ? path : otherwise;
}

static bool has_folder(const char *path)
{
	DIR *dir = opendir(path);
	if (dir)
		(void)closedir(dir);
	else
		print_message("SKIPPED: no folder %s (set CORDON_DATA, CORDON_SEEDS)\n", path);
	return dir;
}

/* Call `each` with every file of a folder whose name ends in ".txt"; gives their number. */
static size_t for_each_text(
	const char *path, void (*each)(const char *name, struct reading *r, void *ctx), void *ctx)
{
	size_t n = 0;
	DIR *dir = opendir(path);
	assert_non_null(dir);
	for (const struct dirent *e; (e = readdir(dir));) {
		char file[1000];
		size_t len = strlen(e->d_name);
		if (len < 4 || strcmp(e->d_name + len - 4, ".txt") != 0)
			continue;
		(void)snprintf(file, sizeof file, "%s/%s", path, e->d_name);
		struct reading *r = reading_of_file(file);
		each(file, r, ctx);
		free(r);
		n++;
	}
	(void)closedir(dir);
	return n;
}

static void check_seed(const char *name, struct reading *r, void *ctx)
{
	(void)ctx;
	if (!strstr(name, "/004_")) {
		assert_int_equal(n_records(r), 0);
		return;
	}
	uint64_t cache_packets = 0, packets = 0, bytes = 0;
	for (size_t i = 0; i < r->n; i++) {
		const struct flow *f = &r->flow[i];
		cache_packets += f->has & FLOW_HAS_BYTES ? 0 : f->packets;
		packets += f->has & FLOW_HAS_BYTES ? f->packets : 0;
		bytes += f->bytes;
	}
	assert_int_equal(r->trouble.records[KIND_CACHE_FLOW], 10);
	assert_int_equal(r->trouble.records[KIND_ACCOUNTING], 16);
	assert_int_equal(n_records(r), 26);
	assert_int_equal(cache_packets, 11);
	assert_int_equal(packets, 30);
	assert_int_equal(bytes, 1569);
	assert_int_equal(n_faults(r), 0);
	assert_key(&r->flow[0], "193.23.45.35 3999 2.34.56.12 80 6");
	assert_true(r->flow[1].has & FLOW_DROPPED);
}

static void source_documents(void **state)
{
	(void)state;
	const char *seeds = folder("CORDON_SEEDS", "../shared/seeds");
	if (!has_folder(seeds))
		return; // cmocka's skip() prints "not ok" in TAP
	assert_true(for_each_text(seeds, check_seed, NULL) >= 5);
}

/* The number of rows in a file's entry in the truth, one a line; -1: it states none. */
static long true_rows(const char *truth, const char *name)
{
	static const char rows[] = "\"rows\", \"value\": ";
	const char *entry = strstr(truth, strstr(name, "router/"));
	assert_non_null(entry);
	const char *value = strstr(entry, rows);
	if (!value || value > strchr(entry, '\n'))
		return -1;
	return strtol(value + sizeof rows - 1, NULL, 10);
}

static void check_flow_output(const char *name, struct reading *r, void *ctx)
{
	long rows = true_rows(ctx, name);
	if (rows >= 0 && (uint64_t)rows != n_records(r))
		fail_msg("%s: %ld rows, read %ju", name, rows, (uintmax_t)n_records(r));
	assert_true(n_records(r) > 0);
	assert_int_equal(r->trouble.fault[FAULT_BAD_ROW].n, 0);
}

static void check_other_output(const char *name, struct reading *r, void *ctx)
{
	(void)ctx;
	if (n_records(r) || r->trouble.fault[FAULT_BAD_ROW].n)
		fail_msg("%s: read %ju rows where there are none", name, (uintmax_t)n_records(r));
}

static void public_samples(void **state)
{
	(void)state;
	char path[900];
	const char *data = folder("CORDON_DATA", "../shared/data");
	if (!has_folder(data))
		return;
	(void)snprintf(path, sizeof path, "%s/TRUTH.json", data);
	struct bytes truth = file_bytes(path);
	assert_non_null(truth.ptr);
	char *text = calloc(1, truth.len + 1);
	assert_non_null(text);
	memcpy(text, truth.ptr, truth.len);
	free((void *)truth.ptr);

	size_t n = 0;
	(void)snprintf(path, sizeof path, "%s/router", data);
	DIR *dir = opendir(path);
	assert_non_null(dir);
	for (const struct dirent *e; (e = readdir(dir));) {
		bool is_flow = strstr(e->d_name, "show_flow_") || strstr(e->d_name, "_flow_top");
		if (e->d_name[0] == '.' || strncmp(e->d_name, "show_", 5) != 0)
			continue;
		(void)snprintf(path, sizeof path, "%s/router/%s", data, e->d_name);
		n += for_each_text(path, is_flow ? check_flow_output : check_other_output, text);
	}
	(void)closedir(dir);
	free(text);
	assert_true(n >= 180);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(source_documents),
		cmocka_unit_test(public_samples) };
	return cmocka_run_group_tests_name("text_files", tests, NULL, NULL);
}
