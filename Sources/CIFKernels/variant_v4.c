// The kernels for AVX-512.
#if defined(__x86_64__)
#define IF_KERNEL __attribute__((target("arch=x86-64-v4")))
#define IF_NAME(kernel) if_v4_##kernel
#include "variant.h"
#endif
