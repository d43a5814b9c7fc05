#!/usr/bin/env python3
"""Folders in and out of a bucket with boto3, for tests: what others write and read, rather than ourselves.

    bucket.py put FOLDER s3://BUCKET/PREFIX    every file of the folder
    bucket.py get s3://BUCKET/PREFIX FOLDER    every object of the prefix
    bucket.py remove s3://BUCKET/PREFIX        every object whose key begins so
    bucket.py digests FOLDER                   SHA-256 and path of the runs' files, times in names replaced by TS

`digests` passes over what tells times by design (manifests, pointers, histories, metadata of models, meta.json, and
times within JSON files), and over times and places in a report; it follows links, and leaves out latest/ and hidden names.
"""
import hashlib
import os
import pathlib
import re
import sys


def client():
    import boto3

    return boto3.client("s3")


def split(uri):
    bucket, _, prefix = uri.removeprefix("s3://").partition("/")
    return bucket, prefix


def put(folder, uri):
    bucket, prefix = split(uri)
    s3 = client()
    for path in pathlib.Path(folder).rglob("*"):
        if path.is_file():
            s3.upload_file(str(path), bucket, f"{prefix}/{path.relative_to(folder)}")


def get(uri, folder):
    bucket, prefix = split(uri)
    s3 = client()
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix + "/"):
        for entry in page.get("Contents", []):
            path = pathlib.Path(folder, entry["Key"][len(prefix) + 1 :])
            path.parent.mkdir(parents=True, exist_ok=True)
            s3.download_file(bucket, entry["Key"], str(path))


def remove(uri):
    bucket, prefix = split(uri)
    s3 = client()
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for entry in page.get("Contents", []):
            s3.delete_object(Bucket=bucket, Key=entry["Key"])


def digests(folder):
    time = re.compile(rb"\d{8}-\d{6}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)?")
    measured = re.compile(rb'<span class="measured"[^>]*>[^<]*</span>')
    # Times as people read them, and digests of files that tell times.
    told = re.compile(rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d|\b[0-9a-f]{64}\b")
    place = re.compile(rb"(s3:/)?/[^\s<>\"]*/(shop|store)\b")
    for path in sorted(p for p in pathlib.Path(folder).rglob("*") if p.is_file()):
        name = path.relative_to(folder).as_posix()
        parts = name.split("/")
        if any(p.startswith((".", "_history", "_staging")) or p in ("latest", "metadata") for p in parts):
            continue
        if parts[-1].startswith(("_manifest", "_latest")) or parts[-1] == "meta.json":
            continue
        data = path.read_bytes()
        if path.suffix in (".json", ".jsonl", ".csv"):
            data = time.sub(b"TS", data)
        if path.suffix == ".html":
            data = measured.sub(b"", place.sub(rb"\2", told.sub(b"TS", time.sub(b"TS", data))))
        print(hashlib.sha256(data).hexdigest(), re.sub(r"\d{8}-\d{6}", "TS", name))


if __name__ == "__main__":
    commands = {"put": put, "get": get, "remove": remove, "digests": digests}
    if len(sys.argv) < 3 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    commands[sys.argv[1]](*sys.argv[2:])
