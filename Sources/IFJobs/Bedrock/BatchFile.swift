public import FoundationEssentials
public import IFCore

/// What Amazon Bedrock takes in one batch.
///
/// The defaults are what most models had in 2026; the quotas of an account and a model may differ (Service Quotas,
/// "Batch inference").
public struct BatchLimits: Hashable, Sendable {
    /// Records of a job at least.
    public var minimumRecords = 100
    /// Records of a file at most.
    public var maximumRecords = 50_000
    /// Bytes of a file at most.
    public var maximumBytes = 1_000_000_000

    /// The defaults.
    public init() {}
}

/// Files of records for Bedrock's batches: a line `{"recordId": …, "modelInput": {…}}` each.
public enum BatchFile {
    /// Checks records and divides them into as few files as the limits allow, of about the same number of records.
    ///
    /// - Parameter records: Lines of JSON; empty lines are passed over.
    /// - Returns: The files, in the order of the records.
    /// - Throws: ``IFError/Code/invalidArgument`` for limits that allow no file; ``IFError/Code/invalidData`` for a line that is no record, with its number, and for an id that comes
    ///   twice; ``IFError/Code/emptyData`` where there are fewer records than a batch needs.
    /// - Complexity: O(bytes).
    public static func divide(_ records: Data, _ limits: BatchLimits = BatchLimits()) throws(IFError) -> [Data] {
        guard limits.maximumRecords > 0, limits.maximumBytes > 0, limits.minimumRecords <= limits.maximumRecords else {
            throw IFError(
                .invalidArgument,
                "limits of \(limits.minimumRecords) to \(limits.maximumRecords) records and \(limits.maximumBytes) bytes "
                    + "allow no file")
        }
        let lines = try checked(records, limits)
        guard lines.count >= limits.minimumRecords else {
            throw IFError(
                .emptyData,
                "a batch needs at least \(limits.minimumRecords) records, these are \(lines.count); send them one by one, or "
                    + "set the limit if your model takes fewer")
        }
        var count = 1
        while true {
            let files = parts(lines, count)
            if files.allSatisfy({ $0.count <= limits.maximumRecords && bytes($0) <= limits.maximumBytes }) {
                guard count == 1 || files.allSatisfy({ $0.count >= limits.minimumRecords }) else {
                    throw IFError(
                        .invalidData,
                        "files of at most \(limits.maximumBytes) bytes and \(limits.maximumRecords) records would have fewer "
                            + "than \(limits.minimumRecords) records")
                }
                return files.map { file in
                    var data = Data(capacity: bytes(file))
                    for line in file {
                        data.append(contentsOf: line)
                        data.append(UInt8(ascii: "\n"))
                    }
                    return data
                }
            }
            // Never more than one record a file: each of them fits, as was checked.
            count += 1
        }
    }

    private struct Record: Decodable {
        var recordId: String
    }

    private static func checked(_ records: Data, _ limits: BatchLimits) throws(IFError) -> [Data] {
        var lines: [Data] = []
        var ids: Set<String> = []
        for (index, line) in records.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
        {
            if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { continue }
            guard let record = try? JSONDecoder().decode(Record.self, from: Data(line)), hasModelInput(Data(line))
            else {
                throw IFError(
                    .invalidData, "this is no record of a batch: {\"recordId\": \"…\", \"modelInput\": {…}}",
                    row: index + 1)
            }
            guard ids.insert(record.recordId).inserted else {
                throw IFError(.invalidData, "the record's id came before; answers are joined by it", row: index + 1)
            }
            guard line.count < limits.maximumBytes else {
                throw IFError(.invalidData, "the record alone is larger than a file may be", row: index + 1)
            }
            lines.append(Data(line))
        }
        return lines
    }

    private static func hasModelInput(_ line: Data) -> Bool {
        struct Shape: Decodable {
            struct Anything: Decodable {
                init(from decoder: any Decoder) throws { _ = try decoder.container(keyedBy: Key.self) }
            }
            struct Key: CodingKey {
                var stringValue: String
                var intValue: Int? { nil }
                init?(stringValue: String) { self.stringValue = stringValue }
                init?(intValue: Int) { nil }
            }
            var modelInput: Anything
        }
        return (try? JSONDecoder().decode(Shape.self, from: line)) != nil
    }

    private static func parts(_ lines: [Data], _ count: Int) -> [ArraySlice<Data>] {
        (0..<count).map { lines[lines.count * $0 / count..<lines.count * ($0 + 1) / count] }
    }

    private static func bytes(_ lines: ArraySlice<Data>) -> Int { lines.reduce(0) { $0 + $1.count + 1 } }
}
