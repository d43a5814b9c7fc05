// Interleaved factorization and solution, inlined into the kernels that use them.
#ifndef IF_CHOLESKY_H
#define IF_CHOLESKY_H

#include "vectors.h"

// c -= rows i..i+3 times rows j..j+3 over columns before `columns`.
IF_INLINE void subtract_products(v16 c[4][4], const float *a, ptrdiff_t leading, ptrdiff_t i, ptrdiff_t j,
                                 ptrdiff_t columns) {
    for (ptrdiff_t p = 0; p < columns; p++) {
        v16 x[4];
        IF_UNROLL for (int q = 0; q < 4; q++) x[q] = *at_const(a, (i + q) * leading + p);
        IF_UNROLL for (int s = 0; s < 4; s++) {
            v16 y = *at_const(a, (j + s) * leading + p);
            IF_UNROLL for (int q = 0; q < 4; q++) c[q][s] -= x[q] * y;
        }
    }
}

// Factors the 4 x 4 block on the diagonal; the diagonal becomes reciprocals.
IF_INLINE void factor_block(v16 c[4][4], const v16 *threshold, v16i *failed) {
    IF_UNROLL for (int s = 0; s < 4; s++) {
        IF_UNROLL for (int p = 0; p < s; p++) c[s][s] -= c[s][p] * c[s][p];
        *failed |= ~(c[s][s] > threshold[s]);  // also where the pivot is NaN
        c[s][s] = 1.0f / __builtin_elementwise_sqrt(c[s][s]);
        IF_UNROLL for (int q = s + 1; q < 4; q++) {
            IF_UNROLL for (int p = 0; p < s; p++) c[q][s] -= c[q][p] * c[s][p];
            c[q][s] *= c[s][s];
        }
    }
}

// Factors all sixteen; sets `failed` where a pivot is below the tolerance.
IF_INLINE void cholesky(float *a, ptrdiff_t rank, float tolerance, v16i *failed) {
    const ptrdiff_t leading = leading_of(rank);
    for (ptrdiff_t j = 0; j < rank; j += 4) {
        v16 d[4][4], c[4][4], threshold[4];
        IF_UNROLL for (int q = 0; q < 4; q++) {
            IF_UNROLL for (int s = 0; s <= q; s++) d[q][s] = *at(a, (j + q) * leading + j + s);
            IF_UNROLL for (int s = q + 1; s < 4; s++) d[q][s] = *at(a, (j + s) * leading + j + q);
            threshold[q] = tolerance * d[q][q];
        }
        subtract_products(d, a, leading, j, j, j);
        factor_block(d, threshold, failed);
        IF_UNROLL for (int q = 0; q < 4; q++) {
            IF_UNROLL for (int s = 0; s <= q; s++) *at(a, (j + q) * leading + j + s) = d[q][s];
        }
        for (ptrdiff_t i = j + 4; i < rank; i += 4) {
            IF_UNROLL for (int q = 0; q < 4; q++) {
                IF_UNROLL for (int s = 0; s < 4; s++) c[q][s] = *at(a, (i + q) * leading + j + s);
            }
            subtract_products(c, a, leading, i, j, j);
            IF_UNROLL for (int s = 0; s < 4; s++) {
                IF_UNROLL for (int p = 0; p < s; p++) {
                    v16 y = *at_const(a, (j + s) * leading + j + p);
                    IF_UNROLL for (int q = 0; q < 4; q++) c[q][s] -= c[q][p] * y;
                }
                v16 r = *at_const(a, (j + s) * leading + j + s);
                IF_UNROLL for (int q = 0; q < 4; q++) {
                    c[q][s] *= r;
                    *at(a, (i + q) * leading + j + s) = c[q][s];
                }
            }
        }
    }
}

IF_INLINE void cholesky_solve(const float *a, float *b, ptrdiff_t rank) {
    const ptrdiff_t leading = leading_of(rank);
    for (ptrdiff_t i = 0; i < rank; i += 4) {
        v16 s[4];
        IF_UNROLL for (int q = 0; q < 4; q++) s[q] = *at(b, i + q);
        for (ptrdiff_t p = 0; p < i; p++) {
            v16 x = *at(b, p);
            IF_UNROLL for (int q = 0; q < 4; q++) s[q] -= *at_const(a, (i + q) * leading + p) * x;
        }
        IF_UNROLL for (int q = 0; q < 4; q++) {
            IF_UNROLL for (int p = 0; p < q; p++) s[q] -= *at_const(a, (i + q) * leading + i + p) * s[p];
            s[q] *= *at_const(a, (i + q) * leading + i + q);
            *at(b, i + q) = s[q];
        }
    }
    for (ptrdiff_t i = rank - 4; i >= 0; i -= 4) {
        v16 s[4];
        IF_UNROLL for (int q = 3; q >= 0; q--) {
            s[q] = *at(b, i + q);
            IF_UNROLL for (int p = q + 1; p < 4; p++) s[q] -= *at_const(a, (i + p) * leading + i + q) * s[p];
            s[q] *= *at_const(a, (i + q) * leading + i + q);
            *at(b, i + q) = s[q];
        }
        for (ptrdiff_t p = 0; p < i; p++) {
            v16 x = *at(b, p);
            IF_UNROLL for (int q = 0; q < 4; q++) x -= *at_const(a, (i + q) * leading + p) * s[q];
            *at(b, p) = x;
        }
    }
}

// One bit a lane whose mask is set.
IF_INLINE uint32_t bits(const v16i *mask) {
    uint32_t out = 0;
    for (int l = 0; l < IF_LANES; l++) out |= (uint32_t)((*mask)[l] != 0) << l;
    return out;
}

#endif
