// Where the dual form keeps what it needs.
#ifndef IF_MEMORY_H
#define IF_MEMORY_H

#include <stddef.h>

// Scratch memory of a batch.
typedef struct {
    float *a, *lanes;                      // the systems, row-major and interleaved
    float *packed;                         // strips of one row
    float *s, *targets, *t;                // [16][order]
    float *t_lanes;                        // [order][16]
    float *d;                              // [rank]
    float *z, *b;                          // [16][rank]
    float *z_lanes, *x_lanes;              // [rank][16]
} if_dual_memory;

// Scratch memory of a pass over the blocks of sixteen rows.
typedef struct {
    float *a, *lanes;         // the systems of a block, row-major and interleaved
    float *plain, *weighted;  // strips of one row
    float *b;                 // [16][size]
    float *step;              // [16][size], of the block before
    float *step_lanes;        // [size][16]
    float *before;            // [size][16]: what the coordinates before a block add to its gradient
    float *x_lanes;           // [rank][16]
} if_subspace_memory;

// Lay out memory from `from`; return how many numbers it takes.
ptrdiff_t if_dual_layout(float *from, ptrdiff_t rank, ptrdiff_t order, if_dual_memory *m);
ptrdiff_t if_subspace_layout(float *from, ptrdiff_t rank, ptrdiff_t size, if_subspace_memory *m);

#endif
