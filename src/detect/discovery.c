// SPDX-License-Identifier: Apache-2.0
// Ports from which programs ask are all that are no service: below 1024 none is, above some are.
#include "detect/discovery.h"

#include <stddef.h>

#include "base/bytes.h"

/* UDP services from 1024 on that hosts listen on, by the registry of IANA, and those that worms looked for beside it. */
static bool is_service(uint32_t port)
{
	static const uint16_t ports[] = {
		1194,       // OpenVPN
		1434,       // SQL Server, Slammer's
		1604,       // Citrix ICA
		1645, 1646, // RADIUS, early
		1701,       // L2TP
		1718, 1719, // H.323
		1812, 1813, // RADIUS
		2000,       // SCCP
		2049,       // NFS
		2055,       // NetFlow
		2123, 2152, // GTP
		2427, 2727, // MGCP
		3283,       // Apple Remote Desktop
		3389,       // RDP
		3478,       // STUN
		3784,       // BFD
		4500,       // IPsec
		4569,       // IAX
		4739,       // IPFIX
		5060, 5061, // SIP
		5351,       // NAT-PMP
		5683, 5684, // CoAP
		6343,       // sFlow
		10001,      // Ubiquiti's discovery
		11211,      // memcached
		17185,      // VxWorks' debugger
		20000,      // DNP3
		27015,      // games of Steam
		30718,      // Lantronix
		37810,      // video recorders of Dahua
		44818,      // EtherNet/IP
		47808,      // BACnet
		51820,      // WireGuard
		53413,      // routers of Netis, whose back door worms used
	};
	for (size_t i = 0; i < countof(ports); i++)
		if (ports[i] == port)
			return true;
	return discovery_is_port(port);
}

bool discovery_answers(uint32_t src_port, uint32_t dst_port)
{
	return discovery_is_port(src_port) && dst_port >= 1024 && !is_service(dst_port);
}
