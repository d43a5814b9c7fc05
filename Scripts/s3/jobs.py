"""SageMaker Processing, CloudWatch Logs and Bedrock batches, as far as tests need them; part of verifying_server.py.

Jobs are really run: their inputs are copied from moto's buckets into a folder that stands for /opt/ml/processing, the
entry point runs as a process with that folder in place of the path, what it prints becomes log events, and when it has
ended well the outputs are copied into buckets. Requests are checked against botocore's model of the service. POST
/_jobs with JSON sets how:

  {"programs": {"insightflow-job": ["/path/program"]}}       what an entry point means on this machine; python3 and
                                                             smspark-submit are known
  {"variables": {...}}                                       environment of all jobs, beside what a job sets itself
  {"pending": 1.5}                                           seconds before a container starts

CloudWatch Logs is moto's, with pages of `page` events at most. Beside what moto does, the states are those that the
SageMaker API reference names; the codes of refusals are what AWS was seen to answer or, where nobody says, guesses.
"""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

import botocore.session
import botocore.validate
from moto.logs.models import logs_backends
from moto.s3.models import s3_backends

REGION = "us-east-1"
GROUP = "/aws/sagemaker/ProcessingJobs"
ROOT = "/opt/ml/processing"


class Rejected(Exception):
    def __init__(self, code, message, status=400):
        super().__init__(code)
        self.code, self.message, self.status = code, message, status


def split(uri):
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key


class Job:
    """A processing job: a request, a state, and a process while it runs."""

    def __init__(self, request, account, settings):
        self.request, self.account, self.settings = request, account, settings
        self.name = request["ProcessingJobName"]
        self.arn = f"arn:aws:sagemaker:{REGION}:{account}:processing-job/{self.name}"
        self.status, self.created, self.started, self.ended = "InProgress", time.time(), None, None
        self.failure = None
        self.process, self.lock = None, threading.Lock()
        threading.Thread(target=self.live, daemon=True).start()

    @property
    def is_final(self):
        return self.status in ("Completed", "Failed", "Stopped")

    def live(self):
        folder = tempfile.mkdtemp(prefix="insightflow-job-")
        try:
            time.sleep(self.settings.get("pending", 0.1))
            if self.status == "Stopping":
                return self.end("Stopped")
            self.fetch(folder)
            code = self.run(folder)
            if self.status == "Stopping":
                return self.end("Stopped")
            if code == 0:
                self.store(folder)
                return self.end("Completed")
            self.failure = f"AlgorithmError: , exit code: {code}"
            self.end("Failed")
        except Exception as error:  # whatever it is, the job must not stay in progress
            self.failure = f"InternalServerError: {error!r}"
            self.end("Failed")
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def end(self, status):
        with self.lock:
            self.status, self.ended = status, time.time()

    def stop(self):
        with self.lock:
            if self.status != "InProgress":
                # AWS names it differently for one state and another.
                code = "ResourceInUse" if self.status == "Stopping" else "ValidationException"
                raise Rejected(code, f"The request was rejected because the processing job is in status {self.status}.")
            self.status = "Stopping"
            if self.process:
                self.process.send_signal(signal.SIGTERM)

    def bucket(self):
        return s3_backends[self.account]["aws"]

    def fetch(self, folder):
        for source in self.request.get("ProcessingInputs", []):
            place = source["S3Input"]
            bucket, prefix = split(place["S3Uri"])
            target = pathlib.Path(folder, place["LocalPath"].removeprefix(ROOT + "/"))
            target.mkdir(parents=True, exist_ok=True)
            keys = [k for k in self.bucket().buckets[bucket].keys if k.startswith(prefix)]
            if not keys:
                raise FileNotFoundError(f"no objects at {place['S3Uri']}")
            for key in keys:
                # SageMaker keeps what follows the last slash of the prefix.
                name = key[prefix.rfind("/") + 1 :]
                path = target / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(self.bucket().get_object(bucket, key).value)

    def store(self, folder):
        for sink in self.request.get("ProcessingOutputConfig", {}).get("Outputs", []):
            bucket, prefix = split(sink["S3Output"]["S3Uri"])
            source = pathlib.Path(folder, sink["S3Output"]["LocalPath"].removeprefix(ROOT + "/"))
            for path in sorted(p for p in source.rglob("*") if p.is_file()):
                key = f"{prefix.rstrip('/')}/{path.relative_to(source).as_posix()}"
                self.bucket().put_object(bucket, key, path.read_bytes())

    def command(self, folder):
        application = self.request["AppSpecification"]
        words = [w.replace(ROOT, folder) for w in application["ContainerEntrypoint"]]
        program, rest = words[0], words[1:]
        if program == "smspark-submit":
            # Spark's own options come in pairs before the script.
            while rest and rest[0].startswith("--"):
                rest = rest[2:]
            program = "python3"
        known = self.settings.get("programs", {}).get(program) or ([sys.executable] if program == "python3" else None)
        if known is None:
            raise FileNotFoundError(f"no program {program}")
        return known + rest + [w.replace(ROOT, folder) for w in application.get("ContainerArguments", [])]

    def run(self, folder):
        logs = logs_backends[self.account][REGION]
        if GROUP not in logs.groups:
            logs.create_log_group(GROUP, {})
        stream = f"{self.name}/algo-1-{int(time.time())}"
        logs.create_log_stream(GROUP, stream)
        for place in ("tmp", "output", "spark-events"):
            pathlib.Path(folder, place).mkdir(exist_ok=True)
        own = {k: v.replace(ROOT, folder) for k, v in self.request.get("Environment", {}).items()}
        variables = {**os.environ, **self.settings.get("variables", {}), **own}
        with self.lock:
            if self.status == "Stopping":
                return -15
            self.started = time.time()
            self.process = subprocess.Popen(
                self.command(folder), env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL, cwd=folder, text=True,
            )
        for line in self.process.stdout:
            text = line.rstrip("\n").replace(folder, ROOT)
            if text:
                logs.put_log_events(GROUP, stream, [{"timestamp": int(time.time() * 1000), "message": text}])
        return self.process.wait()

    def describe(self):
        answer = {k: v for k, v in self.request.items() if k != "Tags"}
        answer |= {"ProcessingJobArn": self.arn, "ProcessingJobStatus": self.status, "CreationTime": self.created,
                   "LastModifiedTime": self.ended or self.started or self.created}
        for key, value in (("ProcessingStartTime", self.started), ("ProcessingEndTime", self.ended),
                           ("FailureReason", self.failure)):
            if value is not None and (key != "FailureReason" or self.status == "Failed"):
                answer[key] = value
        return answer


class Batch:
    """A Bedrock batch: answers every record with its own input."""

    def __init__(self, request, arn, account):
        self.request, self.arn, self.account = request, arn, account
        self.status, self.created, self.message = "Submitted", time.time(), None
        self.records = 0
        threading.Thread(target=self.live, daemon=True).start()

    def live(self):
        time.sleep(0.3)
        if self.status != "Submitted":
            self.status = "Stopped"
            return
        self.status = "InProgress"
        try:
            storage = s3_backends[self.account]["aws"]
            bucket, key = split(self.request["inputDataConfig"]["s3InputDataConfig"]["s3Uri"])
            lines = storage.get_object(bucket, key).value.decode().splitlines()
            records = [json.loads(line) for line in lines]
            self.records = len(records)
            if any(set(r) != {"recordId", "modelInput"} for r in records):
                raise ValueError("a record has other keys than recordId and modelInput")
            if self.records < 100:
                raise ValueError(f"the file has {self.records} records, at least 100 are needed")
            answers = "".join(json.dumps({**r, "modelOutput": r["modelInput"]}) + "\n" for r in records)
            sink, prefix = split(self.request["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"])
            name = f"{prefix.rstrip('/')}/{self.arn.split('/')[-1]}/{key.split('/')[-1]}.out"
            storage.put_object(sink, name, answers.encode())
            time.sleep(0.3)
            self.status = "Stopped" if self.status == "Stopping" else "Completed"
        except Exception as error:
            self.status, self.message = "Failed", str(error)

    def describe(self):
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.created))
        answer = {**self.request, "jobArn": self.arn, "status": self.status, "submitTime": stamp,
                  "totalRecordCount": self.records}
        if self.message:
            answer["message"] = self.message
        return answer


class Services:
    def __init__(self, account):
        self.account, self.settings, self.lock = account, {}, threading.Lock()
        self.jobs, self.batches = {}, {}
        session = botocore.session.get_session()
        self.models = {name: session.get_service_model(name) for name in ("sagemaker", "bedrock", "logs")}

    def configure(self, settings):
        self.settings.update(settings)

    def answer(self, service, method, target, operation, body):
        """Status and body, `None` where moto is to answer."""
        request = json.loads(body or b"{}")
        try:
            if service == "sagemaker":
                return self.sagemaker(operation.partition(".")[2], request)
            if service == "logs":
                return self.logs(operation.partition(".")[2], request)
            return self.bedrock(method, urllib.parse.unquote(target.partition("?")[0]), request)
        except Rejected as rejected:
            answer = {"__type": rejected.code, "message": rejected.message}
            return rejected.status, json.dumps(answer).encode()

    def check(self, service, operation, request):
        """Raises unless the request is one by botocore's model; it knows names, types and lengths, but no patterns."""
        shape = self.models[service].operation_model(operation).input_shape
        report = botocore.validate.ParamValidator().validate(request, shape)
        if report.has_errors():
            raise Rejected("ValidationException", report.generate_report())
        self.check_patterns(request, shape, operation)

    def check_patterns(self, value, shape, path):
        if shape.type_name == "structure":
            for name, inner in value.items():
                self.check_patterns(inner, shape.members[name], f"{path}.{name}")
        elif shape.type_name == "list":
            self.check_length(len(value), shape, path)
            for inner in value:
                self.check_patterns(inner, shape.member, path)
        elif shape.type_name == "map":
            self.check_length(len(value), shape, path)
            for key, inner in value.items():
                self.check_patterns(key, shape.key, f"{path} key")
                self.check_patterns(inner, shape.value, f"{path}.{key}")
        elif shape.type_name == "string":
            self.check_length(len(value), shape, path)
            pattern = shape.metadata.get("pattern")
            if pattern and not pattern.startswith("[\\u") and "\\p" not in pattern and not re.fullmatch(pattern, value):
                raise Rejected("ValidationException", f"Value '{value}' at '{path}' failed to satisfy {pattern}")
            if shape.enum and value not in shape.enum:
                raise Rejected("ValidationException", f"Value '{value}' at '{path}' is none of {shape.enum[:5]}...")

    @staticmethod
    def check_length(length, shape, path):
        low, high = shape.metadata.get("min", 0), shape.metadata.get("max")
        if length < low or (high is not None and length > high):
            raise Rejected("ValidationException", f"'{path}' has length {length}, must be {low} to {high}")

    # --- SageMaker --------------------------------------------------------------------------------------------------

    def sagemaker(self, operation, request):
        if operation not in ("CreateProcessingJob", "DescribeProcessingJob", "StopProcessingJob", "ListProcessingJobs"):
            raise Rejected("UnknownOperationException", operation)
        self.check("sagemaker", operation, request)
        done = lambda answer: (200, json.dumps(answer).encode())
        name = request.get("ProcessingJobName")
        with self.lock:
            if operation == "CreateProcessingJob":
                if name in self.jobs:
                    raise Rejected("ResourceInUse", "Job name must be unique within an AWS account and region")
                self.jobs[name] = Job(request, self.account, dict(self.settings))
                return done({"ProcessingJobArn": self.jobs[name].arn})
            if operation == "ListProcessingJobs":
                return done(self.page(request))
            if name not in self.jobs:
                raise Rejected("ValidationException", f"Could not find requested job with name: {name}")
            job = self.jobs[name]
        if operation == "StopProcessingJob":
            job.stop()
            return 200, b""
        return done(job.describe())

    def page(self, request):
        found = [j for j in self.jobs.values() if request.get("NameContains", "") in j.name
                 and request.get("StatusEquals") in (None, j.status)]
        found.sort(key=lambda j: j.created, reverse=request.get("SortOrder", "Descending") == "Descending")
        # Fewer than asked for, so that clients turn pages.
        count, start = min(request.get("MaxResults", 10), self.settings.get("page", 100)), int(request.get("NextToken", 0))
        keys = ("ProcessingJobName", "ProcessingJobArn", "ProcessingJobStatus", "CreationTime", "ProcessingEndTime",
                "LastModifiedTime", "FailureReason")
        answer = {"ProcessingJobSummaries": [{k: v for k, v in j.describe().items() if k in keys}
                                             for j in found[start : start + count]]}
        if start + count < len(found):
            answer["NextToken"] = str(start + count)
        return answer

    # --- CloudWatch Logs --------------------------------------------------------------------------------------------

    def logs(self, operation, request):
        if operation not in ("DescribeLogStreams", "GetLogEvents"):
            return None
        self.check("logs", operation, request)
        logs = logs_backends[self.account][REGION]
        if request["logGroupName"] not in logs.groups:
            raise Rejected("ResourceNotFoundException", "The specified log group does not exist.")
        group = logs.groups[request["logGroupName"]]
        if operation == "DescribeLogStreams":
            names = sorted(n for n in group.streams if n.startswith(request.get("logStreamNamePrefix", "")))
            return 200, json.dumps({"logStreams": [{"logStreamName": n} for n in names]}).encode()
        if request["logStreamName"] not in group.streams:
            raise Rejected("ResourceNotFoundException", "The specified log stream does not exist.")
        events = [{"timestamp": e.timestamp, "message": e.message, "ingestionTime": e.timestamp}
                  for e in list(group.streams[request["logStreamName"]].events)]
        token = request.get("nextToken", "f/0")
        if not re.fullmatch(r"f/\d+", token):
            raise Rejected("InvalidParameterException", "The specified nextToken is invalid.")
        start = int(token[2:])
        page = events[start : start + self.settings.get("page", 10_000)]
        # At the end the token comes back as it was sent.
        answer = {"events": page, "nextForwardToken": f"f/{start + len(page)}", "nextBackwardToken": f"b/{start}"}
        return 200, json.dumps(answer).encode()

    # --- Bedrock ----------------------------------------------------------------------------------------------------

    def bedrock(self, method, path, request):
        done = lambda answer: (200, json.dumps(answer).encode())
        with self.lock:
            if (method, path) == ("POST", "/model-invocation-job"):
                self.check("bedrock", "CreateModelInvocationJob", request)
                token = request.get("clientRequestToken")
                for batch in self.batches.values():
                    if token and batch.request.get("clientRequestToken") == token:
                        return done({"jobArn": batch.arn})
                    if batch.request["jobName"] == request["jobName"]:
                        raise Rejected("ConflictException", "The job name is in use")
                number = f"{len(self.batches):012d}"
                arn = f"arn:aws:bedrock:{REGION}:{self.account}:model-invocation-job/{number}"
                self.batches[number] = Batch(request, arn, self.account)
                return done({"jobArn": arn})
            match = re.fullmatch(r"/model-invocation-job/(?:arn:[^/]+/)?([a-z0-9]{12})(/stop)?", path)
            batch = match and self.batches.get(match[1])
            if not batch:
                raise Rejected("ResourceNotFoundException", "The job does not exist", 404)
            if match[2]:
                if batch.status not in ("Submitted", "InProgress"):
                    raise Rejected("ConflictException", f"The job is in status {batch.status}", 409)
                batch.status = "Stopping"
                return done({})
            return done(batch.describe())
