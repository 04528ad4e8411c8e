// SPDX-License-Identifier: Apache-2.0
// A day as text.
#include "base/day.h"

#include <time.h>

int64_t day_parse(struct str text)
{
	static const char shape[] = "0000-00-00";
	int field[3] = {}, n = 0; // year, month, day
	if (text.len != sizeof shape - 1)
		return -1;
	for (size_t i = 0; i < text.len; i++) {
		unsigned digit = (unsigned)text.ptr[i] - '0';
		if (shape[i] == '-' ? text.ptr[i] != '-' : digit > 9)
			return -1;
		if (shape[i] == '-')
			n++;
		else
			field[n] = field[n] * 10 + (int)digit;
	}
	struct tm day = { .tm_year = field[0] - 1900, .tm_mon = field[1] - 1, .tm_mday = field[2] };
	time_t start = timegm(&day); // turns 31 November into 1 December
	return day.tm_mon == field[1] - 1 && day.tm_mday == field[2] ? start : -1;
}
