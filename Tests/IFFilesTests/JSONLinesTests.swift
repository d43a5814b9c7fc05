import IFCore
import IFFiles
import IFTesting
import Testing

@Suite struct JSONLinesTests {
    @Test func tablesComeBackAndKeysKeepTheirOrder() async throws {
        try await withTemporaryFolder { folder in
            let all = TableSamples.everyType(rows: 500, nulls: true)
            let table = try all.selecting(["text", "i64", "double", "bool", "longs", "words", "floats"])
            for path in [folder + "/t.jsonl", folder + "/t.jsonl.gz"] {
                try JSONLinesWriter.write(table, to: path)
                expectSame(try await JSONLinesReader.read(path, in: RunContext()), table)
            }
            let small = Table(["b": .strings(["x\"\\\n\u{1}"]), "a": .double([0.1] as [Double])])
            try JSONLinesWriter.write(small, to: folder + "/s.jsonl")
            let line = String(decoding: try bytes(folder + "/s.jsonl"), as: UTF8.self)
            #expect(line == #"{"b": "x\"\\\n\u0001", "a": 0.1}"# + "\n")
        }
    }

    @Test func missingKeysMixedTypesAndNesting() async throws {
        try await withTemporaryFolder { folder in
            let text = """
                {"a": 1, "m": 1, "o": {"k": [1, 2]}, "u": "\\ud83d\\ude00\\u00e9"}

                {"a": 2.5, "m": "x"}
                {"b": true, "a": null}
                """
            try write(text, to: folder + "/t.jsonl")
            let table = try await JSONLinesReader.read(folder + "/t.jsonl", in: RunContext())
            #expect(table.names == ["a", "m", "o", "u", "b"])
            #expect(try table.double("a").nullCount == 1 && table.double("a")[1] == 2.5)
            #expect(try table.strings("m").strings() == ["1", "x", nil])
            #expect(try table.strings("o").strings() == [#"{"k":[1,2]}"#, nil, nil])
            #expect(try table.strings("u")[0] == "😀é")
            #expect(table["b"]?.nullCount == 2)
            let typed = try await DataFiles.read(
                folder + "/t.jsonl", columns: [ColumnRequest("a", .float)], in: RunContext())
            #expect(typed["a"]?.type == .float)
        }
    }

    @Test(arguments: ["{\"a\": 1}\n{\"a\": }", "[1]", "{\"a\": 1} x", "{\"a\": \"open", "{\"a\": 01x}", "nul"])
    func whatIsNotAnObjectIsAnErrorWithItsLine(_ text: String) async throws {
        try await withTemporaryFolder { folder in
            try write(text, to: folder + "/t.jsonl")
            let error = await #expect(throws: IFError.self) {
                try await JSONLinesReader.read(folder + "/t.jsonl", in: RunContext())
            }
            #expect(error?.code == .corruptFile && error?.location.row == (text.contains("\n") ? 2 : 1))
        }
    }

    @Test func deepNestingIsAnErrorNotACrash() async throws {
        try await withTemporaryFolder { folder in
            try write("{\"a\": " + String(repeating: "[", count: 100_000), to: folder + "/t.jsonl")
            await #expect(throws: IFError.self) {
                try await JSONLinesReader.read(folder + "/t.jsonl", in: RunContext())
            }
        }
    }
}
