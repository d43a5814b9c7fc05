/// A model whose items are vectors, for similarity, diversity and nearest-neighbour export.
public protocol ItemVectorModel: RecommenderModel {
    /// One vector an item, in the order of `items`.
    var itemFactors: FactorMatrix { get }
}

/// A model that can place a user it has not seen from what that user did.
public protocol FoldInModel: RecommenderModel {
    /// The best `count` items for a history that was not part of the training data.
    ///
    /// - Parameter history: Dense item indices and strengths, as in training.
    func recommend(
        foldingIn history: [(item: Int32, value: Float)], count: Int, filter: RecommendationFilter
    ) throws -> RankedLists
}

/// How alike two vectors are.
public struct SimilarityMeasure: Hashable, Sendable, CustomStringConvertible {
    /// The stable name.
    public let name: String

    /// The cosine of the angle between the vectors, −1...1; 0 where one is all zeros.
    public static let cosine = SimilarityMeasure(name: "cosine")
    /// The dot product of the vectors: long vectors, such as those of popular items, come first.
    public static let innerProduct = SimilarityMeasure(name: "inner-product")

    /// The text shown to people.
    public var description: String { name }
}

/// Which rows may be listed as similar; the row that was asked about never is.
public struct SimilarityFilter: Hashable, Sendable {
    /// The only rows that may be listed, as dense indices; all where `nil`.
    public var allowed: [Int32]?
    /// Rows that may not be listed, as dense indices.
    public var denied: [Int32]

    /// Creates a filter; by default nothing is filtered.
    public init(allowed: [Int32]? = nil, denied: [Int32] = []) {
        self.allowed = allowed
        self.denied = denied
    }

    /// Lets everything through.
    public static let none = SimilarityFilter()
}

/// A model that finds items and users that are alike.
public protocol SimilarityModel: RecommenderModel {
    /// The `count` items most like each of `wanted`, which is left out of its own list.
    ///
    /// - Returns: One list an item, in the order given, shorter where fewer items are left; dense indices of `items`.
    func similarItems(
        to wanted: [Int32], count: Int, measure: SimilarityMeasure, filter: SimilarityFilter
    ) throws -> RankedLists

    /// The `count` users most like each of `wanted`, who is left out of the own list.
    ///
    /// - Returns: One list a user, in the order given, shorter where fewer users are left; dense indices of `users`.
    func similarUsers(
        to wanted: [Int32], count: Int, measure: SimilarityMeasure, filter: SimilarityFilter
    ) throws -> RankedLists
}

/// What each part of a user's history adds to the score of an item.
public struct ScoreExplanation: Hashable, Sendable {
    /// One item of the history.
    public struct Contribution: Hashable, Sendable {
        /// Dense index of the item of the history.
        public var item: Int32
        /// What it adds to the score; may be below 0.
        public var value: Double

        /// Creates a contribution.
        public init(item: Int32, value: Double) {
            self.item = item
            self.value = value
        }
    }

    /// Dense index of the item that is explained.
    public var item: Int32
    /// The score that the history gives the item.
    public var score: Double
    /// One entry an item of the history, greatest value first, equal values in ascending index; they add up to `score`.
    public var contributions: [Contribution]

    /// Creates an explanation; puts the contributions in order.
    public init(item: Int32, score: Double, contributions: [Contribution]) {
        self.item = item
        self.score = score
        self.contributions = contributions.sorted { ($0.value, $1.item) > ($1.value, $0.item) }
    }
}

/// A model that can say why it recommends an item.
public protocol ExplainingModel: RecommenderModel {
    /// What each item of a history adds to the score of each of `items`.
    ///
    /// - Parameters:
    ///   - items: Dense indices of the items to explain.
    ///   - history: Dense item indices and strengths, as in training.
    /// - Returns: One explanation an item, in the order given, whose contributions add up to its score.
    func explain(
        items: [Int32], history: [(item: Int32, value: Float)]
    ) throws -> [ScoreExplanation]
}
