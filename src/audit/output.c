// SPDX-License-Identifier: Apache-2.0
// The table of outputs, and whose output a command asks for.
#include "audit/output.h"

#include <strings.h>

const struct output *const outputs[] = {
	&log_output,
	&cpu_output,
	&platform_output,
	&allocator_output,
	&memory_output,
	&pool_output,
	&cache_output,
	&flow_output,
	&accounting_output,
	&mls_output,
	&cef_output,
	&prefix_output,
	&adjacency_output,
	&arp_output,
	&route_output,
	&nat_statistics_output,
	&nat_output,
	&align_output,
	&debug_output,
	&status_output,
	&interface_output,
	&ip_interface_output,
	&neighbor_output,
	&version_output,
	&config_output,
};
const size_t n_outputs = countof(outputs);

/* How many of the typed words are this command, abbreviated or not: 0 when it is not. */
static size_t command_words(const char *command, const struct str *typed, size_t n_typed)
{
	size_t n = 0;
	for (const char *at = command; *at; n++) {
		size_t len = strcspn(at, " "), least = n == 0 ? 2 : n == 1 ? 2 : 1;
		if (n == n_typed || typed[n].len > len ||
			typed[n].len < (len < least ? len : least) ||
			strncasecmp(typed[n].ptr, at, typed[n].len))
			return 0;
		at += len;
		at += *at == ' ';
	}
	return n;
}

enum { WORDS_MAX = 8 };

static size_t split(struct str command, struct str typed[static WORDS_MAX])
{
	size_t n_typed = 0;
	for (size_t at = 0; at < command.len && n_typed < WORDS_MAX; n_typed++) {
		size_t n = 0;
		while (at + n < command.len && command.ptr[at + n] != ' ' &&
			command.ptr[at + n] != '\n')
			n++;
		if (n == 0)
			break;
		typed[n_typed] = (struct str){ command.ptr + at, n };
		at += n;
		while (at < command.len && command.ptr[at] == ' ')
			at++;
	}
	return n_typed;
}

const struct output *output_of(struct str command, bool *is_whole, size_t *n_used)
{
	struct str typed[WORDS_MAX];
	size_t n_typed = split(command, typed), best = 0;
	const struct output *found = NULL;
	for (size_t i = 0; i < n_outputs; i++)
		for (size_t k = 0; k < COMMANDS_MAX && outputs[i]->command[k]; k++) {
			size_t n = command_words(outputs[i]->command[k], typed, n_typed);
			if (n > best) {
				best = n;
				found = outputs[i];
			}
		}
	*n_used = best ? (size_t)(typed[best - 1].ptr - command.ptr) + typed[best - 1].len : 0;
	*is_whole = best == n_typed;
	return found;
}

bool output_is_part(const struct output *o, struct str command)
{
	struct str typed[WORDS_MAX];
	size_t n_typed = split(command, typed);
	for (size_t i = 0; i < PARTS_MAX && o->part[i]; i++)
		if (command_words(o->part[i], typed, n_typed))
			return true;
	return false;
}
