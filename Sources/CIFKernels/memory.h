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

// Lays out memory from `from`; returns how many numbers it takes.
ptrdiff_t if_dual_layout(float *from, ptrdiff_t rank, ptrdiff_t order, if_dual_memory *m);

#endif
