#!/usr/bin/env python3
"""Requests with their AWS Signature Version 4, for IFAWSTests. Prints a JSON object a line.

    signing_vectors.py suite FOLDER     AWS's own test suite, from its folder aws4_testsuite
    signing_vectors.py fuzz COUNT SEED  random requests, signed by the installed botocore

The suite is part of botocore's source distribution; `Scripts/setup.sh --test` fetches it. Neither is committed: the
files are not ours, and the fuzz is made anew for every run.
"""
import datetime
import json
import pathlib
import random
import sys
import urllib.parse

KEY, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"


def parse_query(text):
    pairs = []
    for part in text.split("&") if text else []:
        name, _, value = part.partition("=")
        pairs.append([urllib.parse.unquote(name), urllib.parse.unquote(value)])
    return pairs


def suite(folder):
    files = sorted(pathlib.Path(folder).rglob("*.req"))
    if not files:
        sys.exit(f"no .req files in {folder}")
    for file in files:
        head, _, body = file.read_text(encoding="utf-8").partition("\n\n")
        lines = head.rstrip("\n").split("\n")
        method, _, rest = lines[0].partition(" ")
        target = rest.rpartition(" HTTP/")[0]
        headers = []
        for line in lines[1:]:
            if line[:1].isspace():
                headers[-1][1] += "\n" + line
            else:
                name, _, value = line.partition(":")
                headers.append([name, value])
        path, _, query = target.partition("?")
        read = lambda ending: file.with_suffix(ending).read_text(encoding="utf-8").replace("\r", "")
        # Where the signed request has a token that the given one lacks, it is that of the credentials; clients add it.
        names = {name.lower() for name, _ in headers}
        for line in read(".creq").split("\n"):
            name, _, value = line.partition(":")
            if name == "x-amz-security-token" and name not in names:
                headers.append([name, value])
        emit(
            name=str(file.relative_to(folder).parent), service="service", region="us-east-1", access_key=KEY,
            secret_key=SECRET, token=None, time="20150830T123600Z",
            method=method, path=path,
            query=parse_query(query), headers=headers, body=body, payload=None, canonical_request=read(".creq"),
            string_to_sign=read(".sts"), authorization=read(".authz"),
        )


# Letters of several scripts, everything that encodings and separators make special, and plain text most of all.
ALPHABET = "abcXYZ019-_.~" * 4 + " /+%&=?#:;,@!$'()*[]{}|\\\"<>^`\tčßЖ注🧾\u00a0\u200b"


def text(rng, low, high, alphabet=ALPHABET):
    return "".join(rng.choice(alphabet) for _ in range(rng.randint(low, high)))


def fuzz(count, seed):
    import botocore
    import botocore.auth
    import botocore.awsrequest
    import botocore.credentials

    rng = random.Random(seed)
    print(f"botocore {botocore.__version__}, {count} requests, seed {seed}", file=sys.stderr)
    quote = lambda s, safe="": urllib.parse.quote(s, safe=safe + "-_.~")
    plain = "abcXYZ019-_.~ /+=,:;()[]\"'"
    for number in range(count):
        kind = rng.choice(["s3", "s3", "s3", "presigned", "service"])
        now = datetime.datetime(2000, 1, 1) + datetime.timedelta(seconds=rng.randrange(40 * 365 * 86400))
        stamp = now.strftime("%Y%m%dT%H%M%SZ")
        region = rng.choice(["us-east-1", "eu-central-1", "cn-north-1", "ap-southeast-3"])
        secret = text(rng, 20, 50, "abcdefABCDEF0123456789/+")
        token = text(rng, 20, 300, "abcdefABCDEF0123456789/+=") if rng.random() < 0.4 else None
        host = rng.choice(["bucket.s3.amazonaws.com", "127.0.0.1:9000", "s3.eu-central-1.amazonaws.com"])
        key = text(rng, 0, 40)
        if kind == "service":
            key = "/".join(p for p in key.split("/") if p)
        path = "/" + quote(key, "/")
        # Of one name once: the SDKs do not send a name twice.
        query = list({text(rng, 1, 12): text(rng, 0, 12) for _ in range(rng.choice([0, 0, 1, 2, 4]))}.items())
        method = "GET" if kind == "presigned" else rng.choice(["GET", "PUT", "POST", "HEAD", "DELETE"])
        body = text(rng, 0, 60) if method in ("PUT", "POST") else ""
        headers = {}
        for _ in range(rng.choice([0, 1, 2, 4])):
            value = text(rng, 1, 30, plain).strip()
            headers[rng.choice(["x-amz-meta-", "X-Amz-", "Content-", "x-"]) + text(rng, 1, 8, "abcXYZ09-")] = value
        headers = {n: v for n, v in {n.lower(): (n, v) for n, v in headers.items()}.values()}
        url = f"https://{host}{path}"
        request = botocore.awsrequest.AWSRequest(
            method=method, url=url, headers=dict(headers), data=body.encode(), params=dict(query))
        request.context["client_config"] = None
        request.context["payload_signing_enabled"] = True
        credentials = botocore.credentials.Credentials(KEY, secret, token)
        service = "s3" if kind != "service" else rng.choice(["sagemaker", "logs", "sts"])
        botocore.auth.get_current_datetime = lambda *_, **__: now
        common = dict(
            name=f"{kind} {number}", service=service, region=region, access_key=KEY, secret_key=secret, token=token,
            time=stamp, method=method, path=path, query=[list(p) for p in query], body=body)
        if kind == "presigned":
            seconds = rng.randint(1, 604800)
            botocore.auth.S3SigV4QueryAuth(credentials, service, region, expires=seconds).add_auth(request)
            emit(**common, headers=[["Host", host]] + [list(h) for h in headers.items()], seconds=seconds,
                 url_query=parse_query(urllib.parse.urlsplit(request.url).query))
            continue
        auth = {"s3": botocore.auth.S3SigV4Auth}.get(service, botocore.auth.SigV4Auth)(credentials, service, region)
        auth.add_auth(request)
        # What botocore added is signed with the rest; so it is for us.
        added = [[n, v] for n, v in request.headers.items()
                 if n.lower().startswith("x-amz-") and n.lower() not in (h.lower() for h in headers)]
        payload = request.headers.get("X-Amz-Content-SHA256")
        canonical = auth.canonical_request(without_authorization(request))
        emit(**common, headers=[["Host", host]] + [list(h) for h in headers.items()] + added, payload=payload,
             canonical_request=canonical, string_to_sign=auth.string_to_sign(request, canonical),
             authorization=request.headers["Authorization"])


def without_authorization(request):
    import copy

    request = copy.copy(request)
    request.headers = copy.deepcopy(request.headers)
    del request.headers["Authorization"]
    return request


def emit(**vector):
    print(json.dumps(vector, ensure_ascii=False))


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    if len(sys.argv) == 3 and sys.argv[1] == "suite":
        suite(sys.argv[2])
    elif len(sys.argv) == 4 and sys.argv[1] == "fuzz":
        fuzz(int(sys.argv[2]), int(sys.argv[3]))
    else:
        sys.exit(__doc__)
