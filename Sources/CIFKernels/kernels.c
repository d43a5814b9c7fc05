// Choice of the instruction set, and what does not depend on it.
#include "kernels.h"
#include "memory.h"
#include "products.h"

#if defined(__x86_64__)
extern const if_kernel_table if_v4_table, if_v3_table;
#endif
extern const if_kernel_table if_plain_table;

int if_variant_runs(if_variant variant) {
#if defined(__x86_64__)
    if (variant == IF_AVX512) return __builtin_cpu_supports("x86-64-v4");
    if (variant == IF_AVX2) return __builtin_cpu_supports("x86-64-v3");
#endif
    return variant == IF_PLAIN;
}

static const if_kernel_table *table(if_variant variant) {
#if defined(__x86_64__)
    if (variant == IF_AVX512) return &if_v4_table;
    if (variant == IF_AVX2) return &if_v3_table;
#endif
    return &if_plain_table;
}

void if_gram(if_variant variant, const if_row *row, const float *base, ptrdiff_t rank, float *a, float *b,
             float *packed) {
    table(variant)->gram(row, base, rank, a, b, packed);
}

void if_interleave(if_variant variant, const float *src, float *dst, ptrdiff_t rank, int full) {
    table(variant)->interleave(src, dst, rank, full);
}

void if_to_lanes(if_variant variant, const float *src, float *dst, ptrdiff_t count) {
    table(variant)->to_lanes(src, dst, count);
}

void if_from_lanes(if_variant variant, const float *src, float *dst, ptrdiff_t count) {
    table(variant)->from_lanes(src, dst, count);
}

uint32_t if_cholesky(if_variant variant, float *a, ptrdiff_t rank, float tolerance) {
    return table(variant)->cholesky(a, rank, tolerance);
}

void if_cholesky_solve(if_variant variant, const float *a, float *b, ptrdiff_t rank) {
    table(variant)->cholesky_solve(a, b, rank);
}

uint32_t if_dual(if_variant variant, const if_row *rows, const float *eigenvalues, const float *eigenvectors,
                 ptrdiff_t rank, ptrdiff_t order, float *x, double *explained, double *squares, float *scratch) {
    return table(variant)->dual(rows, eigenvalues, eigenvectors, rank, order, x, explained, squares, scratch);
}

uint32_t if_nonnegative(if_variant variant, const float *a, const float *b, float *x, ptrdiff_t rank, float tolerance,
                        int limit, float *factor, float *work, int *exchanges) {
    return table(variant)->nonnegative(a, b, x, rank, tolerance, limit, factor, work, exchanges);
}

double if_conjugate(if_variant variant, const if_row *row, const float *base, ptrdiff_t rank, int steps, float *x,
                    float *scratch) {
    return table(variant)->conjugate(row, base, rank, steps, x, scratch);
}

uint32_t if_descend(if_variant variant, const if_subspace *job) { return table(variant)->descend(job); }

void if_rank(if_variant variant, const if_ranking *job) { table(variant)->rank(job); }

void if_screen(if_variant variant, const if_screening *job) { table(variant)->screen(job); }

ptrdiff_t if_leading(ptrdiff_t rank) { return leading_of(rank); }

ptrdiff_t if_gram_scratch(ptrdiff_t rank) { return 2 * (rank / 16) * STRIP; }

typedef struct {
    float **to;
    ptrdiff_t count;
} part;

static ptrdiff_t lay_out(float *from, const part *parts, size_t count) {
    ptrdiff_t at = 0;
    for (size_t i = 0; i < count; i++) {
        if (from) *parts[i].to = from + at;
        at += (parts[i].count + 15) / 16 * 16;
    }
    return at;
}

ptrdiff_t if_dual_layout(float *from, ptrdiff_t rank, ptrdiff_t order, if_dual_memory *m) {
    const part parts[] = {
        {&m->a, 16 * order * order}, {&m->lanes, 16 * order * if_leading(order)}, {&m->packed, order / 16 * STRIP},
        {&m->s, 16 * order}, {&m->targets, 16 * order}, {&m->t, 16 * order}, {&m->t_lanes, 16 * order},
        {&m->d, rank}, {&m->z, 16 * rank}, {&m->b, 16 * rank}, {&m->z_lanes, 16 * rank}, {&m->x_lanes, 16 * rank},
    };
    return lay_out(from, parts, sizeof parts / sizeof *parts);
}

ptrdiff_t if_dual_scratch(ptrdiff_t rank, ptrdiff_t order) {
    if_dual_memory m;
    return if_dual_layout(0, rank, order, &m);
}

ptrdiff_t if_subspace_layout(float *from, ptrdiff_t rank, ptrdiff_t size, if_subspace_memory *m) {
    const part parts[] = {
        {&m->a, 16 * size * size}, {&m->lanes, 16 * size * if_leading(size)}, {&m->plain, size / 16 * STRIP},
        {&m->weighted, size / 16 * STRIP}, {&m->b, 16 * size}, {&m->step, 16 * size}, {&m->step_lanes, 16 * size},
        {&m->before, 16 * size}, {&m->x_lanes, 16 * rank},
    };
    return lay_out(from, parts, sizeof parts / sizeof *parts);
}

ptrdiff_t if_subspace_scratch(ptrdiff_t rank, ptrdiff_t size) {
    if_subspace_memory m;
    return if_subspace_layout(0, rank, size, &m);
}
