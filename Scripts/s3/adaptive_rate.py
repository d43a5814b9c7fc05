#!/usr/bin/env python3
"""The rates that botocore's retry mode "adaptive" comes to for seeded series of answers, as JSON, for the tests.

For each event: when the request was ready, how long it had to wait, when its answer came, whether that was a plea for
patience, and the rate afterwards. Numbers are botocore's own (printed with its version), with its clock replaced.
"""
import json
import random

import botocore
from botocore.retries import adaptive, bucket, throttling


class Clock:
    time = 0.0

    def current_time(self):
        return self.time


class Detector:
    def is_throttling_error(self, throttled):
        return throttled


def series(seed):
    draw = random.Random(seed)
    clock = Clock()
    tokens = bucket.TokenBucket(max_rate=1, clock=clock)
    limiter = adaptive.ClientRateLimiter(
        throttling.CubicCalculator(starting_max_rate=0, start_time=0.0), adaptive.RateClocker(clock), tokens, Detector(), clock
    )
    pace = 10 ** draw.uniform(-3, 0)  # mean seconds between requests
    share = draw.choice([0, 0.01, 0.1, 0.5])  # of answers that are pleas
    events = []
    for _ in range(draw.choice([5, 50, 400])):
        clock.time += draw.expovariate(1 / pace)
        ready = clock.time
        wait = 0.0
        if limiter._enabled:
            try:
                tokens.acquire(block=False)
            except bucket.CapacityNotAvailableError:
                wait = tokens._sleep_amount(1)
                clock.time += wait * (1 + 1e-9)  # past the moment, so that rounding does not decide
                tokens.acquire(block=False)
        clock.time += draw.expovariate(1 / pace)
        throttled = draw.random() < share
        limiter.on_receiving_response(throttled=throttled)
        events.append({"ready": ready, "wait": wait, "answered": clock.time, "throttled": throttled, "rate": tokens.max_rate})
    return events


print(json.dumps({"botocore": botocore.__version__, "series": [series(seed) for seed in range(60)]}))
