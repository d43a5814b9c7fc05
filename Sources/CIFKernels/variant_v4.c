// The kernels for AVX-512. Features are named one by one: arch=x86-64-v4 would also tune for processors that slow down
// on wide registers, and use halves of them.
#if defined(__x86_64__)
#define IF_KERNEL __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx512cd,avx2,fma,f16c,bmi,bmi2,lzcnt,movbe")))
#define IF_NAME(kernel) if_v4_##kernel
#include "variant.h"
#endif
