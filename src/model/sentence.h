// SPDX-License-Identifier: Apache-2.0
// Sentences that parts of cordon say in English, in the language of their reader.
#ifndef MODEL_SENTENCE_H
#define MODEL_SENTENCE_H
#include <stddef.h>

#include "model/signature.h"

/**
 * Tell a sentence in a language: by the templates of rules/sentences.txt, its pieces too, which may be sentences
 * or states themselves; sentences may stand behind one another between semicolons.
 *
 * room  cut there, in whole letters
 *
 * Returns `room`, or `english` itself where it is wanted so or nobody knows it in the other language. Bounded also for
 * texts that are made to fit in many ways.
 */
const char *sentence_tell(const char *english, enum lang lang, char *room, size_t size);
#endif
