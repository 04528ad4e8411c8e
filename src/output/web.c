// SPDX-License-Identifier: Apache-2.0
// Requests as evidence: as NDJSON, and for people.
#include "output/web.h"

#include "model/words.h"

static const char *const lang_keys[N_LANGS] = { [LANG_EN] = "en", [LANG_JA] = "ja" };

static void uint_of(struct json *j, const char *key, uint64_t v)
{
	json_key(j, key);
	json_uint(j, v);
}

static void text_of(struct json *j, const char *key, const char *text)
{
	json_key(j, key);
	json_text(j, text);
}

static void time_of(struct json *j, const char *key, uint64_t ms, bool is_known)
{
	char room[TIME_TEXT_BYTES];
	text_of(j, key, is_known ? time_format(ms, room) : NULL);
}

static void addr_of(struct json *j, const char *key, const struct addr *a, bool is_known)
{
	char room[ADDR_TEXT_BYTES];
	text_of(j, key, is_known ? addr_format(a, room) : NULL);
}

static void texts_of(struct json *j, const char *key, const char *const *text)
{
	json_key(j, key);
	json_open(j, '{');
	for (enum lang l = 0; l < N_LANGS; l++)
		text_of(j, lang_keys[l], text[l]);
	json_close(j, '}');
}

static void row_json(struct json *j, const struct report *r, const struct attack_row *row)
{
	char at[PLACE_TEXT_BYTES], hash[17];
	snprintf(hash, sizeof hash, "%016llx", (unsigned long long)row->hash);
	json_open(j, '{');
	text_of(j, "at", place_format(r, row->at, at));
	uint_of(j, "byte", row->offset);
	uint_of(j, "bytes", row->n_bytes);
	text_of(j, "xxh3", hash);
	time_of(j, "time", row->time_ms, row->has & ROW_HAS_TIME);
	addr_of(j, "client", &row->client, row->has & ROW_HAS_CLIENT);
	addr_of(j, "server", &row->server, row->has & ROW_HAS_SERVER);
	json_key(j, "status");
	if (row->has & ROW_HAS_STATUS)
		json_uint(j, row->status);
	else
		json_null(j);
	text_of(j, "outcome", web_outcome_key(row->outcome));
	json_key(j, "via_proxy");
	json_bool(j, row->has & ROW_FORWARDED);
	json_key(j, "named_in_request");
	json_bool(j, row->has & ROW_NAMED);
	text_of(j, "line", row->text);
	json_close(j, '}');
}

static void outcomes_json(struct json *j, const struct attack *a)
{
	json_key(j, "outcomes");
	json_open(j, '{');
	for (enum web_outcome o = 0; o < N_WEB_OUTCOMES; o++)
		if (a->n_outcome[o])
			uint_of(j, web_outcome_key(o), a->n_outcome[o]);
	json_close(j, '}');
}

static void attack_json(struct json *j, const struct report *r, const struct attack *a)
{
	char room[ADDR_TEXT_BYTES];
	json_open(j, '{');
	text_of(j, "side", a->side == SIDE_SERVER ? "server" : "attacker");
	text_of(j, "signature", a->signature->id);
	text_of(j, "name", a->signature->name);
	text_of(j, "variant", a->signature->variant);
	text_of(j, "class", signature_class_name(attack_class(a)));
	text_of(j, "stage", stage_name(a->signature->stage));
	text_of(j, "attack", a->signature->attack);
	uint_of(j, "requests", a->n);
	uint_of(j, "patterns", (unsigned)__builtin_popcount(a->patterns));
	json_key(j, "client_requests");
	if (a->side == SIDE_ATTACKER && a->n_requests)
		json_uint(j, a->n_requests);
	else
		json_null(j);
	time_of(j, "first_seen", a->first_ms, a->first_ms != UINT64_MAX);
	time_of(j, "last_seen", a->last_ms, a->last_ms != 0);
	outcomes_json(j, a);
	json_key(j, "peers");
	json_open(j, '[');
	for (unsigned i = 0; i < a->n_peers; i++)
		json_text(j, addr_format(&a->peer[i], room));
	json_close(j, ']');
	json_key(j, "more_peers");
	json_bool(j, a->has_more_peers);
	json_key(j, "evidence");
	json_open(j, '[');
	for (uint32_t i = 0; i < a->n_rows; i++)
		row_json(j, r, &a->row[i]);
	json_close(j, ']');
	texts_of(j, "meaning", a->signature->meaning);
	texts_of(j, "fix", attack_fix(a));
	json_close(j, '}');
}

void web_json(struct json *j, const struct report *r, const struct finding *f)
{
	json_key(j, "web");
	json_open(j, '[');
	for (size_t i = 0; i < f->n_attacks; i++)
		attack_json(j, r, f->attack[i]);
	json_close(j, ']');
}

/* Evidence is quoted as it stands in the file, as far as a terminal may have it. */
static void row_explain(
	const struct report *r, const struct attack *a, const struct attack_row *row, FILE *out)
{
	char time[TIME_TEXT_BYTES], peer[ADDR_TEXT_BYTES], via[ADDR_TEXT_BYTES];
	char at[PLACE_TEXT_BYTES], text[ROW_TEXT_BYTES], status[8] = "-";
	const struct addr *other = a->side == SIDE_SERVER ? &row->client : &row->server;
	unsigned has_other = a->side == SIDE_SERVER ? ROW_HAS_CLIENT : ROW_HAS_SERVER;
	if (row->has & ROW_HAS_STATUS)
		snprintf(status, sizeof status, "%u", row->status);
	fprintf(out, "    %-24s  %-15s  %6s  %-8s  %s, byte %llu%s%s%s\n",
		row->has & ROW_HAS_TIME ? time_format(row->time_ms, time) : "-",
		row->has & has_other ? addr_format(other, peer) : "-", status,
		web_outcome_key(row->outcome), place_format(r, row->at, at),
		(unsigned long long)row->offset,
		row->has & ROW_FORWARDED ? ", via proxy "
		: row->has & ROW_NAMED   ? ", named by "
					 : "",
		row->has & (ROW_FORWARDED | ROW_NAMED) && row->has & ROW_HAS_CLIENT
			? addr_format(&row->client, via)
			: "",
		row->has & ROW_NAMED && !(row->has & ROW_HAS_CLIENT) ? "a client not told" : "");
	fprintf(out, "      %s%s\n", plain_format(row->text, text, sizeof text),
		row->has & ROW_CUT ? "..." : "");
}

static void heading(const struct attack *a, FILE *out)
{
	char name[160], time[TIME_TEXT_BYTES];
	fprintf(out, "\n  %s: %s, %s%s%s; %llu request%s",
		a->side == SIDE_SERVER ? "as a server, in web logs" : "in web logs",
		attack_name(a, name, sizeof name), stage_name(a->signature->stage),
		a->signature->attack ? ", " : "", a->signature->attack ? a->signature->attack : "",
		(unsigned long long)a->n, a->n == 1 ? "" : "s");
	if (a->side == SIDE_ATTACKER && a->n_requests)
		fprintf(out, " of %llu from this address", (unsigned long long)a->n_requests);
	if (a->signature->distinct > 1)
		fprintf(out, ", %d different", __builtin_popcount(a->patterns));
	if (a->first_ms != UINT64_MAX)
		fprintf(out, ", since %s", time_format(a->first_ms, time));
	fputc('\n', out);
}

void web_explain(const struct report *r, const struct finding *f, FILE *out)
{
	char text[512];
	for (size_t i = 0; i < f->n_attacks; i++) {
		const struct attack *a = f->attack[i];
		heading(a, out);
		fprintf(out, "    meaning: %s\n",
			plain_format(a->signature->meaning[r->lang], text, sizeof text));
		fprintf(out, "    to do:   %s\n",
			plain_format(attack_fix(a)[r->lang], text, sizeof text));
		for (enum web_outcome o = 0; o < N_WEB_OUTCOMES; o++)
			if (a->n_outcome[o])
				fprintf(out, "    %llu %s: %s\n",
					(unsigned long long)a->n_outcome[o], web_outcome_key(o),
					web_outcome_text(o));
		fprintf(out, "    %-24s  %-15s  %6s  %-8s  %s\n", "TIME",
			a->side == SIDE_SERVER ? "CLIENT" : "SERVER", "STATUS", "OUTCOME", "PLACE");
		for (uint32_t k = 0; k < a->n_rows; k++)
			row_explain(r, a, &a->row[k], out);
		if (a->n > a->n_rows)
			fprintf(out, "    and %llu more\n", (unsigned long long)(a->n - a->n_rows));
	}
}
