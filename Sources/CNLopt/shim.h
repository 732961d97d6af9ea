#ifndef DMFT_CNLOPT_SHIM_H
#define DMFT_CNLOPT_SHIM_H
#include <nlopt.h>
#endif
