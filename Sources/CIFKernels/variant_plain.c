// The kernels for the baseline of the architecture.
#define IF_KERNEL
#define IF_NAME(kernel) if_plain_##kernel
#include "variant.h"
