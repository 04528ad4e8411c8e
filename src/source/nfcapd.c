// SPDX-License-Identifier: Apache-2.0
// File layout 2: a header, then blocks, each with its own header and packed on its own. All
// numbers are little-endian. Facts from nfdump's public headers (nffileV2.h of nfdump 1.7).
#include "source/nfcapd.h"

#include <assert.h>
#include <bzlib.h>
#include <endian.h>
#include <lz4.h>
#include <stdlib.h>
#include <zstd.h>

enum { MAGIC = 0xa50c, LAYOUT_1 = 1, LAYOUT_2 = 2 };
enum { BLOCK_RECORDS = 3, BLOCK_ARRAY = 4, FLAG_NOT_PACKED = 1 };
enum {
	PIECE_BYTES = 128 << 10
}; // of a block that is not packed: what is decoded was read just before

struct file_header {
	uint16_t magic, layout;
	uint32_t nfdump_version;
	uint64_t created_s;
	uint8_t packing, encryption;
	uint16_t n_appendix; // blocks behind the data: the name of the source, sums
	uint32_t creator;
	uint64_t appendix_offset;
	uint32_t block_bytes;
	uint32_t n_blocks; // 0 while nfcapd still writes the file
};
static_assert(sizeof(struct file_header) == 40);

struct block_header {
	uint32_t n_records, size;
	uint16_t type, flags;
};
static_assert(sizeof(struct block_header) == 12);

/* Unpack into a room of NFCAPD_BLOCK_MAX; bytes written, 0 when that cannot be. */
typedef size_t unpack_fn(struct bytes packed, uint8_t *room);

static size_t unpack_bzip2(struct bytes packed, uint8_t *room)
{
	unsigned n = NFCAPD_BLOCK_MAX;
	int got = BZ2_bzBuffToBuffDecompress(
		(char *)room, &n, (char *)(uintptr_t)packed.ptr, (unsigned)packed.len, 0, 0);
	return got == BZ_OK ? n : 0;
}

static size_t unpack_lz4(struct bytes packed, uint8_t *room)
{
	int n = LZ4_decompress_safe(
		(const char *)packed.ptr, (char *)room, (int)packed.len, NFCAPD_BLOCK_MAX);
	return n > 0 ? (size_t)n : 0;
}

static size_t unpack_zstd(struct bytes packed, uint8_t *room)
{
	size_t n = ZSTD_decompress(room, NFCAPD_BLOCK_MAX, packed.ptr, packed.len);
	return ZSTD_isError(n) ? 0 : n;
}

/* By the number in the file header. Without `unpack`: not packed, or not read. */
static const struct {
	const char *refusal;
	unpack_fn *unpack;
} packings[] = {
	{},
	{ .refusal = "packed with LZO; pack it another way first: nfdump -r FILE -y -w NEW" },
	{ .unpack = unpack_bzip2 },
	{ .unpack = unpack_lz4 },
	{ .unpack = unpack_zstd },
};

struct nfcapd {
	FILE *file;
	uint64_t at; // bytes read
	size_t left; // of the block that goes on
	unpack_fn *unpack;
	uint64_t n_blocks, n_announced;
	bool is_over;
	uint8_t *packed, *plain;
};

/* Why a file with this header is not read; NULL when it is. */
static const char *refusal(const struct file_header *h)
{
	uint16_t magic = le16toh(h->magic), layout = le16toh(h->layout);
	if (magic == __builtin_bswap16(MAGIC))
		return "of a machine with the other byte order; give the export packets themselves";
	if (magic != MAGIC)
		return "damaged: its first bytes are not those of nfcapd";
	if (layout == LAYOUT_1)
		return "of nfdump 1.6; convert it with nfdump 1.7 first: nfdump -r FILE -y -w NEW";
	if (layout != LAYOUT_2)
		return "of a layout newer than nfdump 1.7; give the export packets themselves";
	if (h->encryption)
		return "encrypted; decrypt it first, with the nfdump that wrote it";
	if (h->packing >= countof(packings))
		return "packed in a way that is not known; unpack it first: nfdump -r FILE -w NEW";
	return packings[h->packing].refusal;
}

static size_t take_bytes(struct nfcapd *n, void *room, size_t len)
{
	size_t got = fread(room, 1, len, n->file);
	n->at += got;
	return got;
}

static bool read_header(struct nfcapd *n, const char *name, struct err *e)
{
	struct file_header h;
	if (take_bytes(n, &h, sizeof h) < sizeof h)
		return err_set(e, "%s: nfcapd file ends in its header", name);
	const char *why = refusal(&h);
	if (why)
		return err_set(e, "%s: nfcapd file is %s", name, why);
	n->unpack = packings[h.packing].unpack;
	if (h.n_blocks)
		n->n_announced = (uint64_t)le32toh(h.n_blocks) + le16toh(h.n_appendix);
	return true;
}

struct nfcapd *nfcapd_open(struct input *take, struct err *e)
{
	struct nfcapd *n = calloc(1, sizeof *n);
	if (!n) {
		err_sys(e, "read %s", take->name);
		input_close_file(take);
		return NULL;
	}
	n->file = take->file;
	take->file = NULL;
	if (read_header(n, take->name, e)) {
		n->plain = malloc(NFCAPD_BLOCK_MAX);
		n->packed = n->unpack ? malloc(NFCAPD_BLOCK_MAX) : NULL;
		if (n->plain && (n->packed || !n->unpack))
			return n;
		err_sys(e, "read %s", take->name);
	}
	nfcapd_close(n);
	return NULL;
}

void nfcapd_close(struct nfcapd *n)
{
	if (!n)
		return;
	if (n->file != stdin)
		fclose(n->file);
	free(n->packed);
	free(n->plain);
	free(n);
}

/* Nothing behind this place can be read. */
static bool stop(struct nfcapd *n, struct block *out, enum fault f)
{
	n->is_over = true;
	out->fault = f;
	return f != FAULT_NONE;
}

/* Some more of a block that is not packed, behind what nobody has taken yet. */
static bool read_piece(struct nfcapd *n, struct block *out)
{
	size_t size = n->left < PIECE_BYTES ? n->left : PIECE_BYTES;
	memmove(n->plain, out->bytes.ptr, out->bytes.len);
	size_t got = take_bytes(n, n->plain + out->bytes.len, size);
	out->bytes = (struct bytes){ n->plain, out->bytes.len + got };
	n->left -= size;
	out->goes_on = n->left && got == size;
	return got == size || stop(n, out, FAULT_CUT_FILE);
}

static bool read_packed(struct nfcapd *n, size_t size, struct block *out)
{
	if (take_bytes(n, n->packed, size) < size)
		return stop(n, out, FAULT_CUT_FILE);
	out->bytes.ptr = n->plain;
	out->bytes.len = n->unpack((struct bytes){ n->packed, size }, n->plain);
	if (out->bytes.len == 0)
		out->fault = FAULT_BLOCK;
	return true;
}

/* The records of a block whose header was read. */
static bool read_records(struct nfcapd *n, size_t size, struct block *out)
{
	if (out->is_packed)
		return read_packed(n, size, out);
	out->bytes.ptr = n->plain;
	n->left = size;
	return read_piece(n, out);
}

bool nfcapd_next(struct nfcapd *n, struct block *out)
{
	struct block_header h;
	if (n->left && !n->is_over)
		return read_piece(n, out);
	while (!n->is_over) {
		*out = (struct block){ .offset = n->at };
		size_t got = take_bytes(n, &h, sizeof h);
		if (got == 0 && n->n_blocks >= n->n_announced)
			return stop(n, out, FAULT_NONE);
		if (got < sizeof h)
			return stop(n, out, FAULT_CUT_FILE);
		uint16_t type = le16toh(h.type);
		uint32_t size = le32toh(h.size);
		if ((type != BLOCK_RECORDS && type != BLOCK_ARRAY) || size > NFCAPD_BLOCK_MAX)
			return stop(n, out, FAULT_BLOCK); // where the next begins, nobody knows
		n->n_blocks++;
		out->n_records = le32toh(h.n_records);
		out->is_packed = n->unpack && !(le16toh(h.flags) & FLAG_NOT_PACKED);
		out->offset += out->is_packed ? 0 : sizeof h;
		if (type == BLOCK_RECORDS)
			return read_records(n, size, out);
		if (take_bytes(n, n->plain, size) < size) // arrays hold no flows
			return stop(n, out, FAULT_CUT_FILE);
	}
	return false;
}
