import FoundationEssentials
import IFCore
import IFPipeline
import Testing

@Suite struct TransactionMappingTests {
    @Test func readsFromAFewKeys() throws {
        let json = #"{"user": "u", "timestamp": "t", "returns": "net", "item": "i", "quantity": "n", "columns": ["a"]}"#
        let mapping = try JSONDecoder().decode(TransactionMapping.self, from: Data(json.utf8))
        #expect(mapping.returns == .net && mapping.delimiter == "," && mapping.holdout == .lastOrder)
        #expect(mapping.timestampFormat == .iso8601 && mapping.columns == ["a"] && mapping.grouping == .day)
        let again = try JSONDecoder().decode(TransactionMapping.self, from: JSONEncoder().encode(mapping))
        #expect(again == mapping)
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        var key: String
        var change: @Sendable (inout TransactionMapping) -> Void
        var testDescription: String { key }
    }

    @Test(arguments: [
        Bad(key: "transactions.timestamp") { $0.timestamp = nil },
        Bad(key: "transactions.returns") { $0.returns = .net },
        Bad(key: "transactions.price") { ($0.price, $0.amount) = ("p", "a") },
        Bad(key: "transactions.description") { ($0.description, $0.item) = ("d", nil) },
        Bad(key: "transactions.cancellationPrefix") { $0.cancellationPrefix = "C" },
        Bad(key: "transactions.cancellationPrefix") { ($0.order, $0.cancellationPrefix) = ("o", "") },
        Bad(key: "transactions.delimiter") { $0.delimiter = ";;" },
        Bad(key: "transactions.timestampFormat") { $0.timestampFormat = .init(rawValue: "HH:mm") },
        Bad(key: "transactions.u") { $0.item = "u" },
    ])
    func refusesWhatDoesNotFit(_ bad: Bad) {
        var mapping = TransactionMapping(user: "u", item: "i", timestamp: "t")
        #expect(throws: Never.self) { try mapping.validate() }
        bad.change(&mapping)
        let error = #expect(throws: IFError.self) { try mapping.validate() }
        #expect(error?.code == .invalidConfiguration && error?.location.key == bad.key)
    }
}
