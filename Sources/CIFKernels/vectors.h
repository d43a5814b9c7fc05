// What the kernels share: the vector type and the choice of instruction sets.
#ifndef IF_VECTORS_H
#define IF_VECTORS_H

#include "CIFKernels.h"

// Sixteen numbers; the compiler splits them on machines with narrower registers. Memory need not be aligned.
typedef float v16 __attribute__((vector_size(64), aligned(4)));
typedef int32_t v16i __attribute__((vector_size(64), aligned(4)));

#if defined(__x86_64__) && defined(__linux__)
#define IF_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define IF_CLONES
#endif

// Helpers must be inlined to be compiled for the caller's instruction set. They pass vectors by address: by
// value the calling convention would depend on that set.
#define IF_INLINE static inline __attribute__((always_inline))
#define IF_UNROLL _Pragma("clang loop unroll(full)")

IF_INLINE v16 *at(float *base, ptrdiff_t index) { return (v16 *)(base + index * IF_LANES); }
IF_INLINE const v16 *at_const(const float *base, ptrdiff_t index) { return (const v16 *)(base + index * IF_LANES); }

#endif
