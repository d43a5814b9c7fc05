import FoundationEssentials
import IFCore
import IFFiles
import IFStore

/// What products are called, where the input says so.
struct ProductNames {
    /// Changes when the names may change; empty without any.
    let fingerprint: String
    private let source: Source

    private enum Source {
        case none
        case table(String)
        /// The table of an input that is read where it is wanted.
        case remote
        case transactions
    }

    /// Looks for the table of products: in the input, or else where the ratings' input lay. Nothing is read or fetched.
    init(_ workspace: Workspace, features: RunRecord?) async throws {
        if let columns = workspace.configuration.input.transactions {
            let isNamed = columns.description != nil && workspace.input != nil
            source = isNamed ? .transactions : .none
            fingerprint = isNamed ? try await workspace.fingerprintOfInput() : ""
        } else if workspace.input != nil, workspace.hasRemoteInput {
            source = .remote
            fingerprint = try await workspace.fingerprintOfInput()
        } else if let path = try await ProductNames.path(workspace, features) {
            source = .table(path)
            fingerprint = try await Fingerprint.of(path, in: workspace.context)
        } else {
            source = .none
            fingerprint = ""
        }
    }

    private static func path(_ workspace: Workspace, _ features: RunRecord?) async throws -> String? {
        if workspace.input != nil { return try await workspace.inputLocation().files[.products]?.path }
        guard let folder = features?.manifest.inputs.first(where: { $0.name == "input" })?.location else { return nil }
        // Where it has moved since, products go by their ids.
        return (try? InputLocation(discoveringIn: folder))?.files[.products]?.path
    }

    private func table(in workspace: Workspace) async throws -> Table? {
        let columns = [ColumnRequest("product_id"), ColumnRequest("product_name", .string)]
        switch source {
        case .none: return nil
        case .transactions: return try await workspace.catalogue()
        case .remote:
            guard let file = try await workspace.inputLocation().files[.products] else { return nil }
            return try await workspace.inputSources().read(file, columns: columns, in: workspace.context)
        case .table(let path): return try await DataFiles.read(path, columns: columns, in: workspace.context)
        }
    }

    /// What was found of the names of some products.
    struct Found {
        /// Names by id; products without one are not in it.
        var names: [ID: String] = [:]
        /// Why there are none, for the readers of the page.
        var problem: String?
    }

    /// The names of some products. A table that cannot be read costs the page its names, not the run its page.
    ///
    /// - Complexity: O(products)
    func names(of wanted: Set<ID>, in workspace: Workspace) async throws -> Found {
        do {
            guard let table = try await table(in: workspace), table.contains("product_name") else {
                return Found(problem: "The input does not say what products are called.")
            }
            let ids = try table.ids("product_id")
            let texts = try table.strings("product_name")
            var found = Found()
            for row in 0..<ids.count {
                let id = ids[row]
                guard wanted.contains(id), found.names[id] == nil else { continue }
                if let name = texts[row]?.trimmedSpaces, !name.isEmpty { found.names[id] = name }
            }
            return found
        } catch let error as IFError {
            return Found(problem: "The names of products could not be read: \(error.message).")
        }
    }
}

extension String {
    /// Without spaces and line ends at both ends.
    fileprivate var trimmedSpaces: String {
        let isSpace: (Character) -> Bool = { $0.isWhitespace }
        let start = firstIndex { !isSpace($0) } ?? endIndex
        let end = self[start...].lastIndex { !isSpace($0) }.map { index(after: $0) } ?? start
        return String(self[start..<end])
    }
}
