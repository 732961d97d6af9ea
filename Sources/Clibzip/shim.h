#ifndef DMFT_CLIBZIP_SHIM_H
#define DMFT_CLIBZIP_SHIM_H
#include <zip.h>
#endif
