import Foundation
import IFCore
import IFFiles
import IFTesting
import Testing

/// The reader's ways through text, by separators a word at a time and byte by byte, beside a plain reading.
@Suite struct CSVScanningTests {
    /// A generator that gives the same numbers everywhere (SplitMix64).
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
            return value ^ value >> 31
        }
    }

    /// A table of random cells and its text, with quotes where cells need them and at random.
    private func made(
        rows: Int, columns: Int, quotesEvery: Int, lineEnd: String, blankEvery: Int, _ random: inout Generator
    ) -> (text: String, cells: [[String?]]) {
        let alphabet = Array("abc019 .-;é")
        var text = (0..<columns).map { "c\($0)" }.joined(separator: ",") + lineEnd
        var cells: [[String?]] = []
        for row in 0..<rows {
            // Long stretches of ASCII alone.
            let characters = row * 4 / rows == 2 ? alphabet.count : alphabet.count - 1
            var record: [String?] = []
            var fields: [String] = []
            for _ in 0..<columns {
                let length = Int.random(in: 0...(Int.random(in: 0..<50, using: &random) == 0 ? 300 : 9), using: &random)
                var cell = String((0..<length).map { _ in alphabet[Int.random(in: 0..<characters, using: &random)] })
                let isQuoted = quotesEvery > 0 && Int.random(in: 0..<quotesEvery, using: &random) == 0
                if isQuoted { cell += ["", ",", "\"", "\n", lineEnd + "\"\""][Int.random(in: 0..<5, using: &random)] }
                fields.append(isQuoted ? "\"\(cell.replacing("\"", with: "\"\""))\"" : cell)
                record.append(cell.isEmpty && !isQuoted ? nil : cell)
            }
            // A record of one empty field is a blank line, which only a file of one column may have.
            text += fields.joined(separator: ",") + (row == rows - 1 ? "" : lineEnd)
            if columns > 1, blankEvery > 0, row % blankEvery == 0, row < rows - 1 { text += lineEnd }
            cells.append(record)
        }
        return (text, cells)
    }

    @Test(arguments: [0, 3, 40, 400], ["\n", "\r\n"])
    func cellsAreThoseOfThePlainReading(_ quotesEvery: Int, _ lineEnd: String) async throws {
        var random = Generator(state: UInt64(quotesEvery * 2 + lineEnd.utf8.count))
        try await withTemporaryFolder { folder in
            for columns in [1, 2, 7, 90] {
                let rows = 40_000 / columns
                let (text, cells) = made(
                    rows: rows, columns: columns, quotesEvery: quotesEvery, lineEnd: lineEnd,
                    blankEvery: columns == 7 ? 13 : 0, &random)
                // Without a cell at the end the last record of a single column would not be there.
                let ending = cells.last?.last == .some(nil) ? lineEnd : ""
                try write(text + ending, to: folder + "/t.csv")
                let types = Dictionary(uniqueKeysWithValues: (0..<columns).map { ("c\($0)", ColumnType.string) })
                for workers in [1, 3] {
                    let result = try await CSVReader.readReporting(
                        folder + "/t.csv", types: types, in: RunContext(workers: WorkerBudget(workers)))
                    #expect(result.report.isClean && result.report.rows == rows)
                    for column in 0..<columns {
                        #expect(try result.table.strings("c\(column)").strings() == cells.map { $0[column] })
                    }
                }
                guard columns > 2 else { continue }
                // Some columns only.
                var options = CSVOptions()
                options.otherColumns = .skip
                let some = try await CSVReader.read(
                    folder + "/t.csv", types: ["c1": .string, "c\(columns - 1)": .string], options: options,
                    in: RunContext())
                #expect(try some.strings("c1").strings() == cells.map { $0[1] })
                #expect(try some.strings("c\(columns - 1)").strings() == cells.map { $0[columns - 1] })
            }
        }
    }

    @Test func raggedRowsAmongRegularOnes() async throws {
        // Every kind of irregular row at every distance from the last one.
        var text = "a,b,c\n"
        var expected: [[Int64?]] = []
        var ragged: [Int] = []
        var line = 1
        for distance in 0..<120 {
            for kind in 0..<4 {
                for _ in 0..<distance {
                    text += "\(line),2,3\n"
                    line += 1
                    expected.append([Int64(line - 1), 2, 3])
                }
                line += 1
                if kind == 3 {
                    text += "\n"
                    continue
                }
                text += ["7\n", "7,8\n", "7,8,9,10,11\n"][kind]
                expected.append([7, kind > 0 ? 8 : nil, kind > 1 ? 9 : nil])
                ragged.append(line)
            }
        }
        try await withTemporaryFolder { folder in
            try write(text, to: folder + "/t.csv")
            var options = CSVOptions(strictness: .lenient)
            options.reportLimit = 10_000
            for workers in [1, 2] {
                let result = try await CSVReader.readReporting(
                    folder + "/t.csv", types: ["a": .int64, "b": .int64, "c": .int64], options: options,
                    in: RunContext(workers: WorkerBudget(workers)))
                #expect(result.report.raggedRows.map(\.line) == ragged)
                #expect(result.report.raggedRowCount == ragged.count)
                for (column, name) in ["a", "b", "c"].enumerated() {
                    #expect(result.table[name] == .int64(expected.map { $0[column] }))
                }
            }
        }
    }

    /// Reads cells without a header, so that the first begins at the first byte.
    private func column(_ cells: [String], _ type: ColumnType) async throws -> Column? {
        try await withTemporaryFolder { folder in
            try write(cells.joined(separator: "\n"), to: folder + "/t.csv")
            var options = CSVOptions(delimiter: ";", strictness: .lenient)
            options.hasHeader = false
            return try await CSVReader.read(
                folder + "/t.csv", types: ["column1": type], options: options, in: RunContext())["column1"]
        }
    }

    @Test func wholeNumbersOfEveryLength() async throws {
        var random = Generator(state: 5)
        var cells = ["7", "-3", "12"]
        for length in 1...20 {
            for _ in 0..<40 {
                let digits = String((0..<length).map { _ in Character("\(Int.random(in: 0...9, using: &random))") })
                cells += [digits, "-" + digits]
                // A character just beside the digits, at every place.
                var spoilt = Array(digits.utf8)
                spoilt[Int.random(in: 0..<length, using: &random)] =
                    [0x2F, 0x3A, 0x20, 0xB0][
                        Int.random(in: 0..<4, using: &random)]
                if let text = String(validating: spoilt, as: UTF8.self) { cells.append(text) }
            }
        }
        let plain = cells.map { Int64($0.trimmingCharacters(in: .whitespaces)) }
        #expect(try await column(cells, .int64) == .int64(plain))
        #expect(
            try await column(cells, .int32)
                == .int32(plain.map { $0.flatMap { Int32(exactly: $0) } }))
    }

    @Test func decimalsWithThePointAnywhere() async throws {
        var random = Generator(state: 6)
        var cells = [".5", "5.", ".", "-", "1.2.3", "..", "1..", "-.5", "-5.", "1,5", "0.0", "-0.0"]
        for length in 1...12 {
            for point in 0...length {
                for _ in 0..<12 {
                    var digits = (0..<length).map { _ in Character("\(Int.random(in: 0...9, using: &random))") }
                    digits.insert(".", at: point)
                    cells += [String(digits), "-" + String(digits)]
                    digits[Int.random(in: 0...length, using: &random)] =
                        ["/", ":", "."][
                            Int.random(in: 0..<3, using: &random)]
                    cells.append(String(digits))
                }
            }
        }
        let plain = cells.map { text -> Double? in
            guard text.contains(where: \.isNumber) else { return nil }
            return Double(text.hasSuffix(".") ? text + "0" : text.replacing("-.", with: "-0."))
        }
        let read = try #require(try await column(cells, .double))
        guard case .double(let values) = read else {
            Issue.record("not a column of doubles")
            return
        }
        for (row, text) in cells.enumerated() {
            #expect(values[row]?.bitPattern == plain[row]?.bitPattern, "\(text)")
        }
    }

    @Test func timestampsBesideTheCalendar() async throws {
        var random = Generator(state: 7)
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        var cells: [String] = []
        var expected: [Int64?] = []
        for _ in 0..<2000 {
            let day = DateComponents(
                year: .random(in: 1600...2400, using: &random), month: .random(in: 1...12, using: &random),
                day: .random(in: 1...28, using: &random), hour: .random(in: 0...23, using: &random),
                minute: .random(in: 0...59, using: &random), second: .random(in: 0...59, using: &random))
            let seconds = Int64(try #require(calendar.date(from: day)).timeIntervalSince1970)
            let date = String(format: "%04d-%02d-%02d", day.year ?? 0, day.month ?? 0, day.day ?? 0)
            let minutes = String(format: "%02d:%02d", day.hour ?? 0, day.minute ?? 0)
            let second = String(format: ":%02d", day.second ?? 0)
            let ofMinute = seconds - Int64(day.second ?? 0)
            cells += [
                "\(date) \(minutes)\(second)", "\(date)T\(minutes)\(second)Z", "\(date)t\(minutes)", " \(date)\t",
                "\(date) \(minutes)\(second).25+01:30", "\(date) \(minutes)\(second),1234567-0200",
                "\(date) \(minutes)+05",
            ]
            expected += [
                seconds * 1_000_000, seconds * 1_000_000, ofMinute * 1_000_000,
                (seconds - seconds.mod(86_400)) * 1_000_000, (seconds - 5400) * 1_000_000 + 250_000,
                (seconds + 7200) * 1_000_000 + 123_456, (ofMinute - 18_000) * 1_000_000,
            ]
        }
        for wrong in [
            "2020-02-30", "2019-02-29", "1900-02-29", "2020-04-31", "2020-13-01", "2020-00-01", "2020-1-01",
            "2020-01-0",
            "2020-01-01x", "2020-01-01 24:00", "2020-01-01 10:60", "2020-01-01 10:10:60", "2020-01-01 10:10:10.",
            "2020-01-01 10:10ZZ", "2020-01-01 10:10+24", "2020-01-01 10:10+1", "20200101",
            "2020-01-01 1:00",
            "٢٠٢٠-01-01",
        ] {
            cells.append(wrong)
            expected.append(nil)
        }
        cells += ["2020-02-29", "2000-02-29"]
        expected += [1_582_934_400_000_000, 951_782_400_000_000]
        #expect(try await column(cells, .timestamp) == .timestamp(ColumnValues(expected, placeholder: 0)))
    }
}

extension Int64 {
    /// The remainder that is never negative.
    fileprivate func mod(_ divisor: Int64) -> Int64 { ((self % divisor) + divisor) % divisor }
}
