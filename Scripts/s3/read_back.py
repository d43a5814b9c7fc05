#!/usr/bin/env python3
"""Reads artifacts in a bucket back with other people's clients and compares what they see.

    read_back.py s3://BUCKET/PREFIX FOLDER

  boto3        fetches every file of every run: size and SHA-256 are those of the run's manifest
  aws cli      fetches all that is below the prefix into FOLDER: the same files with the same bytes
  awswrangler  reads every Parquet artifact from the bucket, as a data set
  duckdb       reads the same from the bucket by ranges, with its own Parquet reader
  pandas       reads the same from FOLDER: rows, columns, and the sum over every numeric column are alike in all three

The plain copies under latest/ are read as well. Prints what was compared and fails on the first difference. The server is
found by AWS's variables.
"""
import hashlib
import json
import math
import os
import pathlib
import subprocess
import sys
import urllib.parse

import awswrangler
import boto3
import duckdb
import pandas
import pyarrow.fs
from fsspec.implementations.arrow import ArrowFSWrapper

uri, folder = sys.argv[1].rstrip("/"), sys.argv[2]
bucket, _, prefix = uri.removeprefix("s3://").partition("/")
s3 = boto3.client("s3")

# --- boto3 ------------------------------------------------------------------------------------------------------------
objects = {}
for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix + "/"):
    for entry in page.get("Contents", []):
        body = s3.get_object(Bucket=bucket, Key=entry["Key"], ChecksumMode="ENABLED")["Body"].read()
        assert len(body) == entry["Size"], entry["Key"]
        objects[entry["Key"][len(prefix) + 1 :]] = body
files = 0
manifests = [name for name in objects if name.endswith("/_manifest.json") and "/latest/" not in name]
assert manifests, f"{uri} holds no run"
for name in manifests:
    run = name.rpartition("/")[0]
    for file in json.loads(objects[name])["files"]:
        body = objects[f"{run}/{file['path']}"]
        assert len(body) == file["size"], f"{run}/{file['path']}"
        assert hashlib.sha256(body).hexdigest() == file["sha256"], f"{run}/{file['path']}"
        files += 1
print(f"boto3: {len(objects)} objects, {files} files of {len(manifests)} runs as their manifests say")

# --- aws cli ----------------------------------------------------------------------------------------------------------
aws = os.path.join(os.path.dirname(sys.executable), "aws")
subprocess.run([aws, "s3", "sync", "--only-show-errors", uri, folder], check=True)
fetched = {p.relative_to(folder).as_posix(): p for p in pathlib.Path(folder).rglob("*") if p.is_file()}
assert fetched.keys() == objects.keys(), fetched.keys() ^ objects.keys()
for name, path in fetched.items():
    assert path.read_bytes() == objects[name], name
print(f"aws cli: the same {len(fetched)} files")


# --- Parquet ----------------------------------------------------------------------------------------------------------
class Bucket(ArrowFSWrapper):
    protocol = "s3"


endpoint = os.environ.get("AWS_ENDPOINT_URL_S3")
override = {}
if endpoint:
    parts = urllib.parse.urlsplit(endpoint)
    override = {"endpoint_override": parts.netloc, "scheme": parts.scheme}
duckdb.register_filesystem(
    Bucket(pyarrow.fs.S3FileSystem(region=os.environ.get("AWS_REGION"), background_writes=False, **override)))

artifacts = {}
for name in sorted(objects):
    if name.endswith(".parquet"):
        above, _, part = name.rpartition("/")
        artifacts.setdefault(above if part.startswith("part-") else name, []).append(name)
assert artifacts, f"{uri} holds no Parquet artifact"


def of_frame(frame):
    sums = {c: float(frame[c].astype(float).sum()) for c in frame.columns
            if pandas.api.types.is_numeric_dtype(frame[c]) and not pandas.api.types.is_bool_dtype(frame[c])}
    return len(frame), list(frame.columns), sums


def with_awswrangler(name, parts):
    # A folder as a data set, as its users read one; a file by its name.
    is_folder = parts != [name]
    return of_frame(awswrangler.s3.read_parquet(f"{uri}/{name}{'/' if is_folder else ''}", dataset=is_folder))


def with_duckdb(name, parts):
    relation = duckdb.read_parquet([f"{uri}/{p}" for p in parts])
    numeric = [c for c, t in zip(relation.columns, relation.types)
               if str(t) in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "DOUBLE", "FLOAT")]
    row = duckdb.sql("select count(*)" + "".join(f', coalesce(sum("{c}"::double), 0)' for c in numeric)
                     + " from relation").fetchall()[0]
    return row[0], list(relation.columns), dict(zip(numeric, map(float, row[1:])))


def with_pandas(name, parts):
    return of_frame(pandas.concat([pandas.read_parquet(fetched[p]) for p in parts]))


total = 0
for name, parts in artifacts.items():
    rows, columns, sums = with_duckdb(name, parts)
    total += rows
    for reader, other in (("awswrangler", with_awswrangler), ("pandas", with_pandas)):
        other_rows, other_columns, other_sums = other(name, parts)
        where = f"{name}: duckdb and {reader}"
        assert rows == other_rows, f"{where} count {rows} and {other_rows} rows"
        assert columns == other_columns, f"{where} see {columns} and {other_columns}"
        assert sums.keys() == other_sums.keys(), f"{where} take {sums.keys()} and {other_sums.keys()} for numbers"
        for column, value in sums.items():
            # Sums of NaN differ by reader: DuckDB adds them up, the others leave them out.
            assert math.isnan(value) or math.isclose(value, other_sums[column], rel_tol=1e-9, abs_tol=1e-9), \
                f"{where} sum {column} to {value} and {other_sums[column]}"
print(f"awswrangler, duckdb, pandas: {len(artifacts)} Parquet artifacts with {total} rows alike")
