#!/usr/bin/env python3
"""moto's S3 behind a check of every signature, for tests on this machine.

    verifying_server.py --access-key KEY --secret-key SECRET [--token TOKEN] [--port 0] [--log FILE] [--bucket NAME]...

moto takes any request, however it is signed. This server computes AWS Signature Version 4 anew from the request as it
came in (not with botocore's signer), refuses what does not match with the codes that S3 uses, checks the digests that a
request carries, and hands the rest to moto. It listens on 127.0.0.1 alone, prints "listening on PORT" once it answers,
and ends when its standard input is closed, so that it cannot outlive the tests that started it.

Faults for tests: POST /_fault with JSON {"match": "PUT /bucket/key", "action": ..., "count": n, "skip": m} makes the
next n requests that begin with `match`, after m others, fail. Actions:
  "status:503:SlowDown"  answer so, doing nothing
  "lost"                 do it, then close the connection without an answer
  "reset"                close the connection, doing nothing
  "truncate"             do it, and send half of the body
  "expired"              answer ExpiredToken
  "slow:2.5"             wait so many seconds, then do it
  "skewed"               answer that the client's clock is wrong, and what time it is
  "clear"                no fault: forget those with this match
or by a schedule, POST /_schedule with {"mark", "seed", "rate"}: each request with the mark in its target or body fails with
this probability in one of these ways, as the seed says; rate 0 ends it.
With --log FILE every request becomes a line of JSON there, method and target; the file is removed at the end.

Beside S3 it plays SageMaker Processing, CloudWatch Logs and Bedrock's batches: see jobs.py.

Beside services, /credentials/... plays the credential endpoints of ECS (container), EKS (pod) and EC2 (ec2/latest/...), and
those of IAM Identity Center (sso/token, sso/federation/credentials) for the tokens of SIGN_ON.
"""
import argparse
import base64
import datetime
import hashlib
import hmac
import io
import json
import os
import random
import re
import signal
import sys
import threading
import time
import urllib.parse
import zlib

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.s3.models import s3_backends
from werkzeug.serving import WSGIRequestHandler, make_server

from jobs import Services

MAX_SKEW = 900
SERVICES = ("s3", "sts", "sagemaker", "logs", "bedrock")
ACCOUNT = "123456789012"  # of everybody, to moto
# What renews a token of IAM Identity Center, and the token that it then gives.
SIGN_ON = {"refresh": "a-refresh-token/that+never=shows", "access": "an-access-token/that+never=shows",
           "client": "a-client-secret/that+never=shows"}


class Refused(Exception):
    def __init__(self, status, code, message=""):
        super().__init__(code)
        self.status, self.code, self.message = status, code, message


# --- checksums ------------------------------------------------------------------------------------------------------


def crc32c_table():
    table = []
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0x82F63B78 if crc & 1 else crc >> 1
        table.append(crc)
    return table


TABLE = crc32c_table()


def crc32c(data):
    try:
        from awscrt.checksums import crc32c as fast

        return fast(data)
    except ImportError:
        crc = 0xFFFFFFFF
        for byte in data:
            crc = TABLE[(crc ^ byte) & 255] ^ (crc >> 8)
        return crc ^ 0xFFFFFFFF


DIGESTS = {
    "x-amz-checksum-crc32": lambda b: zlib.crc32(b).to_bytes(4, "big"),
    "x-amz-checksum-crc32c": lambda b: crc32c(b).to_bytes(4, "big"),
    "x-amz-checksum-sha1": lambda b: hashlib.sha1(b).digest(),
    "x-amz-checksum-sha256": lambda b: hashlib.sha256(b).digest(),
    "content-md5": lambda b: hashlib.md5(b).digest(),
}


# --- signatures -----------------------------------------------------------------------------------------------------


def quote(text):
    return urllib.parse.quote(text, safe="-_.~")


def mac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def parse_query(query):
    pairs = []
    for part in query.split("&") if query else []:
        name, _, value = part.partition("=")
        pairs.append((urllib.parse.unquote(name), urllib.parse.unquote(value)))
    return pairs


class Verifier:
    def __init__(self, access_key, secret_key, token):
        self.access_key, self.secret_key, self.token = access_key, secret_key, token

    def verify(self, method, target, headers, body):
        """Raises Refused unless the request is signed as it should be."""
        path, _, query = target.partition("?")
        pairs = parse_query(query)
        given = dict(pairs)
        if "X-Amz-Signature" in given:
            scope, names = given["X-Amz-Credential"], given["X-Amz-SignedHeaders"]
            signature, date, payload = given["X-Amz-Signature"], given["X-Amz-Date"], "UNSIGNED-PAYLOAD"
            token = given.get("X-Amz-Security-Token")
            lifetime = int(given["X-Amz-Expires"])
        else:
            match = re.fullmatch(
                r"AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})",
                headers.get("authorization", ""),
            )
            if not match:
                raise Refused(403, "AccessDenied", "no signature")
            scope, names, signature = match.groups()
            date, payload = headers.get("x-amz-date", ""), headers.get("x-amz-content-sha256")
            token, lifetime = headers.get("x-amz-security-token"), None
            if payload is None and "/s3/" not in scope:  # S3 alone wants the digest said
                payload = hashlib.sha256(body).hexdigest()
            if payload is None:
                raise Refused(400, "InvalidRequest", "x-amz-content-sha256 is missing")
        service = self.check_identity(scope, token)
        self.check_time(date, lifetime)
        self.check_names(names, headers, presigned=lifetime is not None)
        key_id, day, region, _, _ = scope.split("/")
        canonical = "\n".join(
            [
                method,
                # Every service but S3 encodes a path once more.
                path if service == "s3" else urllib.parse.quote(path, safe="/-_.~"),
                "&".join(f"{n}={v}" for n, v in sorted((quote(n), quote(v)) for n, v in pairs if n != "X-Amz-Signature")),
                "".join(f"{n}:{re.sub(' +', ' ', headers.get(n, '').strip())}\n" for n in names.split(";")),
                names,
                payload,
            ]
        )
        text = "\n".join(
            ["AWS4-HMAC-SHA256", date, f"{day}/{region}/{service}/aws4_request",
             hashlib.sha256(canonical.encode()).hexdigest()]
        )
        key = ("AWS4" + self.secret_key).encode()
        for part in (day, region, service, "aws4_request"):
            key = mac(key, part)
        if not hmac.compare_digest(mac(key, text).hex(), signature):
            raise Refused(403, "SignatureDoesNotMatch", canonical)
        if payload != "UNSIGNED-PAYLOAD" and hashlib.sha256(body).hexdigest() != payload:
            raise Refused(400, "XAmzContentSHA256Mismatch")
        if "x-amz-checksum-type" not in headers:  # on completion the checksum is the whole object's
            for name, digest in DIGESTS.items():
                if name in headers and base64.b64encode(digest(body)).decode() != headers[name]:
                    raise Refused(400, "BadDigest", name)
        return service

    def check_identity(self, scope, token):
        parts = scope.split("/")
        if len(parts) != 5 or parts[3] not in SERVICES or parts[4] != "aws4_request":
            raise Refused(400, "AuthorizationHeaderMalformed", scope)
        if parts[0] != self.access_key:
            raise Refused(403, "InvalidAccessKeyId")
        if token != self.token:
            raise Refused(400, "InvalidToken")
        return parts[3]

    def check_time(self, date, lifetime):
        try:
            signed = datetime.datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc).timestamp()
        except ValueError:
            raise Refused(403, "AccessDenied", "x-amz-date is missing or malformed") from None
        if lifetime is not None:
            if time.time() > signed + lifetime:
                raise Refused(403, "AccessDenied", "Request has expired")
        elif abs(signed - time.time()) > MAX_SKEW:
            raise Refused(403, "RequestTimeTooSkewed")

    def check_names(self, names, headers, presigned):
        names = names.split(";")
        if names != sorted(names) or "host" not in names:
            raise Refused(403, "SignatureDoesNotMatch", "SignedHeaders")
        if not presigned:
            unsigned = [n for n in headers if (n.startswith("x-amz-") or n == "content-md5") and n not in names]
            if unsigned:
                raise Refused(403, "AccessDenied", "headers that are not signed: " + ", ".join(unsigned))


# --- credential endpoints -------------------------------------------------------------------------------------------

def document(access_key, secret_key, token):
    """What ECS, EKS and EC2 answer; the keys are those that this server takes."""
    return json.dumps(
        {"Code": "Success", "AccessKeyId": access_key, "SecretAccessKey": secret_key, "Token": token or "",
         "Expiration": "2099-01-01T00:00:00Z"}
    ).encode()


# --- the application ------------------------------------------------------------------------------------------------


SCHEDULED = [
    "reset", "lost", "truncate", "slow:0.1", "skewed", "expired", "status:500:InternalError", "status:502:BadGateway",
    "status:503:SlowDown", "status:503:ServiceUnavailable", "status:504:GatewayTimeout", "status:429:TooManyRequests",
]


class Application:
    def __init__(self, options):
        self.moto = DomainDispatcherApplication(create_backend_app)
        self.options = options
        self.verifier = Verifier(options.access_key, options.secret_key, options.token)
        self.faults, self.lock = [], threading.Lock()
        self.schedules = {}
        self.writing = threading.Lock()
        self.services = Services(ACCOUNT)
        self.log = open(options.log, "a", encoding="utf-8") if options.log else None

    def __call__(self, environ, start):
        headers = {k[5:].replace("_", "-").lower(): v for k, v in environ.items() if k.startswith("HTTP_")}
        if environ.get("CONTENT_TYPE"):
            headers["content-type"] = environ["CONTENT_TYPE"]
        method = environ["REQUEST_METHOD"]
        target = environ.get("REQUEST_URI") or environ["RAW_URI"]
        if target.startswith("http"):
            target = "/" + target.split("/", 3)[3]
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length) if length else b""
        if target == "/_fault":
            fault = json.loads(body)
            with self.lock:
                if fault["action"] == "clear":
                    self.faults = [other for other in self.faults if other["match"] != fault["match"]]
                else:
                    self.faults.append(fault)
            return self.answer(start, 200, b"")
        if target == "/_jobs":
            self.services.configure(json.loads(body))
            return self.answer(start, 200, b"")
        if target == "/_schedule":
            plan = json.loads(body)
            with self.lock:
                self.schedules[plan["mark"]] = (random.Random(plan["seed"]), plan["rate"])
            return self.answer(start, 200, b"")
        if target.startswith("/credentials/"):
            if target.startswith("/credentials/sso/"):
                return self.sign_on(start, method, target, headers, body, environ.get("insightflow.bearer"))
            return self.credentials(start, method, target, headers)
        if self.log:
            with self.lock:
                operation = headers.get("x-amz-target")
                line = {"method": method, "target": f"{target} {operation}" if operation else target}
                self.log.write(json.dumps(line) + "\n")
                self.log.flush()
        environ["wsgi.input"] = io.BytesIO(body)
        if method == "PUT" and "uploadId=" not in target and "x-amz-checksum-crc32c" in headers:
            # S3 keeps a checksum that is given; moto only where the algorithm is named as well.
            environ.setdefault("HTTP_X_AMZ_SDK_CHECKSUM_ALGORITHM", "CRC32C")
        operation = headers.get("x-amz-target")
        fault = self.fault(f"{method} {target}{' ' + operation if operation else ''}") or self.scheduled(target, body)
        wants_json = operation or headers.get("content-type", "").startswith("application/json")
        try:
            if fault == "reset":
                return self.drop(environ)
            if fault == "expired":
                raise Refused(400, "ExpiredToken")
            if fault == "skewed":
                raise Refused(403, "RequestTimeTooSkewed")
            if fault.startswith("status:"):
                _, status, code = fault.split(":")
                raise Refused(int(status), code)
            if fault.startswith("slow:"):
                time.sleep(float(fault.split(":")[1]))
            service = self.verifier.verify(method, target, headers, body)
        except Refused as refused:
            if wants_json:
                text = json.dumps({"__type": refused.code, "message": refused.message})
                return self.answer(start, refused.status, text.encode(), "application/x-amz-json-1.1")
            text = f"<?xml version='1.0'?><Error><Code>{refused.code}</Code><Message>{quote(refused.message)}</Message></Error>"
            return self.answer(start, refused.status, b"" if method == "HEAD" else text.encode(), "application/xml")
        if service not in ("s3", "sts"):
            answered = self.services.answer(service, method, target, operation, body)
            if fault == "lost":
                return self.drop(environ)
            if answered is not None:
                return self.answer(start, *answered, "application/x-amz-json-1.1")
        if fault == "lost":
            with self.writing:
                for _ in self.moto(environ, lambda *_: None):
                    pass
                self.keep_checksum(method, target, headers)
            return self.drop(environ)
        if fault == "truncate":
            taken = {}
            with self.writing:
                whole = b"".join(
                    self.moto(environ, lambda status, fields, *_: taken.update(status=status, fields=fields))
                )
                self.keep_checksum(method, target, headers)
            start(taken["status"], taken["fields"])  # with the length of the whole
            return self.half(whole, environ)
        # moto looks at a condition and then writes; between the two another thread may write as well. And it closes an object's
        # bytes that are replaced while another thread reads them.
        if method in ("GET", "HEAD"):
            with self.writing:
                return [b"".join(self.moto(environ, start))]
        with self.writing:
            answer = self.moto(environ, start)
            self.keep_checksum(method, target, headers)
            return answer

    @staticmethod
    def keep_checksum(method, target, headers):
        """moto keeps a checksum of the parts' checksums and calls it that of the whole object; S3 keeps the latter."""
        if method != "POST" or "uploadId=" not in target or "x-amz-checksum-crc32c" not in headers:
            return
        bucket, _, name = urllib.parse.unquote(target.partition("?")[0]).lstrip("/").partition("/")
        key = s3_backends[ACCOUNT]["aws"].get_object(bucket, name)
        if key is not None:
            key.checksum_value = base64.b64encode(crc32c(key.value).to_bytes(4, "big")).decode()

    def fault(self, request):
        with self.lock:
            for fault in self.faults:
                if request.startswith(fault["match"]):
                    if fault.get("skip", 0) > 0:
                        fault["skip"] -= 1
                    elif fault["count"] > 0:
                        fault["count"] -= 1
                        return fault["action"]
        return ""

    def scheduled(self, target, body):
        with self.lock:
            for mark, (draw, rate) in self.schedules.items():
                if (mark in target or mark.encode() in body) and draw.random() < rate:
                    return draw.choice(SCHEDULED)
        return ""

    @staticmethod
    def drop(environ):
        environ["werkzeug.socket"].shutdown(2)
        raise ConnectionResetError

    @staticmethod
    def half(whole, environ):
        yield whole[: len(whole) // 2]
        environ["werkzeug.socket"].shutdown(2)

    def credentials(self, start, method, target, headers):
        keys = document(self.options.access_key, self.options.secret_key, self.options.token)
        if target == "/credentials/container":
            return self.answer(start, 200, keys)
        if target == "/credentials/pod":
            return self.answer(start, *((200, keys) if headers.get("authorization") == "pod-token" else (401, b"")))
        # EC2's metadata service, version 2 alone.
        path = target.removeprefix("/credentials/ec2")
        if method == "PUT" and path == "/latest/api/token":
            seconds = headers.get("x-aws-ec2-metadata-token-ttl-seconds", "")
            return self.answer(start, *((200, b"session") if seconds.isdigit() else (400, b"")))
        if headers.get("x-aws-ec2-metadata-token") != "session":
            return self.answer(start, 401, b"")
        if path == "/latest/meta-data/iam/security-credentials/":
            return self.answer(start, 200, b"a-role")
        if path == "/latest/meta-data/iam/security-credentials/a-role":
            return self.answer(start, 200, keys)
        return self.answer(start, 404, b"")

    def sign_on(self, start, method, target, headers, body, token):
        """GetRoleCredentials and CreateToken, as botocore's models of sso and sso-oidc have them."""
        def done(status, answer):
            return self.answer(start, status, json.dumps(answer).encode(), "application/json")
        path, _, query = target.removeprefix("/credentials/sso").partition("?")
        if (method, path) == ("POST", "/token"):
            given = json.loads(body)
            if given != {"clientId": "client", "clientSecret": SIGN_ON["client"], "grantType": "refresh_token",
                         "refreshToken": SIGN_ON["refresh"]}:
                # What was given is repeated, so that the tests see that it does not come out.
                return done(400, {"error": "invalid_grant", "error_description": json.dumps(given)})
            return done(200, {"accessToken": SIGN_ON["access"], "tokenType": "Bearer", "expiresIn": 3600,
                              "refreshToken": SIGN_ON["refresh"]})
        if (method, path) != ("GET", "/federation/credentials") or headers.get("authorization"):
            return done(400, {"__type": "InvalidRequestException", "message": target})
        if token != SIGN_ON["access"]:
            return done(401, {"__type": "UnauthorizedException", "message": f"Session token not found: {token}"})
        if parse_query(query) != [("role_name", "Shop Admin"), ("account_id", ACCOUNT)]:
            return done(403, {"__type": "ForbiddenException", "message": f"No access: {query} {token}"})
        return done(200, {"roleCredentials": {
            "accessKeyId": self.options.access_key, "secretAccessKey": self.options.secret_key,
            "sessionToken": self.options.token or "", "expiration": 4070908800000}})

    @staticmethod
    def answer(start, status, body, kind="text/plain"):
        date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime())
        start(f"{status} X", [("Content-Type", kind), ("Content-Length", str(len(body))), ("Date", date)])
        return [body]


class Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"  # connections are kept, as S3 keeps them

    def make_environ(self):
        # werkzeug leaves out headers with an underscore in their names, and IAM Identity Center has one.
        token = self.headers.get("x-amz-sso_bearer_token")
        return {**super().make_environ(), **({"insightflow.bearer": token} if token else {})}

    def log_request(self, *_):
        pass


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--access-key", required=True)
    parser.add_argument("--secret-key", required=True)
    parser.add_argument("--token")
    parser.add_argument("--log")
    parser.add_argument("--bucket", action="append", default=[])
    options = parser.parse_args()
    os.environ.setdefault("AWS_ACCESS_KEY_ID", "moto")
    os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "moto")
    # A parent's worker thread may have blocked signals, and jobs would not hear that they are to stop.
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    server = make_server("127.0.0.1", options.port, Application(options), threaded=True, request_handler=Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for name in options.bucket:  # in moto's own books, without a request
        s3_backends[ACCOUNT]["aws"].create_bucket(name, "us-east-1")
    print(f"listening on {server.server_port}", flush=True)
    sys.stdin.read()
    if options.log:
        os.remove(options.log)


if __name__ == "__main__":
    main()
