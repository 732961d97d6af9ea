#ifndef DMFT_CLIBMD_SHIM_H
#define DMFT_CLIBMD_SHIM_H
#include <sha256.h>
#endif
