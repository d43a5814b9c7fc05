// Between rows and lanes, inlined into the kernels that use it.
#ifndef IF_INTERLEAVE_H
#define IF_INTERLEAVE_H

#include "vectors.h"

// Transposes 16 x 16: interleaving the halves of the sequence four times rotates row bits into lane bits.
IF_INLINE void transpose(v16 *r) {
    IF_UNROLL for (int step = 0; step < 4; step++) {
        v16 t[16];
        IF_UNROLL for (int i = 0; i < 8; i++) {
            t[2 * i] = __builtin_shufflevector(r[i], r[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
            t[2 * i + 1] =
                __builtin_shufflevector(r[i], r[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
        }
        IF_UNROLL for (int i = 0; i < 16; i++) r[i] = t[i];
    }
}

// The lower triangles of sixteen matrices; with `full`, the upper triangles too.
IF_INLINE void interleave(const float *src, float *dst, ptrdiff_t rank, int full) {
    const ptrdiff_t leading = leading_of(rank);
    for (ptrdiff_t i = 0; i < rank; i++) {
        for (ptrdiff_t j = 0; j <= i; j += 16) {
            v16 r[16];
            IF_UNROLL for (int l = 0; l < 16; l++) r[l] = *(const v16 *)(src + (l * rank + i) * rank + j);
            transpose(r);
            ptrdiff_t last = i - j < 15 ? i - j : 15;
            for (ptrdiff_t p = 0; p <= last; p++) *at(dst, i * leading + j + p) = r[p];
            if (full) {
                for (ptrdiff_t p = 0; p <= last; p++) *at(dst, (j + p) * leading + i) = r[p];
            }
        }
    }
}

// Sixteen vectors of `count` numbers to [count][16].
IF_INLINE void to_lanes(const float *src, float *dst, ptrdiff_t count) {
    for (ptrdiff_t i = 0; i < count; i += 16) {
        v16 r[16];
        IF_UNROLL for (int l = 0; l < 16; l++) r[l] = *(const v16 *)(src + l * count + i);
        transpose(r);
        IF_UNROLL for (int p = 0; p < 16; p++) *at(dst, i + p) = r[p];
    }
}

IF_INLINE void from_lanes(const float *src, float *dst, ptrdiff_t count) {
    for (ptrdiff_t i = 0; i < count; i += 16) {
        v16 r[16];
        IF_UNROLL for (int p = 0; p < 16; p++) r[p] = *at_const(src, i + p);
        transpose(r);
        IF_UNROLL for (int l = 0; l < 16; l++) *(v16 *)(dst + l * count + i) = r[l];
    }
}

#endif
