import Foundation
import IFCore
import IFStore
import Testing

@testable import IFAWS
@testable import IFJobs

@Suite("Processing jobs") struct ProcessingJobsTests {
    private static let created: ScriptedService.Answer = { _ in .json(#"{"ProcessingJobArn":"arn:new"}"#) }

    private func jobs(_ service: ScriptedService) throws -> ProcessingJobs {
        ProcessingJobs(client: try service.client(.sageMaker))
    }

    @Test func submitsASignedRequest() async throws {
        let service = ScriptedService([Self.created])
        #expect(try await jobs(service).submit(ProcessingJobTests.job()) == "arn:new")
        let call = try #require(service.calls.first)
        #expect(call.url == "https://api.sagemaker.eu-west-1.amazonaws.com/")
        func header(_ name: String) -> String? { call.headers.first { $0.name == name }?.value }
        #expect(header("X-Amz-Target") == "SageMaker.CreateProcessingJob")
        #expect(header("Content-Type") == "application/x-amz-json-1.1")
        #expect(header("x-amz-security-token") == "the-token")
        let authorization = try #require(header("Authorization"))
        #expect(authorization.contains("/eu-west-1/sagemaker/aws4_request"))
        #expect(authorization.contains("x-amz-target"))
        #expect(call.body == ProcessingJobTests.job().request)
    }

    @Test(arguments: [
        (400, "ThrottlingException"), (400, "Throttling"), (429, "x"), (503, "ServiceUnavailable"),
        (500, "InternalFailure"), (400, "com.amazonaws.sagemaker#ThrottlingException"),
    ])
    func throttledAndBrokenRequestsAreTriedAgain(_ status: Int, _ code: String) async throws {
        let service = ScriptedService([
            { _ in .failure(status, code) }, { _ in throw HTTPFailure.network }, { _ in .failure(status, code) },
            Self.created,
        ])
        #expect(try await jobs(service).submit(ProcessingJobTests.job()) == "arn:new")
        #expect(service.calls.count == 4)
    }

    @Test func attemptsEndAndTheErrorSaysWhy() async throws {
        let service = ScriptedService([{ _ in .failure(400, "ThrottlingException", "Rate exceeded") }])
        let error = await #expect(throws: IFError.self) { try await jobs(service).list() }
        #expect(error?.code == .inputOutput)
        #expect(error?.message.contains("Rate exceeded") == true && error?.message.contains("later") == true)
        #expect(service.calls.count == 8)
    }

    @Test(arguments: [
        ("ValidationException", IFError.Code.invalidArgument), ("AccessDeniedException", .accessDenied),
        ("UnrecognizedClientException", .accessDenied), ("ResourceLimitExceeded", .inputOutput),
        ("ResourceInUse", .conflict), ("ResourceNotFound", .notFound),
    ])
    func refusalsAreErrorsAtOnce(_ type: String, _ code: IFError.Code) async throws {
        let service = ScriptedService([{ _ in .failure(400, type, "the account says no, the-secret") }])
        let error = await #expect(throws: IFError.self) { try await jobs(service).submit(ProcessingJobTests.job()) }
        #expect(error?.code == code)
        #expect(error?.message.contains("the account says no") == true)
        #expect(error?.description.contains("the-secret") == false)
        #expect(service.operations == ["CreateProcessingJob"])
    }

    /// The first request was carried out and its answer lost; the second meets the job that the first made.
    @Test func aLostAnswerIsFoundOutByTheName() async throws {
        let job = ProcessingJobTests.job()
        func service(_ variables: String) -> ScriptedService {
            ScriptedService([
                { _ in throw HTTPFailure.network }, { _ in .failure(400, "ResourceInUse") },
                { _ in
                    described(
                        job.name, "InProgress", image: "image:tag", count: 1,
                        more: """
                            ,"Environment":{\(variables)},
                            "ProcessingInputs":[{"InputName":"op","S3Input":{"S3Uri":"s3://shop/raw/op"}}],
                            "ProcessingOutputConfig":{"Outputs":[{"OutputName":"features","S3Output":{"S3Uri":"s3://shop/out"}}]}
                            """)
                },
            ])
        }
        #expect(try await jobs(service(#""A_1":"b""#)).submit(job) == "arn:\(job.name)")
        // A job that somebody else called so, and without a lost answer any.
        for other in [service(#""A_1":"c""#), ScriptedService([{ _ in .failure(400, "ResourceInUse") }])] {
            let error = await #expect(throws: IFError.self) { try await jobs(other).submit(job) }
            #expect(error?.code == .conflict)
        }
    }

    /// No attempt was answered: the job of the name tells, and where it cannot be asked, the message does.
    @Test func aSubmissionWithoutAnyAnswerIsLookedFor() async throws {
        let job = ProcessingJobTests.job()
        func service(_ lost: @escaping ScriptedService.Answer, _ look: @escaping ScriptedService.Answer)
            -> ScriptedService
        {
            ScriptedService { try $0.operation == "CreateProcessingJob" ? lost($0) : look($0) }
        }
        let silent: ScriptedService.Answer = { _ in throw HTTPFailure.network }
        let mine: ScriptedService.Answer = { _ in
            described(
                job.name, "InProgress", image: "image:tag", count: 1,
                more: """
                    ,"Environment":{"A_1":"b"},
                    "ProcessingInputs":[{"InputName":"op","S3Input":{"S3Uri":"s3://shop/raw/op"}}],
                    "ProcessingOutputConfig":{"Outputs":[{"OutputName":"features","S3Output":{"S3Uri":"s3://shop/out"}}]}
                    """)
        }
        let broken: ScriptedService.Answer = { _ in .failure(500, "InternalFailure") }
        for lost in [silent, broken] {
            #expect(try await jobs(service(lost, mine)).submit(job) == "arn:\(job.name)")
            for (look, words) in [
                (silent, "may exist and run"), ({ _ in .failure(400, "ResourceNotFound") }, "no job of this name yet"),
            ] as [(ScriptedService.Answer, String)] {
                let error = await #expect(throws: IFError.self) { try await jobs(service(lost, look)).submit(job) }
                #expect(error?.code == .inputOutput && error?.location.key == job.name)
                #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
                #expect(error?.message.contains("'insightflow jobs status \(job.name)'") == true)
            }
            let other = await #expect(throws: IFError.self) {
                try await jobs(service(lost, { _ in described(job.name, "InProgress") })).submit(job)
            }
            #expect(other?.code == .conflict && other?.message.contains("another job of this name") == true)
        }
        // Where no connection came about, nothing was submitted, and nobody is asked.
        let refused = service({ _ in throw HTTPFailure(code: 7, message: "refused", isTransient: true) }, mine)
        let error = await #expect(throws: IFError.self) { try await jobs(refused).submit(job) }
        #expect(error?.code == .inputOutput && error?.message.contains("may exist") == false)
        #expect(Set(refused.operations) == ["CreateProcessingJob"])
    }

    @Test func clockAndCredentialsAreMendedOnce() async throws {
        let service = ScriptedService([
            { _ in
                .json(
                    #"{"__type":"InvalidSignatureException","message":"Signature expired"}"#, status: 403,
                    headers: ["date": "Mon, 23 Nov 2026 02:40:56 GMT"])
            }, { _ in .failure(400, "ExpiredTokenException") }, Self.created,
        ])
        _ = try await jobs(service).submit(ProcessingJobTests.job())
        let dates = service.calls.compactMap { call in
            call.headers.first { $0.name == "x-amz-date" }?.value.prefix(11)
        }
        #expect(dates.last == "20261123T02" && service.calls.count == 3)
        let stubborn = ScriptedService([{ _ in .failure(400, "ExpiredTokenException") }])
        let error = await #expect(throws: IFError.self) { try await jobs(stubborn).list() }
        #expect(error?.code == .accessDenied && stubborn.calls.count == 2)
    }

    @Test func describes() async throws {
        let more = """
            ,"ProcessingStartTime":1763865700.5,"ProcessingEndTime":1763865760.5,"FailureReason":"AlgorithmError",
            "ExitMessage":"last words","Environment":{"INSIGHTFLOW_STAGE":"train"},
            "ProcessingInputs":[{"InputName":"a","S3Input":{"S3Uri":"s3://b/a"}},{"InputName":"d","DatasetDefinition":{}}],
            "ProcessingOutputConfig":{"Outputs":[{"OutputName":"models","S3Output":{"S3Uri":"s3://b/o"}}]}
            """
        let service = ScriptedService([{ _ in described("j", "Failed", more: more) }])
        let state = try await jobs(service).state(of: "j")
        #expect(state.status == .failed && state.status.isFinal)
        #expect(state.failureReason == "AlgorithmError" && state.exitMessage == "last words")
        #expect(state.seconds(until: Date()) == 60)
        #expect(state.environment == ["INSIGHTFLOW_STAGE": "train"])
        #expect(state.inputs == [.init(name: "a", location: "s3://b/a"), .init(name: "d", location: "")])
        #expect(state.outputs == [.init(name: "models", location: "s3://b/o")])
        #expect(state.instanceCount == 2)
    }

    @Test(arguments: [
        ("ValidationException", "Could not find requested job with name: j"), ("ResourceNotFound", "no"),
    ])
    func aMissingJobIsNotFound(_ type: String, _ message: String) async throws {
        let service = ScriptedService([{ _ in .failure(400, type, message) }])
        let error = await #expect(throws: IFError.self) { try await jobs(service).state(of: "j") }
        #expect(error?.code == .notFound && error?.location.key == "j")
        let stop = await #expect(throws: IFError.self) { try await jobs(service).stop("j") }
        #expect(stop?.code == .notFound)
    }

    @Test func anAnswerOfAnotherFormIsNoCrash() async throws {
        let service = ScriptedService([{ _ in .json("<html>") }])
        let error = await #expect(throws: IFError.self) { try await jobs(service).state(of: "j") }
        #expect(error?.code == .corruptFile)
    }

    // MARK: Stopping

    @Test(arguments: ["ResourceInUse", "ValidationException", "ConflictException"])
    func stoppingWhatHasEndedIsNoError(_ type: String) async throws {
        for status in ["Stopped", "Completed", "Failed", "Stopping"] {
            let service = ScriptedService { call in
                call.operation == "StopProcessingJob" ? .failure(400, type) : described("j", status)
            }
            #expect(try await jobs(service).stop("j").status.rawValue == status)
        }
        // A job that runs and cannot be stopped is an error.
        let running = ScriptedService { call in
            call.operation == "StopProcessingJob" ? .failure(400, type) : described("j", "InProgress")
        }
        await #expect(throws: IFError.self) { try await jobs(running).stop("j") }
    }

    @Test func stopping() async throws {
        let service = ScriptedService { call in
            call.operation == "StopProcessingJob" ? .json("") : described("j", "Stopping")
        }
        #expect(try await jobs(service).stop("j").status == .stopping)
        #expect(service.operations == ["StopProcessingJob", "DescribeProcessingJob"])
    }

    // MARK: Listing

    private static func page(_ names: Range<Int>, token: String?) -> HTTPResponse {
        let jobs = names.map {
            #"{"ProcessingJobName":"j\#($0)","ProcessingJobArn":"a","ProcessingJobStatus":"Completed","CreationTime":1.5}"#
        }.joined(separator: ",")
        return .json(#"{"ProcessingJobSummaries":[\#(jobs)]\#(token.map { #","NextToken":"\#($0)""# } ?? "")}"#)
    }

    @Test func listsAllPagesUpToTheLimit() async throws {
        let service = ScriptedService([
            { _ in Self.page(0..<100, token: "one") }, { _ in Self.page(100..<200, token: "two") },
            { _ in Self.page(200..<205, token: nil) },
        ])
        let found = try await jobs(service).list(nameContains: "j", status: .completed, limit: 300)
        #expect(found.map(\.name) == (0..<205).map { "j\($0)" })
        #expect(
            service.calls[1].body == [
                "SortBy": "CreationTime", "SortOrder": "Descending", "MaxResults": 100, "NameContains": "j",
                "StatusEquals": "Completed", "NextToken": "one",
            ])
        let short = ScriptedService([
            { _ in Self.page(0..<100, token: "one") }, { _ in Self.page(100..<150, token: "x") },
        ])
        #expect(try await jobs(short).list(limit: 150).count == 150)
        #expect(short.calls.count == 2)
        #expect(try Reader(short.calls[1].body)["MaxResults"].number == 50)
    }

    @Test func aTokenThatRepeatsEndsTheList() async throws {
        let service = ScriptedService([{ _ in Self.page(0..<2, token: "same") }])
        #expect(try await jobs(service).list(limit: 1000).count == 4)
    }

    // MARK: Places

    @Test func aRegionIsNeededAndEndpointsAreFollowed() async throws {
        let service = ScriptedService([{ _ in Self.page(0..<1, token: nil) }])
        let error = #expect(throws: IFError.self) { try service.client(.sageMaker, region: nil) }
        #expect(error?.code == .invalidConfiguration && error?.location.key == "aws.region")
        let other = try service.client(
            .logs, region: nil,
            variables: ["AWS_REGION": "cn-north-1", "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": "http://127.0.0.1:80/base"])
        _ = try? await other.call("X", Data("{}".utf8))
        #expect(service.calls.last?.url == "http://127.0.0.1/base/")
        let plain = try service.client(.bedrock, region: "cn-north-1")
        _ = try await plain.send("GET", ["model-invocation-job", "arn:aws:x/y"])
        #expect(
            service.calls.last?.url
                == "https://bedrock.cn-north-1.amazonaws.com.cn/model-invocation-job/arn%3Aaws%3Ax%2Fy")
    }
}
