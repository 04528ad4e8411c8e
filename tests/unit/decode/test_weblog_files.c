// SPDX-License-Identifier: Apache-2.0
// The samples in the papers, and public logs: who is said to have attacked whom, line by line.
// CORDON_SEEDS (default ../shared/seeds) and CORDON_DATA (default ../shared/data) say where they are.
#include <dirent.h>

#include "test_weblog.h"

static struct log_reading *read_paper(const char *begin)
{
	const char *folder = getenv("CORDON_SEEDS");
	char path[400] = "";
	folder = folder ? folder : "../shared/seeds";
	DIR *dir = opendir(folder);
	if (!dir) {
		(void)printf("# skipped: THE PAPERS ARE ABSENT (%s)\n", folder);
		return NULL;
	}
	for (const struct dirent *e; (e = readdir(dir));)
		if (!strncmp(e->d_name, begin, strlen(begin)))
			(void)snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
	(void)closedir(dir);
	struct bytes text = log_file(path);
	assert_non_null(text.ptr);
	assert_false(weblog_recognise(text));
	struct log_reading *l = log_read(text, 1000, WEBLOG_TEXT, NULL);
	free((void *)text.ptr);
	assert_int_equal(l->n, 1);
	assert_true(l->request[0].has & REQUEST_PASTED);
	assert_int_equal(l->request[0].status, 200);
	return l;
}

#define ESCAPES \
	"%u9090%u6858%ucbd3%u7801%u9090%u6858%ucbd3%u7801%u9090%u6858%ucbd3%u7801%u9090%u9090" \
	"%u8190%u00c3%u0003%u8b00%u531b%u53ff%u0078%u0000%u00=a 200"

static void assert_sample(const char *paper, const char *head, size_t n_letters, uint64_t line)
{
	struct log_reading *l = read_paper(paper);
	if (!l)
		return;
	char want[SAID_BYTES];
	size_t n = strlen(head);
	assert_true(n + n_letters + sizeof ESCAPES <= sizeof want);
	memcpy(want, head, n);
	memset(want + n, 'X', n_letters);
	memcpy(want + n + n_letters, ESCAPES, sizeof ESCAPES);
	assert_string_equal(l->said[0], want);
	assert_int_equal(place_position(l->request[0].at), line);
	free(l);
}

static void papers(void **state)
{
	(void)state;
	static const char head[] =
		"172.20.148.189 > 172.20.225.130:80 2001-08-09T00:11:57Z GET /default.ida ? ";
	assert_sample("000_", head, 245, 713);
	assert_sample("001_", "- > -:0 -   ? ", 230, 87);
	assert_sample("002_", head, 188, 93);
}

static const struct {
	const char *path;
	uint64_t lines, parsed, malformed, skipped;
	size_t n_requests, n_flows;
} logs[] = {
	{ "iis/ex010320.log", 2, 2, 0, 0, 2, 0 },
	{ "iis/ex031118.log", 8, 3, 1, 4, 3, 0 },
	{ "iis/ex960101.log", 6, 5, 0, 1, 5, 0 },
	{ "iis/pf040903.log", 9, 4, 0, 5, 0, 4 },
	{ "ossec/apache-error.log", 39, 26, 0, 13, 26, 0 },
	{ "ossec/cisco-acl.log", 9, 9, 0, 0, 0, 9 },
	{ "ossec/cisco-ids.log", 25, 24, 0, 1, 24, 0 },
	{ "ossec/iis6.log", 4, 4, 0, 0, 4, 0 },
	{ "ossec/squid-bagle.log", 54, 27, 13, 14, 27, 0 },
	{ "web/apache_error_codered.log", 6, 6, 0, 0, 6, 0 },
	{ "web/awstats_testglobal.log", 101, 56, 0, 45, 56, 0 },
	{ "web/combined_nimda.log", 4, 4, 0, 0, 4, 0 },
	{ "web/common_codered_truncated.log", 2, 2, 0, 0, 2, 0 },
	{ "web/common_nimda.log", 1, 1, 0, 0, 1, 0 },
	{ "web/elastic_apache_10000.log", 10000, 10000, 0, 0, 10000, 0 },
	{ "web/loghub_apache_error_2k.log", 2000, 2000, 0, 0, 32, 0 },
};

/* NULL, and said loudly, when the file is absent. */
static struct log_reading *read_log(const char *name)
{
	const char *folder = getenv("CORDON_DATA");
	char path[400];
	(void)snprintf(path, sizeof path, "%s/logs/%s", folder ? folder : "../shared/data", name);
	struct bytes text = log_file(path);
	if (!text.ptr) {
		(void)printf("# skipped: THE LOG IS ABSENT (%s)\n", path);
		return NULL;
	}
	assert_true(weblog_recognise(text));
	struct log_reading *l = log_read(text, 4096, WEBLOG_LOG, NULL);
	free((void *)text.ptr);
	return l;
}

static void public_logs(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(logs); i++) {
		struct log_reading *l = read_log(logs[i].path);
		if (!l)
			continue;
		assert_books(l, logs[i].parsed, logs[i].malformed, logs[i].skipped);
		assert_int_equal(l->trouble.log.lines, logs[i].lines);
		assert_int_equal(l->n, logs[i].n_requests);
		assert_int_equal(l->n_flows, logs[i].n_flows);
		free(l);
	}
}

/* The request of the line has this client, and its path or query these words. */
static void assert_attack(
	const struct log_reading *l, uint64_t line, const char *client, const char *words)
{
	char room[ADDR_TEXT_BYTES];
	for (size_t i = 0; i < l->n && i < REQUESTS_KEPT; i++) {
		const struct request *r = &l->request[i];
		if (place_position(r->at) != line)
			continue;
		assert_true(r->has & REQUEST_HAS_CLIENT);
		assert_string_equal(addr_format(&r->client, room), client);
		assert_non_null(strstr(l->said[i], words));
		return;
	}
	fail_msg("no request in line %u", (unsigned)line);
}

static void attacks_in_public_logs(void **state)
{
	(void)state;
	static const struct {
		const char *path, *client, *words;
		uint64_t line;
	} attacks[] = {
		{ "web/apache_error_codered.log", "66.31.68.147", "default.ida", 1 },
		{ "web/apache_error_codered.log", "66.31.142.16", "default.ida", 2 },
		{ "web/apache_error_codered.log", "66.31.101.12", "default.ida", 3 },
		{ "web/apache_error_codered.log", "61.137.106.19", "", 4 },
		{ "web/common_codered_truncated.log", "63.91.167.39", "/default.ida ? NNNN", 1 },
		{ "web/common_codered_truncated.log", "206.78.62.16", "/default.ida ? XX", 2 },
		{ "web/combined_nimda.log", "218.24.24.27", "/scripts/root.exe ? /c+dir", 1 },
		{ "web/combined_nimda.log", "218.24.24.27", "cmd.exe ? /c+dir", 4 },
		{ "web/common_nimda.log", "65.33.94.190", "/scripts/root.exe ? /c+dir", 1 },
		{ "web/awstats_testglobal.log", "80.8.55.9", "/default.ida ? XXXX", 82 },
		{ "ossec/apache-error.log", "66.31.142.16", "default.ida", 32 },
		{ "ossec/squid-bagle.log", "200.255.5.155", "GET /nul.php", 1 },
	};
	for (size_t i = 0; i < countof(attacks); i++) {
		struct log_reading *l = read_log(attacks[i].path);
		if (!l)
			continue;
		assert_attack(l, attacks[i].line, attacks[i].client, attacks[i].words);
		free(l);
	}
}

static void denied_packets_in_a_public_log(void **state)
{
	(void)state;
	char room[ADDR_TEXT_BYTES];
	size_t n_denied = 0, n_worm = 0;
	struct log_reading *l = read_log("ossec/cisco-acl.log");
	if (!l)
		return;
	for (size_t i = 0; i < l->n_flows; i++) {
		const struct flow *f = &l->flow[i];
		bool is_denied = f->has & FLOW_DROPPED;
		n_denied += is_denied;
		n_worm += is_denied && f->dst_port == 445 &&
			  !strcmp(addr_format(&f->src, room), "10.0.61.108");
	}
	assert_int_equal(n_denied, 6);
	assert_int_equal(n_worm, 3);
	free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(papers),
		cmocka_unit_test(public_logs),
		cmocka_unit_test(attacks_in_public_logs),
		cmocka_unit_test(denied_packets_in_a_public_log),
	};
	return cmocka_run_group_tests_name("weblog_files", tests, NULL, NULL);
}
