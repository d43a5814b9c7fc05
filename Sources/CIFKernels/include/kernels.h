#ifndef CIFKERNELS_H
#define CIFKERNELS_H
#endif
