import IFCore
import IFTesting
import Testing

@testable import IFEval

@Suite struct InteractionSplitTests {
    private func pairs(_ interactions: Interactions) -> Set<[Int32]> {
        var out = Set<[Int32]>()
        for user in 0..<interactions.matrix.rowCount {
            for item in interactions.matrix.columns(ofRow: user) { out.insert([Int32(user), item]) }
        }
        return out
    }

    @Test(arguments: [0.1, 0.5, 0.9]) func sharesOfEveryUser(share: Double) throws {
        let all = try RecommenderFixture.random(users: 100, items: 40)
        let split = try InteractionSplit.holdingOut(share: share, of: all, random: RandomSource(seed: 1))
        #expect(pairs(split.training).isDisjoint(with: pairs(split.heldOut)))
        #expect(pairs(split.training).union(pairs(split.heldOut)) == pairs(all))
        for user in 0..<all.users.count {
            let count = all.matrix.range(ofRow: user).count
            let held = split.heldOut.matrix.range(ofRow: user).count
            #expect(held == (count > 1 ? max(1, Int(share * Double(count))) : 0))
        }
        let values = Set(zip(all.matrix.columns, all.matrix.values).map { "\($0)" })
        let kept = zip(split.heldOut.matrix.columns, split.heldOut.matrix.values).map { "\($0)" }
        #expect(values.isSuperset(of: kept))
    }

    @Test func countsOfEveryUser() throws {
        let all = try RecommenderFixture.random(users: 100, items: 40)
        let split = try InteractionSplit.holdingOut(count: 2, of: all, random: RandomSource(seed: 1))
        for user in 0..<all.users.count {
            #expect(split.heldOut.matrix.range(ofRow: user).count == (all.matrix.range(ofRow: user).count > 2 ? 2 : 0))
        }
    }

    @Test func theSeedDecides() throws {
        let all = try RecommenderFixture.random()
        let one = try InteractionSplit.holdingOut(share: 0.2, of: all, random: RandomSource(seed: 1))
        #expect(try one == InteractionSplit.holdingOut(share: 0.2, of: all, random: RandomSource(seed: 1)))
        #expect(try one != InteractionSplit.holdingOut(share: 0.2, of: all, random: RandomSource(seed: 2)))
    }

    @Test func uselessSplitsAreErrors() throws {
        let all = try RecommenderFixture.random()
        func code(_ body: () throws -> InteractionSplit) -> IFError.Code? {
            do {
                _ = try body()
                return nil
            } catch { return (error as? IFError)?.code }
        }
        let random = RandomSource(seed: 1)
        for share in [0, 1, -0.1, .nan] {
            #expect(code { try .holdingOut(share: share, of: all, random: random) } == .invalidArgument)
        }
        #expect(code { try .holdingOut(count: 0, of: all, random: random) } == .invalidArgument)
        #expect(code { try .holdingOut(count: 9999, of: all, random: random) } == .emptyData)
        let single = try Interactions(users: .int32([1, 2]), items: .int32([1, 1]))
        #expect(code { try .holdingOut(share: 0.5, of: single, random: random) } == .emptyData)
        #expect(code { try InteractionSplit(training: all, heldOut: all) } == .leakage)
        #expect(code { try InteractionSplit(training: all, heldOut: single) } == .invalidArgument)
    }

    /// Popularity on a hand-made split: the means are known.
    @Test func validationScores() async throws {
        // Item 1 is taken by all, 2 by two, 3 by one. Held out: user 1 takes 2, user 2 takes 3, user 3 takes 2 and 3.
        let users = IDMap(integers: [1, 2, 3, 4])
        let items = IDMap(integers: [1, 2, 3, 4])
        func interactions(_ pairs: [(Int32, Int32)]) throws -> Interactions {
            Interactions(
                users: users, items: items,
                matrix: try CSRMatrix(
                    rows: pairs.map(\.0), columns: pairs.map(\.1), values: nil, rowCount: 4, columnCount: 4,
                    duplicates: .reject))
        }
        let split = try InteractionSplit(
            training: interactions([(0, 0), (1, 0), (2, 0), (3, 0), (3, 1), (1, 1), (3, 2)]),
            heldOut: interactions([(0, 1), (1, 2), (2, 1), (2, 3)]))
        let validation = try RankingValidation(
            split, metric: Recall(), cutoff: 1, others: [NDCG(cutoff: 1), Precision()])
        #expect(validation.users == [0, 1, 2])
        let model = try await PopularityRecommender().fit(split.training, in: RunContext())
        // First of what is left: item 2 for user 1 (a hit), item 3 for user 2 (a hit), item 2 for user 3 (1 of 2).
        let means = try await validation.means(of: model, in: RunContext(workers: 2))
        #expect(abs(means[0] - 2.5 / 3) < 1e-12)
        #expect(means[1] == 1)
        #expect(means[2] == 1)
        let one = try RankingValidation(split, metric: Recall(), cutoff: 1, maximumUsers: 2)
        #expect(one.users == [0, 1])
        let other = try await PopularityRecommender().fit(RecommenderFixture.random(), in: RunContext())
        await #expect(throws: IFError.self) { try await validation.score(other, in: RunContext()) }
        #expect(throws: IFError.self) { try RankingValidation(split, metric: Recall(), cutoff: 0) }
    }
}
