#!/usr/bin/env python3
"""What botocore asks of IAM Identity Center or AWS Sign-In for a profile, and what it makes of the answers: the reference for
our own.

    sign_on.py HOME PROFILE ANSWERS

HOME holds .aws/config and what `aws sso login` and `aws login` leave. ANSWERS is JSON: for "/token", "/federation/credentials"
and "/v1/token" a list of [status, body]; the last one serves all that follow. They are given by a server on 127.0.0.1. Prints JSON: the version of
botocore, the requests as they came in, the keys, and the kind of the error where there are none.
"""
import http.server
import json
import os
import sys
import threading


class Handler(http.server.BaseHTTPRequestHandler):
    answers, seen = {}, []

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        path = self.path.partition("?")[0]
        self.seen.append(
            {"method": self.command, "target": self.path, "body": json.loads(body) if body else None,
             "token": self.headers.get("x-amz-sso_bearer_token"), "authorization": self.headers.get("authorization"),
             "type": self.headers.get("content-type"), "proof": self.headers.get("dpop")})
        rest = self.answers[path]
        status, answer = rest[0] if len(rest) == 1 else rest.pop(0)
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = handle_any

    def log_message(self, *_):
        pass


def main():
    home, profile, answers = sys.argv[1:]
    Handler.answers = json.loads(answers)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    place = f"http://127.0.0.1:{server.server_port}"
    for name in [n for n in os.environ if n.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(HOME=home, AWS_PROFILE=profile, AWS_ENDPOINT_URL_SSO=place, AWS_ENDPOINT_URL_SSO_OIDC=place,
                      AWS_ENDPOINT_URL_SIGNIN=place, AWS_REGION="eu-west-1", AWS_DEFAULT_REGION="eu-west-1",
                      AWS_EC2_METADATA_DISABLED="true", AWS_MAX_ATTEMPTS="1")
    # Where tokens are is decided when the module is loaded.
    import botocore
    import botocore.session

    found = {"version": botocore.__version__, "requests": Handler.seen, "place": place}
    try:
        keys = botocore.session.get_session().get_credentials()
        frozen = keys.get_frozen_credentials()
        found["keys"] = [frozen.access_key, frozen.secret_key, frozen.token]
        if hasattr(keys, "_expiry_time"):
            found["expires"] = int(keys._expiry_time.timestamp())
    except Exception as error:
        found["error"] = type(error).__name__
    print(json.dumps(found))


if __name__ == "__main__":
    main()
