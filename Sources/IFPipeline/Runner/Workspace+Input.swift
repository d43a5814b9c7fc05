import IFCore
import IFStore

extension Workspace {
    /// The rules by which the input is read, as one text: other rules give another input.
    func inputRules() throws -> String {
        var rules = configuration.input
        rules.path = nil
        return try JSONText.line(rules)
    }

    /// The input files, for manifests.
    func inputRecords() async throws -> [RunInput] {
        let fingerprint = try await fingerprintOfInput()
        return [RunInput(name: "input", location: try requireInput(), fingerprint: fingerprint)]
    }
}

extension RecsysConfiguration {
    /// How the columns of plain transactions are mapped, `nil` for orders and lines.
    var transactionMapping: TransactionMapping? {
        input.transactions.map { TransactionMapping($0) }
    }

    /// The configuration as a manifest holds it.
    var manifestValue: JSONValue {
        get throws { try JSONDecoderValue.decode(canonicalJSON()) }
    }
}
