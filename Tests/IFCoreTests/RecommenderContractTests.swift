import IFCore
import IFTesting
import Synchronization
import Testing

/// The contract suite is itself tested: a sound recommender passes, and one that breaks a clause fails at that clause.
@Suite struct RecommenderContractTests {
    /// A way to break the contract, and a part of the message of the clause that must notice.
    enum Fault: String, CaseIterable, Sendable {
        case none
        case ignoresSeen, ignoresDenied, ignoresAllowed, ignoresPersonalDenials
        case padsShortLists, givesTooMany, ranksTiesBackwards, givesNaN
        case batchChangesScores, answersUnknownUsers
        case dependsOnWorkers, remembersEarlierFits, ignoresTheSeed, countsRepeatedRows
        case acceptsBadValues, acceptsNothing, goesOnWhenCancelled, goesOnAfterProgress, throwsForeignErrors
        case listsItself, explainsAnotherScore, forgetsTheFoldedHistory

        var clause: String {
            switch self {
            case .none: ""
            case .ignoresSeen: "all but what was seen"
            case .ignoresDenied: "denied to all"
            case .ignoresAllowed: "allowed and not denied"
            case .ignoresPersonalDenials: "what is denied to single users"
            case .padsShortLists, .givesTooMany: "no placeholders"
            case .ranksTiesBackwards: "equal scores in ascending item"
            case .givesNaN: "scores are finite"
            case .batchChangesScores: "to the bit"
            case .answersUnknownUsers: "an index outside the model is refused"
            case .dependsOnWorkers: "workers"
            case .remembersEarlierFits: "a refit equals a fresh fit"
            case .ignoresTheSeed: "whether the seed matters"
            case .countsRepeatedRows: "repeated rows play no part"
            case .acceptsBadValues: "the value nan"
            case .acceptsNothing: "no interactions"
            case .goesOnWhenCancelled: "cancellation is passed on"
            case .goesOnAfterProgress: "cancelled while it works"
            case .throwsForeignErrors: "which is no IFError"
            case .listsItself: "and not the own"
            case .explainsAnotherScore: "contributions add up"
            case .forgetsTheFoldedHistory: "a folded-in history counts as seen"
            }
        }
    }

    @Test(arguments: Fault.allCases) func everyClauseIsChecked(_ fault: Fault) async throws {
        let contract = RecommenderContract(learnsTaste: false, usesSeed: true)
        guard fault != .none else { return try await contract.check { FaultyRecommender(fault: .none) } }
        let noticed = Mutex<[String]>([])
        try await withKnownIssue {
            try await contract.check { FaultyRecommender(fault: fault) }
        } matching: { issue in
            noticed.withLock { $0.append("\(issue)") }
            return true
        }
        let found = noticed.withLock { $0 }
        #expect(found.contains { $0.contains(fault.clause) }, "noticed instead: \(found.prefix(3))")
    }

    @Test func tasteIsChecked() async throws {
        let noticed = Mutex(0)
        try await withKnownIssue {
            try await RecommenderContract(learnsTaste: true, usesSeed: true).check { FaultyRecommender(fault: .none) }
        } matching: { issue in
            noticed.withLock { $0 += 1 }
            return issue.description.contains("user ")
        }
        #expect(noticed.withLock { $0 } > 10)
    }
}

/// Popularity with a little noise from the seed: sound but for its fault.
private struct FaultyRecommender: Recommender {
    typealias Fault = RecommenderContractTests.Fault
    struct ForeignError: Error {}
    private final class Memory: Sendable { let fits = Atomic<Int>(0) }

    let fault: Fault
    private let memory = Memory()

    init(fault: Fault) { self.fault = fault }

    @concurrent
    func fit(_ interactions: Interactions, in context: RunContext) async throws -> FaultyModel {
        let values = interactions.matrix.values
        if fault != .acceptsNothing, values.isEmpty { throw IFError(.emptyData, "there is nothing to count") }
        if fault == .throwsForeignErrors, interactions.users.count == 1 { throw ForeignError() }
        if fault != .acceptsBadValues, let bad = values.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
            throw IFError(.invalidData, "a value is not above 0", row: bad + 1)
        }
        for step in 1...3 {
            if fault != .goesOnWhenCancelled, fault != .goesOnAfterProgress || step == 1 {
                try Task.checkCancellation()
            }
            context.progress(Progress(stage: "count", completed: step, total: 3))
        }
        var stream = RandomSource(seed: fault == .ignoresTheSeed ? 0 : context.random.seed).stream("test/noise")
        var scores = (0..<interactions.items.count).map { _ in Float(stream.uniform()) }
        for column in interactions.matrix.columns { scores[Int(column)] += 1 }
        switch fault {
        case .dependsOnWorkers: scores = scores.map { $0 + Float(context.workers.count) }
        case .remembersEarlierFits:
            let fits = memory.fits.add(1, ordering: .relaxed).newValue
            scores = scores.map { $0 * Float(fits) }
        case .countsRepeatedRows:
            scores = scores.map { $0 + Float(interactions.sourceRowCount) }
        case .givesNaN: if !scores.isEmpty { scores[scores.count / 2] = .nan }
        default: break
        }
        if fault == .ranksTiesBackwards { scores = scores.map { $0.rounded() } }
        return FaultyModel(fault: fault, users: interactions.users, items: interactions.items, scores: scores)
    }
}

private struct FaultyModel: FoldInModel, SimilarityModel, ExplainingModel {
    let fault: RecommenderContractTests.Fault
    let users: IDMap
    let items: IDMap
    let scores: [Float]

    func recommend(users wanted: [Int32], count: Int, filter: RecommendationFilter) throws -> RankedLists {
        if fault != .answersUnknownUsers {
            try filter.validate(users: wanted, userCount: users.count, itemCount: items.count)
        }
        let excluded = filter.exclusions(ofUsers: wanted.map { max(0, min($0, Int32(users.count - 1))) })
        return RankedLists(
            wanted.indices.map { place in
                let user = max(0, min(Int(wanted[place]), users.count - 1))
                var out = excluded.map { Set($0.matrix.columns(ofRow: Int($0.rows[place]))) } ?? []
                if fault == .ignoresSeen, let seen = filter.seen { out.subtract(seen.columns(ofRow: user)) }
                if fault == .ignoresPersonalDenials, let own = filter.deniedByUser {
                    out.subtract(Set(own.columns(ofRow: user)).subtracting(filter.seen?.columns(ofRow: user) ?? []))
                }
                if fault != .ignoresDenied { out.formUnion(filter.denied) }
                return list(count, out, filter.allowed, wanted.count)
            })
    }

    private func list(
        _ count: Int, _ excluded: Set<Int32>, _ allowed: [Int32]?, _ batch: Int
    ) -> [(item: Int32, score: Float)] {
        let permitted = fault == .ignoresAllowed ? nil : allowed.map(Set.init)
        var best = (0..<Int32(items.count)).filter { !excluded.contains($0) && permitted?.contains($0) != false }
            .sorted { a, b in
                let (x, y) = (scores[Int(a)], scores[Int(b)])
                if x != y { return x > y || y.isNaN }
                return fault == .ranksTiesBackwards ? a > b : a < b
            }
            .prefix(count)
            .map { (item: $0, score: fault == .batchChangesScores ? scores[Int($0)] + Float(batch) : scores[Int($0)]) }
        if fault == .padsShortLists, let last = best.last { best += [(item: last.item, score: last.score)] }
        if fault == .givesTooMany, count > items.count, let last = best.last { best.append(last) }
        return best
    }

    func recommend(
        foldingIn history: [(item: Int32, value: Float)], count: Int, filter: RecommendationFilter
    ) throws -> RankedLists {
        let seen = filter.seen == nil || fault == .forgetsTheFoldedHistory ? [] : Set(history.map(\.item))
        return RankedLists([list(count, seen.union(filter.denied), filter.allowed, 1)])
    }

    func similarItems(
        to wanted: [Int32], count: Int, measure: SimilarityMeasure, filter: SimilarityFilter
    ) throws -> RankedLists {
        RankedLists(wanted.map { others(items.count, $0, count, filter) })
    }

    func similarUsers(
        to wanted: [Int32], count: Int, measure: SimilarityMeasure, filter: SimilarityFilter
    ) throws -> RankedLists {
        RankedLists(wanted.map { others(users.count, $0, count, filter) })
    }

    private func others(
        _ rows: Int, _ own: Int32, _ count: Int, _ filter: SimilarityFilter
    ) -> [(item: Int32, score: Float)] {
        (0..<Int32(rows)).filter { ($0 != own || fault == .listsItself) && !filter.denied.contains($0) }
            .prefix(count).map { ($0, 0) }
    }

    func explain(items wanted: [Int32], history: [(item: Int32, value: Float)]) throws -> [ScoreExplanation] {
        wanted.map { item in
            ScoreExplanation(
                item: item, score: Double(history.count) + (fault == .explainsAnotherScore ? 0.1 : 0),
                contributions: history.map { .init(item: $0.item, value: 1) })
        }
    }
}
