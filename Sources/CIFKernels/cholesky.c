// Sixteen Cholesky factorizations side by side: one system a SIMD lane, 4 x 4 register blocks.
#include "cholesky.h"

IF_CLONES
uint32_t if_cholesky(float *a, ptrdiff_t rank, float tolerance) {
    v16i failed = {0};
    cholesky(a, rank, tolerance, &failed);
    return bits(&failed);
}

IF_CLONES
void if_cholesky_solve(const float *a, float *b, ptrdiff_t rank) { cholesky_solve(a, b, rank); }
