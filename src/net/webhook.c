// SPDX-License-Identifier: Apache-2.0
// What the other side answers is thrown away, but for its status.
#include "net/webhook.h"

#include <curl/curl.h>
#include <stdlib.h>

struct webhook {
	CURL *curl;
	struct curl_slist *headers;
	char why[CURL_ERROR_SIZE];
};

bool webhook_prepare(void)
{
	return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

void webhook_free(struct webhook *w)
{
	if (!w)
		return;
	curl_easy_cleanup(w->curl);
	curl_slist_free_all(w->headers);
	free(w);
}

static size_t discard(char *, size_t size, size_t n, void *)
{
	return size * n;
}

struct webhook *webhook_new(const char *url)
{
	struct webhook *w = calloc(1, sizeof *w);
	if (!w)
		return NULL;
	w->curl = curl_easy_init();
	w->headers = curl_slist_append(NULL, "Content-Type: application/json");
	if (!w->curl || !w->headers || curl_easy_setopt(w->curl, CURLOPT_URL, url) != CURLE_OK ||
		curl_easy_setopt(w->curl, CURLOPT_PROTOCOLS_STR, "http,https") != CURLE_OK) {
		webhook_free(w);
		return NULL;
	}
	curl_easy_setopt(w->curl, CURLOPT_HTTPHEADER, w->headers);
	curl_easy_setopt(w->curl, CURLOPT_USERAGENT, "cordon");
	curl_easy_setopt(w->curl, CURLOPT_TIMEOUT, (long)WEBHOOK_TRY_S);
	curl_easy_setopt(w->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(w->curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(w->curl, CURLOPT_WRITEFUNCTION, discard);
	curl_easy_setopt(w->curl, CURLOPT_ERRORBUFFER, w->why);
	return w;
}

bool webhook_post(struct webhook *w, struct str body, struct err *e)
{
	long status = 0;
	w->why[0] = '\0';
	curl_easy_setopt(w->curl, CURLOPT_POSTFIELDS, body.ptr);
	curl_easy_setopt(w->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len);
	CURLcode code = curl_easy_perform(w->curl);
	if (code != CURLE_OK)
		return err_set(e, "webhook: %s", w->why[0] ? w->why : curl_easy_strerror(code));
	curl_easy_getinfo(w->curl, CURLINFO_RESPONSE_CODE, &status);
	return (status >= 200 && status < 300) ||
	       err_set(e, "webhook: it answers %ld in place of 2xx", status);
}
