// SPDX-License-Identifier: Apache-2.0
// Reading of services: keys as tables; every span of numbers is checked.
#include "contain/service.h"

#include <stdlib.h>

#include "base/quantity.h"
#include "base/yaml.h"
#include "model/flow.h"

__asm__(".pushsection .rodata\n"
	"rules_voice_begin:\n"
	".incbin \"rules/voice.yaml\"\n"
	"rules_voice_end:\n"
	".byte 0\n"
	".popsection\n");

extern const char rules_voice_begin[], rules_voice_end[];

struct str services_builtin(void)
{
	return (struct str){ rules_voice_begin, (size_t)(rules_voice_end - rules_voice_begin) };
}

/* "80" or "137-139", up to a limit. */
static bool span_parse(struct str text, uint64_t most, struct numbers *out)
{
	const char *dash = memchr(text.ptr, '-', text.len);
	size_t head = dash ? (size_t)(dash - text.ptr) : text.len;
	uint64_t lo, hi;
	if (!number_parse((struct str){ text.ptr, head }, &lo))
		return false;
	hi = lo;
	if (dash && !number_parse((struct str){ dash + 1, text.len - head - 1 }, &hi))
		return false;
	if (lo > hi || hi > most)
		return false;
	*out = (struct numbers){ (uint16_t)lo, (uint16_t)hi };
	return true;
}

static bool span_put(const struct yml_key *key, struct yml_value value, struct numbers *span,
	size_t *n, uint64_t most, struct err *e)
{
	struct str text;
	if (!yml_text(key, value, &text, e))
		return false;
	if (*n == SPANS_MAX)
		return yml_fail(e, value, "more than %d of them", SPANS_MAX);
	return span_parse(text, most, &span[(*n)++]) || yml_expected(e, value, key->expects);
}

static bool read_port(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	struct service *s = into;
	return span_put(key, value, s->port, &s->n_ports, UINT16_MAX, e);
}

static bool read_from_port(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	struct service *s = into;
	return span_put(key, value, s->from_port, &s->n_from_ports, UINT16_MAX, e);
}

/* Of ICMP, a type is 256 ports: one a code. Each type stands alone, as filters have them. */
static bool read_type(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	struct service *s = into;
	struct numbers types[SPANS_MAX];
	size_t n = 0;
	if (!span_put(key, value, types, &n, UINT8_MAX, e))
		return false;
	for (unsigned t = types[0].lo; t <= types[0].hi; t++) {
		if (s->n_ports == SPANS_MAX)
			return yml_fail(e, value, "more than %d of them", SPANS_MAX);
		s->port[s->n_ports++] =
			(struct numbers){ (uint16_t)(t << 8), (uint16_t)(t << 8 | 0xff) };
	}
	return true;
}

static bool read_proto(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	static const struct {
		const char *name;
		uint8_t proto;
	} named[] = { { "tcp", PROTO_TCP }, { "udp", PROTO_UDP }, { "sctp", PROTO_SCTP },
		{ "icmp", PROTO_ICMP }, { "icmp6", PROTO_ICMP6 } };
	struct service *s = into;
	struct numbers span;
	struct str text;
	if (!yml_text(key, value, &text, e))
		return false;
	for (size_t i = 0; i < countof(named); i++)
		if (strlen(named[i].name) == text.len &&
			!memcmp(named[i].name, text.ptr, text.len)) {
			s->proto_lo = s->proto_hi = named[i].proto;
			return true;
		}
	if (!span_parse(text, UINT8_MAX, &span))
		return yml_expected(e, value, key->expects);
	s->proto_lo = (uint8_t)span.lo;
	s->proto_hi = (uint8_t)span.hi;
	return true;
}

static const char *const who_names[N_PARTS + 1] = {
#define AS_WHO(name, text) [PART_##name] = (text),
	PARTS(AS_WHO)
#undef AS_WHO
		[N_PARTS] = "any",
};

static bool read_who(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	struct yml_key row = *key;
	unsigned part;
	row.choice = who_names;
	row.n_choices = countof(who_names);
	row.expects = "the name of a part, or any";
	if (!yml_choice(&row, value, &part, e))
		return false;
	*(uint32_t *)into |= UINT32_C(1) << part;
	return true;
}

static bool read_line(
	const struct yml_key *key, struct yml_value value, char *room, size_t size, struct err *e)
{
	struct str text;
	if (!yml_text(key, value, &text, e))
		return false;
	bool is_line = text.len < size;
	for (size_t i = 0; i < text.len; i++)
		is_line &= (uint8_t)text.ptr[i] >= ' ' && text.ptr[i] != 0x7f;
	if (!is_line)
		return yml_fail(e, value, "one line of at most %zu bytes", size - 1);
	memcpy(room, text.ptr, text.len);
	room[text.len] = '\0';
	return true;
}

static bool read_key(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	return read_line(key, value, into, SERVICE_KEY_BYTES, e);
}

static bool read_name(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	return read_line(key, value, into, SERVICE_NAME_BYTES, e);
}

static const struct yml_key name_key[] = {
	{ .name = "en",
		.is_required = true,
		.read = read_name,
		.offset = offsetof(struct service, en) },
	{ .name = "ja",
		.is_required = true,
		.read = read_name,
		.offset = offsetof(struct service, ja) },
};
static const struct yml_keys name_keys = { "a name in both languages, 'en' and 'ja'", name_key,
	countof(name_key) };

static bool read_names(const struct yml_key *, struct yml_value value, void *into, struct err *e)
{
	return yml_map(value, &name_keys, into, e);
}

#define A_LIST .is_list = true
static const struct yml_key service_key[] = {
	{ .name = "key",
		.is_required = true,
		.read = read_key,
		.offset = offsetof(struct service, key) },
	{ .name = "from",
		.expects = "a list of parts",
		.is_required = true,
		A_LIST,
		.read = read_who,
		.offset = offsetof(struct service, from) },
	{ .name = "to",
		.expects = "a list of parts",
		.is_required = true,
		A_LIST,
		.read = read_who,
		.offset = offsetof(struct service, to) },
	{ .name = "protocol",
		.expects = "tcp, udp, sctp, icmp, icmp6, or a number up to 255",
		.is_required = true,
		.read = read_proto },
	{ .name = "ports",
		.expects = "ports like 80 or 137-139, up to 65535",
		A_LIST,
		.read = read_port },
	{ .name = "from-ports",
		.expects = "ports like 80 or 137-139, up to 65535",
		A_LIST,
		.read = read_from_port },
	{ .name = "types",
		.expects = "types of ICMP like 3 or 133-137, up to 255",
		A_LIST,
		.read = read_type },
	{ .name = "name", .is_required = true, .read = read_names },
};
static const struct yml_keys service_keys = { "a service", service_key, countof(service_key) };

/* Without ports it would keep everything between two hosts: that must be said by the numbers. */
static bool check(const struct service *s, struct yml_value value, struct err *e)
{
	bool has_ports =
		s->proto_lo == s->proto_hi &&
		(s->proto_lo == PROTO_TCP || s->proto_lo == PROTO_UDP || s->proto_lo == PROTO_SCTP);
	bool is_icmp = s->proto_lo == s->proto_hi &&
		       (s->proto_lo == PROTO_ICMP || s->proto_lo == PROTO_ICMP6);
	if (has_ports && s->n_ports == 0)
		return yml_fail(e, value, "service '%s' needs 'ports'", s->key);
	if (!has_ports && !is_icmp && s->n_ports + s->n_from_ports > 0)
		return yml_fail(e, value, "service '%s': its protocol has no ports", s->key);
	return true;
}

static bool read_service(const struct yml_key *, struct yml_value value, void *into, struct err *e)
{
	struct services *all = into;
	if (all->n == SERVICES_MAX)
		return yml_fail(e, value, "more than %d services", SERVICES_MAX);
	struct service *s = &all->service[all->n];
	if (!yml_map(value, &service_keys, s, e) || !check(s, value, e))
		return false;
	for (size_t i = 0; i < all->n; i++)
		if (!strcmp(all->service[i].key, s->key))
			return yml_fail(e, value, "another service '%s'", s->key);
	all->n++;
	return true;
}

static const struct yml_key services_key[] = {
	{ .name = "services",
		.expects = "a list of services",
		.is_required = true,
		A_LIST,
		.read = read_service },
};
static const struct yml_keys services_keys = { "a file of services", services_key,
	countof(services_key) };

/* Reads and frees the document. */
static struct services *take(struct yml *doc, struct err *e)
{
	struct services *s = doc ? calloc(1, sizeof *s) : NULL;
	if (doc && !s)
		err_sys(e, "services");
	if (s && !yml_read(doc, &services_keys, s, e)) {
		free(s);
		s = NULL;
	}
	yml_free(doc);
	return s;
}

struct services *services_parse(struct str text, const char *name, struct err *e)
{
	return take(yml_parse(text, name, e), e);
}

struct services *services_load(const char *path, struct err *e)
{
	if (path)
		return take(yml_load(path, e), e);
	return services_parse(services_builtin(), "rules/voice.yaml", e);
}
