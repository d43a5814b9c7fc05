// Gather, scale and accumulate: the normal equations of one row.
#ifndef IF_GRAM_H
#define IF_GRAM_H

#include "products.h"

#include <string.h>

// Gathers `width` coordinates from `first` of up to sixteen vectors, plain and weighted, to entry `at` of the strips, and
// adds targets * y to b. Two strips at a time, whose sums stay in registers.
IF_INLINE void gather(const if_row *row, const int32_t *columns, ptrdiff_t count, ptrdiff_t rank, ptrdiff_t first,
                      ptrdiff_t width, const float *weights, const float *targets, ptrdiff_t at, float *plain,
                      float *weighted, float *b) {
    const float *y[16];
    for (ptrdiff_t t = 0; t < count; t++) {
        if (__builtin_expect((uint64_t)columns[t] >= (uint64_t)row->factor_count, 0)) __builtin_trap();
        y[t] = row->factors + (ptrdiff_t)columns[t] * rank + first;
    }
    float *to = plain + at * 16, *scaled = weighted + at * 16;
    ptrdiff_t j = 0;
    for (; j + 32 <= width; j += 32, to += 2 * STRIP, scaled += 2 * STRIP) {
        v16 left = *(const v16 *)(b + j), right = *(const v16 *)(b + j + 16);
        for (ptrdiff_t t = 0; t < count; t++) {
            v16 v = *(const v16 *)(y[t] + j), w = *(const v16 *)(y[t] + j + 16);
            *(v16 *)(to + t * 16) = v;
            *(v16 *)(to + t * 16 + STRIP) = w;
            *(v16 *)(scaled + t * 16) = weights[t] * v;
            *(v16 *)(scaled + t * 16 + STRIP) = weights[t] * w;
            left += targets[t] * v;
            right += targets[t] * w;
        }
        *(v16 *)(b + j) = left;
        *(v16 *)(b + j + 16) = right;
    }
    if (j == width) return;
    v16 left = *(const v16 *)(b + j);
    for (ptrdiff_t t = 0; t < count; t++) {
        v16 v = *(const v16 *)(y[t] + j);
        *(v16 *)(to + t * 16) = v;
        *(v16 *)(scaled + t * 16) = weights[t] * v;
        left += targets[t] * v;
    }
    *(v16 *)(b + j) = left;
}

// The same with a loop of known length where there are sixteen.
IF_INLINE void gather_some(const if_row *row, const int32_t *columns, ptrdiff_t count, ptrdiff_t rank, ptrdiff_t first,
                           ptrdiff_t width, const float *weights, const float *targets, ptrdiff_t at, float *plain,
                           float *weighted, float *b) {
    if (count == 16)
        gather(row, columns, 16, rank, first, width, weights, targets, at, plain, weighted, b);
    else
        gather(row, columns, count, rank, first, width, weights, targets, at, plain, weighted, b);
}

// Gathers `count` vectors, plain and weighted, and adds t * y to b.
IF_INLINE void pack_weighted(const if_row *row, ptrdiff_t first, ptrdiff_t count, ptrdiff_t rank, float *plain,
                             float *weighted, float *b) {
    for (ptrdiff_t begin = 0; begin < count; begin += 16) {
        const ptrdiff_t some = count - begin < 16 ? count - begin : 16;
        v16 value, weight, target;
        load_values(row->values + first + begin, some, &value);
        entry_terms(row, &value, &weight, &target);
        float weights[16], targets[16];
        *(v16 *)weights = weight;
        *(v16 *)targets = target;
        const int32_t *columns = row->columns + first + begin;
        gather_some(row, columns, some, rank, 0, rank, weights, targets, begin, plain, weighted, b);
    }
}

IF_KERNEL static void IF_NAME(gram)(const if_row *row, const float *base, ptrdiff_t rank, float *a, float *b,
                                    float *packed) {
    float *weighted = packed + rank / 16 * STRIP;
    if_products c = {base, rank, a, packed, weighted, 0, rank};
    memset(b, 0, (size_t)rank * sizeof(float));
    ptrdiff_t first = 0;
    do {
        c.count = row->count - first < CHUNK ? row->count - first : CHUNK;
        pack_weighted(row, first, c.count, rank, packed, weighted, b);
        first += c.count;
        if_upcoming next = {row->factors, row->columns + first, row->count - first, rank, 0, rank};
        if (next.count == 0) next.columns = row->next, next.count = row->next_count;
        if (next.count > CHUNK) next.count = CHUNK;
        lower_products(&c, &next);
        c.from = a;
    } while (first < row->count);
    for (ptrdiff_t i = 0; i < rank; i++) a[i * rank + i] += row->ridge;
}

#endif
