// SPDX-License-Identifier: Apache-2.0
// What only configurations have: a name for the device, sections, banners, a last line.
#include "audit/reading.h"

enum { BANNER_LINES_MAX = 200 };

/* The lines of a banner are no commands: over them, to the letter that ends it. */
void skip_banner(struct reading *r)
{
	struct str line = line_here(r);
	size_t at = sizeof "banner " - 1;
	while (at < line.len && line.ptr[at] != ' ')
		at++;
	while (at < line.len && line.ptr[at] == ' ')
		at++;
	if (at >= line.len)
		return;
	size_t n = line.ptr[at] == '^' && at + 1 < line.len ? 2 : 1;
	struct str mark = { line.ptr + at, n };
	size_t begin = r->at + at + n, end = r->text.len;
	for (unsigned i = 0; i < BANNER_LINES_MAX && begin < end; i++) {
		size_t to = line_end(r, begin);
		if (memmem(r->text.ptr + begin, to - begin, mark.ptr, mark.len)) {
			step_lines(r, to);
			return;
		}
		begin = to + 1;
	}
}

/* A word behind `at` bytes of a line, perhaps in quotes. */
static struct str name_in(struct str line, size_t at)
{
	size_t n = 0;
	while (at < line.len && (line.ptr[at] == ' ' || line.ptr[at] == '"'))
		at++;
	while (at + n < line.len && line.ptr[at + n] != ' ' && line.ptr[at + n] != '"')
		n++;
	return (struct str){ line.ptr + at, n };
}

/* A file is a device: its configuration says its name. A second one in the file is of another device. */
static void take_hostname(struct reading *r, struct str name)
{
	struct answer *w = answer_now(r);
	bool is_first = !(w->marks & CONFIG_HOSTNAME);
	if (name.len)
		w->marks |= CONFIG_HOSTNAME;
	if (!is_first || r->has_prompts || name.len == 0 || host_is_generic(name))
		return;
	bool is_other = r->a->device[r->device].is_named;
	uint32_t unnamed = r->device;
	if (!device_get(r, name, true))
		return;
	if (is_other) {
		w->device = r->device;
		return;
	}
	for (size_t i = r->first_answer; i < r->a->n_answers; i++)
		if (r->a->answer[i].device == unnamed)
			r->a->answer[i].device = r->device;
}

/* !Command: show running-config, and nothing that cuts it; `all` is more. */
static bool asks_for_all(struct str line)
{
	static const char *const whole[] = { "!Command: show running-config",
		"!Command: show running-config all", "!Command: show startup-config" };
	while (line.len && line.ptr[line.len - 1] == ' ')
		line.len--;
	for (size_t i = 0; i < countof(whole); i++)
		if (line.len == strlen(whole[i]) && line_starts(line, whole[i]))
			return true;
	return false;
}

/* Lines that are marks of a configuration. What NX-OS prints above says which part of it was asked for. */
static void take_marks(struct reading *r, struct str line)
{
	static const struct {
		const char *begins;
		unsigned marks;
		bool is_name; // of the device, what stands behind it
	} known[] = {
		{ "version ", CONFIG_VERSION | CONFIG_BEGIN, false },
		{ "!! IOS XR Configuration ", CONFIG_VERSION | CONFIG_BEGIN, false },
		{ "!Command: show ", CONFIG_ENDLESS | CONFIG_BEGIN, false },
		{ "begin", CONFIG_BEGIN, false },
		{ "#version ", CONFIG_VERSION | CONFIG_CATOS, false },
		{ "hostname ", 0, true },
		{ "switchname ", 0, true },
		{ "set system name ", CONFIG_CATOS, true },
	};
	struct answer *w = answer_now(r);
	for (size_t i = 0; i < countof(known); i++)
		if (line_starts(line, known[i].begins)) {
			w->marks |= known[i].marks;
			if (known[i].is_name)
				take_hostname(r, name_in(line, strlen(known[i].begins)));
		}
	if (line_starts(line, "!Command: show ") && !asks_for_all(line))
		w->is_uncut = false;
}

/* Marks and sections of a configuration, seen at the begin of each of its lines. */
void look_at_config_line(struct reading *r)
{
	struct str line = line_here(r);
	struct answer *w = answer_now(r);
	bool is_indented = r->at > 0 && r->text.ptr[r->at - 1] == ' ';
	if (!is_indented)
		take_marks(r, line);
	if (r->port >= 0 && r->port_is_fresh) {
		r->port_is_indented = is_indented;
		r->port_is_fresh = false;
	}
	bool ends = line.ptr[0] == '!' || (r->port_is_indented && !is_indented) ||
		    line_starts(line, "exit") || line_starts(line, "router ");
	if (r->port >= 0 && ends)
		port_close(r, true);
	if (line.len == 3 && line_starts(line, "end")) {
		w->marks |= CONFIG_END;
		w->last_line = r->line;
		step_lines(r, line_end(r, r->at));
		answer_close(r, true);
	}
}

static bool is_version(struct str line)
{
	bool is_short = line.len < 24 || memmem(line.ptr, line.len, " Bios:version ", 14);
	return line_starts(line, "version ") && is_short && line.ptr[8] >= '1' &&
	       line.ptr[8] <= '9';
}

/* The first line of a configuration, and of nothing within one. */
static bool heads_config(struct str line)
{
	static const char *const heads[] = { "!RANCID-CONTENT-TYPE", "Building configuration",
		"Current configuration", "!Command: show running-config",
		"!Command: show startup-config" };
	for (size_t i = 0; i < countof(heads); i++)
		if (line_starts(line, heads[i]))
			return true;
	return false;
}

bool begins_config(const struct reading *r)
{
	if (!strchr("!BbCcVvHh", r->text.ptr[r->at]))
		return false;
	struct str line = line_here(r);
	return heads_config(line) || is_version(line) ||
	       (line_starts(line, "hostname ") && line.len < 80);
}

bool begins_another_config(const struct reading *r)
{
	const struct answer *w = answer_now(r);
	struct str line = line_here(r);
	bool is_indented = r->at > 0 && r->text.ptr[r->at - 1] == ' ';
	return !is_indented && w && w->output == &config_output && w->marks & CONFIG_VERSION &&
	       (heads_config(line) || (w->marks & CONFIG_HOSTNAME && is_version(line)));
}
