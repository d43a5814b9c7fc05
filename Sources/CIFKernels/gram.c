// Gather, scale and accumulate: the normal equations of one row, lower triangle in registers.
#include "vectors.h"

#include <math.h>
#include <string.h>

// Numbers of gathered vectors held at once; plain and weighted copies together fit the first-level cache.
#define CHUNK_NUMBERS 2048

static ptrdiff_t chunk_rows(ptrdiff_t rank) {
    ptrdiff_t rows = CHUNK_NUMBERS / rank;
    return rows < 8 ? 8 : rows;
}

ptrdiff_t if_gram_scratch(ptrdiff_t rank) { return 2 * chunk_rows(rank) * rank; }

// Eight rows of `a` from `row`, `width` vectors of columns from `column`: a += plain^T * weighted.
IF_INLINE void tile(float *a, const float *plain, const float *weighted, ptrdiff_t count, ptrdiff_t rank,
                    ptrdiff_t row, ptrdiff_t column, const int width) {
    v16 sum[8][3];
    IF_UNROLL for (int i = 0; i < 8; i++) {
        IF_UNROLL for (int v = 0; v < width; v++) sum[i][v] = *(const v16 *)(a + (row + i) * rank + column + 16 * v);
    }
    for (ptrdiff_t t = 0; t < count; t++) {
        const float *x = plain + t * rank + row;
        const float *y = weighted + t * rank + column;
        v16 right[3];
        IF_UNROLL for (int v = 0; v < width; v++) right[v] = *(const v16 *)(y + 16 * v);
        IF_UNROLL for (int i = 0; i < 8; i++) {
            IF_UNROLL for (int v = 0; v < width; v++) sum[i][v] += x[i] * right[v];
        }
    }
    IF_UNROLL for (int i = 0; i < 8; i++) {
        IF_UNROLL for (int v = 0; v < width; v++) *(v16 *)(a + (row + i) * rank + column + 16 * v) = sum[i][v];
    }
}

// Gathers `count` vectors, plain and weighted, and adds t * y to b.
IF_INLINE void pack(const if_row *row, ptrdiff_t first, ptrdiff_t count, ptrdiff_t rank, float *plain, float *weighted,
                    float *b) {
    const ptrdiff_t ahead = 8;
    for (ptrdiff_t t = 0; t < count; t++) {
        ptrdiff_t entry = first + t;
        if (entry + ahead < row->count) {
            const float *next = row->factors + (ptrdiff_t)row->columns[entry + ahead] * rank;
            for (ptrdiff_t j = 0; j < rank; j += 16) __builtin_prefetch(next + j);
        }
        const float *y = row->factors + (ptrdiff_t)row->columns[entry] * rank;
        float value = row->values[entry];
        float confidence = row->scale * fabsf(value) + row->offset;
        float weight = confidence - row->unobserved;
        float target = row->explicit_values ? value : value > 0 ? confidence : 0;
        for (ptrdiff_t j = 0; j < rank; j += 16) {
            v16 v = *(const v16 *)(y + j);
            *(v16 *)(plain + t * rank + j) = v;
            *(v16 *)(weighted + t * rank + j) = weight * v;
            *(v16 *)(b + j) += target * v;
        }
    }
}

IF_CLONES
void if_gram(const if_row *row, const float *base, ptrdiff_t rank, float *a, float *b, float *packed) {
    const ptrdiff_t chunk = chunk_rows(rank);
    float *plain = packed;
    float *weighted = packed + chunk * rank;
    memcpy(a, base, (size_t)(rank * rank) * sizeof(float));
    for (ptrdiff_t i = 0; i < rank; i++) a[i * rank + i] += row->ridge;
    memset(b, 0, (size_t)rank * sizeof(float));
    for (ptrdiff_t first = 0; first < row->count; first += chunk) {
        ptrdiff_t count = row->count - first < chunk ? row->count - first : chunk;
        pack(row, first, count, rank, plain, weighted, b);
        for (ptrdiff_t i = 0; i < rank; i += 8) {
            ptrdiff_t left = i / 16 + 1;  // vectors up to the diagonal
            ptrdiff_t j = 0;
            for (; left > 4 || left == 3; left -= 3, j += 48) tile(a, plain, weighted, count, rank, i, j, 3);
            for (; left >= 2; left -= 2, j += 32) tile(a, plain, weighted, count, rank, i, j, 2);
            if (left == 1) tile(a, plain, weighted, count, rank, i, j, 1);
        }
    }
}
