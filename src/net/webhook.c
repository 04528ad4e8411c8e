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

struct webhook *webhook_new(const char *url, const char *ca)
{
	struct webhook *w = calloc(1, sizeof *w);
	if (!w)
		return NULL;
	w->curl = curl_easy_init();
	w->headers = curl_slist_append(NULL, "Content-Type: application/json");
	if (!w->curl || !w->headers || curl_easy_setopt(w->curl, CURLOPT_URL, url) != CURLE_OK ||
		curl_easy_setopt(w->curl, CURLOPT_PROTOCOLS_STR, "http,https") != CURLE_OK ||
		(ca[0] && curl_easy_setopt(w->curl, CURLOPT_CAINFO, ca) != CURLE_OK)) {
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

bool webhook_post(struct webhook *w, struct str body, struct webhook_answer *answer, struct err *e)
{
	long status = 0;
	curl_off_t wait_s = 0;
	*answer = (struct webhook_answer){};
	w->why[0] = '\0';
	curl_easy_setopt(w->curl, CURLOPT_POSTFIELDS, body.ptr);
	curl_easy_setopt(w->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len);
	CURLcode code = curl_easy_perform(w->curl);
	if (code != CURLE_OK)
		return err_set(e, "webhook: %s", w->why[0] ? w->why : curl_easy_strerror(code));
	curl_easy_getinfo(w->curl, CURLINFO_RESPONSE_CODE, &status);
	if (status >= 200 && status < 300)
		return true;
	curl_easy_getinfo(w->curl, CURLINFO_RETRY_AFTER, &wait_s);
	answer->is_refused = status == 400 || status == 413 || status == 422;
	if (wait_s > 0)
		answer->wait_s =
			wait_s < WEBHOOK_WAIT_MOST_S ? (unsigned)wait_s : WEBHOOK_WAIT_MOST_S;
	return err_set(e, "webhook: it answers %ld in place of 2xx", status);
}
