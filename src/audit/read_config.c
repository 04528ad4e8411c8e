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

/* A file is a device: its configuration says its name. */
static void take_hostname(struct reading *r, struct str line)
{
	size_t at = sizeof "hostname " - 1, n = 0;
	while (at < line.len && (line.ptr[at] == ' ' || line.ptr[at] == '"'))
		at++;
	while (at + n < line.len && line.ptr[at + n] != ' ' && line.ptr[at + n] != '"')
		n++;
	answer_now(r)->marks |= CONFIG_HOSTNAME;
	struct str name = { line.ptr + at, n };
	if (r->has_prompts || n == 0 || host_is_generic(name) || r->a->device[r->device].is_named)
		return;
	uint32_t unnamed = r->device;
	if (!device_get(r, name, true))
		return;
	for (size_t i = r->first_answer; i < r->a->n_answers; i++)
		if (r->a->answer[i].device == unnamed)
			r->a->answer[i].device = r->device;
}

/* Marks and sections of a configuration, seen at the begin of each of its lines. */
void look_at_config_line(struct reading *r)
{
	struct str line = line_here(r);
	struct answer *w = answer_now(r);
	bool is_indented = r->at > 0 && r->text.ptr[r->at - 1] == ' ';
	if (line_starts(line, "version "))
		w->marks |= CONFIG_VERSION | CONFIG_BEGIN;
	if (line_starts(line, "hostname "))
		take_hostname(r, line);
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

/* A configuration that no command announces: an archive, or a paste. */
bool begins_config(const struct reading *r)
{
	if (!strchr("!BbCcVvHh", r->text.ptr[r->at]))
		return false;
	struct str line = line_here(r);
	return line_starts(line, "!RANCID-CONTENT-TYPE") ||
	       line_starts(line, "Building configuration") ||
	       line_starts(line, "Current configuration") ||
	       (line_starts(line, "version ") && line.len < 24 && line.ptr[8] >= '1' &&
		       line.ptr[8] <= '9') ||
	       (line_starts(line, "hostname ") && line.len < 80);
}
