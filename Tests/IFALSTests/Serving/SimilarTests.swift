import IFALS
import IFCore
import IFTesting
import Testing

@Suite struct SimilarTests {
    @Test func agreesWithNumPy() throws {
        let golden = try ServingGolden.load()
        let model = golden.model()
        let all = (0..<Int32(model.items.count)).map { $0 }
        for (measure, wanted) in [(SimilarityMeasure.cosine, golden.cosine), (.innerProduct, golden.innerProduct)] {
            let lists = try model.similarItems(to: all, count: 8, measure: measure)
            for item in all.indices {
                #expect(Array(lists.items(of: item)) == wanted[item])
                // One at a time, the same to the bit.
                let single = try model.similarItems(to: [Int32(item)], count: 8, measure: measure)
                #expect(single.items == Array(lists.items(of: item)))
                #expect(single.scores.map(\.bitPattern) == lists.scores[lists.range(of: item)].map(\.bitPattern))
            }
        }
    }

    @Test(arguments: [SimilarityMeasure.cosine, .innerProduct])
    func usersAreComparedLikeItems(_ measure: SimilarityMeasure) throws {
        let golden = try ServingGolden.load()
        let model = golden.model()
        let turned = ALSModel(
            users: model.items, items: model.users, userFactors: model.itemFactors, itemFactors: model.userFactors,
            configuration: model.configuration)
        let all = (0..<Int32(model.users.count)).map { $0 }
        let users = try model.similarUsers(to: all, count: 99, measure: measure)
        let items = try turned.similarItems(to: all, count: 99, measure: measure)
        #expect(RecommenderFixture.equalBits(users, items))
        for user in all {
            let others = Set(all).subtracting([user])
            #expect(Set(users.items(of: Int(user))) == others, "all others, and not the own")
        }
    }

    @Test func filtersHold() throws {
        let model = try ServingGolden.load().model()
        let some = try model.similarItems(
            to: [4, 9], count: 99, filter: SimilarityFilter(allowed: [1, 4, 9, 20], denied: [20]))
        #expect(some.items(of: 0).sorted() == [1, 9])
        #expect(some.items(of: 1).sorted() == [1, 4])
        let denied = try model.similarUsers(to: [4], count: 99, filter: SimilarityFilter(denied: [5, 6]))
        #expect(Set(denied.items) == Set(0..<24).subtracting([4, 5, 6]))
        #expect(try model.similarItems(to: [4], count: 3, filter: SimilarityFilter(allowed: [])).items.isEmpty)
        #expect(try model.similarItems(to: [], count: 3).count == 0)
        for bad: Int32 in [-1, 30] {
            let error = #expect(throws: IFError.self) { try model.similarItems(to: [bad], count: 3) }
            #expect(error?.code == .invalidArgument)
            #expect(throws: IFError.self) {
                try model.similarItems(to: [1], count: 3, filter: SimilarityFilter(denied: [bad]))
            }
        }
        #expect(throws: IFError.self) { try model.similarUsers(to: [24], count: 3) }
    }

    @Test func aVectorOfZerosIsLikeNothing() throws {
        let factors = FactorMatrix(rowCount: 3, rank: 2, values: [0, 0, 1, 2, -1, 0])
        let model = ALSModel(
            users: IDMap(integers: [1, 2, 3]), items: IDMap(integers: [1, 2, 3]), userFactors: factors,
            itemFactors: factors, configuration: .init(nonnegative: false))
        let lists = try model.similarItems(to: [0, 1], count: 5)
        #expect(lists.items == [1, 2, 0, 2])
        #expect(Array(lists.scores.prefix(3)) == [0, 0, 0])
        #expect(lists.scores[3] < 0)
    }
}
