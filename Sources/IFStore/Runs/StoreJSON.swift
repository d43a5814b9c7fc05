internal import FoundationEssentials
internal import IFCore

/// The JSON of manifests and pointers: keys in snake case and sorted, dates in UTC to the millisecond.
enum StoreJSON {
    static func encode(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(text(date))
        }
        return try encoder.encode(value) + Data("\n".utf8)
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from data: Data, file: String) throws -> Value {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let container = try decoder.singleValueContainer()
            let text = try container.decode(String.self)
            guard let date = date(text) else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is no UTC time")
            }
            return date
        }
        do {
            return try decoder.decode(type, from: data)
        } catch {
            throw IFError(
                .corruptFile, "this is not the JSON it should be; restore the file or choose another run", file: file,
                cause: error)
        }
    }

    /// `date` as the JSON will give it back.
    static func rounded(_ date: Date) -> Date {
        Date(timeIntervalSince1970: (date.timeIntervalSince1970 * 1000).rounded(.down) / 1000)
    }

    private static func text(_ date: Date) -> String {
        let milliseconds = Int((date.timeIntervalSince1970 * 1000).rounded(.toNearestOrEven))
        let fraction = ((milliseconds % 1000) + 1000) % 1000
        let seconds = Date(timeIntervalSince1970: Double((milliseconds - fraction) / 1000))
        let digits = String(fraction)
        return seconds.formatted(.iso8601).dropLast() + "." + String(repeating: "0", count: 3 - digits.count) + digits
            + "Z"
    }

    private static func date(_ text: String) -> Date? {
        guard text.hasSuffix("Z") else { return nil }
        let parts = text.dropLast().split(separator: ".")
        guard let first = parts.first, parts.count <= 2, let seconds = try? Date(first + "Z", strategy: .iso8601) else {
            return nil
        }
        guard parts.count == 2 else { return seconds }
        guard let fraction = Double("0." + parts[1]) else { return nil }
        return Date(
            timeIntervalSince1970: (seconds.timeIntervalSince1970 * 1000 + (fraction * 1000).rounded()) / 1000)
    }
}
