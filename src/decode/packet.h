// SPDX-License-Identifier: Apache-2.0
// Captured frames: from the link layer up to the transport header.
#ifndef DECODE_PACKET_H
#define DECODE_PACKET_H
#include "decode/link.h"
#include "model/addr.h"
#include "model/trouble.h"

/** An IP packet inside a frame; of a tunnel, the innermost. `payload` is a view into the frame. */
struct packet {
	struct addr src, dst;
	uint16_t src_port, dst_port; // of ICMP: 0 and type * 256 + code
	uint8_t proto, tcp_flags;
	bool has_ports;       // false in a later fragment, or when the capture cut them off
	bool is_cut;          // the capture kept less than the packet announces
	bool has_more;        // fragments follow
	uint16_t fragment_at; // byte of the whole that the payload begins at
	uint32_t fragment_id;
	uint32_t bytes;          // of the IP packet, as its header tells
	struct bytes ip_payload; // behind the IP headers
	struct bytes payload;    // behind the transport header
};

enum packet_sort { PACKET_IP, PACKET_OTHER, PACKET_DAMAGED, PACKET_UNLINKED, N_PACKET_SORTS };

/** A UDP datagram. `payload` is a view into the frame, or into what was put together. */
struct udp {
	struct addr src, dst;
	uint16_t src_port, dst_port;
	struct bytes payload;
	bool is_cut; // the capture kept less than the datagram announces
};

/**
 * Read the headers of a frame: VLAN tags, MPLS, PPPoE, IP with its extensions, and tunnels:
 * IP in IP, GRE, VXLAN and Geneve.
 *
 * Returns PACKET_IP and fills `out`; PACKET_OTHER for what is no IP, PACKET_DAMAGED when the
 * headers end too early, PACKET_UNLINKED when frames of this link type cannot be read.
 */
enum packet_sort packet_parse(int link_type, struct bytes frame, struct packet *out);

/** The same, for every frame the long way: what packet_parse is held to. */
enum packet_sort packet_parse_any(int link_type, struct bytes frame, struct packet *out);

/** Read on behind IP: a TCP, UDP, SCTP or ICMP header. Ports stay unknown when it is cut. */
void packet_transport(struct packet *p);

/**
 * Find the UDP datagram of a frame.
 *
 * Returns FAULT_NONE and fills `out`; FAULT_NO_EXPORT when the frame carries something else;
 * FAULT_FRAGMENT for a part of a datagram; FAULT_SHORT when its headers are cut.
 */
enum fault packet_udp(int link_type, struct bytes frame, struct udp *out);

/** The same of a packet that is parsed already. */
enum fault packet_to_udp(const struct packet *p, struct udp *out);
#endif
