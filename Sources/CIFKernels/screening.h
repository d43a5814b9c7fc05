// Bounds of one query's scores from vectors of one byte a number: a quarter of the memory that exact scores need, and
// memory is what one query waits for.
#ifndef IF_SCREENING_H
#define IF_SCREENING_H

#include "vectors.h"

typedef int8_t v16c __attribute__((vector_size(16), aligned(1)));

IF_INLINE void store_bounds(const if_screening *job, ptrdiff_t start, const v16 *sum) {
    v16 score = *sum * *(const v16 *)(job->scales + start);
    v16 error = job->length * *(const v16 *)(job->errors + start);
    *(v16 *)(job->lower + start) = score - error;
    *(v16 *)(job->upper + start) = score + error;
}

IF_KERNEL static void IF_NAME(screen)(const if_screening *job) {
    const ptrdiff_t rank = job->rank;
    for (ptrdiff_t panel = 0; panel < job->panel_count; panel++) {
        const int8_t *items = job->panels + panel * rank * IF_PANEL;
        v16 low = {0}, high = {0};
        for (ptrdiff_t p = 0; p < rank; p++) {
            float x = job->query[p];
            low += x * __builtin_convertvector(*(const v16c *)(items + p * IF_PANEL), v16);
            high += x * __builtin_convertvector(*(const v16c *)(items + p * IF_PANEL + 16), v16);
        }
        store_bounds(job, panel * IF_PANEL, &low);
        store_bounds(job, panel * IF_PANEL + 16, &high);
    }
}

#endif
