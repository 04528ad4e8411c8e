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
	uint64_t n_blocks, n_announced; // of the file that is read; others may be appended
	bool is_over, is_another;       // a file that was appended has begun
	uint8_t *packed, *plain;
};

/* Whether a file with this header is not read, and why. */
static enum fault refusal(const struct file_header *h, const char **why)
{
	uint16_t magic = le16toh(h->magic), layout = le16toh(h->layout);
	*why = NULL;
	if (magic == __builtin_bswap16(MAGIC))
		*why = "of a machine with the other byte order; give the export packets themselves";
	else if (magic != MAGIC)
		*why = "damaged: its first bytes are not those of nfcapd";
	else if (layout == LAYOUT_1)
		*why = "of nfdump 1.6; convert it with nfdump 1.7 first: nfdump -r FILE -y -w NEW";
	else if (layout != LAYOUT_2)
		*why = "of a layout newer than nfdump 1.7; give the export packets themselves";
	if (*why)
		return FAULT_LAYOUT;
	if (h->encryption)
		*why = "encrypted; decrypt it first, with the nfdump that wrote it";
	else if (h->packing >= countof(packings))
		*why = "packed in a way that is not known; unpack it first: nfdump -r FILE -w NEW";
	else
		*why = packings[h->packing].refusal;
	return *why ? FAULT_PACKING : FAULT_NONE;
}

static size_t take_bytes(struct nfcapd *n, void *room, size_t len)
{
	size_t got = fread(room, 1, len, n->file);
	n->at += got;
	return got;
}

static void begin(struct nfcapd *n, const struct file_header *h)
{
	n->unpack = packings[h->packing].unpack;
	n->n_blocks = 0;
	n->n_announced = h->n_blocks ? (uint64_t)le32toh(h->n_blocks) + le16toh(h->n_appendix) : 0;
}

static enum fault read_header(struct nfcapd *n, const char *name, struct err *e)
{
	struct file_header h;
	const char *why;
	if (take_bytes(n, &h, sizeof h) < sizeof h) {
		err_set(e, "%s: nfcapd file ends in its header", name);
		return FAULT_CUT_FILE;
	}
	enum fault f = refusal(&h, &why);
	if (f == FAULT_NONE)
		begin(n, &h);
	else
		err_set(e, "%s: nfcapd file is %s", name, why);
	return f;
}

/* As a block it would hold 173324 records, more than any has room for. */
static bool begins_file(const struct block_header *h)
{
	return le32toh(h->n_records) == (MAGIC | LAYOUT_2 << 16);
}

struct nfcapd *nfcapd_open(struct input *take, enum fault *fault, struct err *e)
{
	struct nfcapd *n = calloc(1, sizeof *n);
	*fault = FAULT_UNREADABLE;
	if (!n) {
		err_sys(e, "read %s", take->name);
		input_close_file(take);
		return NULL;
	}
	n->file = take->file;
	take->file = NULL;
	*fault = read_header(n, take->name, e);
	if (*fault == FAULT_NONE) {
		n->plain = malloc(NFCAPD_BLOCK_MAX);
		n->packed = malloc(NFCAPD_BLOCK_MAX); // what is appended may be packed
		if (n->plain && n->packed)
			return n;
		err_sys(e, "read %s", take->name);
		*fault = FAULT_UNREADABLE;
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

/* The header of a block and what it holds, if that is records. Returns whether there is something to give. */
static bool read_block(struct nfcapd *n, const struct block_header *h, struct block *out)
{
	uint16_t type = le16toh(h->type);
	uint32_t size = le32toh(h->size);
	if ((type != BLOCK_RECORDS && type != BLOCK_ARRAY) || size > NFCAPD_BLOCK_MAX)
		return stop(n, out, FAULT_BLOCK); // where the next begins, nobody knows
	n->n_blocks++;
	out->n_records = le32toh(h->n_records);
	out->is_packed = n->unpack && !(le16toh(h->flags) & FLAG_NOT_PACKED);
	out->offset += out->is_packed ? 0 : sizeof *h;
	if (type == BLOCK_RECORDS) {
		out->is_of_another = n->is_another;
		n->is_another = false;
		return read_records(n, size, out);
	}
	// arrays hold no flows
	return take_bytes(n, n->plain, size) < size && stop(n, out, FAULT_CUT_FILE);
}

/*
 * A file that was appended: the rest of its header, behind what was taken for that of a block. Returns whether there is
 * a fault to give: the file cannot be read, or the one before it was cut.
 */
static bool read_another(struct nfcapd *n, const struct block_header *begun, struct block *out)
{
	struct file_header h;
	const char *why;
	size_t rest = sizeof h - sizeof *begun;
	memcpy(&h, begun, sizeof *begun);
	if (take_bytes(n, (uint8_t *)&h + sizeof *begun, rest) < rest)
		return stop(n, out, FAULT_CUT_FILE);
	enum fault f = refusal(&h, &why);
	if (f != FAULT_NONE)
		return stop(n, out, f);
	if (n->n_blocks < n->n_announced)
		out->fault = FAULT_CUT_FILE;
	begin(n, &h);
	n->is_another = true;
	return out->fault != FAULT_NONE;
}

bool nfcapd_next(struct nfcapd *n, struct block *out)
{
	struct block_header h;
	bool is_given = false;
	if (n->left && !n->is_over) {
		out->is_of_another = false;
		return read_piece(n, out);
	}
	while (!n->is_over && !is_given) {
		*out = (struct block){ .offset = n->at };
		size_t got = take_bytes(n, &h, sizeof h);
		if (got == 0 && n->n_blocks >= n->n_announced)
			return stop(n, out, FAULT_NONE);
		if (got < sizeof h)
			return stop(n, out, FAULT_CUT_FILE);
		is_given = begins_file(&h) ? read_another(n, &h, out) : read_block(n, &h, out);
	}
	return is_given;
}
