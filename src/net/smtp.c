// SPDX-License-Identifier: Apache-2.0
// libcurl doubles dots and makes CR LF of LF.
#include "net/smtp.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

enum { URL_BYTES = 128, ADDRESS_BYTES = 320 };

static size_t give(char *room, size_t size, size_t n, void *text)
{
	struct str *left = text;
	size_t k = size * n < left->len ? size * n : left->len;
	memcpy(room, left->ptr, k);
	*left = (struct str){ left->ptr + k, left->len - k };
	return k;
}

static struct curl_slist *recipients(const struct smtp_letter *l)
{
	char address[ADDRESS_BYTES];
	struct curl_slist *all = NULL;
	for (size_t i = 0; i < l->n; i++) {
		snprintf(address, sizeof address, "<%.*s>", STR_ARG(l->to[i]));
		struct curl_slist *more = curl_slist_append(all, address);
		if (!more) {
			curl_slist_free_all(all);
			return NULL;
		}
		all = more;
	}
	return all;
}

bool smtp_send(const struct smtp_letter *l, struct err *e)
{
	char url[URL_BYTES], from[ADDRESS_BYTES], why[CURL_ERROR_SIZE] = "";
	struct str left = l->message;
	struct curl_slist *to = recipients(l);
	CURL *curl = curl_easy_init();
	CURLcode code = CURLE_OUT_OF_MEMORY;
	snprintf(url, sizeof url, "smtp://%s", l->server);
	snprintf(from, sizeof from, "<%s>", l->from);
	if (curl && to) {
		curl_easy_setopt(curl, CURLOPT_URL, url);
		curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp");
		curl_easy_setopt(curl, CURLOPT_PROXY, "");
		curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from);
		curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
		curl_easy_setopt(curl, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
		curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
		curl_easy_setopt(curl, CURLOPT_CRLF, 1L);
		curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
		curl_easy_setopt(curl, CURLOPT_READDATA, &left);
		curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)SMTP_TRY_S);
		curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
		curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
		code = curl_easy_perform(curl);
	}
	curl_easy_cleanup(curl);
	curl_slist_free_all(to);
	return code == CURLE_OK || err_set(e, "mail: smtp://%s: %s", l->server,
					   why[0] ? why : curl_easy_strerror(code));
}
