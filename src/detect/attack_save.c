// SPDX-License-Identifier: Apache-2.0
// An attack is a row, followed by rows for its lines and moments. Each is read as an attack that
// knows nothing else, and joined: the one way in which attacks come together.
#include "detect/attack_save.h"

#include "detect/attack_set.h"

enum { IS_KNOWN = 1, IS_SERVER = 2, IS_MADE = 4, IS_ONLY_NAMED = 8, HAS_MORE_PEERS = 16 };

/* Columns of the rows, behind their keys. */
enum {
	A_HOST = 1,
	A_ID,
	A_FLAGS,
	A_N,
	A_FIRST,
	A_LAST,
	A_PATTERNS,
	A_OUTCOMES,
	A_PEERS = A_OUTCOMES + N_WEB_OUTCOMES
};
enum {
	L_SOURCE = 1,
	L_POSITION,
	L_OFFSET,
	L_HASH,
	L_TIME,
	L_BYTES,
	L_STATUS,
	L_PORT,
	L_HAS,
	L_OUTCOME,
	L_PATTERN,
	L_CLIENT,
	L_SERVER,
	L_TEXT,
	N_L
};
enum { M_TIME = 1, M_PATTERN, N_M };
enum { R_N = 1, R_LAST, N_R };

static void addr_put(struct ledger *l, const struct addr *a)
{
	char room[ADDR_TEXT_BYTES];
	const char *text = addr_format(a, room);
	ledger_text(l, (struct str){ text, strlen(text) });
}

static void line_save(const struct attack_row *r, struct ledger *l)
{
	const uint64_t v[] = { place_source(r->at), place_position(r->at), r->offset, r->hash,
		r->time_ms, r->n_bytes, r->status, r->server_port, r->has, r->outcome, r->pattern };
	static_assert(countof(v) == L_CLIENT - 1);
	ledger_row(l, "line");
	for (size_t i = 0; i < countof(v); i++)
		ledger_uint(l, v[i]);
	addr_put(l, &r->client);
	addr_put(l, &r->server);
	ledger_text(l, (struct str){ r->text, strlen(r->text) });
}

void attack_save(const struct attack *a, struct ledger *l)
{
	unsigned flags = (a->is_known ? IS_KNOWN : 0) | (a->side == SIDE_SERVER ? IS_SERVER : 0) |
			 (a->is_made ? IS_MADE : 0) | (a->is_only_named ? IS_ONLY_NAMED : 0) |
			 (a->has_more_peers ? HAS_MORE_PEERS : 0);
	ledger_row(l, "attack");
	addr_put(l, &a->host);
	ledger_text(l, (struct str){ a->signature->id, strlen(a->signature->id) });
	const uint64_t v[] = { flags, a->n, a->first_ms, a->last_ms, a->patterns };
	for (size_t i = 0; i < countof(v); i++)
		ledger_uint(l, v[i]);
	for (size_t i = 0; i < N_WEB_OUTCOMES; i++)
		ledger_uint(l, a->n_outcome[i]);
	for (size_t i = 0; i < a->n_peers; i++)
		addr_put(l, &a->peer[i]);
	for (uint32_t i = 0; i < a->n_rows; i++)
		line_save(&a->row[i], l);
	for (uint32_t i = 0; i < a->n_moments; i++) {
		ledger_row(l, "moment");
		ledger_uint(l, a->moment[i].time_ms);
		ledger_uint(l, a->moment[i].pattern);
	}
}

void attacks_save_requests(const struct attacks *a, struct ledger *l)
{
	ledger_row(l, "requests");
	ledger_uint(l, a->n_requests);
	ledger_uint(l, a->last_ms);
}

void attacks_save(const struct attacks *a, struct ledger *l)
{
	attacks_save_requests(a, l);
	for (size_t i = 0; i < a->n; i++)
		attack_save(&a->attack[i], l);
}

static bool is_key(const struct ledger_row *row, const char *key)
{
	return row->field[0].len == strlen(key) && !memcmp(row->field[0].ptr, key, strlen(key));
}

bool attack_row_is(const struct ledger_row *row)
{
	return is_key(row, "attack") || is_key(row, "line") || is_key(row, "moment") ||
	       is_key(row, "requests");
}

/* Numbers in a row of columns, each at most its limit. */
static bool numbers(
	const struct ledger_row *row, size_t from, size_t n, const uint64_t *most, uint64_t *out)
{
	for (size_t i = 0; i < n; i++)
		if (!ledger_number(row->field[from + i], &out[i]) || out[i] > most[i])
			return false;
	return true;
}

static struct attack nothing(void)
{
	return (struct attack){ .first_ms = UINT64_MAX, .is_only_named = true };
}

static const struct signature *signature_of(const struct signatures *s, struct str id)
{
	for (size_t i = 0; i < signatures_count(s); i++) {
		const struct signature *one = signatures_get(s, i);
		if (strlen(one->id) == id.len && !memcmp(one->id, id.ptr, id.len))
			return one;
	}
	return NULL;
}

static bool load_attack(struct attack_loader *in, const struct ledger_row *row)
{
	static const uint64_t any = UINT64_MAX;
	const uint64_t most[A_PEERS - A_FLAGS] = { 31, any, any, any, UINT32_MAX, any, any, any,
		any };
	uint64_t v[A_PEERS - A_FLAGS];
	struct addr host;
	struct attack a = nothing();
	if (row->n < A_PEERS || row->n > A_PEERS + ATTACK_PEERS_MAX ||
		!addr_parse(row->field[A_HOST], &host) ||
		!numbers(row, A_FLAGS, countof(v), most, v))
		return false;
	for (size_t i = A_PEERS; i < row->n; i++)
		if (!addr_parse(row->field[i], &a.peer[a.n_peers++]))
			return false;
	in->has_attack = true;
	in->attack = NULL;
	const struct signature *s = signature_of(in->attacks->signatures, row->field[A_ID]);
	in->n_unknown += !s;
	if (!s)
		return true;
	a.is_made = v[0] & IS_MADE;
	a.is_only_named = v[0] & IS_ONLY_NAMED;
	a.has_more_peers = v[0] & HAS_MORE_PEERS;
	a.n = v[1];
	a.first_ms = v[2];
	a.last_ms = v[3];
	a.patterns = (uint32_t)v[4];
	memcpy(a.n_outcome, &v[A_OUTCOMES - A_FLAGS], sizeof a.n_outcome);
	in->attack = attacks_at(in->attacks, &host, v[0] & IS_KNOWN, a.is_only_named,
		v[0] & IS_SERVER ? SIDE_SERVER : SIDE_ATTACKER, s);
	if (in->attack)
		attack_join(in->attacks, in->attack, &a);
	return true;
}

static bool load_line(struct attack_loader *in, const struct ledger_row *row)
{
	static const uint64_t any = UINT64_MAX;
	const uint64_t most[L_CLIENT - 1] = { UINT16_MAX, (UINT64_C(1) << PLACE_POSITION_BITS) - 1,
		any, any, any, UINT32_MAX, UINT16_MAX, UINT16_MAX, UINT8_MAX, N_WEB_OUTCOMES - 1,
		SIGNATURE_PATTERNS_MAX - 1 };
	uint64_t v[L_CLIENT - 1];
	struct attack_row r = {};
	struct str text = row->field[L_TEXT];
	if (row->n != N_L || !in->has_attack || !numbers(row, L_SOURCE, countof(v), most, v) ||
		!addr_parse(row->field[L_CLIENT], &r.client) ||
		!addr_parse(row->field[L_SERVER], &r.server) || text.len >= sizeof r.text ||
		(text.len && memchr(text.ptr, 0, text.len)))
		return false;
	uint16_t source;
	if (!in->attack || !in->source(in->ctx, v[0], &source))
		return true;
	r.at = place_at(source, v[1]);
	r.offset = v[2];
	r.hash = v[3];
	r.time_ms = v[4];
	r.n_bytes = (uint32_t)v[5];
	r.status = (uint16_t)v[6];
	r.server_port = (uint16_t)v[7];
	r.has = (uint8_t)v[8];
	r.outcome = (uint8_t)v[9];
	r.pattern = (uint8_t)v[10];
	memcpy(r.text, text.ptr, text.len);
	struct attack a = nothing();
	a.row = &r;
	a.n_rows = 1;
	attack_join(in->attacks, in->attack, &a);
	return true;
}

static bool load_moment(struct attack_loader *in, const struct ledger_row *row)
{
	const uint64_t most[] = { UINT64_MAX, SIGNATURE_PATTERNS_MAX - 1 };
	uint64_t v[countof(most)];
	if (row->n != N_M || !in->has_attack || !numbers(row, M_TIME, countof(v), most, v))
		return false;
	struct attack_moment m = { v[0], (uint32_t)v[1] };
	struct attack a = nothing();
	a.moment = &m;
	a.n_moments = 1;
	if (in->attack)
		attack_join(in->attacks, in->attack, &a);
	return true;
}

static bool load_requests(struct attack_loader *in, const struct ledger_row *row)
{
	const uint64_t most[] = { INT64_MAX, UINT64_MAX };
	uint64_t v[countof(most)];
	if (row->n != N_R || !numbers(row, R_N, countof(v), most, v))
		return false;
	in->attacks->n_requests += v[0];
	in->attacks->last_ms = v[1] > in->attacks->last_ms ? v[1] : in->attacks->last_ms;
	return true;
}

bool attack_load(struct attack_loader *in, const struct ledger_row *row, struct err *e)
{
	bool is_fine = is_key(row, "attack")   ? load_attack(in, row)
		       : is_key(row, "line")   ? load_line(in, row)
		       : is_key(row, "moment") ? load_moment(in, row)
					       : load_requests(in, row);
	return is_fine || err_set(e,
				  "the state holds a row '%.*s' that cannot be read: move it away "
				  "to begin anew",
				  STR_ARG(row->field[0]));
}
