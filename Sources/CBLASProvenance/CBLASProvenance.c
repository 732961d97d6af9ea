// A C target because `dladdr` needs _GNU_SOURCE, which Swift's own import of the C library lacks.
#define _GNU_SOURCE
#include "CBLASProvenance.h"

#include <dlfcn.h>
#include <stddef.h>

const char *cblas_provenance(void) {
  void *symbol = dlsym(RTLD_DEFAULT, "cblas_dgemm");
  Dl_info info;
  if (symbol == NULL || dladdr(symbol, &info) == 0) return NULL;
  return info.dli_fname;
}
