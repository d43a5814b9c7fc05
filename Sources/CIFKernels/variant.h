// All kernels for one instruction set; the including file defines IF_KERNEL and IF_NAME.
#include "cholesky.h"
#include "conjugate.h"
#include "dual.h"
#include "gram.h"
#include "interleave.h"
#include "kernels.h"
#include "nonnegative.h"
#include "ranking.h"
#include "screening.h"
#include "subspace.h"

IF_KERNEL static void IF_NAME(interleave)(const float *src, float *dst, ptrdiff_t rank, int full) {
    interleave(src, dst, rank, full);
}

IF_KERNEL static void IF_NAME(to_lanes)(const float *src, float *dst, ptrdiff_t count) { to_lanes(src, dst, count); }

IF_KERNEL static void IF_NAME(from_lanes)(const float *src, float *dst, ptrdiff_t count) {
    from_lanes(src, dst, count);
}

IF_KERNEL static uint32_t IF_NAME(cholesky)(float *a, ptrdiff_t rank, float tolerance) {
    v16i failed = {0};
    cholesky(a, rank, tolerance, &failed);
    return bits(&failed);
}

IF_KERNEL static void IF_NAME(cholesky_solve)(const float *a, float *b, ptrdiff_t rank) { cholesky_solve(a, b, rank); }

const if_kernel_table IF_NAME(table) = {
    IF_NAME(gram),     IF_NAME(interleave),     IF_NAME(to_lanes), IF_NAME(from_lanes),
    IF_NAME(cholesky), IF_NAME(cholesky_solve), IF_NAME(dual),     IF_NAME(nonnegative),
    IF_NAME(rank),     IF_NAME(screen),         IF_NAME(conjugate),
    IF_NAME(descend),
};
