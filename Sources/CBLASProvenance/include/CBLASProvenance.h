#ifndef DMFT_CBLAS_PROVENANCE_H
#define DMFT_CBLAS_PROVENANCE_H

/// Path of the shared library whose `cblas_dgemm` this process calls, or NULL if it cannot be determined.
/// The string belongs to the dynamic loader and lives as long as the process.
const char *cblas_provenance(void);

#endif
