"""What S3Benchmark does, by boto3 and its transfer manager with their defaults (ten threads, parts of 8 MiB).

    python Benchmarks/Peers/s3_transfer.py BUCKET PREFIX FOLDER small|large [MIB]

The server, keys and region come from the environment. Prints a JSON line a task: seconds of wall clock, seconds of CPU, peak
resident memory of the process so far.
"""
import json
import resource
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import boto3
import botocore.config


def measure(what, body):
    processor, start = time.process_time(), time.perf_counter()
    body()
    wall = time.perf_counter() - start
    print(json.dumps({
        "what": what, "side": f"boto3 {boto3.__version__}", "wall_s": round(wall, 3),
        "cpu_s": round(time.process_time() - processor, 3),
        "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }), flush=True)


bucket, prefix, folder, task = sys.argv[1:5]
config = botocore.config.Config(s3={"addressing_style": "path"}, max_pool_connections=10)
client = boto3.client("s3", config=config)
if task == "small":
    body = bytes(i * 31 % 256 for i in range(10_000))
    client.put_object(Bucket=bucket, Key=f"{prefix}/warm-up", Body=body)

    def put(index):
        client.put_object(Bucket=bucket, Key=f"{prefix}/small/{index}", Body=body)

    def get(index):
        if client.get_object(Bucket=bucket, Key=f"{prefix}/small/{index}")["Body"].read() != body:
            raise SystemExit(f"object {index} differs")

    with ThreadPoolExecutor(10) as pool:
        measure("put 2,000 x 10 kB", lambda: list(pool.map(put, range(2000))))
        measure("get 2,000 x 10 kB", lambda: list(pool.map(get, range(2000))))
else:
    mib = int(sys.argv[5]) if len(sys.argv) > 5 else 1024
    client.put_object(Bucket=bucket, Key=f"{prefix}/warm-up", Body=b"1")
    measure(f"send {mib} MiB", lambda: client.upload_file(f"{folder}/large-{mib}", bucket, f"{prefix}/large"))
    measure(f"fetch {mib} MiB", lambda: client.download_file(bucket, f"{prefix}/large", f"{folder}/fetched-boto3"))
