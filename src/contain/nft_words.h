// SPDX-License-Identifier: Apache-2.0
// Names for numbers, as nft prints them.
#ifndef CONTAIN_NFT_WORDS_H
#define CONTAIN_NFT_WORDS_H

enum nft_words {
	NFT_PROTOCOL, // as /etc/protocols of Debian has them
	NFT_ICMP_TYPE,
	NFT_ICMP_CODE, // those of "unreachable", whatever the type
	NFT_ICMP6_TYPE,
	NFT_ICMP6_CODE,
};

/** The number; -1: no such name. */
int nft_number(enum nft_words words, const char *name);
#endif
