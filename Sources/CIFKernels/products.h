// Sums of outer products with the lower triangle in registers, inlined into the kernels that use them.
#ifndef IF_PRODUCTS_H
#define IF_PRODUCTS_H

#include "vectors.h"

// Vectors gathered at once. They are stored in strips of sixteen dimensions, one vector's sixteen after the other's:
// what a tile reads is contiguous and stays in the first-level cache whatever the rank.
#define CHUNK 64
// Numbers from one strip to the next; not a multiple of 4096 bytes, which would all fall into one cache set.
#define STRIP (CHUNK * 16 + 16)

// a := from + left^T * right over `count` vectors; `from` may be NULL for zeros. Row-major, `rank` numbers a row, and
// `from_rank` in `from`.
typedef struct {
    const float *from;
    ptrdiff_t from_rank;
    float *a;
    const float *left, *right;
    ptrdiff_t count, rank;
} if_products;

// `height` rows from `row`, `width` times sixteen columns from `column`.
IF_INLINE void tile(const if_products *c, ptrdiff_t row, ptrdiff_t column, const int height, const int width) {
    const ptrdiff_t rank = c->rank, corner = row * rank + column;
    const float *x = c->left + row / 16 * STRIP + row % 16, *y = c->right + column / 16 * STRIP;
    v16 sum[16][3];
    IF_UNROLL for (int i = 0; i < height; i++) {
        IF_UNROLL for (int v = 0; v < width; v++) {
            sum[i][v] = c->from ? *(const v16 *)(c->from + (row + i) * c->from_rank + column + 16 * v) : (v16){0};
        }
    }
    for (ptrdiff_t t = 0; t < c->count; t++) {
        v16 right[3];
        IF_UNROLL for (int v = 0; v < width; v++) right[v] = *(const v16 *)(y + v * STRIP + t * 16);
        IF_UNROLL for (int i = 0; i < height; i++) {
            IF_UNROLL for (int v = 0; v < width; v++) sum[i][v] += x[t * 16 + i] * right[v];
        }
    }
    IF_UNROLL for (int i = 0; i < height; i++) {
        IF_UNROLL for (int v = 0; v < width; v++) *(v16 *)(c->a + corner + i * rank + 16 * v) = sum[i][v];
    }
}

// Vectors that are wanted soon: fetched while the sums of the present ones keep the processor busy.
typedef struct {
    const float *factors;
    const int32_t *columns;
    ptrdiff_t count, rank, share;
    ptrdiff_t first, width;  // the part of each vector
} if_upcoming;

IF_INLINE void fetch(if_upcoming *next) {
    for (ptrdiff_t n = next->share; n > 0 && next->count > 0; n--, next->count--, next->columns++) {
        const float *y = next->factors + (ptrdiff_t)*next->columns * next->rank + next->first;
        for (ptrdiff_t j = 0; j < next->width; j += 16) __builtin_prefetch(y + j);
    }
}

// The lower triangle, up to the end of the sixteen columns that the diagonal lies in.
IF_INLINE void lower_products(const if_products *c, if_upcoming *next) {
    const ptrdiff_t strips = c->rank / 16;
    next->share = next->count / (strips * strips) + 1;
    fetch(next);
    tile(c, 0, 0, 16, 1);
    for (ptrdiff_t i = 16; i < c->rank; i += 8) {
        ptrdiff_t left = i / 16 + 1, j = 0;
        for (; left > 4 || left == 3; left -= 3, j += 48) {
            fetch(next);
            tile(c, i, j, 8, 3);
        }
        for (; left >= 2; left -= 2, j += 32) {
            fetch(next);
            tile(c, i, j, 8, 2);
        }
    }
}

#endif
