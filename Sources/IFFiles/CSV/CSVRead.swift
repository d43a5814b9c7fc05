import Dispatch
import IFCore
import Synchronization

/// One pass over the text of the parts.
struct CSVRead: Sendable {
    let parts: [DataPart]
    let dialect: CSVDialect
    let wanted: [String: ColumnType]
    let inferred: [String: ColumnType]
    let workers: Int
    let cancellation: CancellationFlag

    /// What all blocks of a part are read by.
    struct PartPlan: Sendable {
        /// Kept columns in the order of the part's header.
        var names: [String]
        var layout: CSVLayout
    }

    /// A block, parsed.
    struct ParsedBlock: Sendable {
        var index: Int
        var part: Int
        var rows: Int
        /// Line ends in the block, with those of the header.
        var lines: Int
        /// The columns, each in pieces.
        var chunks: [String: [CSVColumnChunk]]
        var report: CSVReadReport
    }

    /// What the workers share: the text not yet handed out, and what is known of parts and types.
    struct Shared {
        var source: CSVBlockSource
        var plans: [PartPlan] = []
        var types: [String: ColumnType] = [:]
        var order: [String] = []
        var isStopped = false
        var done: [ParsedBlock] = []
        var failure: (block: Int, error: any Error)?

        mutating func fail(_ error: any Error, _ block: Int) {
            isStopped = true
            if let failure, failure.block <= block { return }
            failure = (block, error)
        }
    }

    func run() throws -> CSVReadResult {
        let shared = Mutex(Shared(source: CSVBlockSource(parts, dialect)))
        let converter = CSVColumnConverter(dialect)
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            while let (block, plan, types) = next(shared, converter) {
                do {
                    let parsed = try CSVBlockParser(block, plan, types, self, converter).parse()
                    shared.withLock { $0.done.append(parsed) }
                } catch {
                    shared.withLock { $0.fail(error, block.index) }
                }
            }
        }
        return try shared.withLock { shared in
            if cancellation.isRaised { throw CancellationError() }
            if let failure = shared.failure { throw failure.error }
            return try CSVAssembly(self, shared).result()
        }
    }

    /// The next block with its plan; `nil` when there is none, or after a failure.
    private func next(
        _ shared: borrowing Mutex<Shared>, _ converter: CSVColumnConverter
    ) -> (CSVBlock, PartPlan, [String: ColumnType])? {
        shared.withLock { shared in
            guard !shared.isStopped, !cancellation.isRaised else { return nil }
            do {
                guard let block = try shared.source.next() else { return nil }
                if let header = block.header { try begin(block, header, &shared, converter) }
                return (block, shared.plans[block.part], shared.types)
            } catch {
                shared.fail(error, Int.max)
                return nil
            }
        }
    }

    /// Plans a part from its header; the first part decides the columns, and its first rows the types not wanted.
    private func begin(
        _ block: CSVBlock, _ header: [String], _ shared: inout Shared, _ converter: CSVColumnConverter
    ) throws {
        let path = parts[block.part].path
        let isFirst = shared.plans.isEmpty
        let keepsOthers = dialect.options.otherColumns == .infer
        let needed = isFirst ? (keepsOthers ? header : header.filter { wanted[$0] != nil }) : shared.order
        for name in isFirst ? Array(wanted.keys).sorted() + needed : needed {
            let matches = header.count { $0 == name }
            guard matches == 1 else {
                throw IFError(
                    matches == 0 ? .missingColumn : .invalidData,
                    matches == 0
                        ? "the file has no such column; it has \(header.joined(separator: ", "))"
                        : "the file has several columns of this name", file: path, column: name)
            }
        }
        let kept = header.filter { needed.contains($0) }
        var slots: [Int] = []
        for name in header { slots.append(kept.firstIndex(of: name) ?? -1) }
        let plan = PartPlan(names: kept, layout: CSVLayout(width: header.count, slots: slots))
        shared.plans.append(plan)
        guard isFirst else { return }
        shared.order = kept
        shared.types = wanted
        var fields: CSVFields?
        for (slot, name) in kept.enumerated() where wanted[name] == nil {
            if let known = inferred[name] {
                shared.types[name] = known
                continue
            }
            let known = fields ?? CSVInference.sample(block, dialect, plan.layout)
            fields = known
            shared.types[name] = CSVInference.type(block.bytes, known, slot: slot, of: kept.count, converter)
        }
    }
}
