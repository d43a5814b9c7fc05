import FoundationEssentials
import IFCore
import IFFiles
import IFStore

extension Workspace {
    /// The rules by which the input is read, as one text: other rules give another input.
    func inputRules() throws -> String {
        var rules = configuration.input
        rules.path = nil
        return try ArtifactJSON.line(rules)
    }

    /// Whether the input has lines to rate, as far as its files and mapping tell: no row is read.
    func inputHasItems() async throws -> Bool {
        if let columns = configuration.input.transactions { return columns.item != nil }
        return try await inputLocation(outlined: true).files[.priorLines] != nil
    }

    /// Whether the input may have lines of held-out orders; the same.
    func inputMayHoldOut() async throws -> Bool {
        if let columns = configuration.input.transactions { return columns.item != nil && columns.holdout != .none }
        return try await inputLocation(outlined: true).files[.trainLines] != nil
    }

    /// The input files, for manifests.
    func inputRecords() async throws -> [RunInput] {
        let fingerprint = try await fingerprintOfInput()
        return [RunInput(name: "input", location: try requireInput(), fingerprint: fingerprint)]
    }
}

extension Workspace {
    /// The orders table as the input has it: all rows and columns of all parts. For plain transactions, the orders made
    /// of them; `nil` where the file's own types would not serve later readers, as after repairs of bad cells.
    func untouchedOrders() async throws -> Table? {
        if configuration.input.transactions != nil { return try await loadShop().orders }
        let location = try await inputLocation()
        let table = try await naming { try await inputSources().read(location.file(.orders), in: context) }
        guard (try? table.double("days_since_prior_order")) != nil, (try? table.int64("order_number")) != nil else {
            return nil
        }
        return table
    }
}

extension ShopData {
    /// Whether intervals are cut off at a cap: those of the Instacart form are, those computed from dates are not.
    var intervalsAreCapped: Bool { !orders.contains("order_time") }

    /// What was found in the input, a sentence a kind.
    var notes: [String] { report.findings.map(\.sentence) }
}

extension RecsysConfiguration {
    /// The configuration as a manifest holds it.
    var manifestValue: JSONValue {
        get throws { try JSONDecoder().decode(JSONValue.self, from: canonicalJSON()) }
    }
}
