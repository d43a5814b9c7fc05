// What the kernels share: the vector type and the choice of instruction sets.
#ifndef IF_VECTORS_H
#define IF_VECTORS_H

#include "CIFKernels.h"

// Sixteen numbers; the compiler splits them on machines with narrower registers. Memory need not be aligned.
typedef float v16 __attribute__((vector_size(64), aligned(4)));
typedef float v8 __attribute__((vector_size(32), aligned(4)));
typedef float v4 __attribute__((vector_size(16), aligned(4)));
typedef int32_t v16i __attribute__((vector_size(64), aligned(4)));

typedef double d16 __attribute__((vector_size(128), aligned(8)));

// IF_KERNEL and IF_NAME come from the file of the instruction set (variant_*.c). Helpers must be inlined to be compiled
// for the caller's instruction set. They pass vectors by address: by value the calling convention would depend on that
// set.
#define IF_INLINE static inline __attribute__((always_inline))
#define IF_UNROLL _Pragma("clang loop unroll(full)")

// Numbers a row of an interleaved matrix spans, in units of 16. One more than the rank: rows a multiple of 4096 bytes
// apart would all fall into one cache set.
IF_INLINE ptrdiff_t leading_of(ptrdiff_t rank) { return rank + 1; }

// What sixteen entries weigh and pull to; see if_row.
IF_INLINE void entry_terms(const if_row *row, const v16 *value, v16 *weight, v16 *target) {
    v16 confidence = row->scale * (v16)((v16i)*value & 0x7fffffff) + row->offset;
    *weight = confidence - row->unobserved;
    v16i kept = *value > 0.0f;
    *target = row->explicit_values ? *value : (v16)((v16i)confidence & kept);
}

// `count` numbers, at most sixteen, then zeros.
IF_INLINE void load_values(const float *from, ptrdiff_t count, v16 *values) {
    if (count == 16) {
        *values = *(const v16 *)from;
        return;
    }
    *values = (v16){0};
    __builtin_memcpy(values, from, (size_t)count * sizeof(float));
}

IF_INLINE v16 *at(float *base, ptrdiff_t index) { return (v16 *)(base + index * IF_LANES); }
IF_INLINE const v16 *at_const(const float *base, ptrdiff_t index) { return (const v16 *)(base + index * IF_LANES); }

#endif
