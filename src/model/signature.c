// SPDX-License-Identifier: Apache-2.0
// The tables of signature.h as text and numbers.
#include "model/signature.h"

#define AS_ROW(name, key, verdict, outside, confidence) \
	[SIGNATURE_##name] = { key, { VERDICT_##verdict, VERDICT_##outside }, confidence },
static const struct {
	const char *key;
	enum verdict verdict[2];
	double confidence;
} classes[N_SIGNATURE_CLASSES] = { SIGNATURE_CLASSES(AS_ROW) };

#define AS_TEXT(name, key) [SIGNATURE_IN_##name] = (key),
static const char *const places[N_SIGNATURE_PLACES] = { SIGNATURE_PLACES(AS_TEXT) };

const char *signature_class_name(enum signature_class c)
{
	return classes[c].key;
}

enum verdict signature_verdict(enum signature_class c, bool is_outside)
{
	return classes[c].verdict[is_outside];
}

double signature_confidence(enum signature_class c)
{
	return classes[c].confidence;
}

const char *signature_place_name(enum signature_place p)
{
	return places[p];
}

const char *stage_name(enum stage s)
{
	static const char *const name[N_STAGES] = { "probing", "infecting" };
	return name[s];
}
