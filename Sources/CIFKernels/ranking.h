// Scores and selects in one pass: a tile of users times a panel of items stays in registers and only scores
// above a user's threshold ever reach memory. Scores add up in the order of the rank, whatever the tile.
#ifndef IF_RANKING_H
#define IF_RANKING_H

#include "vectors.h"

// Items scored before the next tile of users: their vectors stay in the second-level cache.
#define BLOCK_NUMBERS 65536

// Whether a goes below b: lower score, or the same score and a higher id.
IF_INLINE int worse(if_candidate a, if_candidate b) {
    return a.score < b.score || (a.score == b.score && a.item > b.item);
}

static void sift_down(if_candidate *heap, ptrdiff_t count, ptrdiff_t at) {
    if_candidate moved = heap[at];
    for (;;) {
        ptrdiff_t child = 2 * at + 1;
        if (child >= count) break;
        if (child + 1 < count && worse(heap[child + 1], heap[child])) child++;
        if (!worse(heap[child], moved)) break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = moved;
}

static void sift_up(if_candidate *heap, ptrdiff_t at) {
    if_candidate moved = heap[at];
    while (at > 0) {
        ptrdiff_t parent = (at - 1) / 2;
        if (!worse(moved, heap[parent])) break;
        heap[at] = heap[parent];
        at = parent;
    }
    heap[at] = moved;
}

static int contains(const int32_t *ids, int64_t begin, int64_t end, int32_t id) {
    while (begin < end) {
        int64_t middle = begin + (end - begin) / 2;
        if (ids[middle] < id) {
            begin = middle + 1;
        } else if (ids[middle] > id) {
            end = middle;
        } else {
            return 1;
        }
    }
    return 0;
}

static float threshold_of(const if_ranking *job, ptrdiff_t user) {
    return job->heap_counts[user] < job->capacity ? -__builtin_inff() : job->heaps[user * job->capacity].score;
}

// Offers the scores of one panel, in ascending id, so that an equal score never displaces an earlier one.
static __attribute__((noinline)) void offer(const if_ranking *job, ptrdiff_t user, ptrdiff_t panel,
                                            const float *scores, float threshold) {
    if_candidate *heap = job->heaps + user * job->capacity;
    for (ptrdiff_t lane = 0; lane < IF_PANEL; lane++) {
        ptrdiff_t position = panel * IF_PANEL + lane;
        if (position >= job->item_count) return;
        if (!(scores[lane] > threshold)) continue;
        int32_t id = job->item_ids ? job->item_ids[position] : (int32_t)position;
        if (job->blocked && job->blocked[id]) continue;
        if (contains(job->seen, job->seen_begin[user], job->seen_end[user], id)) continue;
        if_candidate candidate = {scores[lane], id};
        int64_t count = job->heap_counts[user];
        if (count < job->capacity) {
            heap[count] = candidate;
            sift_up(heap, count);
            job->heap_counts[user] = count + 1;
        } else {
            heap[0] = candidate;
            sift_down(heap, count, 0);
        }
        threshold = threshold_of(job, user);
    }
}

// Scores users first..first+rows-1 against panels [begin, end).
IF_INLINE void score_tile(const if_ranking *job, ptrdiff_t first, const int rows, ptrdiff_t begin, ptrdiff_t end) {
    const ptrdiff_t rank = job->rank;
    const float *users = job->users + first * rank;
    for (ptrdiff_t panel = begin; panel < end; panel++) {
        const float *items = job->panels + panel * rank * IF_PANEL;
        v16 s[12][2];
        IF_UNROLL for (int u = 0; u < rows; u++) s[u][0] = s[u][1] = (v16){0};
        for (ptrdiff_t p = 0; p < rank; p++) {
            v16 low = *(const v16 *)(items + p * IF_PANEL);
            v16 high = *(const v16 *)(items + p * IF_PANEL + 16);
            IF_UNROLL for (int u = 0; u < rows; u++) {
                float x = users[u * rank + p];
                s[u][0] += x * low;
                s[u][1] += x * high;
            }
        }
        IF_UNROLL for (int u = 0; u < rows; u++) {
            float threshold = threshold_of(job, first + u);
            v16i above = (s[u][0] > threshold) | (s[u][1] > threshold);
            if (__builtin_expect(__builtin_reduce_or(above) != 0, 0)) {
                float scores[IF_PANEL];
                *(v16 *)scores = s[u][0];
                *(v16 *)(scores + 16) = s[u][1];
                offer(job, first + u, panel, scores, threshold);
            }
        }
    }
}

// Turns a heap with the worst at its root into a list with the best first.
static void order(if_candidate *heap, ptrdiff_t count) {
    for (ptrdiff_t end = count - 1; end > 0; end--) {
        if_candidate root = heap[0];
        heap[0] = heap[end];
        heap[end] = root;
        sift_down(heap, end, 0);
    }
}

IF_KERNEL static void IF_NAME(rank)(const if_ranking *job) {
    ptrdiff_t block = BLOCK_NUMBERS / (job->rank * IF_PANEL);
    if (block < 1) block = 1;
    for (ptrdiff_t begin = 0; begin < job->panel_count; begin += block) {
        ptrdiff_t end = begin + block < job->panel_count ? begin + block : job->panel_count;
        ptrdiff_t user = 0;
        for (; user + 12 <= job->user_count; user += 12) score_tile(job, user, 12, begin, end);
        for (; user + 4 <= job->user_count; user += 4) score_tile(job, user, 4, begin, end);
        for (; user < job->user_count; user++) score_tile(job, user, 1, begin, end);
    }
    for (ptrdiff_t user = 0; user < job->user_count; user++) {
        order(job->heaps + user * job->capacity, job->heap_counts[user]);
    }
}

#endif
