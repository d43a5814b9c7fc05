internal import FoundationEssentials
internal import IFCore
internal import IFStore

/// JSON as it goes over the wire.
enum WireJSON {
    static func encode(_ body: JSONValue) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(body)
    }

    /// - Throws: ``IFError/Code/corruptFile`` for an answer of another form.
    static func decode<Answer: Decodable>(_ data: Data, of operation: String) throws -> Answer {
        do {
            return try JSONDecoder().decode(Answer.self, from: data)
        } catch {
            throw IFError(
                .corruptFile, "the answer to \(operation) has not the form it should have; is the endpoint AWS's?",
                cause: error)
        }
    }
}
