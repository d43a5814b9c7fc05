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
            /// What the product is called, where the input of the ratings says so.
            public var name: String?
            /// Score of the model; comparable within the list only.
            public var score: Double
            /// What of the user's history speaks for the product, most first; `nil` where it was not asked for.
            public var because: [Reason]?
        }

        /// A product of the user's history and what it adds to a score.
        public struct Reason: Hashable, Sendable, Codable {
            /// Product id.
            public var product: String
            /// Part of the score; all parts of the history add up to it.
            public var contribution: Double
        }

        /// User id as it was asked for.
        public var user: String
        /// Best first; `nil` where the model does not know the user.
        public var items: [Item]?
    }

    /// The products most like another.
    public struct Neighbours: Hashable, Sendable, Codable {
        /// Product id as it was asked for.
        public var product: String
        /// Most alike first, with cosines as scores; `nil` where the model does not know the product.
        public var items: [Answer.Item]?
    }

    /// What may be listed, and what is said about it. Products that the model does not know have no effect.
    public struct Options: Hashable, Sendable {
        /// Whether products of the user's training history are left out.
        public var unseen = false
        /// The only products that may be listed; all where `nil`.
        public var allowed: [String]?
        /// Products that are not listed.
        public var denied: [String] = []
        /// Reasons given a product, at most; none where 0.
        public var reasons = 0

        /// Creates the default options: everything may be listed, and nothing is said about it.
        public init() {}
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
    /// - Throws: ``IFError/Code/notFound`` where no model was trained, ``IFError/Code/invalidData`` where reasons are
    ///   asked for and the ratings are not those the model was trained on.
    public func lists(
        for users: [String], count: Int, options: Options = Options(), in context: RunContext
    ) async throws -> [Answer] {
        let workspace = try workspace(context)
        let model = try await workspace.model()
        let filter = try await filter(options, model, workspace)
        let ratings = options.reasons > 0 ? try await workspace.history(of: model) : nil
        let names = try await workspace.keptProductNames()
        return try users.map { user in
            guard let index = Self.index(of: user, in: model.users) else { return Answer(user: user, items: nil) }
            let list = try model.recommend(users: [index], count: count, filter: filter)
            var items = Self.items(list.range(of: 0), of: list, model, names)
            if let ratings {
                let history = ratings.range(ofRow: Int(index)).map { (ratings.columns[$0], ratings.values[$0]) }
                for (place, why) in try model.explain(items: list.items, forUser: index, history: history).enumerated()
                {
                    items[place].because = why.contributions.prefix(options.reasons).map {
                        Answer.Reason(product: model.items[Int($0.item)].description, contribution: $0.value)
                    }
                }
            }
            return Answer(user: user, items: items)
        }
    }

    /// The products most like each of some, by the cosine of their vectors.
    ///
    /// - Throws: ``IFError/Code/notFound`` where no model was trained.
    public func similar(
        to products: [String], count: Int, options: Options = Options(), in context: RunContext
    ) async throws -> [Neighbours] {
        let workspace = try workspace(context)
        let model = try await workspace.model()
        let names = try await workspace.keptProductNames()
        let filter = SimilarityFilter(
            allowed: options.allowed.map { Self.indices(of: $0, in: model.items) },
            denied: Self.indices(of: options.denied, in: model.items))
        return try products.map { product in
            guard let index = Self.index(of: product, in: model.items) else {
                return Neighbours(product: product, items: nil)
            }
            let list = try model.similarItems(to: [index], count: count, filter: filter)
            return Neighbours(product: product, items: Self.items(list.range(of: 0), of: list, model, names))
        }
    }

    /// Writes lists as Parquet: user_id, rec_items, scores. Lists are written as they are made, a few blocks in memory.
    ///
    /// - Parameter users: Ids; every user of the model where `nil`.
    /// - Throws: ``IFError/Code/notFound`` where no model was trained.
    public func write(
        users: [String]?, count: Int, options: Options = Options(), to path: String, in context: RunContext
    ) async throws -> Written {
        let workspace = try workspace(context)
        let model = try await workspace.model()
        let found = users.map { $0.map { ($0, Self.index(of: $0, in: model.users)) } }
        let known = found.map { $0.compactMap(\.1) } ?? (0..<Int32(model.users.count)).map { $0 }
        let filter = try await filter(options, model, workspace)
        func table(_ users: [Int32], _ lists: RankedLists) throws -> Table {
            var table = try RecommendationTable.make(model: model, users: users, lists: lists)
            table.set("scores", .floatList(ListValues(offsets: lists.offsets, values: lists.scores)))
            return table
        }
        var file: ParquetWriter?
        try await model.recommendAll(users: known, count: count, filter: filter, in: context) { users, lists in
            let part = try table(Array(users), lists)
            let open = try file ?? ParquetWriter(path, like: part, workers: context.workers)
            try open.write(part)
            file = open
        }
        // Nobody asked for is known: a table without rows.
        let open = try file ?? ParquetWriter(path, like: table([], RankedLists([])), workers: context.workers)
        try open.close()
        return Written(users: known.count, unknownUsers: found?.filter { $0.1 == nil }.map(\.0) ?? [])
    }

    private static func items(
        _ range: Range<Int>, of list: RankedLists, _ model: ALSModel, _ names: StoredProductNames?
    ) -> [Answer.Item] {
        range.map { place in
            let product = model.items[Int(list.items[place])]
            return Answer.Item(
                product: product.description, name: names?[product], score: Double(list.scores[place]))
        }
    }

    private func workspace(_ context: RunContext) throws -> Workspace {
        try Workspace(Pipeline(configuration: configuration, input: nil, root: root), context: context)
    }

    private func filter(
        _ options: Options, _ model: ALSModel, _ workspace: Workspace
    ) async throws -> RecommendationFilter {
        RecommendationFilter(
            seen: options.unseen ? try await workspace.history(of: model) : nil,
            allowed: options.allowed.map { Self.indices(of: $0, in: model.items) },
            denied: Self.indices(of: options.denied, in: model.items))
    }

    private static func indices(of ids: [String], in map: IDMap) -> [Int32] {
        ids.compactMap { index(of: $0, in: map) }
    }

    private static func index(of id: String, in map: IDMap) -> Int32? {
        map.isInteger ? Int64(id).flatMap { map.index(of: .integer($0)) } : map.index(of: .string(id))
    }
}
