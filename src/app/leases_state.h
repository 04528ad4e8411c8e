// SPDX-License-Identifier: Apache-2.0
// The leases, shared by the file that gathers them and the one that holds them against the board.
#ifndef APP_LEASES_STATE_H
#define APP_LEASES_STATE_H
#include "app/leases.h"

struct tenancy {
	struct lease lease;
	uint8_t file;
};

struct leases {
	struct tenancy *row; // by address, begin, file
	uint32_t *by_mac;    // places of rows that may hold now, by MAC address
	size_t n, n_by_mac, n_beyond;
	bool is_read[LEASE_FILES_MAX];
	uint64_t told[CONFLICTS_MAX]; // hashes of contradictions; 0: free
};

/** Where the rows of an address begin, or would, in rows by address. */
size_t tenancies_of(const struct tenancy *row, size_t n, const struct addr *a);
#endif
