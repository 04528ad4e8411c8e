// SPDX-License-Identifier: Apache-2.0
// UDP listeners: opened with the buffer that was asked for, read many datagrams a call, never waiting.
#ifndef NET_UDP_H
#define NET_UDP_H
#include "base/bytes.h"
#include "base/err.h"

enum { UDP_BATCH = 128, UDP_PAYLOAD_MAX = 65535, UDP_ADDRESS_BYTES = 16 };

/** Where to listen, and how. */
struct udp_wish {
	uint8_t address[UDP_ADDRESS_BYTES]; // of IPv4 the mapped form, ::ffff:a.b.c.d
	uint16_t port;                      // 0: one that is free
	size_t receive_buffer;              // bytes of datagrams that the kernel shall keep
	bool is_shared; // other sockets of this user may listen there too (SO_REUSEPORT)
};

struct udp_listener {
	int fd;
	uint16_t port;
	size_t receive_buffer; // that was given
	struct err warning;    // its text says what to do when less was given; else empty
};

/**
 * Open a listener. It does not block, and tells when each datagram was received.
 *
 * A buffer smaller than asked for is a warning. Returns false with `e` in words when the address is
 * not of this machine, the port is taken (by whom, if that can be known) or for root only.
 */
bool udp_open(const struct udp_wish *wish, struct udp_listener *out, struct err *e);

/** One datagram; its payload holds until the next udp_receive. */
struct udp_datagram {
	struct bytes payload;
	uint8_t from[UDP_ADDRESS_BYTES];
	uint64_t received_ms; // since the Unix epoch, by the kernel when it came
};

struct udp_room;

/** Buffers for UDP_BATCH datagrams of any length. NULL when there is no memory. */
struct udp_room *udp_room_new(void);
void udp_room_free(struct udp_room *room);

/**
 * Take what has come, at most UDP_BATCH datagrams.
 *
 * out  gets a pointer to as many as are returned
 *
 * Returns 0 when there is none, also after an error, which is of one datagram and soon over.
 */
size_t udp_receive(int fd, struct udp_room *room, const struct udp_datagram **out);

/** How many datagrams the kernel dropped at a socket, modulo 2^32. False when it does not tell. */
bool udp_drops(int fd, uint32_t *out);

/** How many bytes of buffer a socket has, as the kernel counts them; 0 when it does not tell. */
size_t udp_buffer(int fd);
#endif
