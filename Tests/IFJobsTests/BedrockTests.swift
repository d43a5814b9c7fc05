import Foundation
import IFCore
import IFStore
import Testing

@testable import IFAWS
@testable import IFJobs

@Suite("Bedrock batches") struct BedrockTests {
    private func lines(_ count: Int, padding: Int = 0) -> Data {
        let pad = String(repeating: "x", count: padding)
        return Data(
            (0..<count).map { #"{"recordId":"REC\#($0)","modelInput":{"text":"\#(pad)"}}"# + "\n" }.joined().utf8)
    }

    private func limits(_ minimum: Int, _ records: Int, bytes: Int = 1_000_000) -> BatchLimits {
        var limits = BatchLimits()
        limits.minimumRecords = minimum
        limits.maximumRecords = records
        limits.maximumBytes = bytes
        return limits
    }

    private func count(_ data: Data) -> Int { data.split(separator: UInt8(ascii: "\n")).count }

    @Test func filesAreFewAndEvenAndHoldEveryRecordInOrder() throws {
        for (records, maximum, expected) in [
            (100, 100, [100]), (101, 100, [50, 51]), (1000, 300, [250, 250, 250, 250]),
        ] {
            let all = lines(records)
            let files = try BatchFile.divide(all, limits(50, maximum))
            #expect(files.map(count) == expected)
            #expect(files.reduce(Data(), +) == all)
        }
        // By size: 210 bytes and more a line.
        let wide = lines(60, padding: 160)
        let files = try BatchFile.divide(wide, limits(5, 1000, bytes: 4000))
        #expect(files.count > 2 && files.allSatisfy { $0.count <= 4000 && count($0) >= 5 })
        #expect(files.reduce(Data(), +) == wide)
        // Empty lines and carriage returns are not records.
        #expect(try BatchFile.divide(lines(3) + Data("\r\n\n".utf8), limits(3, 10)).map(count) == [3])
    }

    @Test func limitsAreKept() throws {
        let few = #expect(throws: IFError.self) { try BatchFile.divide(lines(99)) }
        #expect(few?.code == .emptyData && few?.message.contains("100") == true)
        // Two files of fewer than the least.
        #expect(throws: IFError.self) { try BatchFile.divide(lines(150), limits(100, 120)) }
        let large = #expect(throws: IFError.self) {
            try BatchFile.divide(lines(3, padding: 5000), limits(1, 10, bytes: 4000))
        }
        #expect(large?.location.row == 1)
    }

    @Test(arguments: [
        "no json", "{}", #"{"recordId":"a"}"#, #"{"recordId":"a","modelInput":"text"}"#,
        #"{"recordId":1,"modelInput":{}}"#,
        #"{"recordId":"REC1","modelInput":{}}"#,
    ])
    func whatIsNoRecordIsNamedByItsLine(_ line: String) throws {
        let error = #expect(throws: IFError.self) {
            try BatchFile.divide(lines(2) + Data(line.utf8) + lines(0), limits(1, 10))
        }
        #expect(error?.code == .invalidData && error?.location.row == 3)
    }

    private static let arn = "arn:aws:bedrock:eu-west-1:123456789012:model-invocation-job/abcdefghijkl"

    private static func state(_ status: String) -> HTTPResponse {
        .json(
            #"{"jobArn":"\#(arn)","jobName":"n","modelId":"m","status":"\#(status)","submitTime":"2026-11-23T02:40:56Z","#
                + #""outputDataConfig":{"s3OutputDataConfig":{"s3Uri":"s3://b/o/"}},"totalRecordCount":7}"#)
    }

    @Test func submitsAndLooks() async throws {
        let service = ScriptedService { call in
            call.operation.hasPrefix("POST") ? .json(#"{"jobArn":"\#(Self.arn)"}"#) : Self.state("InProgress")
        }
        let batches = BedrockBatches(client: try service.client(.bedrock))
        let batch = BedrockBatch(name: "n", model: "m", role: "r", input: "s3://b/i.jsonl", output: "s3://b/o/")
        #expect(try await batches.submit(batch) == Self.arn)
        #expect(
            service.calls.first?.body == [
                "jobName": "n", "modelId": "m", "roleArn": "r", "clientRequestToken": "n",
                "inputDataConfig": ["s3InputDataConfig": ["s3InputFormat": "JSONL", "s3Uri": "s3://b/i.jsonl"]],
                "outputDataConfig": ["s3OutputDataConfig": ["s3Uri": "s3://b/o/"]],
            ])
        let state = try await batches.state(of: Self.arn)
        #expect(state.status == "InProgress" && state.records == 7 && !state.isFinal)
        #expect(service.operations.last?.contains("model-invocation-job%2Fabcdefghijkl") == true)
        var long = batch
        long.name = String(repeating: "n", count: 64)
        await #expect(throws: IFError.self) { try await batches.submit(long) }
    }

    @Test func stoppingWhatHasEndedIsNoError() async throws {
        for code in ["ConflictException", "ValidationException"] {
            let service = ScriptedService { call in
                call.operation.hasPrefix("POST") ? .failure(409, code) : Self.state("Completed")
            }
            let state = try await BedrockBatches(client: try service.client(.bedrock)).stop(Self.arn)
            #expect(state.isFinal)
        }
        let missing = ScriptedService([{ _ in .failure(404, "ResourceNotFoundException") }])
        let error = await #expect(throws: IFError.self) {
            try await BedrockBatches(client: try missing.client(.bedrock)).stop(Self.arn)
        }
        #expect(error?.code == .notFound)
    }

    @Test func aBatchWithoutAnswerMayExist() async throws {
        let batch = BedrockBatch(name: "b-1", model: "m", role: "r", input: "s3://b/i", output: "s3://b/o")
        let service = ScriptedService([{ _ in throw HTTPFailure.network }])
        let error = await #expect(throws: IFError.self) {
            try await BedrockBatches(client: try service.client(.bedrock)).submit(batch)
        }
        #expect(error?.location.key == "b-1" && error?.message.contains("may exist and run") == true)
        let refused = ScriptedService([{ _ in .failure(400, "ValidationException") }])
        let other = await #expect(throws: IFError.self) {
            try await BedrockBatches(client: try refused.client(.bedrock)).submit(batch)
        }
        #expect(other?.code == .invalidArgument && other?.message.contains("may exist") == false)
    }
}
