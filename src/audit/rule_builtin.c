// SPDX-License-Identifier: Apache-2.0
// rules/audit.yaml, as it was when the program was built.
#include "audit/rule_set.h"

__asm__(".pushsection .rodata\n"
	"rules_audit_begin:\n"
	".incbin \"rules/audit.yaml\"\n"
	"rules_audit_end:\n"
	".byte 0\n"
	".popsection\n");

extern const char rules_audit_begin[], rules_audit_end[];

struct str rulebook_builtin(void)
{
	return (struct str){ rules_audit_begin, (size_t)(rules_audit_end - rules_audit_begin) };
}
