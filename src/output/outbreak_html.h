// SPDX-License-Identifier: Apache-2.0
// What the parts of the page share: how text is written into it.
#ifndef OUTPUT_OUTBREAK_HTML_H
#define OUTPUT_OUTBREAK_HTML_H
#include "output/outbreak_words.h"

/** Write text so that it stays text, also within an attribute in double quotes. */
void html_put(const char *text, FILE *out);

/** An element around a text: "<p>...</p>". */
void html_element(const char *tag, const char *text, FILE *out);

/** All that is told, a section for each question. */
void html_sections(const struct outbreak *o, FILE *out);

/** The curve as a picture that needs no script. */
void html_curve(const struct outbreak *o, FILE *out);

/** The tree as lists in lists that unfold. */
void html_tree(const struct outbreak *o, FILE *out);
#endif
