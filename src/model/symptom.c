// SPDX-License-Identifier: Apache-2.0
// Names of what is told.
#include "model/symptom.h"

#define AS_NAMES(name, key, en, ja) { (key), { (en), (ja) } },
static const struct {
	const char *key;
	const char *title[N_LANGS];
} names[N_TOLD] = { TOLD(AS_NAMES) };

const char *told_key(enum told t)
{
	return names[t].key;
}

const char *told_title(enum told t, enum lang lang)
{
	return names[t].title[lang];
}

bool symptom_names(const struct symptom *s, const struct audited_host *h)
{
	enum { LIKELY_PERCENT = 50 };
	return s->by_traffic && h->device == s->device && h->is_alarm &&
	       h->confidence >= LIKELY_PERCENT;
}
