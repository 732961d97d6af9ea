// GSL for Swift: only headers that never reach gsl_cblas.h, which clashes with OpenBLAS's cblas.h.
#ifndef DMFT_CGSL_SHIM_H
#define DMFT_CGSL_SHIM_H
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_fit.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_interp.h>
#include <gsl/gsl_min.h>
#include <gsl/gsl_odeiv2.h>
#include <gsl/gsl_qrng.h>

// GSL's step, rule and minimiser types are global pointers, which Swift 6 refuses as shared mutable state.
static inline const gsl_odeiv2_step_type *gslx_step_rk8pd(void) { return gsl_odeiv2_step_rk8pd; }
static inline const gsl_integration_fixed_type *gslx_fixed_jacobi(void) { return gsl_integration_fixed_jacobi; }
static inline const gsl_qrng_type *gslx_qrng_sobol(void) { return gsl_qrng_sobol; }
static inline const gsl_interp_type *gslx_interp_cspline(void) { return gsl_interp_cspline; }
static inline const gsl_min_fminimizer_type *gslx_min_brent(void) { return gsl_min_fminimizer_brent; }
#endif
