// SPDX-License-Identifier: Apache-2.0
// flood SOURCES OUT.pcap: a NetFlow v5 capture of so many spoofed sources of one SYN each at one
// victim, and among them 10.1.1.66, which looks for tcp/445: one probe in SCAN_EVERY flows.
#include <stdio.h>
#include <stdlib.h>

#include "generate/dice.h"
#include "generate/wire.h"
#include "model/flow.h"

enum {
	RECORDS = 30,
	RECORD_BYTES = 48,
	V5_BYTES = 24 + RECORDS * RECORD_BYTES,
	FRAME_BYTES = 42 + V5_BYTES,
	SCAN_EVERY = 10000,
	UP_MS = 3600000,
	EXIT_USAGE = 2,
};
static const uint32_t scanner = 0x0a010142, victim = 0x0a010150;
static const uint64_t start_ms = UINT64_C(1772438400000);

static void put_file_header(struct writer *w)
{
	wr_u32(w, 0xa1b2c3d4);
	wr_u16(w, 2);
	wr_u16(w, 4);
	wr_u32(w, 0);
	wr_u32(w, 0);
	wr_u32(w, 2048);
	wr_u32(w, 1);
}

/** Capture record, Ethernet, IPv4 and UDP headers; no checksum, which RFC 768 allows. */
static void put_headers(struct writer *w, uint64_t now_ms)
{
	wr_u32(w, (uint32_t)(now_ms / 1000));
	wr_u32(w, (uint32_t)(now_ms % 1000 * 1000));
	wr_u32(w, FRAME_BYTES);
	wr_u32(w, FRAME_BYTES);
	wr_uint(w, 0x020000000001, 6);
	wr_uint(w, 0x020000000002, 6);
	wr_u16(w, 0x0800);
	wr_u16(w, 0x4500);
	wr_u16(w, FRAME_BYTES - 14);
	wr_u32(w, 0);
	wr_u32(w, 0x40110000);
	wr_u32(w, 0x0a090901);
	wr_u32(w, 0x0a090909);
	wr_u16(w, 50101);
	wr_u16(w, 2055);
	wr_u16(w, 8 + V5_BYTES);
	wr_u16(w, 0);
}

static void put_v5_header(struct writer *w, uint64_t now_ms, uint64_t sequence)
{
	wr_u16(w, 5);
	wr_u16(w, RECORDS);
	wr_u32(w, (uint32_t)(now_ms - start_ms + UP_MS));
	wr_u32(w, (uint32_t)(now_ms / 1000));
	wr_u32(w, (uint32_t)(now_ms % 1000 * 1000000));
	wr_u32(w, (uint32_t)sequence);
	wr_u32(w, 0);
}

static void put_record(struct writer *w, uint32_t src, uint32_t dst, uint16_t port, uint32_t up_ms)
{
	wr_u32(w, src);
	wr_u32(w, dst);
	wr_u32(w, 0);
	wr_u32(w, 0x00010002);
	wr_u32(w, 1);
	wr_u32(w, 48);
	wr_u32(w, up_ms);
	wr_u32(w, up_ms);
	wr_u16(w, (uint16_t)(1026 + src % 60000));
	wr_u16(w, port);
	wr_u8(w, 0);
	wr_u8(w, TCP_SYN);
	wr_u8(w, PROTO_TCP);
	wr_uint(w, 0, 9);
}

/** Public, and different for different `n`: an odd factor permutes 32 bits. */
static uint32_t spoofed(uint64_t *n)
{
	for (;;) {
		uint32_t ip = (uint32_t)(*n)++ * UINT32_C(2654435761), a = ip >> 24;
		if (a != 0 && a != 10 && a != 127 && a < 224)
			return ip;
	}
}

static void flood(FILE *out, uint64_t n_sources)
{
	uint8_t room[16 + FRAME_BYTES];
	struct dice d = { 1 };
	uint64_t n_drawn = 1, n_flows = n_sources + n_sources / SCAN_EVERY;
	for (uint64_t i = 0; i < n_flows; i += RECORDS) {
		struct writer w = writer_of(room, sizeof room);
		uint64_t now_ms = start_ms + i / 100; // 100,000 flows a second
		put_headers(&w, now_ms);
		put_v5_header(&w, now_ms, i);
		for (uint64_t k = i; k < i + RECORDS; k++) {
			uint32_t up_ms = (uint32_t)(now_ms - start_ms + UP_MS) - 1;
			if (k % SCAN_EVERY == 0)
				put_record(&w, scanner, 0x0b000000 | dice_below(&d, 1 << 24), 445,
					up_ms);
			else
				put_record(&w, spoofed(&n_drawn), victim, 80, up_ms);
		}
		fwrite(room, 1, wr_done(&w).len, out); // a failure sticks, see ferror
	}
}

int main(int argc, char **argv)
{
	uint64_t n_sources = argc == 3 ? strtoull(argv[1], NULL, 10) : 0;
	if (!n_sources) {
		fputs("usage: flood SOURCES OUT.pcap\n", stderr);
		return EXIT_USAGE;
	}
	FILE *out = fopen(argv[2], "wb");
	if (!out) {
		perror(argv[2]);
		return EXIT_USAGE;
	}
	uint8_t room[24];
	struct writer w = writer_of(room, sizeof room);
	put_file_header(&w);
	fwrite(room, 1, sizeof room, out);
	flood(out, n_sources);
	bool is_bad = ferror(out);
	if (fclose(out) || is_bad) {
		perror(argv[2]);
		return EXIT_USAGE;
	}
	return 0;
}
