// One instruction set's kernels; what they do stands in CIFKernels.h.
#ifndef IF_KERNELS_H
#define IF_KERNELS_H

#include "CIFKernels.h"

typedef struct {
    void (*gram)(const if_row *, const float *, ptrdiff_t, float *, float *, float *);
    void (*interleave)(const float *, float *, ptrdiff_t, int);
    void (*to_lanes)(const float *, float *, ptrdiff_t);
    void (*from_lanes)(const float *, float *, ptrdiff_t);
    uint32_t (*cholesky)(float *, ptrdiff_t, float);
    void (*cholesky_solve)(const float *, float *, ptrdiff_t);
    uint32_t (*dual)(const if_row *, const float *, const float *, ptrdiff_t, ptrdiff_t, float *, double *, double *,
                     float *);
    uint32_t (*nonnegative)(const float *, const float *, float *, ptrdiff_t, float, int, float *, float *, int *);
    void (*rank)(const if_ranking *);
    void (*screen)(const if_screening *);
    double (*conjugate)(const if_row *, const float *, ptrdiff_t, int, float *, float *);
    uint32_t (*descend)(const if_subspace *);
} if_kernel_table;

#endif
