// Gather, scale and accumulate: the normal equations of one row.
#ifndef IF_GRAM_H
#define IF_GRAM_H

#include "products.h"

#include <string.h>

// Gathers `count` vectors, plain and weighted, and adds t * y to b.
IF_INLINE void pack_weighted(const if_row *row, ptrdiff_t first, ptrdiff_t count, ptrdiff_t rank, float *plain,
                             float *weighted, float *b) {
    for (ptrdiff_t begin = 0; begin < count; begin += 16) {
        const ptrdiff_t some = count - begin < 16 ? count - begin : 16;
        const int32_t *columns = row->columns + first + begin;
        v16 value = {0}, weight, target;
        __builtin_memcpy(&value, row->values + first + begin, (size_t)some * sizeof(float));
        entry_terms(row, &value, &weight, &target);
        float weights[16], targets[16];
        *(v16 *)weights = weight;
        *(v16 *)targets = target;
        for (ptrdiff_t t = 0; t < some; t++) {
            if (__builtin_expect((uint64_t)columns[t] >= (uint64_t)row->factor_count, 0)) __builtin_trap();
            const float *y = row->factors + (ptrdiff_t)columns[t] * rank;
            float *to = plain + (begin + t) * 16, *scaled = weighted + (begin + t) * 16;
            for (ptrdiff_t j = 0; j < rank; j += 16, to += STRIP, scaled += STRIP) {
                v16 v = *(const v16 *)(y + j);
                *(v16 *)to = v;
                *(v16 *)scaled = weights[t] * v;
                *(v16 *)(b + j) += targets[t] * v;
            }
        }
    }
}

IF_KERNEL static void IF_NAME(gram)(const if_row *row, const float *base, ptrdiff_t rank, float *a, float *b,
                                    float *packed) {
    float *weighted = packed + rank / 16 * STRIP;
    if_products c = {base, a, packed, weighted, 0, rank};
    memset(b, 0, (size_t)rank * sizeof(float));
    ptrdiff_t first = 0;
    do {
        c.count = row->count - first < CHUNK ? row->count - first : CHUNK;
        pack_weighted(row, first, c.count, rank, packed, weighted, b);
        first += c.count;
        if_upcoming next = {row->factors, row->columns + first, row->count - first, rank, 0};
        if (next.count == 0) next.columns = row->next, next.count = row->next_count;
        if (next.count > CHUNK) next.count = CHUNK;
        lower_products(&c, &next);
        c.from = a;
    } while (first < row->count);
    for (ptrdiff_t i = 0; i < rank; i++) a[i * rank + i] += row->ridge;
}

#endif
