#ifndef DMFT_COPENBLAS_SHIM_H
#define DMFT_COPENBLAS_SHIM_H
#include <cblas.h>
#include <lapacke.h>
#endif
