// SPDX-License-Identifier: Apache-2.0
// Only what everybody's mail system takes: quoted parts and addresses beyond ASCII are none of ours.
#include "model/mailbox.h"

#include <string.h>

bool mailbox_is(struct str text)
{
	static const char atoms[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789.!#$%&'*+-/=?^_`{|}~";
	const char *sign = text.len ? memchr(text.ptr, '@', text.len) : NULL;
	size_t local = sign ? (size_t)(sign - text.ptr) : 0;
	if (local == 0 || local + 1 == text.len || text.ptr[0] == '-')
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (i != local && !(text.ptr[i] && strchr(atoms, text.ptr[i])))
			return false;
	return true;
}

static struct str trim(struct str s)
{
	while (s.len > 0 && s.ptr[0] == ' ')
		s = (struct str){ s.ptr + 1, s.len - 1 };
	while (s.len > 0 && s.ptr[s.len - 1] == ' ')
		s.len--;
	return s;
}

bool mailbox_parse(const char *text, struct mailbox *out)
{
	const char *angle = strchr(text, '<'), *behind = angle ? strchr(angle, '>') : NULL;
	struct mailbox m = { .address = trim((struct str){ text, strlen(text) }) };
	if (angle && (!behind || behind[1]))
		return false;
	if (angle) {
		m.name = trim((struct str){ text, (size_t)(angle - text) });
		m.address = (struct str){ angle + 1, (size_t)(behind - angle - 1) };
	}
	if (!mailbox_is(m.address))
		return false;
	*out = m;
	return true;
}

bool mailbox_next(const char *list, size_t *at, struct str *out)
{
	size_t n = strcspn(list + *at, ",");
	bool is_there = list[*at];
	*out = trim((struct str){ list + *at, n });
	*at += n + (list[*at + n] == ',');
	return is_there;
}
