// SPDX-License-Identifier: Apache-2.0
// file DEV INO OFFSET HEAD-BYTES HEAD-HASH TAIL-BYTES TAIL-HASH FLAGS PATH MEMO
#include "source/follow_state.h"

#include <stdlib.h>
#include <string.h>

enum { AT_PATH = 9, AT_MEMO, N_FIELDS };
enum { IS_INSIDE = 1, IS_RETIRED = 2, IS_COPY = 4 };

void follow_save_file(const struct follow_file *file, struct ledger *l)
{
	const struct follow_position *at = &file->at;
	const char *memo = file->memo ? file->memo : "";
	ledger_row(l, "file");
	ledger_uint(l, at->dev);
	ledger_uint(l, at->ino);
	ledger_uint(l, at->offset);
	ledger_uint(l, at->head.n_bytes);
	ledger_uint(l, at->head.hash);
	ledger_uint(l, at->tail.n_bytes);
	ledger_uint(l, at->tail.hash);
	ledger_uint(l, (uint64_t)(at->is_inside ? IS_INSIDE : 0) |
			       (at->is_retired ? IS_RETIRED : 0) | (at->is_copy ? IS_COPY : 0));
	ledger_text(l, (struct str){ file->path, strlen(file->path) });
	ledger_text(l, (struct str){ memo, strlen(memo) });
}

void follow_save(const struct follow *f, struct ledger *l)
{
	struct follow_iter it = { .follow = f };
	for (const struct follow_file *file; (file = follow_next(&it));)
		follow_save_file(file, l);
}

bool follow_row_is(const struct ledger_row *row)
{
	static const struct str key = STR("file");
	return row->field[0].len == key.len && !memcmp(row->field[0].ptr, key.ptr, key.len);
}

bool follow_load(struct follow *f, const struct ledger_row *row, struct err *e)
{
	uint64_t v[AT_PATH - 1] = {};
	bool is_fine = row->n == N_FIELDS && row->field[AT_PATH].len > 0;
	for (size_t i = 0; i < countof(v) && is_fine; i++)
		is_fine = ledger_number(row->field[i + 1], &v[i]);
	is_fine = is_fine && v[3] <= FOLLOW_MARK_BYTES && v[5] <= FOLLOW_MARK_BYTES &&
		  v[3] <= v[2] && v[5] <= v[2] && v[2] <= INT64_MAX;
	if (!is_fine)
		return err_set(e, "the state holds a row of a file that cannot be read: move it "
				  "away to begin anew");
	struct follow_position at = {
		.dev = v[0],
		.ino = v[1],
		.offset = v[2],
		.head = { v[4], (uint32_t)v[3] },
		.tail = { v[6], (uint32_t)v[5] },
		.is_inside = v[7] & IS_INSIDE,
		.is_retired = v[7] & IS_RETIRED,
		.is_copy = v[7] & IS_COPY,
	};
	char *path = strndup(row->field[AT_PATH].ptr, row->field[AT_PATH].len);
	char *memo = strndup(row->field[AT_MEMO].ptr, row->field[AT_MEMO].len);
	is_fine = path && memo && follow_resume(f, path, &at, memo);
	free(path);
	free(memo);
	return is_fine || err_sys(e, "read the state");
}
