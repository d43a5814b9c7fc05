// The kernels for AVX2 and FMA.
#if defined(__x86_64__)
#define IF_KERNEL __attribute__((target("arch=x86-64-v3")))
#define IF_NAME(kernel) if_v3_##kernel
#include "variant.h"
#endif
