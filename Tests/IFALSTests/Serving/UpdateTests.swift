import IFALS
import IFCore
import IFTesting
import Testing

@Suite struct UpdateTests {
    private func fitted() async throws -> (ALSModel, Interactions) {
        let data = try RecommenderFixture.random(users: 120, items: 60)
        let configuration = ImplicitALS.Configuration(factors: 8, iterations: 3, nonnegative: false)
        return (try await ImplicitALS(configuration).fit(data, in: RunContext()), data)
    }

    @Test func usersAreRefreshedAndAdded() async throws {
        let (model, _) = try await fitted()
        let fresh = try Interactions(
            users: .int32([5, 5, 5, -3, -3, 1000, 77]), items: .int32([1, 2, 30, 1, 4, 9, 888]),
            values: [2, 3, 1, 2, 2, 5, 1])
        let before = model.userFactors
        let update = try await model.updatingUsers(fresh, in: RunContext(workers: 2))
        #expect(model.userFactors == before, "the model that was updated is as it was")
        #expect(update.refreshed == 3 && update.added == 2)
        #expect(update.unknown == .int64([888]) && update.passedOver == 1)
        #expect(update.left == .int64([77]))
        let new = update.model
        #expect(new.users.count == 122 && new.itemFactors == model.itemFactors)
        #expect(new.users[0] == -3 && new.users[121] == 1000)
        for user in 0..<120 where user != 5 {
            let place = try #require(new.users.index(of: .integer(Int64(user))))
            #expect(Array(new.userFactors[Int(place)]) == Array(model.userFactors[user]), "others are kept")
        }
        let history: [(item: Int32, value: Float)] = [(1, 2), (2, 3), (30, 1)]
        let folded = try model.recommend(foldingIn: history, count: 7, filter: .none)
        let user = try #require(new.users.index(of: 5))
        let updated = try new.recommend(users: [user], count: 7, filter: .none)
        #expect(RecommenderFixture.equalBits(folded, updated))
    }

    @Test func itemsAreRefreshedAndAdded() async throws {
        let (model, data) = try await fitted()
        let update = try await model.updatingItems(
            try Interactions(users: .int32([1, 2, 3, 2, 9999]), items: .int32([500, 500, 500, 7, 7])),
            in: RunContext(workers: 3))
        #expect(update.refreshed == 2 && update.added == 1)
        #expect(update.unknown == .int64([9999]) && update.passedOver == 1)
        let new = update.model
        #expect(new.items.count == data.items.count + 1 && new.userFactors == model.userFactors)
        // The new item can be recommended at once, to those who took it first of all.
        let added = try #require(new.items.index(of: 500))
        let lists = try new.recommend(users: [2], count: new.items.count, filter: .none)
        let place = try #require(lists.items.firstIndex(of: added))
        let score = zip(new.userFactors[2], new.itemFactors[Int(added)]).reduce(0.0) {
            $0 + Double($1.0) * Double($1.1)
        }
        #expect(abs(Double(lists.scores[place]) - score) < 1e-5)
    }

    /// Updating all users from the training data changes nothing but the last digits.
    @Test func updatingWithTheTrainingDataChangesNothing() async throws {
        let (model, data) = try await fitted()
        let update = try await model.updatingUsers(data)
        #expect(update.refreshed == data.users.count && update.added == 0 && update.passedOver == 0)
        #expect(relativeDistance(update.model.userFactors.values, model.userFactors.values) < 1e-4)
        let none = try await model.updatingUsers(
            Interactions(
                users: IDMap(integers: []), items: IDMap(integers: []),
                matrix: CSRMatrix(rowCount: 0, columnCount: 0, offsets: [0], columns: [], values: [])))
        #expect(none.refreshed == 0 && none.model.userFactors == model.userFactors)
    }

    @Test func idsOfAnotherKindAreRefused() async throws {
        let (model, _) = try await fitted()
        let text = try Interactions(users: .strings(StringValues(["a"])), items: .int32([1]))
        let error = await #expect(throws: IFError.self) { try await model.updatingUsers(text) }
        #expect(error?.code == .typeMismatch)
    }
}
