// Rows of few entries: as many equations as entries, instead of as many as factors.
//
// With D = diag(gram + ridge) in the basis of the Gram matrix's eigenvectors, S = diag(sqrt(c - unobserved)) and
// P = S Y D^(-1/2), the solution of (D + Y^T S^2 Y) x = Y^T r is D^(-1/2) P^T t with (I + P P^T) t = S^(-1) r
// (the identity of M. A. Woodbury, "Inverting modified matrices", 1950). I + P P^T has no eigenvalue below 1.
#ifndef IF_DUAL_H
#define IF_DUAL_H

#include "cholesky.h"
#include "interleave.h"
#include "memory.h"
#include "products.h"

// s := sqrt(c - unobserved), r := t / s, targets := t; 0 beyond the row's entries.
IF_INLINE void weigh(const if_row *row, ptrdiff_t order, float *s, float *r, float *targets) {
    for (ptrdiff_t e = 0; e < order; e += 16) {
        float some[16] = {0}, mask[16] = {0};
        for (ptrdiff_t l = 0; l < 16 && e + l < row->count; l++) {
            if ((uint64_t)row->columns[e + l] >= (uint64_t)row->factor_count) __builtin_trap();
            some[l] = row->values[e + l];
            mask[l] = 1;
        }
        v16 value = *(const v16 *)some, weight, target;
        v16i present = *(const v16 *)mask > 0.0f;
        entry_terms(row, &value, &weight, &target);
        v16 root = __builtin_elementwise_sqrt(weight);
        v16 ratio = target / root;
        *(v16i *)(s + e) = (v16i)root & present;
        *(v16i *)(r + e) = (v16i)ratio & present;
        *(v16i *)(targets + e) = (v16i)target & present;
    }
}

// Dimensions first..first+15 of all entries, scaled and with rows and columns exchanged, to the strips of P^T.
IF_INLINE void pack_transposed(const if_row *row, ptrdiff_t order, ptrdiff_t rank, ptrdiff_t first, const float *s,
                               const float *d, float *to) {
    for (ptrdiff_t e = 0; e < order; e += 16, to += STRIP) {
        v16 r[16];
        for (ptrdiff_t l = 0; l < 16; l++) {
            const int present = e + l < row->count;
            r[l] = present ? *(const v16 *)(row->factors + row->columns[e + l] * rank + first) : (v16){0};
        }
        transpose(r);
        v16 scale = *(const v16 *)(s + e);
        for (int p = 0; p < 16; p++) *(v16 *)(to + p * 16) = r[p] * (scale * d[first + p]);
    }
}

// I + P P^T of a row, and its right-hand side.
IF_INLINE void build(const if_row *row, const float *eigenvalues, ptrdiff_t rank, ptrdiff_t order, if_dual_memory *m,
                     int l) {
    float *a = m->a + l * order * order, *s = m->s + l * order;
    for (ptrdiff_t p = 0; p < rank && !(l > 0 && row->ridge == row[-1].ridge); p += 16) {
        *(v16 *)(m->d + p) = 1.0f / __builtin_elementwise_sqrt(*(const v16 *)(eigenvalues + p) + row->ridge);
    }
    weigh(row, order, s, m->t + l * order, m->targets + l * order);
    if_products c = {0, order, a, m->packed, m->packed, 0, order};
    for (ptrdiff_t first = 0; first < rank; first += CHUNK) {
        c.count = rank - first < CHUNK ? rank - first : CHUNK;
        for (ptrdiff_t p = 0; p < c.count; p += 16) {
            pack_transposed(row, order, rank, first + p, s, m->d, m->packed + p * 16);
        }
        const if_upcoming next = {row->factors, row->next, row->next_count, rank, first, c.count};
        lower_products(&c, &next);
        c.from = a;
    }
    for (ptrdiff_t i = 0; i < order; i++) a[i * order + i] += 1;
}

// z := D^(-1) Y^T weights and b := Y^T targets, `width` times sixteen numbers from `first`.
IF_INLINE void combine(const if_row *row, const float *eigenvalues, ptrdiff_t rank, const float *weights,
                       const float *targets, ptrdiff_t first, const int width, float *z, float *b) {
    v16 sum[4], side[4];
    IF_UNROLL for (int v = 0; v < width; v++) sum[v] = side[v] = (v16){0};
    for (ptrdiff_t e = 0; e < row->count; e++) {
        const float *y = row->factors + row->columns[e] * rank + first;
        IF_UNROLL for (int v = 0; v < width; v++) {
            v16 part = *(const v16 *)(y + 16 * v);
            sum[v] += weights[e] * part;
            side[v] += targets[e] * part;
        }
    }
    IF_UNROLL for (int v = 0; v < width; v++) {
        const ptrdiff_t at = first + 16 * v;
        *(v16 *)(z + at) = sum[v] / (*(const v16 *)(eigenvalues + at) + row->ridge);
        *(v16 *)(b + at) = side[v];
    }
}

// x := q z: out of the eigenvectors' basis.
IF_INLINE void rotate(const float *q, const float *z, ptrdiff_t rank, float *x) {
    for (ptrdiff_t i = 0; i < rank; i += 8) {
        v16 s[8];
        IF_UNROLL for (int r = 0; r < 8; r++) s[r] = (v16){0};
        for (ptrdiff_t p = 0; p < rank; p++) {
            v16 y = *at_const(z, p);
            IF_UNROLL for (int r = 0; r < 8; r++) s[r] += q[(i + r) * rank + p] * y;
        }
        IF_UNROLL for (int r = 0; r < 8; r++) *at(x, i + r) = s[r];
    }
}

// x'y in double precision.
IF_INLINE double dot(const float *x, const float *y, ptrdiff_t rank) {
    d16 sum = {0};
    for (ptrdiff_t p = 0; p < rank; p += 16) {
        d16 left = __builtin_convertvector(*(const v16 *)(x + p), d16);
        sum += left * __builtin_convertvector(*(const v16 *)(y + p), d16);
    }
    double total = 0;
    IF_UNROLL for (int i = 0; i < 16; i++) total += sum[i];
    return total;
}

IF_KERNEL static uint32_t IF_NAME(dual)(const if_row *rows, const float *eigenvalues, const float *eigenvectors,
                                 ptrdiff_t rank, ptrdiff_t order, float *x, double *explained, double *squares,
                                 float *scratch) {
    if_dual_memory m;
    if_dual_layout(scratch, rank, order, &m);
    for (int l = 0; l < IF_LANES; l++) build(rows + l, eigenvalues, rank, order, &m, l);
    interleave(m.a, m.lanes, order, 0);
    to_lanes(m.t, m.t_lanes, order);
    v16i failed = {0};
    cholesky(m.lanes, order, 1e-6f, &failed);
    cholesky_solve(m.lanes, m.t_lanes, order);
    from_lanes(m.t_lanes, m.t, order);
    for (int l = 0; l < IF_LANES; l++) {
        float *t = m.t + l * order, *z = m.z + l * rank, *b = m.b + l * rank;
        const float *targets = m.targets + l * order;
        for (ptrdiff_t e = 0; e < order; e++) t[e] *= m.s[l * order + e];
        ptrdiff_t first = 0;
        for (; first + 64 <= rank; first += 64) combine(rows + l, eigenvalues, rank, t, targets, first, 4, z, b);
        for (; first < rank; first += 16) combine(rows + l, eigenvalues, rank, t, targets, first, 1, z, b);
        explained[l] = dot(z, b, rank);
        squares[l] = dot(z, z, rank);
    }
    to_lanes(m.z, m.z_lanes, rank);
    rotate(eigenvectors, m.z_lanes, rank, m.x_lanes);
    from_lanes(m.x_lanes, x, rank);
    return bits(&failed);
}

#endif
