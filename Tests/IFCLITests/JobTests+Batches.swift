import Foundation
import IFTesting
import Testing

extension JobTests {
    @Test func anExportGoesToBedrockInFilesOfTheSizeItTakes() async throws {
        try await withBucket { bucket in
            try makeShop(bucket, users: 400)
            let template =
                #"{"max_tokens": 64, "messages": [{"role": "user", "content": "Write to this customer: {profile}"}]}"#
            try Data(template.utf8).write(to: URL(filePath: "\(bucket.folder)/input.json"))
            try Data("{}".utf8).write(to: URL(filePath: "\(bucket.folder)/empty.json"))
            let input = ["--input", "\(bucket.prefix)/shop", "--progress", "none"]
            let segment = try bucket.run(["run", "--to", "segment"] + common(bucket) + input)
            try #require(segment.status == 0, "\(segment.errors)")
            let export = ["export"] + common(bucket) + input + ["--bedrock-model", "vendor.model-v1"]
            let empty = try bucket.run(export + ["--bedrock-input", "empty.json"])
            #expect(empty.status == 65 && empty.errors.contains("{profile}"), "\(empty.errors)")

            let done = try bucket.run(export + ["--bedrock-input", "input.json", "--bedrock-maximum", "150"])
            try #require(done.status == 0, "\(done.errors)")
            let names = done.errors.split(separator: "\n").compactMap { line in
                line.contains("submitted") ? line.split(separator: " ").last.map(String.init) : nil
            }
            #expect(names.count == 2, "\(done.errors)")
            var answered = 0
            for arn in names {
                var state: [String: Any] = [:]
                for _ in 0..<100 where state["status"] as? String != "Completed" {
                    try await Task.sleep(for: .milliseconds(50))
                    state = try object(try bucket.run(["jobs", "status", arn, "--json"] + common(bucket)).output)
                }
                #expect(state["status"] as? String == "Completed", "\(state)")
                answered += try #require(state["records"] as? Int)
            }
            let files = try bucket.fetched("store").filter { $0.hasPrefix("recsys/bedrock/") }
            #expect(files.count == 4, "\(files)")
            let first = try bucket.text("store/\(try #require(files.first { $0.hasSuffix("input.jsonl") }))")
            let records = first.split(separator: "\n")
            let record = try object(try #require(records.first))
            #expect(Set(record.keys) == ["recordId", "modelInput"])
            let message = try #require(
                ((record["modelInput"] as? [String: Any])?["messages"] as? [[String: Any]])?.first?["content"]
                    as? String)
            #expect(message.hasPrefix("Write to this customer: {") && message.contains("top_products"))
            #expect(answered >= 200)
            let stop = try bucket.run(["jobs", "stop", names[0]] + common(bucket))
            #expect(stop.status == 0 && stop.output.contains("Completed"), "\(stop.errors)")

            let few = try bucket.run(
                export + ["--bedrock-input", "input.json", "--bedrock-minimum", "1000", "--bedrock-maximum", "2000"])
            #expect(few.status == 65 && few.errors.contains("at least 1000 records"), "\(few.errors)")
        }
    }
}
