import FoundationEssentials
import IFALS
public import IFCore
import IFFiles
import IFStore

/// Recommendations from the latest model of a store.
public struct RecommendationService: Sendable {
    /// What a user gets.
    public struct Answer: Hashable, Sendable, Codable {
        /// A recommended product.
        public struct Item: Hashable, Sendable, Codable {
            /// Product id.
            public var product: String
            /// Score of the model; comparable within the list only.
            public var score: Double
        }

        /// User id as it was asked for.
        public var user: String
        /// Best first; `nil` where the model does not know the user.
        public var items: [Item]?
    }

    /// What was written to a file.
    public struct Written: Hashable, Sendable {
        /// Users with a list.
        public var users: Int
        /// Users asked for whom the model does not know.
        public var unknownUsers: [String]
    }

    private let configuration: RecsysConfiguration
    private let root: String

    /// Creates a service on a store.
    public init(configuration: RecsysConfiguration = .default, root: String) {
        self.configuration = configuration
        self.root = root
    }

    /// Lists for some users, in the order given.
    ///
    /// - Throws: ``IFError/Code/notFound`` where no model was trained.
    public func lists(
        for users: [String], count: Int, unseen: Bool = false, in context: RunContext
    ) async throws -> [Answer] {
        let workspace = try workspace(context)
        let model = try await workspace.model()
        let filter = try await filter(unseen, model, workspace)
        return try users.map { user in
            guard let index = Self.index(of: user, in: model) else { return Answer(user: user, items: nil) }
            let list = try model.recommend(users: [index], count: count, filter: filter)
            let items = list.items.indices.map { place in
                Answer.Item(
                    product: model.items[Int(list.items[place])].description, score: Double(list.scores[place]))
            }
            return Answer(user: user, items: items)
        }
    }

    /// Writes lists as Parquet: user_id, rec_items, scores.
    ///
    /// - Parameter users: Ids; every user of the model where `nil`.
    /// - Throws: ``IFError/Code/notFound`` where no model was trained.
    public func write(
        users: [String]?, count: Int, unseen: Bool = false, to path: String, in context: RunContext
    ) async throws -> Written {
        let workspace = try workspace(context)
        let model = try await workspace.model()
        let found = users.map { $0.map { ($0, Self.index(of: $0, in: model)) } }
        let known = found.map { $0.compactMap(\.1) } ?? (0..<Int32(model.users.count)).map { $0 }
        let lists = try await model.recommendAll(
            users: known, count: count, filter: filter(unseen, model, workspace), in: context)
        var table = try RecommendationTable.make(model: model, users: known, lists: lists)
        table.set("scores", .floatList(ListValues(offsets: lists.offsets, values: lists.scores)))
        try ParquetWriter.write(table, to: path, workers: context.workers)
        return Written(users: known.count, unknownUsers: found?.filter { $0.1 == nil }.map(\.0) ?? [])
    }

    private func workspace(_ context: RunContext) throws -> Workspace {
        try Workspace(Pipeline(configuration: configuration, input: nil, root: root), context: context)
    }

    private func filter(
        _ unseen: Bool, _ model: ALSModel, _ workspace: Workspace
    ) async throws -> RecommendationFilter {
        unseen ? .removingSeen(try await workspace.history(of: model)) : .none
    }

    private static func index(of user: String, in model: ALSModel) -> Int32? {
        model.users.isInteger
            ? Int64(user).flatMap { model.users.index(of: .integer($0)) } : model.users.index(of: .string(user))
    }
}
