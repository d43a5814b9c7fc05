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

// Vectors that are wanted soon.
typedef struct {
    const float *factors;
    const int32_t *columns;
    ptrdiff_t count, rank;
    ptrdiff_t first, width;  // the part of each vector
} if_upcoming;

// Vectors fetched ahead at most; more come when they are used.
#define AHEAD 192

// Fetches to be made while sums keep the processor busy: two lines of a vector for every vector that is summed, since the
// processor bears few fetches at once. First two lines of all vectors, then the next two, until `width` is there.
typedef struct {
    const float *vectors[AHEAD + CHUNK];
    ptrdiff_t count, at, line, width;
    int all;  // whether the first lines of all vectors were fetched
} if_fetches;

IF_INLINE void plan_fetches(const if_upcoming *next, if_fetches *f) {
    f->count = next->count < AHEAD ? next->count : AHEAD;
    f->at = f->line = 0;
    f->all = 0;
    f->width = next->width;
    ptrdiff_t t = 0;
    for (; t < f->count; t++) f->vectors[t] = next->factors + (ptrdiff_t)next->columns[t] * next->rank + next->first;
    for (ptrdiff_t n = 0; n < CHUNK; n++, t++) f->vectors[t] = next->factors;
}

IF_INLINE void fetched(if_fetches *f, ptrdiff_t count) {
    f->at += count;
    if (f->at < f->count) return;
    f->at = 0;
    f->all = 1;
    if (f->line + 32 < f->width) f->line += 32;
}

IF_INLINE void fetch_pair(const float *vector) {
    __builtin_prefetch(vector);
    __builtin_prefetch(vector + 16);
}

// `height` rows from `row`, `width` times sixteen columns from `column`.
IF_INLINE void tile(const if_products *c, ptrdiff_t row, ptrdiff_t column, const int height, const int width,
                    if_fetches *f) {
    const ptrdiff_t rank = c->rank, corner = row * rank + column, line = f->line;
    const float *x = c->left + row / 16 * STRIP + row % 16, *y = c->right + column / 16 * STRIP;
    const float **vectors = f->vectors + f->at;
    v16 sum[16][3];
    IF_UNROLL for (int i = 0; i < height; i++) {
        IF_UNROLL for (int v = 0; v < width; v++) {
            sum[i][v] = c->from ? *(const v16 *)(c->from + (row + i) * c->from_rank + column + 16 * v) : (v16){0};
        }
    }
    for (ptrdiff_t t = 0; t < c->count; t++) {
        v16 right[3];
        fetch_pair(vectors[t] + line);
        IF_UNROLL for (int v = 0; v < width; v++) right[v] = *(const v16 *)(y + v * STRIP + t * 16);
        IF_UNROLL for (int i = 0; i < height; i++) {
            IF_UNROLL for (int v = 0; v < width; v++) sum[i][v] += x[t * 16 + i] * right[v];
        }
    }
    IF_UNROLL for (int i = 0; i < height; i++) {
        IF_UNROLL for (int v = 0; v < width; v++) *(v16 *)(c->a + corner + i * rank + 16 * v) = sum[i][v];
    }
    fetched(f, c->count);
}

// The lower triangle, up to the end of the sixteen columns that the diagonal lies in.
IF_INLINE void lower_products(const if_products *c, const if_upcoming *next) {
    if_fetches f;
    plan_fetches(next, &f);
    tile(c, 0, 0, 16, 1, &f);
    for (ptrdiff_t i = 16; i < c->rank; i += 8) {
        ptrdiff_t left = i / 16 + 1, j = 0;
        for (; left > 4 || left == 3; left -= 3, j += 48) tile(c, i, j, 8, 3, &f);
        for (; left >= 2; left -= 2, j += 32) tile(c, i, j, 8, 2, &f);
    }
    if (f.all) return;  // Else the sums were short.
    for (ptrdiff_t t = f.at; t < f.count; t++) fetch_pair(f.vectors[t]);
}

#endif
