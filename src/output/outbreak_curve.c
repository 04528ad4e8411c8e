// SPDX-License-Identifier: Apache-2.0
// The epidemic curve as SVG. Lines differ by dashes as well as by colour, and carry their names.
#include <inttypes.h>

#include "output/outbreak_html.h"

enum {
	WIDE = 720,
	HIGH = 240,
	LEFT = 48,
	RIGHT = 150,
	TOP = 12,
	BOTTOM = 28,
	TICKS = 4,
	MARKS = 12
};

static const struct line {
	const char *key;
	enum phrase name;
} lines[] = {
	{ "ever", PHRASE_C_EVER },
	{ "active", PHRASE_C_ACTIVE },
	{ "contained", PHRASE_C_CONTAINED },
	{ "recovered", PHRASE_C_RECOVERED },
};

struct frame {
	const cJSON *points;
	double from_ms, to_ms, most;
};

static double x_at(const struct frame *f, double ms)
{
	double length = f->to_ms - f->from_ms;
	double share = length > 0 ? (ms - f->from_ms) / length : 0;
	return LEFT + share * (WIDE - LEFT - RIGHT);
}

static double y_at(const struct frame *f, double n)
{
	return HIGH - BOTTOM - n / f->most * (HIGH - TOP - BOTTOM);
}

/* 1, 2 or 5 times a power of ten, at least so much. */
static double round_up(double v)
{
	static const double steps[] = { 1, 2, 5 };
	for (double ten = 1; ten < 1e9; ten *= 10)
		for (size_t i = 0; i < countof(steps); i++)
			if (steps[i] * ten >= v)
				return steps[i] * ten;
	return v;
}

static void draw_axes(const struct outbreak *o, const struct frame *f, FILE *out)
{
	outbreak_text_room time;
	for (int i = 0; i <= TICKS; i++) {
		double n = f->most * i / TICKS, y = y_at(f, n);
		fprintf(out,
			"<path class=\"grid\" d=\"M%d %.1fH%d\"/><text x=\"%d\" y=\"%.1f\" "
			"text-anchor=\"end\">%g</text>\n",
			LEFT, y, WIDE - RIGHT, LEFT - 6, y + 4, n);
	}
	static const char *const ends[] = { "from", "to" };
	for (size_t i = 0; i < countof(ends); i++) {
		fprintf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">", i ? WIDE - RIGHT : LEFT,
			HIGH - 8, i ? "end" : "start");
		html_put(words_time(o->curve, ends[i], time), out);
		fputs("</text>\n", out);
	}
}

/* Names at the ends of lines, pushed apart where they would stand on each other. */
static void draw_line(
	const struct outbreak *o, const struct frame *f, size_t k, double *label_y, FILE *out)
{
	const cJSON *p;
	double y = y_at(f, 0);
	fprintf(out, "<path class=\"line %s\" d=\"", lines[k].key);
	char move = 'M';
	cJSON_ArrayForEach(p, f->points)
	{
		double x = x_at(f, (double)time_of(text_of(p, "at")));
		y = y_at(f, (double)number_of(p, lines[k].key));
		fprintf(out, "%c%.1f %.1f", move, x, y);
		move = 'L';
	}
	const cJSON *last = cJSON_GetArrayItem(f->points, cJSON_GetArraySize(f->points) - 1);
	double at = y + 4;
	for (size_t i = 0; i < k; i++)
		if (at > label_y[i] - 13 && at < label_y[i] + 13) {
			at = label_y[i] - 13;
			i = (size_t)-1;
		}
	label_y[k] = at;
	fprintf(out, "\"/><text class=\"%s\" x=\"%d\" y=\"%.1f\">", lines[k].key, WIDE - RIGHT + 6,
		at);
	html_put(phrase(lines[k].name, o->lang), out);
	fprintf(out, " %" PRIu64 "</text>\n", number_of(last, lines[k].key));
}

static void draw_marks(const struct outbreak *o, const struct frame *f, FILE *out)
{
	const cJSON *c;
	int n = 0, down = 0;
	double before = -WIDE;
	cJSON_ArrayForEach(c, member_at(o->curve, "containments"))
	{
		double ms = (double)time_of(text_of(c, "at"));
		if (ms < f->from_ms || ms > f->to_ms || n++ >= MARKS)
			continue;
		down = x_at(f, ms) - before < 16 ? down + 11
						 : 0; // numbers would stand on each other
		before = x_at(f, ms);
		fprintf(out,
			"<path class=\"mark\" d=\"M%.1f %dV%d\"/><text x=\"%.1f\" "
			"y=\"%d\">%d</text>\n",
			x_at(f, ms), TOP, HIGH - BOTTOM, x_at(f, ms) + 3, TOP + 9 + down, n);
	}
}

void html_curve(const struct outbreak *o, FILE *out)
{
	struct frame f = { .points = member_at(o->curve, "points"),
		.from_ms = (double)time_of(text_of(o->curve, "from")),
		.to_ms = (double)time_of(text_of(o->curve, "to")) };
	double label_y[countof(lines)];
	const cJSON *p;
	cJSON_ArrayForEach(p, f.points)
	{
		double n = (double)number_of(p, "ever");
		f.most = n > f.most ? n : f.most;
	}
	f.most = round_up(f.most > TICKS ? f.most : TICKS);
	fprintf(out, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", WIDE, HIGH);
	html_put(phrase(PHRASE_PICTURE_CURVE, o->lang), out);
	fputs("\">\n", out);
	draw_axes(o, &f, out);
	draw_marks(o, &f, out);
	for (size_t k = 0; k < countof(lines); k++)
		draw_line(o, &f, k, label_y, out);
	fputs("</svg>\n", out);
}
