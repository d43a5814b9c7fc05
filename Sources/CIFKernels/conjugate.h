// A few steps of conjugate gradients on one row's normal equations, which are never formed.
//
// G. Takacs, I. Pilaszy, D. Tikk, "Applications of the conjugate gradient method for implicit feedback collaborative
// filtering", RecSys 2011, doi:10.1145/2043932.2043987.
#ifndef IF_CONJUGATE_H
#define IF_CONJUGATE_H

#include "products.h"

// sum x y of `rank` numbers.
IF_INLINE float inner(const float *x, const float *y, ptrdiff_t rank) {
    v16 sum = {0};
    for (ptrdiff_t p = 0; p < rank; p += 16) sum += *(const v16 *)(x + p) * *(const v16 *)(y + p);
    v8 half = __builtin_shufflevector(sum, sum, 0, 1, 2, 3, 4, 5, 6, 7) +
              __builtin_shufflevector(sum, sum, 8, 9, 10, 11, 12, 13, 14, 15);
    v4 quarter = __builtin_shufflevector(half, half, 0, 1, 2, 3) + __builtin_shufflevector(half, half, 4, 5, 6, 7);
    return (quarter[0] + quarter[2]) + (quarter[1] + quarter[3]);
}

// to += factor * from.
IF_INLINE void add(float factor, const float *from, float *to, ptrdiff_t rank) {
    for (ptrdiff_t p = 0; p < rank; p += 16) *(v16 *)(to + p) += factor * *(const v16 *)(from + p);
}

// out := A x, and (where b is given) b := sum t y.
IF_INLINE void apply(const if_row *row, const float *base, ptrdiff_t rank, const float *x, float *out, float *b) {
    for (ptrdiff_t p = 0; p < rank; p += 16) *(v16 *)(out + p) = row->ridge * *(const v16 *)(x + p);
    for (ptrdiff_t i = 0; i < rank; i++) add(x[i], base + i * rank, out, rank);
    for (ptrdiff_t first = 0; first < row->count; first += 16) {
        const ptrdiff_t some = row->count - first < 16 ? row->count - first : 16;
        float values[16] = {0}, weights[16], targets[16];
        __builtin_memcpy(values, row->values + first, (size_t)some * sizeof(float));
        entry_terms(row, (const v16 *)values, (v16 *)weights, (v16 *)targets);
        const ptrdiff_t rest = row->count - first - some;
        for (ptrdiff_t e = 0; e < 16 && e < rest; e++) {
            const float *y = row->factors + (ptrdiff_t)row->columns[first + some + e] * rank;
            for (ptrdiff_t p = 0; p < rank; p += 16) __builtin_prefetch(y + p);
        }
        for (ptrdiff_t e = 0; e < some; e++) {
            const int32_t column = row->columns[first + e];
            if ((uint64_t)column >= (uint64_t)row->factor_count) __builtin_trap();
            const float *y = row->factors + (ptrdiff_t)column * rank;
            add(weights[e] * inner(y, x, rank), y, out, rank);
            if (b) add(targets[e], y, b, rank);
        }
    }
}

IF_KERNEL static double IF_NAME(conjugate)(const if_row *row, const float *base, ptrdiff_t rank, int steps, float *x,
                                           float *scratch) {
    float *b = scratch, *r = b + rank, *direction = r + rank, *image = direction + rank;
    for (ptrdiff_t p = 0; p < rank; p++) b[p] = 0;
    apply(row, base, rank, x, image, b);
    for (ptrdiff_t p = 0; p < rank; p++) direction[p] = r[p] = b[p] - image[p];
    float size = inner(r, r, rank);
    for (int step = 0; step < steps && size > 1e-20f; step++) {
        apply(row, base, rank, direction, image, 0);
        const float length = size / inner(direction, image, rank);
        add(length, direction, x, rank);
        add(-length, image, r, rank);
        const float before = size;
        size = inner(r, r, rank);
        for (ptrdiff_t p = 0; p < rank; p++) direction[p] = r[p] + size / before * direction[p];
    }
    double explained = 0;
    for (ptrdiff_t p = 0; p < rank; p++) explained += (double)x[p] * ((double)b[p] + (double)r[p]);
    return explained;
}

#endif
