// Kernels that Swift cannot express without unsafe compiler flags: SwiftPM compiles Swift for the baseline of
// the architecture. These are compiled for several instruction sets, and every call names the one to use.
//
// Rules of all kernels: `rank` is a multiple of 16; memory is the caller's; no allocation, no globals; every
// result depends on its own inputs alone, never on what its neighbours in a batch are.
// Each kernel has a plain twin in Swift or LAPACK that the tests compare it with.
#ifndef CIFKERNELS_H
#define CIFKERNELS_H

#include <stddef.h>
#include <stdint.h>

// Instruction sets, best first.
typedef enum { IF_AVX512 = 0, IF_AVX2 = 1, IF_PLAIN = 2 } if_variant;
// Whether the processor has what a variant needs.
int if_variant_runs(if_variant variant);

// Systems solved side by side, one a SIMD lane.
#define IF_LANES 16
// Items scored side by side.
#define IF_PANEL 32

// One row's normal equations.
typedef struct {
    const float *factors;    // vectors of the other side, `rank` numbers each
    const int32_t *columns;  // the row's entries
    const float *values;
    ptrdiff_t count;
    float scale, offset;  // confidence c = scale * |value| + offset
    float unobserved;     // confidence of pairs that were not observed
    float ridge;          // added to the diagonal
    int explicit_values;  // the target t of an entry: its value, or (0) c where the value is above 0, else 0
    ptrdiff_t factor_count;  // vectors in `factors`; a column beyond them ends the program
    const int32_t *next;     // entries of the row that comes next: their vectors are fetched ahead (a hint)
    ptrdiff_t next_count;
} if_row;

// a := base + ridge + sum (c - unobserved) y y^T (lower triangle in 16-wide blocks), b := sum t y.
// `base` and `a` are rank x rank, row-major; `packed` holds if_gram_scratch(rank) numbers.
void if_gram(if_variant variant, const if_row *row, const float *base, ptrdiff_t rank, float *a, float *b,
             float *packed);
ptrdiff_t if_gram_scratch(ptrdiff_t rank);

// Sixteen row-major lower triangles (rank * rank numbers each, one after the other) to interleaved form:
// entry (i, j) of system l at dst[(i * if_leading(rank) + j) * 16 + l]. With `full`, the upper triangle too.
void if_interleave(if_variant variant, const float *src, float *dst, ptrdiff_t rank, int full);
// Sixteen vectors of `count` numbers (a multiple of 16), one after the other, to [count][16] and back.
void if_to_lanes(if_variant variant, const float *src, float *dst, ptrdiff_t count);
void if_from_lanes(if_variant variant, const float *src, float *dst, ptrdiff_t count);
// Numbers a row of an interleaved matrix spans, in units of 16.
ptrdiff_t if_leading(ptrdiff_t rank);

// Cholesky factors in place; the diagonal then holds reciprocals. Bit l of the result is set where system l met
// a pivot below `tolerance` times the diagonal entry it came from (or NaN); its factor is then meaningless.
uint32_t if_cholesky(if_variant variant, float *a, ptrdiff_t rank, float tolerance);
// Solves with factors of if_cholesky; b is [rank][16], in place.
void if_cholesky_solve(if_variant variant, const float *a, float *b, ptrdiff_t rank);

// Sixteen rows in the dual form, for rows of fewer entries than factors. Their `factors` are in the basis of the
// eigenvectors of the Gram matrix: y = eigenvectors * (y in that basis). eigenvalues + ridge and all c - unobserved
// are above 0; no row has more than `order` entries, a multiple of 16. x is [16][rank]; `explained` and `squares`
// receive b'x and x'x. Returns the systems that failed, as if_cholesky does. Scratch: if_dual_scratch(rank, order).
uint32_t if_dual(if_variant variant, const if_row *rows, const float *eigenvalues, const float *eigenvectors,
                 ptrdiff_t rank, ptrdiff_t order, float *x, double *explained, double *squares, float *scratch);
ptrdiff_t if_dual_scratch(ptrdiff_t rank, ptrdiff_t order);

// Steps of conjugate gradients on one row's system, from x. `base` is symmetric; scratch is 4 * rank numbers.
// Returns 2b'x - x'Ax.
double if_conjugate(if_variant variant, const if_row *row, const float *base, ptrdiff_t rank, int steps, float *x,
                    float *scratch);

// A pass of block-coordinate descent over up to sixteen rows: block after block of `size` coordinates is solved for, the
// others kept. What a row's system is stands at if_gram.
typedef struct {
    const if_row *rows;
    ptrdiff_t count;     // rows, 1...16; what stands in the other lanes does not matter
    const float *base;   // rank x rank, symmetric
    ptrdiff_t rank;
    ptrdiff_t size;       // a multiple of 16, at most `rank`; the last block may be smaller
    float *x;             // [16][rank]: where rows start, then where they are
    double *explained;    // [16]: 2b'x - x'Ax of the result; NULL where it is not wanted
    double *squares;      // [16]: x'x of the result
    float *scores;        // room for the entries of all rows, each row's rounded up to 16
    float *scratch;       // if_subspace_scratch(rank, size) numbers
} if_subspace;

// Returns the systems that met a block that is not positive definite, as if_cholesky does; the coordinates of such a
// block stay what they were.
uint32_t if_descend(if_variant variant, const if_subspace *job);
ptrdiff_t if_subspace_scratch(ptrdiff_t rank, ptrdiff_t size);

// Sixteen problems min x'Ax/2 - b'x, x >= 0, by block principal pivoting. `a` is full interleaved and kept,
// x is [rank][16] and starts the passive set. Scratch: `factor` as large as `a`, `work` 3 * rank * 16 numbers.
// Returns the systems that did not finish within `limit` exchanges or whose passive block was singular.
uint32_t if_nonnegative(if_variant variant, const float *a, const float *b, float *x, ptrdiff_t rank, float tolerance,
                        int limit, float *factor, float *work, int *exchanges);

// One candidate kept for a user.
typedef struct {
    float score;
    int32_t item;
} if_candidate;

// A block of users ranked over a block of item panels.
typedef struct {
    const float *panels;  // [panels][rank][32]: vectors of 32 items, interleaved
    ptrdiff_t panel_count;
    ptrdiff_t item_count;     // items in all panels; the last panel is filled up with zeros
    const int32_t *item_ids;  // ids of the items, ascending; NULL where an item's id is its position
    const uint8_t *blocked;   // nonzero for ids that may not be ranked; NULL where all may
    ptrdiff_t rank;
    const float *users;  // vectors, `rank` numbers each
    ptrdiff_t user_count;
    const int32_t *seen;  // ids, ascending within a user; [seen_begin[u], seen_end[u]) of user u
    const int64_t *seen_begin, *seen_end;
    ptrdiff_t capacity;    // candidates kept a user, at least 1
    if_candidate *heaps;   // [user_count][capacity]
    int64_t *heap_counts;  // [user_count], zero at first
} if_ranking;

// Keeps the best `capacity` items of every user, best first in `heaps`; equal scores in ascending id.
void if_rank(if_variant variant, const if_ranking *job);

// One query against quantized vectors: bounds of every item's score.
typedef struct {
    const int8_t *panels;  // [panels][rank][32]: item i's vector is about scales[i] times these
    ptrdiff_t panel_count, rank;
    const float *query;   // rank numbers
    const float *scales;  // [panels * 32]
    const float *errors;  // [panels * 32]: |exact - approximate score| is at most this times `length`
    float length;         // length of the query
    float *lower, *upper;  // [panels * 32]: the exact score lies between
} if_screening;

void if_screen(if_variant variant, const if_screening *job);

#endif
