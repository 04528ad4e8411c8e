// SPDX-License-Identifier: Apache-2.0
// rules/signatures.yaml, as it was when the program was built.
#include "detect/signature_set.h"

__asm__(".pushsection .rodata\n"
	".globl cordon_signatures_begin\n"
	".globl cordon_signatures_end\n"
	"cordon_signatures_begin:\n"
	".incbin \"rules/signatures.yaml\"\n"
	"cordon_signatures_end:\n"
	".byte 0\n"
	".popsection\n");

extern const char cordon_signatures_begin[], cordon_signatures_end[];

struct str signatures_builtin(void)
{
	return (struct str){ cordon_signatures_begin,
		(size_t)(cordon_signatures_end - cordon_signatures_begin) };
}
