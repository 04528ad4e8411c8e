// SPDX-License-Identifier: Apache-2.0
#include "app/contain.h"

int contain_verify(struct job *j, char **word, int n_words)
{
	(void)j, (void)word, (void)n_words;
	return EXIT_ERROR;
}

int contain_apply(struct job *j, struct writing *w)
{
	(void)j, (void)w;
	return EXIT_ERROR;
}
