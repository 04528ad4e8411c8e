// SPDX-License-Identifier: Apache-2.0
// What an attack says.
#include "model/attack.h"

#include <stdio.h>

#include "model/words.h"

#define AS_ROW(name, key, text) [WEB_##name] = { key, text },
static const struct {
	const char *key, *text;
} outcomes[N_WEB_OUTCOMES] = { WEB_OUTCOMES(AS_ROW) };

// Patched servers were seen to answer 200 as well, so it is no proof.
static const double taken_confidence = .6;

enum signature_class attack_class(const struct attack *a)
{
	enum signature_class c = a->is_made ? a->signature->class : a->signature->otherwise;
	// somebody else says so: a lead, not a proof
	return a->is_only_named && c == SIGNATURE_INFECTED ? SIGNATURE_SUSPECT : c;
}

double attack_confidence(const struct attack *a)
{
	enum signature_class c = attack_class(a);
	return a->side == SIDE_ATTACKER || c == SIGNATURE_CARRIER ? signature_confidence(c)
								  : taken_confidence;
}

const char *attack_name(const struct attack *a, char *room, size_t size)
{
	char text[160];
	snprintf(text, sizeof text, "%s%s%s%s", a->signature->name,
		a->signature->variant ? ", variant " : "",
		a->signature->variant ? a->signature->variant : "",
		attack_class(a) == SIGNATURE_HINT ? ", a hint" : "");
	return plain_format(text, room, size);
}

const char *const *attack_fix(const struct attack *a)
{
	bool is_server = a->side == SIDE_SERVER && a->signature->server[LANG_EN];
	return is_server ? a->signature->server : a->signature->fix;
}

const char *web_outcome_key(enum web_outcome o)
{
	return outcomes[o].key;
}

const char *web_outcome_text(enum web_outcome o)
{
	return outcomes[o].text;
}
