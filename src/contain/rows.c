// SPDX-License-Identifier: Apache-2.0
#include "contain/rows.h"

bool rows_next(struct rows *r)
{
	if (!r->left.len)
		return false;
	const char *end = memchr(r->left.ptr, '\n', r->left.len);
	size_t n = end ? (size_t)(end - r->left.ptr) : r->left.len;
	size_t fits = n < ROW_BYTES ? n : ROW_BYTES - 1;
	memcpy(r->row, r->left.ptr, fits);
	r->row[fits] = '\0';
	r->is_cut = strlen(r->row) < n;
	r->row[strcspn(r->row, "\r")] = '\0';
	r->line++;
	n += end != NULL;
	r->left.ptr += n;
	r->left.len -= n;
	return true;
}
