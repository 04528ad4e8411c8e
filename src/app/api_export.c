// SPDX-License-Identifier: Apache-2.0
// An incident for other systems: it is read as any client would read it, and written in their format.
#include <stdlib.h>

#include "app/api_list.h"
#include "app/dossier.h"

/* What the API says of something, to be read again. */
static cJSON *read_page(struct api_page *p)
{
	bool ok = fclose(p->json.out) == 0;
	cJSON *root = ok ? cJSON_ParseWithLength(p->text, p->len) : NULL;
	free(p->text);
	return root;
}

static cJSON *incident_of(const struct board *b, uint64_t id)
{
	struct api_page p;
	if (!api_begin(&p))
		return NULL;
	api_write_incident(&p.json, b, id);
	return read_page(&p);
}

static cJSON *hosts_of(const struct api *api, const struct board *b, uint64_t id)
{
	struct api_page p;
	struct member_iter it = { .board = b, .incident = id };
	if (!api_begin(&p))
		return NULL;
	json_open(&p.json, '[');
	for (const struct member *m; (m = member_next(&it));)
		api_write_member(api, &p.json, b, m, false);
	json_close(&p.json, ']');
	return read_page(&p);
}

static size_t count_hosts(const struct board *b, uint64_t id)
{
	size_t n = 0;
	struct member_iter it = { .board = b, .incident = id };
	while (member_next(&it))
		n++;
	return n;
}

static void write(const struct dossier *d, void (*format)(const struct dossier *d, FILE *out),
	const char *type, struct http_answer *out)
{
	struct api_page p;
	if (!d->incident || !d->hosts || !api_begin(&p))
		return; // no memory: the server says so
	format(d, p.json.out);
	bool ok = fclose(p.json.out) == 0;
	*out = (struct http_answer){
		.status = ok ? 200 : 503, .type = type, .body = p.text, .len = ok ? p.len : 0
	};
}

static void answer(struct api *api, const struct http_request *q,
	void (*format)(const struct dossier *d, FILE *out), const char *type,
	struct http_answer *out)
{
	struct list l;
	struct dossier d = {};
	const struct board *b = api_board(api, out);
	uint64_t id = b ? api_incident(b, q->capture[0], out) : 0;
	if (!id || !list_parse(q, 1u << LIST_TLP, &l, out))
		return;
	if (!tlp_parse(l.text[LIST_TLP], &d.tlp)) {
		api_problem(out, 400, "'tlp' is clear, green, amber or red, not '%.60s'",
			l.text[LIST_TLP]);
		return;
	}
	size_t n = count_hosts(b, id);
	if (n > DOSSIER_HOSTS_MAX) {
		api_problem(out, 422,
			"the incident has %zu hosts, and one answer holds %d: 'cordon incident "
			"export "
			"--format' reads them page by page",
			n, DOSSIER_HOSTS_MAX);
		return;
	}
	cJSON *incident = incident_of(b, id), *hosts = hosts_of(api, b, id);
	d.incident = incident;
	d.hosts = hosts;
	write(&d, format, type, out);
	cJSON_Delete(hosts);
	cJSON_Delete(incident);
}

void api_on_stix(void *ctx, const struct http_request *q, struct http_answer *out)
{
	answer(ctx, q, stix_write, "application/stix+json;version=2.1", out);
}

void api_on_misp(void *ctx, const struct http_request *q, struct http_answer *out)
{
	answer(ctx, q, misp_write, "application/json", out);
}
