// Block-coordinate descent: rows are improved by exact steps in a few coordinates at a time, so that no system is larger
// than a block, and the scores of a row's entries carry what the other coordinates explain.
//
// S. Rendle, W. Krichene, L. Zhang, Y. Koren, "iALS++: speeding up matrix factorization with subspace optimization",
// 2021, arXiv:2110.14044.
#ifndef IF_SUBSPACE_H
#define IF_SUBSPACE_H

#include "cholesky.h"
#include "gram.h"
#include "interleave.h"
#include "memory.h"
#include "products.h"

// The sums of sixteen vectors: every step adds halves and interleaves two vectors, until lane l holds the sum of r[l].
IF_INLINE void sums(v16 *r, v16 *out) {
    IF_UNROLL for (int half = 8; half > 0; half /= 2) {
        IF_UNROLL for (int i = 0; i < half; i++) {
            v16 low =
                __builtin_shufflevector(r[i], r[i + half], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
            v16 high =
                __builtin_shufflevector(r[i], r[i + half], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
            r[i] = low + high;
        }
    }
    *out = r[0];
}

// scores += y'x over `width` coordinates from `first` of `count` entries, at most sixteen.
IF_INLINE void add_scores(const if_row *row, ptrdiff_t entry, ptrdiff_t count, ptrdiff_t rank, ptrdiff_t first,
                          ptrdiff_t width, const float *x, float *scores) {
    const float *y[16];
    IF_UNROLL for (int t = 0; t < 16; t++) {
        const int32_t column = row->columns[entry + (t < count ? t : 0)];
        if (__builtin_expect((uint64_t)column >= (uint64_t)row->factor_count, 0)) __builtin_trap();
        y[t] = row->factors + (ptrdiff_t)column * rank + first;
    }
    v16 r[16], total;
    IF_UNROLL for (int t = 0; t < 16; t += 4) {
        v16 s[4];
        IF_UNROLL for (int q = 0; q < 4; q++) s[q] = (v16){0};
        for (ptrdiff_t p = 0; p < width; p += 16) {
            v16 part = *(const v16 *)(x + p);
            IF_UNROLL for (int q = 0; q < 4; q++) s[q] += part * *(const v16 *)(y[t + q] + p);
        }
        IF_UNROLL for (int q = 0; q < 4; q++) r[t + q] = s[q];
    }
    sums(r, &total);
    *(v16 *)scores += total;
}

// The last step of a row, which is not yet in its scores: that of the block before, at first the whole vector.
typedef struct {
    ptrdiff_t first, width;
    const float *step;
} if_step;

// The entries of a chunk: scores brought up to date, vectors' part of the block gathered, plain and weighted, and
// b += sum (t - w score) y.
IF_INLINE void pack_residual(const if_row *row, ptrdiff_t entry, ptrdiff_t count, ptrdiff_t rank, ptrdiff_t first,
                             ptrdiff_t width, const if_step *last, float *scores, float *plain, float *weighted,
                             float *b) {
    for (ptrdiff_t begin = 0; begin < count; begin += 16) {
        const ptrdiff_t some = count - begin < 16 ? count - begin : 16;
        const int32_t *columns = row->columns + entry + begin;
        add_scores(row, entry + begin, some, rank, last->first, last->width, last->step, scores + begin);
        v16 value, weight, target;
        load_values(row->values + entry + begin, some, &value);
        entry_terms(row, &value, &weight, &target);
        float weights[16], rests[16];
        *(v16 *)weights = weight;
        *(v16 *)rests = target - weight * *(const v16 *)(scores + begin);
        gather_some(row, columns, some, rank, first, width, weights, rests, begin, plain, weighted, b);
    }
}

// The matrix of a row's block without its ridge, and its right-hand side without what all rows share.
IF_INLINE void block_system(const if_row *row, const float *base, ptrdiff_t rank, ptrdiff_t first, ptrdiff_t width,
                            const if_step *last, float *scores, const if_subspace_memory *m, float *a, float *b) {
    if_products c = {base + first * rank + first, rank, a, m->plain, m->weighted, 0, width};
    for (ptrdiff_t p = 0; p < width; p++) b[p] = 0;
    // The coordinates that the next chunk reads: the block before and this one, at first all.
    const ptrdiff_t begin = last->first;
    const ptrdiff_t end = first + width > last->first + last->width ? first + width : last->first + last->width;
    ptrdiff_t entry = 0;
    do {
        c.count = row->count - entry < CHUNK ? row->count - entry : CHUNK;
        pack_residual(row, entry, c.count, rank, first, width, last, scores + entry, m->plain, m->weighted, b);
        entry += c.count;
        if_upcoming next = {row->factors, row->columns + entry, row->count - entry, rank, begin, end - begin};
        if (next.count == 0) next.columns = row->next, next.count = row->next_count;
        if (next.count > CHUNK) next.count = CHUNK;
        lower_products(&c, &next);
        c.from = a, c.from_rank = width;
    } while (entry < row->count);
}

// sum of base[first + i][j] x[j] over j in [begin, end), for `width` rows, to out[i].
IF_INLINE void shared_products(const float *base, ptrdiff_t rank, ptrdiff_t first, ptrdiff_t width, ptrdiff_t begin,
                               ptrdiff_t end, const float *x, float *out) {
    for (ptrdiff_t i = 0; i < width; i += 8) {
        v16 s[8];
        IF_UNROLL for (int r = 0; r < 8; r++) s[r] = (v16){0};
        for (ptrdiff_t j = begin; j < end; j++) {
            v16 y = *at_const(x, j);
            IF_UNROLL for (int r = 0; r < 8; r++) s[r] += base[(first + i + r) * rank + j] * y;
        }
        IF_UNROLL for (int r = 0; r < 8; r++) *at(out, i + r) = s[r];
    }
}

// b, the gradient in lanes, becomes the step of a block; x moves by it. Adds to `shared` what the block adds to x'base x.
IF_INLINE void solve_block(const if_subspace *job, const if_subspace_memory *m, ptrdiff_t first, ptrdiff_t width,
                           const v16 *ridges, d16 *shared, v16i *failed) {
    const ptrdiff_t leading = leading_of(width), rank = job->rank;
    float *x = m->x_lanes + first * IF_LANES, *step = m->step_lanes;
    interleave(m->a, m->lanes, width, 0);
    to_lanes(m->b, step, width);
    shared_products(job->base, rank, first, width, 0, first, m->x_lanes, m->before);
    shared_products(job->base, rank, first, width, first, rank, m->x_lanes, m->a);
    for (ptrdiff_t i = 0; i < width; i++) {
        *at(m->lanes, i * leading + i) += *ridges;
        *at(step, i) -= *at(m->before, i) + *at(m->a, i) + *ridges * *at(x, i);
    }
    v16i unsolved = {0};
    cholesky(m->lanes, width, 1e-6f, &unsolved);
    cholesky_solve(m->lanes, step, width);
    for (ptrdiff_t i = 0; i < width; i++) {
        *(v16i *)at(step, i) &= ~unsolved;
        *at(x, i) += *at(step, i);
    }
    *failed |= unsolved;
    from_lanes(step, m->step, width);
    if (!job->explained) return;
    shared_products(job->base, rank, first, width, first, first + width, m->x_lanes, m->a);
    for (ptrdiff_t i = 0; i < width; i++) {
        d16 here = __builtin_convertvector(*at(x, i), d16);
        d16 before = __builtin_convertvector(*at(m->before, i), d16);
        *shared += here * (before + before + __builtin_convertvector(*at(m->a, i), d16));
    }
}

// sum 2 t s - w s^2 over a row's entries.
IF_INLINE double explained_by_entries(const if_row *row, const float *scores) {
    d16 sum = {0};
    for (ptrdiff_t entry = 0; entry < row->count; entry += 16) {
        const ptrdiff_t some = row->count - entry < 16 ? row->count - entry : 16;
        float present[16] = {0};
        v16 value, weight, target;
        load_values(row->values + entry, some, &value);
        for (ptrdiff_t t = 0; t < some; t++) present[t] = scores[entry + t];
        entry_terms(row, &value, &weight, &target);
        d16 s = __builtin_convertvector(*(const v16 *)present, d16);
        d16 t = __builtin_convertvector(target, d16), w = __builtin_convertvector(weight, d16);
        sum += s * (t + t - w * s);
    }
    double total = 0;
    IF_UNROLL for (int i = 0; i < 16; i++) total += sum[i];
    return total;
}

IF_KERNEL static uint32_t IF_NAME(descend)(const if_subspace *job) {
    const ptrdiff_t rank = job->rank;
    if_subspace_memory m;
    if_subspace_layout(job->scratch, rank, job->size, &m);
    v16 ridges;
    ptrdiff_t begins[IF_LANES], end = 0;
    for (int l = 0; l < IF_LANES; l++) ridges[l] = 1;
    for (ptrdiff_t l = 0; l < job->count; l++) {
        const if_row *row = job->rows + l;
        float *scores = job->scores + end;
        ridges[l] = row->ridge;
        begins[l] = end;
        end += (row->count + 15) / 16 * 16;
        for (ptrdiff_t entry = 0; entry < row->count; entry += 16) *(v16 *)(scores + entry) = (v16){0};
    }
    to_lanes(job->x, m.x_lanes, rank);
    v16i failed = {0};
    d16 shared = {0};
    if_step last = {0, rank, 0};
    for (ptrdiff_t first = 0; first < rank; first += job->size) {
        const ptrdiff_t width = rank - first < job->size ? rank - first : job->size;
        for (ptrdiff_t l = 0; l < job->count; l++) {
            last.step = (first > 0 ? m.step : job->x) + l * last.width;
            block_system(job->rows + l, job->base, rank, first, width, &last, job->scores + begins[l], &m,
                         m.a + l * width * width, m.b + l * width);
        }
        solve_block(job, &m, first, width, &ridges, &shared, &failed);
        last = (if_step){first, width, 0};
    }
    from_lanes(m.x_lanes, job->x, rank);
    for (ptrdiff_t l = 0; l < job->count; l++) {
        const if_row *row = job->rows + l;
        job->squares[l] = 0;
        for (ptrdiff_t p = 0; p < rank; p++) job->squares[l] += (double)job->x[l * rank + p] * job->x[l * rank + p];
        if (!job->explained) continue;
        float *scores = job->scores + begins[l];
        for (ptrdiff_t entry = 0; entry < row->count; entry += 16) {
            const ptrdiff_t some = row->count - entry < 16 ? row->count - entry : 16;
            add_scores(row, entry, some, rank, last.first, last.width, m.step + l * last.width, scores + entry);
        }
        job->explained[l] = explained_by_entries(row, scores) - shared[l] - (double)row->ridge * job->squares[l];
    }
    return bits(&failed) & ((1u << job->count) - 1);
}

#endif
