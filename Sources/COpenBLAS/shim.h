// OpenBLAS carries BLAS and LAPACK in one library. LAPACK is called through its Fortran
// symbols, so liblapacke is not needed; the headers only give their prototypes.
#ifndef COPENBLAS_SHIM_H
#define COPENBLAS_SHIM_H
#include <cblas.h>
#include <lapacke.h>
#endif
