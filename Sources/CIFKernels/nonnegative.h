// Nonnegative least squares for sixteen systems side by side, by block principal pivoting.
//
// J. Kim, H. Park, "Fast nonnegative matrix factorization: an active-set-like method and comparisons",
// SIAM J. Sci. Comput. 33 (2011), doi:10.1137/110821172, algorithm 1 with the backup rule that makes it finite.
#ifndef IF_NONNEGATIVE_H
#define IF_NONNEGATIVE_H

#include "cholesky.h"

// The passive rows and columns of `a`; the identity elsewhere. The right-hand side likewise.
IF_INLINE void mask_system(const float *a, const float *b, const v16i *passive, ptrdiff_t rank, float *factor,
                           float *x) {
    const ptrdiff_t leading = leading_of(rank);
    for (ptrdiff_t i = 0; i < rank; i++) {
        v16i row = passive[i];
        for (ptrdiff_t j = 0; j < i; j++) {
            v16i entry = *(const v16i *)at_const(a, i * leading + j);
            *(v16i *)at(factor, i * leading + j) = entry & row & passive[j];
        }
        v16 diagonal = *at_const(a, i * leading + i);
        const v16 one = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
        *(v16i *)at(factor, i * leading + i) = ((v16i)diagonal & row) | ((v16i)one & ~row);
        *(v16i *)at(x, i) = *(const v16i *)at_const(b, i) & row;
    }
}

// g := a x - b.
IF_INLINE void gradient(const float *a, const float *b, const float *x, ptrdiff_t rank, float *g) {
    const ptrdiff_t leading = leading_of(rank);
    for (ptrdiff_t i = 0; i < rank; i += 4) {
        v16 s[4];
        IF_UNROLL for (int q = 0; q < 4; q++) s[q] = -*at_const(b, i + q);
        for (ptrdiff_t p = 0; p < rank; p++) {
            v16 y = *at_const(x, p);
            IF_UNROLL for (int q = 0; q < 4; q++) s[q] += *at_const(a, (i + q) * leading + p) * y;
        }
        IF_UNROLL for (int q = 0; q < 4; q++) *at(g, i + q) = s[q];
    }
}

// Where variable i breaks the optimality conditions: a passive value below 0, or a negative gradient at 0.
IF_INLINE void infeasible(const v16i *passive, const float *z, const float *g, const float *b, float tolerance,
                          ptrdiff_t i, v16i *bad) {
    v16 right = *at_const(b, i);
    v16 size = (v16)((v16i)right & 0x7fffffff);
    *bad = (passive[i] & (*at_const(z, i) < 0.0f)) | (~passive[i] & (*at_const(g, i) < -tolerance * size));
}

// Fewest infeasible variables so far, and full exchanges left that need not improve on it.
typedef struct {
    v16i best, backup;
} pivot_state;

// Chooses what each unfinished system exchanges; `done` are the systems that have nothing to exchange.
IF_INLINE void exchange(v16i *passive, const float *z, const float *g, const float *b, float tolerance,
                        ptrdiff_t rank, const v16i *active, pivot_state *state, v16i *done) {
    v16i count = {0}, last = {0};
    last -= 1;
    for (ptrdiff_t i = 0; i < rank; i++) {
        v16i bad;
        infeasible(passive, z, g, b, tolerance, i, &bad);
        count -= bad;
        last = (bad & (int32_t)i) | (~bad & last);
    }
    v16i fewer = count < state->best;
    v16i spare = ~fewer & (state->backup > 0);
    state->best = (fewer & count) | (~fewer & state->best);
    state->backup = (fewer & 3) | (~fewer & (state->backup + spare));
    v16i all = (fewer | spare) & *active;
    v16i single = ~(fewer | spare) & *active;
    for (ptrdiff_t i = 0; i < rank; i++) {
        v16i bad;
        infeasible(passive, z, g, b, tolerance, i, &bad);
        passive[i] ^= (bad & all) | (single & (last == (int32_t)i));
    }
    *done = (count == 0) & *active;
}

IF_KERNEL static uint32_t IF_NAME(nonnegative)(const float *a, const float *b, float *x, ptrdiff_t rank,
                                               float tolerance, int limit, float *factor, float *work,
                                               int *exchanges) {
    float *z = work, *g = work + rank * IF_LANES;
    v16i *passive = (v16i *)(work + 2 * rank * IF_LANES);
    v16i active = {0}, failed = {0};
    active -= 1;
    for (ptrdiff_t i = 0; i < rank; i++) passive[i] = *at(x, i) > 0.0f;
    pivot_state state = {{0}, {0}};
    state.best += (int32_t)rank + 1;
    state.backup += 3;
    int round = 0;
    for (; round < limit && bits(&active) != 0; round++) {
        mask_system(a, b, passive, rank, factor, z);
        v16i singular = {0};
        cholesky(factor, rank, 1e-6f, &singular);
        singular &= active;
        failed |= singular;
        active &= ~singular;
        cholesky_solve(factor, z, rank);
        gradient(a, b, z, rank, g);
        v16i done;
        exchange(passive, z, g, b, tolerance, rank, &active, &state, &done);
        active &= ~done;
        // A passive value is at least 0 when a system is done; the others are exactly 0.
        for (ptrdiff_t i = 0; i < rank; i++) {
            *(v16i *)at(x, i) = (*(v16i *)at(z, i) & passive[i] & done) | (*(v16i *)at(x, i) & ~done);
        }
    }
    *exchanges = round;
    failed |= active;
    return bits(&failed);
}

#endif
