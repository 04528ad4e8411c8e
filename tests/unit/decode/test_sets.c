// SPDX-License-Identifier: Apache-2.0
// Messages of sets: templates before, behind and instead of their data, and every way to lie.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/decode/feed.h"

enum { TEMPLATE = 300, DOMAIN = 7, REVERSE = 29305, VARIES = 65535 };

static const struct field usual[] = { { 0, 8, 4, 0x0a000001 }, { 0, 12, 4, 0x0a000002 },
	{ 0, 11, 2, 80 }, { 0, 4, 1, PROTO_TCP } };
static const struct field scope_and_interval[] = { { 0, 1, 4, 0 }, { 0, 34, 4, 100 } };
static struct draft draft;

static struct bytes template_message(uint16_t version, uint32_t domain)
{
	draft_begin(&draft, version, domain);
	draft_template(&draft, TEMPLATE, usual, countof(usual));
	return draft_end(&draft);
}

static struct bytes data_message(uint16_t version, uint32_t domain)
{
	draft_begin(&draft, version, domain);
	draft_data(&draft, TEMPLATE, usual, countof(usual));
	return draft_end(&draft);
}

static void template_and_data(void **state)
{
	(void)state;
	for (uint16_t version = 9; version <= 10; version++) {
		struct feed *f = feed_new();
		feed_give(f, template_message(version, DOMAIN));
		assert_int_equal(f->trouble.templates, 1);
		feed_give(f, data_message(version, DOMAIN));
		feed_assert_fault(f, FAULT_NONE);
		assert_int_equal(f->n, 1);
		assert_int_equal(f->flow[0].dst_port, 80);
		assert_int_equal(f->flow[0].at, place_at(1, 2));
		assert_int_equal(f->trouble.records[version == 9 ? KIND_NETFLOW9 : KIND_IPFIX], 1);
		feed_free(f);
	}
}

static void data_before_its_template(void **state)
{
	(void)state;
	struct feed *f = feed_new();
	feed_give(f, data_message(10, DOMAIN));
	feed_assert_fault(f, FAULT_NO_TEMPLATE);
	assert_int_equal(f->trouble.sets_without_template, 1);
	assert_int_equal(f->trouble.fault[FAULT_NO_TEMPLATE].first, place_at(1, 1));
	feed_give(f, template_message(10, DOMAIN));
	feed_give(f, data_message(10, DOMAIN));
	assert_int_equal(f->n, 1);
	feed_free(f);
}

static void templates_belong_to_their_domain(void **state)
{
	(void)state;
	struct feed *f = feed_new();
	feed_give(f, template_message(10, DOMAIN));
	feed_give(f, data_message(10, DOMAIN + 1)); // another domain
	feed_give(f, data_message(9, DOMAIN));      // another protocol
	f->exporter = addr_v4(0x0a090902);
	feed_give(f, data_message(10, DOMAIN)); // another exporter
	assert_int_equal(f->n, 0);
	assert_int_equal(f->trouble.sets_without_template, 3);
	feed_free(f);
}

static void a_template_is_replaced(void **state)
{
	(void)state;
	static const struct field other[] = { { 0, 12, 4, 0x0a000004 }, { 0, 8, 4, 0x0a000003 } };
	struct feed *f = feed_new();
	feed_give(f, template_message(9, DOMAIN));
	draft_begin(&draft, 9, DOMAIN);
	draft_template(&draft, TEMPLATE, other, countof(other));
	draft_data(&draft, TEMPLATE, other, countof(other));
	feed_give(f, draft_end(&draft));
	feed_assert_fault(f, FAULT_NONE);
	assert_int_equal(f->n, 1);
	assert_v4(&f->flow[0].src, 0x0a000003);
	assert_v4(&f->flow[0].dst, 0x0a000004);
	feed_free(f);
}

static void several_in_one_set(void **state)
{
	(void)state;
	struct feed *f = feed_new();
	draft_begin(&draft, 10, DOMAIN);
	draft_set(&draft, 2);
	for (uint16_t id = TEMPLATE; id < TEMPLATE + 3; id++) {
		wr_u16(&draft.w, id);
		wr_u16(&draft.w, countof(usual));
		draft_specifiers(&draft, usual, countof(usual));
	}
	wr_u32(&draft.w, 0); // padding
	draft_set_end(&draft);
	draft_set(&draft, TEMPLATE + 2);
	for (int i = 0; i < 5; i++)
		draft_record(&draft, usual, countof(usual));
	wr_u8(&draft.w, 0); // padding
	draft_set_end(&draft);
	feed_give(f, draft_end(&draft));
	feed_assert_fault(f, FAULT_NONE);
	assert_int_equal(f->trouble.templates, 3);
	assert_int_equal(f->n, 5);
	assert_int_equal(f->flow[4].dst_port, 80);
	feed_free(f);
}

/* RFC 7011, 8.1: a template without fields withdraws; 2 and 3 stand for all of a sort. */
static void withdrawal(void **state)
{
	(void)state;
	static const struct {
		uint16_t set, id;
		bool takes_data, takes_options;
	} rows[] = { { 2, TEMPLATE, true, false }, { 2, TEMPLATE + 5, false, false },
		{ 2, 2, true, false }, { 3, 3, false, true }, { 3, TEMPLATE + 1, false, true } };
	for (size_t i = 0; i < countof(rows); i++) {
		struct feed *f = feed_new();
		draft_begin(&draft, 10, DOMAIN);
		draft_template(&draft, TEMPLATE, usual, countof(usual));
		draft_options(&draft, TEMPLATE + 1, scope_and_interval, 2, 1);
		draft_set(&draft, rows[i].set);
		wr_u16(&draft.w, rows[i].id);
		wr_u16(&draft.w, 0);
		draft_set_end(&draft);
		draft_data(&draft, TEMPLATE, usual, countof(usual));
		draft_data(&draft, TEMPLATE + 1, scope_and_interval, 2);
		feed_give(f, draft_end(&draft));
		assert_int_equal(f->n, !rows[i].takes_data);
		assert_int_equal(f->trouble.option_records, !rows[i].takes_options);
		assert_int_equal(f->trouble.sets_without_template,
			rows[i].takes_data + rows[i].takes_options);
		feed_free(f);
	}
}

static void nothing_else_withdraws(void **state)
{
	(void)state;
	static const struct {
		uint16_t version, set, id;
	} rows[] = { { 10, 2, 5 }, { 10, 2, 3 }, { 10, 3, 2 }, { 10, 2, 255 }, { 9, 0, 2 } };
	for (size_t i = 0; i < countof(rows); i++) {
		struct feed *f = feed_new();
		feed_give(f, template_message(rows[i].version, DOMAIN));
		draft_begin(&draft, rows[i].version, DOMAIN);
		draft_set(&draft, rows[i].set);
		wr_u16(&draft.w, rows[i].id);
		wr_u16(&draft.w, 0);
		draft_set_end(&draft);
		draft_data(&draft, TEMPLATE, usual, countof(usual));
		feed_give(f, draft_end(&draft));
		feed_assert_fault(f, FAULT_TEMPLATE);
		assert_int_equal(f->n, 1);
		feed_free(f);
	}
}

static void fields_of_varying_length(void **state)
{
	(void)state;
	static const struct field field[] = { { 0, 8, 4, 0 }, { 0, 82, VARIES, 0 }, { 0, 12, 4, 0 },
		{ 0, 83, VARIES, 0 }, { 0, 11, 2, 0 } };
	static const uint16_t lengths[][2] = { { 0, 0 }, { 1, 254 }, { 254, 255 }, { 300, 7 } };
	struct feed *f = feed_new();
	draft_begin(&draft, 10, DOMAIN);
	draft_template(&draft, TEMPLATE, field, countof(field));
	draft_set(&draft, TEMPLATE);
	for (size_t i = 0; i < countof(lengths); i++)
		for (size_t k = 0; k < 2; k++) {
			uint16_t n = lengths[i][k];
			wr_u32(&draft.w, 0x0a000001 + (uint32_t)(i * 2 + k));
			if (n >= 255)
				wr_u8(&draft.w, 255);
			wr_uint(&draft.w, n, n >= 255 ? 2 : 1);
			for (uint16_t c = 0; c < n; c++)
				wr_u8(&draft.w, 0xaa);
			if (k)
				wr_u16(&draft.w, (uint16_t)(1000 + i));
		}
	draft_set_end(&draft);
	feed_give(f, draft_end(&draft));
	feed_assert_fault(f, FAULT_NONE);
	assert_int_equal(f->n, countof(lengths));
	for (uint32_t i = 0; i < countof(lengths); i++) {
		assert_v4(&f->flow[i].src, 0x0a000001 + i * 2);
		assert_v4(&f->flow[i].dst, 0x0a000002 + i * 2);
		assert_int_equal(f->flow[i].dst_port, 1000 + i);
	}
	feed_free(f);
}

static void length_that_leaves_the_set(void **state)
{
	(void)state;
	static const struct field field[] = { { 0, 8, 4, 0 }, { 0, 82, VARIES, 0 } };
	static const uint8_t records[][3] = { { 1 }, { 255, 0, 0 }, { 255, 0xff, 0xff }, { 255, 0 },
		{ 254 } };
	static const uint8_t lengths[] = { 1, 3, 3, 2, 1 };
	for (size_t i = 0; i < countof(records); i++) {
		struct feed *f = feed_new();
		draft_begin(&draft, 10, DOMAIN);
		draft_template(&draft, TEMPLATE, field, countof(field));
		draft_set(&draft, TEMPLATE);
		wr_u32(&draft.w, 0x0a000001);
		wr_bytes(&draft.w, (struct bytes){ records[i], lengths[i] });
		draft_set_end(&draft);
		feed_give(f, draft_end(&draft));
		// a long form of length 0 is unusual, but whole
		feed_assert_fault(f, i == 1 ? FAULT_NONE : FAULT_SHORT);
		assert_int_equal(f->trouble.records[KIND_IPFIX], i == 1);
		feed_free(f);
	}
}

static void enterprise_fields_are_stepped_over(void **state)
{
	(void)state;
	static const struct field field[] = { { 9, 8, 4, UINT32_MAX }, { 0, 8, 4, 0x0a000001 },
		{ 25506, 12, 4, UINT32_MAX }, { 0, 12, 4, 0x0a000002 }, { REVERSE, 2, 4, 3 },
		{ REVERSE, 11, 2, 9 }, { 0, 11, 2, 80 } };
	struct feed *f = feed_new();
	draft_begin(&draft, 10, DOMAIN);
	draft_template(&draft, TEMPLATE, field, countof(field));
	draft_data(&draft, TEMPLATE, field, countof(field));
	feed_give(f, draft_end(&draft));
	feed_assert_fault(f, FAULT_NONE);
	assert_int_equal(f->n, 1);
	assert_v4(&f->flow[0].src, 0x0a000001);
	assert_v4(&f->flow[0].dst, 0x0a000002);
	assert_int_equal(f->flow[0].dst_port, 80);
	assert_true(f->flow[0].has & FLOW_ANSWERED);
	feed_free(f);
}

/* Give a template of `told` fields, of which `held` are there, all of one length. */
static struct feed *bomb(uint16_t version, uint16_t id, uint16_t told, size_t held, uint16_t length)
{
	struct feed *f = feed_new();
	draft_begin(&draft, version, DOMAIN);
	draft_set(&draft, version == 9 ? 0 : 2);
	wr_u16(&draft.w, id);
	wr_u16(&draft.w, told);
	for (size_t i = 0; i < held; i++) {
		wr_u16(&draft.w, (uint16_t)(i % 500));
		wr_u16(&draft.w, length);
	}
	draft_set_end(&draft);
	feed_give(f, draft_end(&draft));
	return f;
}

static void template_bombs(void **state)
{
	(void)state;
	static const struct {
		uint16_t version, id, told;
		size_t held;
		uint16_t length;
		enum fault fault;
	} rows[] = {
		{ 10, TEMPLATE, 65535, 16000, 4, FAULT_SHORT },
		{ 10, TEMPLATE, 16000, 16000, 4, FAULT_TEMPLATE_SIZE },
		{ 10, TEMPLATE, 16000, 16000, 65534, FAULT_TEMPLATE_SIZE },
		{ 10, TEMPLATE, 16000, 16000, VARIES, FAULT_TEMPLATE_SIZE },
		{ 10, TEMPLATE, 16000, 16000, 0, FAULT_TEMPLATE_SIZE },
		{ 9, TEMPLATE, 65535, 10, 4, FAULT_SHORT },
		{ 9, TEMPLATE, 2, 2, 40000, FAULT_TEMPLATE_SIZE },
		{ 9, TEMPLATE, 3, 3, 0, FAULT_TEMPLATE }, // records of no byte would never end
		{ 10, TEMPLATE, 3, 3, 0, FAULT_TEMPLATE },
		{ 9, TEMPLATE, 0, 0, 0, FAULT_TEMPLATE },
		{ 9, 255, 1, 1, 4, FAULT_TEMPLATE },
		{ 9, 1, 1, 1, 4, FAULT_TEMPLATE },
		{ 10, 255, 1, 1, 4, FAULT_TEMPLATE },
		{ 10, 2, 1, 1, 4, FAULT_TEMPLATE },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct feed *f = bomb(
			rows[i].version, rows[i].id, rows[i].told, rows[i].held, rows[i].length);
		feed_assert_fault(f, rows[i].fault);
		assert_int_equal(f->trouble.templates, 0);
		draft_begin(&draft, rows[i].version, DOMAIN);
		draft_data(&draft, TEMPLATE, usual, countof(usual));
		feed_give(f, draft_end(&draft));
		assert_int_equal(f->trouble.sets_without_template, 1);
		feed_free(f);
	}
}

static void more_templates_than_room(void **state)
{
	(void)state;
	struct feed *f = feed_new();
	for (uint32_t domain = 0; domain < 5000; domain++)
		feed_give(f, template_message(10, domain));
	assert_true(f->trouble.fault[FAULT_TEMPLATES_FULL].n >= 5000 - 4096);
	assert_int_equal(f->trouble.templates, 5000);
	feed_give(f, data_message(10, 4999)); // the latest stands
	assert_int_equal(f->n, 1);
	feed_free(f);
}

/* Lengths of scope and options in bytes (v9), fields and scope fields (IPFIX), as told. */
static void options_templates_that_lie(void **state)
{
	(void)state;
	static const struct {
		uint16_t version, a, b;
		enum fault fault;
	} rows[] = {
		{ 9, 4, 4, FAULT_NONE },
		{ 9, 65535, 65535, FAULT_SHORT },
		{ 9, 65532, 8, FAULT_SHORT },
		{ 9, 8, 4, FAULT_SHORT },
		{ 9, 0, 0, FAULT_TEMPLATE },
		{ 9, 3, 0, FAULT_TEMPLATE },
		{ 10, 2, 1, FAULT_NONE },
		{ 10, 2, 2, FAULT_NONE },
		{ 10, 2, 0, FAULT_NONE }, // nobody needs to know which fields are scope
		{ 10, 2, 65535, FAULT_NONE },
		{ 10, 3, 1, FAULT_SHORT },
		{ 10, 65535, 65535, FAULT_SHORT },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct feed *f = feed_new();
		draft_begin(&draft, rows[i].version, DOMAIN);
		draft_set(&draft, rows[i].version == 9 ? 1 : 3);
		wr_u16(&draft.w, TEMPLATE);
		wr_u16(&draft.w, rows[i].a);
		wr_u16(&draft.w, rows[i].b);
		draft_specifiers(&draft, scope_and_interval, 2);
		draft_set_end(&draft);
		draft_data(&draft, TEMPLATE, scope_and_interval, 2);
		feed_give(f, draft_end(&draft));
		bool is_good = rows[i].fault == FAULT_NONE;
		assert_int_equal(f->trouble.fault[rows[i].fault].n > 0, !is_good);
		assert_int_equal(f->trouble.option_templates, is_good);
		assert_int_equal(f->trouble.option_records, is_good);
		feed_free(f);
	}
}

static void set_headers_that_lie(void **state)
{
	(void)state;
	static const struct {
		uint16_t version, id, length;
		enum fault fault;
		size_t flows;
	} rows[] = {
		{ 10, TEMPLATE, 0, FAULT_LENGTH, 0 },
		{ 10, TEMPLATE, 1, FAULT_LENGTH, 0 },
		{ 10, TEMPLATE, 3, FAULT_LENGTH, 0 },
		{ 10, TEMPLATE, 4, FAULT_NONE, 0 },
		{ 10, TEMPLATE, 65535, FAULT_SHORT, 1 },
		{ 9, TEMPLATE, 3, FAULT_LENGTH, 0 },
		{ 9, TEMPLATE, 65535, FAULT_SHORT, 1 },
		{ 9, 0, 0, FAULT_NONE, 0 }, // zeroes to the end
		{ 10, 4, 15, FAULT_RESERVED_SET, 0 },
		{ 10, 0, 15, FAULT_RESERVED_SET, 0 },
		{ 10, 255, 15, FAULT_RESERVED_SET, 0 },
		{ 9, 2, 15, FAULT_RESERVED_SET, 0 },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct feed *f = feed_new();
		feed_give(f, template_message(rows[i].version, DOMAIN));
		draft_begin(&draft, rows[i].version, DOMAIN);
		draft_template(&draft, TEMPLATE + 1, usual, 1); // so that it is recognised
		draft_set(&draft, rows[i].id);
		draft_record(&draft, usual, countof(usual));
		patch_u16(draft.set + 2, rows[i].length);
		if (rows[i].length == 4 || rows[i].length == 0)
			draft.w.at = draft.set + 4;
		feed_give(f, draft_end(&draft));
		feed_assert_fault(f, rows[i].fault);
		assert_int_equal(f->n, rows[i].flows);
		feed_free(f);
	}
}

/* The length in the header of IPFIX against that of the datagram. */
static void message_length_that_lies(void **state)
{
	(void)state;
	static const struct {
		int more;
		enum fault fault;
		size_t flows;
	} rows[] = { { 0, FAULT_NONE, 1 }, { 1, FAULT_SHORT, 1 }, { 60000, FAULT_SHORT, 1 },
		{ -1, FAULT_LENGTH, 1 }, { -15, FAULT_NONE, 0 } };
	for (size_t i = 0; i < countof(rows); i++) {
		struct feed *f = feed_new();
		draft_begin(&draft, 10, DOMAIN);
		draft_template(&draft, TEMPLATE, usual, countof(usual));
		draft_data(&draft, TEMPLATE, usual, countof(usual));
		struct bytes all = draft_end(&draft);
		patch_u16(draft.room + 2, all.len + (size_t)rows[i].more);
		feed_give(f, all);
		feed_assert_fault(f, rows[i].fault);
		assert_int_equal(f->n, rows[i].flows);
		feed_free(f);
	}
}

/* The largest number of records a datagram can hold: each is counted, none is a flow. */
static void records_of_one_byte(void **state)
{
	(void)state;
	static const struct field one[] = { { 0, 4, 1, 6 } }, varies[] = { { 0, 82, VARIES, 0 } };
	for (int is_varying = 0; is_varying < 2; is_varying++) {
		struct feed *f = feed_new();
		draft_begin(&draft, 10, DOMAIN);
		draft_template(&draft, TEMPLATE, is_varying ? varies : one, 1);
		draft_set(&draft, TEMPLATE);
		size_t n = wr_left(&draft.w);
		memset(draft.w.at, 0, n);
		draft.w.at += n;
		draft_set_end(&draft);
		feed_give(f, draft_end(&draft));
		feed_assert_fault(f, FAULT_NONE);
		assert_int_equal(f->trouble.records[KIND_IPFIX], n);
		assert_int_equal(f->n, 0);
		feed_free(f);
	}
}

static void prefixes(void **state)
{
	(void)state;
	static const struct field wide[] = { { 0, 8, 4, 0x0a000001 }, { 0, 12, 4, 0x0a000002 },
		{ 0, 2, 8, 9 }, { 0, 152, 8, EXPORT_S * 1000ull } };
	static struct draft before;
	for (uint16_t version = 9; version <= 10; version++) {
		draft_begin(&draft, version, DOMAIN);
		draft_template(&draft, TEMPLATE, usual, countof(usual));
		draft_options(&draft, TEMPLATE + 1, scope_and_interval, 2, 1);
		draft_data(&draft, TEMPLATE + 1, scope_and_interval, 2);
		draft_set(&draft, TEMPLATE);
		for (int i = 0; i < 4; i++)
			draft_record(&draft, usual, countof(usual));
		draft_set_end(&draft);
		feed_prefixes((struct bytes){}, draft_end(&draft));

		draft_begin(&before, version, DOMAIN);
		draft_template(&before, TEMPLATE, wide, countof(wide));
		draft_begin(&draft, version, DOMAIN);
		draft_data(&draft, TEMPLATE, wide, countof(wide));
		draft_data(&draft, TEMPLATE, wide, countof(wide));
		feed_prefixes(draft_end(&before), draft_end(&draft));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(template_and_data),
		cmocka_unit_test(data_before_its_template),
		cmocka_unit_test(templates_belong_to_their_domain),
		cmocka_unit_test(a_template_is_replaced),
		cmocka_unit_test(several_in_one_set),
		cmocka_unit_test(withdrawal),
		cmocka_unit_test(nothing_else_withdraws),
		cmocka_unit_test(fields_of_varying_length),
		cmocka_unit_test(length_that_leaves_the_set),
		cmocka_unit_test(enterprise_fields_are_stepped_over),
		cmocka_unit_test(template_bombs),
		cmocka_unit_test(more_templates_than_room),
		cmocka_unit_test(options_templates_that_lie),
		cmocka_unit_test(set_headers_that_lie),
		cmocka_unit_test(message_length_that_lies),
		cmocka_unit_test(records_of_one_byte),
		cmocka_unit_test(prefixes),
	};
	return cmocka_run_group_tests_name("sets", tests, NULL, NULL);
}
