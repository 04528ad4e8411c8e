// SPDX-License-Identifier: Apache-2.0
// Prompts of IOS, NX-OS and CatOS: R1#, R1>, R1(config-if)#, Console> (enable), R1/Admin#,
// RP/0/RSP0/CPU0:R1#. Pages of the web have Router< and 6500-sup(enable)set as well.
#include "audit/prompt.h"

#include <ctype.h>
#include <strings.h>

enum { NAME_MAX_BYTES = 63, LOOK_BYTES = 512 }; // a command is shorter; a line may be a whole page

static struct str line_from(struct str text, size_t at)
{
	if (text.len - at > LOOK_BYTES)
		text.len = at + LOOK_BYTES;
	const char *end = at < text.len ? memchr(text.ptr + at, '\n', text.len - at) : NULL;
	return (struct str){ text.ptr + at, (end ? (size_t)(end - text.ptr) : text.len) - at };
}

static struct str first_word(struct str line)
{
	size_t n = 0;
	while (n < line.len && line.ptr[n] != ' ')
		n++;
	return (struct str){ line.ptr, n };
}

/* What people type at devices. */
static bool is_verb(struct str line)
{
	static const char *const verbs[] = { "show", "sh", "sho", "configure", "conf", "config",
		"terminal", "term", "ter", "enable", "en", "ena", "exit", "end", "ping",
		"traceroute", "clear", "debug", "undebug", "no", "write", "wr", "copy", "dir",
		"set", "interface", "int", "ip", "logout", "quit", "more", "reload", "telnet",
		"ssh", "attach", "do", "router", "access-list", "line", "logging", "disable",
		"switchto", "un", "u" };
	struct str word = first_word(line);
	for (size_t i = 0; i < countof(verbs); i++)
		if (word.len == strlen(verbs[i]) && !strncasecmp(word.ptr, verbs[i], word.len))
			return true;
	return false;
}

static const bool name_bytes[256] = { ['0' ... '9'] = true,
	['A' ... 'Z'] = true,
	['a' ... 'z'] = true,
	['.'] = true,
	['_'] = true,
	['-'] = true,
	['/'] = true,
	[':'] = true,
	['@'] = true };

static size_t name_length(struct str line)
{
	size_t n = 0;
	while (n < line.len && n <= NAME_MAX_BYTES && name_bytes[(unsigned char)line.ptr[n]])
		n++;
	return n && n <= NAME_MAX_BYTES && isalnum((unsigned char)line.ptr[0]) ? n : 0;
}

/* Most words are no prompt: what stands behind the name is asked before the line is looked at. */
static bool may_be_prompt(struct str text, size_t at)
{
	size_t n = name_length((struct str){ text.ptr + at, text.len - at });
	char c = n && at + n < text.len ? text.ptr[at + n] : ' ';
	return c == '#' || c == '>' || c == '<' || c == '(';
}

static bool starts(struct str line, size_t at, const char *with)
{
	size_t n = strlen(with);
	return line.len >= at + n && !memcmp(line.ptr + at, with, n);
}

/* The bytes of "(config-if)" at `at`, 0 when there are none. */
static size_t mode_length(struct str line, size_t at)
{
	size_t n = 0;
	if (at >= line.len || line.ptr[at] != '(')
		return 0;
	while (at + n < line.len && line.ptr[at + n] != ')' && line.ptr[at + n] != ' ')
		n++;
	return at + n < line.len && line.ptr[at + n] == ')' ? n + 1 : 0;
}

/* RP/0/RSP0/CPU0:R1 is R1; R1/admin stays. */
static struct str host_of(struct str name)
{
	const char *colon = memrchr(name.ptr, ':', name.len);
	if (colon && (size_t)(colon + 1 - name.ptr) < name.len) {
		size_t n = (size_t)(colon + 1 - name.ptr);
		return (struct str){ colon + 1, name.len - n };
	}
	return name;
}

/* Behind the name: what ends the prompt. Gives its length, 0 when there is none. */
static size_t tail_length(struct str line, size_t at, bool *is_config)
{
	size_t mode = mode_length(line, at);
	*is_config = mode && starts(line, at, "(config");
	if (mode && starts(line, at, "(enable)"))
		return mode;
	if (at + mode >= line.len || !strchr("#><", line.ptr[at + mode]))
		return 0;
	if (line.ptr[at + mode] == '<' && !starts(line, at + mode + 1, "show"))
		return 0;
	mode++;
	if (starts(line, at + mode, " (enable)"))
		mode += sizeof " (enable)" - 1;
	return mode;
}

bool prompt_at(struct str text, size_t at, bool begins_line, struct prompt *out)
{
	if (!may_be_prompt(text, at))
		return false;
	struct str line = line_from(text, at);
	size_t name = name_length(line);
	bool is_config;
	size_t tail = name ? tail_length(line, name, &is_config) : 0;
	if (tail == 0)
		return false;
	size_t end = name + tail;
	bool is_glued = end < line.len && line.ptr[end] != ' ';
	while (end < line.len && line.ptr[end] == ' ')
		end++;
	struct str command = { line.ptr + end, line.len - end };
	bool is_bare = begins_line && command.len == 0;
	if (!is_bare && (!is_verb(command) || (!begins_line && !is_glued)))
		return false;
	*out = (struct prompt){ .host = host_of((struct str){ line.ptr, name }),
		.command = command,
		.is_config = is_config,
		.end = at + end };
	return true;
}

bool heading_at(struct str text, size_t at, struct prompt *out)
{
	struct str line = line_from(text, at);
	size_t n = 0;
	while (n < line.len && (line.ptr[n] == '-' || line.ptr[n] == '`'))
		n++;
	size_t begin = n;
	while (begin < line.len && line.ptr[begin] == ' ')
		begin++;
	if (n == 0 || !(starts(line, begin, "show ") || starts(line, begin, "sh ")))
		return false;
	size_t end = line.len;
	while (end > begin && strchr("-` ", line.ptr[end - 1]))
		end--;
	*out = (struct prompt){ .command = { line.ptr + begin, end - begin },
		.end = at + line.len };
	return true;
}
