public import IFCore
import IFLinearAlgebra

/// Factors fitted to ratings: predicts ratings, recommends what would be rated highest, finds similar items and users,
/// places users it has not seen.
///
/// A score is a predicted rating: mean + user's bias + item's bias + dot product of the two vectors. A user or item
/// without training ratings has bias 0 and a vector of zeros, so that what is left is predicted.
///
/// Some of what ``ALSModel`` offers is not here:
///
/// - *Reasons.* A predicted rating is the mean and two biases before it is anything of the history, and a
///   `ScoreExplanation` has to add up to the score from the history's items alone.
/// - *Items that were not part of the training data, and partial updates.* ``foldIn(_:)`` gives the vector and the bias of a
///   new user or of one with new ratings; for items, and to keep them, fit again from this model:
///   ``ExplicitALS/fit(_:startingFrom:in:)`` where the users are the same.
/// - *A native file, and Spark's folder.* The file's format holds the settings and the two matrices of implicit models, which
///   are what the pipeline fits and serves. Everything that makes up an explicit model is public, the
///   configuration is `Codable`, and ``init(users:items:mean:userBiases:itemBiases:userFactors:itemFactors:configuration:losses:events:)``
///   puts it together again.
public struct ExplicitALSModel: ItemVectorModel, FoldInModel, SimilarityModel {
    /// Users known to the model.
    public let users: IDMap
    /// Items known to the model.
    public let items: IDMap
    /// The mean of the training ratings; 0 where they were not centered.
    public let mean: Double
    /// One bias a user; zeros where the fit had none.
    public let userBiases: [Float]
    /// One bias an item; zeros where the fit had none.
    public let itemBiases: [Float]
    /// One vector a user, in the order of `users`.
    public let userFactors: FactorMatrix
    /// One vector an item.
    public let itemFactors: FactorMatrix
    /// The hyper-parameters of the fit; folding in uses them.
    public let configuration: ExplicitALS.Configuration
    /// The objective value after each sweep, in double precision; empty for a model that was loaded.
    public let losses: [Double]
    /// What the fit did beside its instructions.
    public let events: [ALSEvent]

    /// Items' vectors followed by their bias and 1; they meet the user's followed by 1 and mean plus bias.
    let scoringItems: FactorMatrix
    let panels: ScorePanels
    /// Vectors without biases, laid out for comparing them when that is first asked for.
    let layouts: DerivedLayouts

    /// Creates a model from factors, fitted here or loaded from elsewhere.
    ///
    /// - Precondition: Counts fit the id maps and both sides have one rank.
    /// - Complexity: O(items · rank)
    public init(
        users: IDMap, items: IDMap, mean: Double, userBiases: [Float], itemBiases: [Float], userFactors: FactorMatrix,
        itemFactors: FactorMatrix, configuration: ExplicitALS.Configuration, losses: [Double] = [],
        events: [ALSEvent] = []
    ) {
        precondition(
            userFactors.rowCount == users.count && itemFactors.rowCount == items.count
                && userBiases.count == users.count && itemBiases.count == items.count
                && userFactors.rank == itemFactors.rank, "factors do not fit the ids or each other")
        self.users = users
        self.items = items
        self.mean = mean
        self.userBiases = userBiases
        self.itemBiases = itemBiases
        self.userFactors = userFactors
        self.itemFactors = itemFactors
        var configuration = configuration
        configuration.factors = itemFactors.rank
        self.configuration = configuration
        self.losses = losses
        self.events = events
        let width = itemFactors.rank + 2
        var values: [Float] = []
        values.reserveCapacity(items.count * width)
        for item in 0..<items.count {
            values.append(contentsOf: itemFactors[item])
            values.append(itemBiases[item])
            values.append(1)
        }
        scoringItems = FactorMatrix(rowCount: items.count, rank: width, values: values)
        panels = ScorePanels(vectors: values.span, rank: width)
        layouts = DerivedLayouts()
    }

    /// The predicted rating of a pair, in double precision.
    ///
    /// - Parameters:
    ///   - user: Dense user index.
    ///   - item: Dense item index.
    /// - Complexity: O(rank)
    public func predict(user: Int32, item: Int32) -> Double {
        let dot = zip(userFactors[Int(user)], itemFactors[Int(item)]).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        return mean + Double(userBiases[Int(user)]) + Double(itemBiases[Int(item)]) + dot
    }

    /// The root of the mean squared error of the predictions of `ratings`.
    ///
    /// - Throws: ``IFError/Code/invalidArgument`` on other users or items than the model's, ``IFError/Code/emptyData``
    ///   without ratings.
    /// - Complexity: O(ratings · rank)
    public func rootMeanSquaredError(on ratings: Interactions) throws -> Double {
        guard ratings.users == users, ratings.items == items else {
            throw IFError(.invalidArgument, "an error needs ratings of the model's own users and items")
        }
        guard ratings.matrix.count > 0 else { throw IFError(.emptyData, "there are no ratings to compare with") }
        var sum = 0.0
        for user in 0..<ratings.matrix.rowCount {
            for entry in ratings.matrix.range(ofRow: user) {
                let error =
                    Double(ratings.matrix.values[entry])
                    - predict(user: Int32(user), item: ratings.matrix.columns[entry])
                sum += error * error
            }
        }
        return (sum / Double(ratings.matrix.count)).squareRoot()
    }
}
