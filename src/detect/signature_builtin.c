// SPDX-License-Identifier: Apache-2.0
// rules/signatures.yaml, as it was when the program was built.
#include "detect/signature_set.h"

__asm__(".pushsection .rodata\n"
	"rules_signatures_begin:\n"
	".incbin \"rules/signatures.yaml\"\n"
	"rules_signatures_end:\n"
	".byte 0\n"
	".popsection\n");

extern const char rules_signatures_begin[], rules_signatures_end[];

struct str signatures_builtin(void)
{
	return (struct str){ rules_signatures_begin,
		(size_t)(rules_signatures_end - rules_signatures_begin) };
}
