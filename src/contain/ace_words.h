// SPDX-License-Identifier: Apache-2.0
// Words of access lists that stand for numbers.
#ifndef CONTAIN_ACE_WORDS_H
#define CONTAIN_ACE_WORDS_H
#include "base/bytes.h"

/** A protocol by name or number; -1 when it is none. "ip" and "ipv6" are ACE_ALL. */
int ace_proto(struct str word);
enum { ACE_ALL = 256 };

/** A port by name or number; -1 when it is none. */
int ace_port(struct str word);

/** A type of ICMP by name, as type * 256 + code, or ACE_NO_CODE more for all codes; -1: no such. */
int ace_icmp(struct str word, bool is_6);
enum { ACE_NO_CODE = 1 << 16 };
#endif
