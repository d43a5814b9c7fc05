/// Which data a fitted thing (model, popularity, segments) came from: the evidence that ``LeakGuard`` judges.
///
/// There is no empty default. A provenance comes from the lines that were used (``OrderLines/provenance``), from
/// the names of periods where nothing better was kept, or it says outright that nothing is known, and then an
/// evaluation refuses it. It is `Codable`, to be kept beside the model it belongs to.
public struct DataProvenance: Hashable, Sendable, Codable {
    /// A part of the data under one name: an eval set, a range of time, a side of a split.
    public struct Period: Hashable, Sendable, Codable {
        /// The name, for example `prior`.
        public var label: String
        /// Lines of the period.
        public var lineCount: Int?
        /// What a unit is: the column whose values are held out as a whole, for example `order_id`.
        public var unitKind: String?
        /// The units themselves; `nil` where only the name is known.
        public var units: UnitSet?

        /// Creates a period known by its units.
        public init(label: String, lineCount: Int, unitKind: String, units: UnitSet) {
            (self.label, self.lineCount, self.unitKind, self.units) = (label, lineCount, unitKind, units)
        }

        /// Creates a period known by its name only.
        public init(label: String) { self.label = label }
    }

    /// The periods the data came from.
    public private(set) var periods: [Period]
    /// Whether these are all periods. Where not, something else of unknown origin went in.
    public private(set) var isComplete: Bool

    /// Data of one period.
    public init(_ period: Period) { (periods, isComplete) = ([period], true) }

    /// Periods known by name only, for example from the metadata of an older run. Weaker evidence than units: two
    /// periods are then held to overlap where their names agree.
    ///
    /// - Precondition: At least one name; what came from no data at all is ``noData``.
    public init(periodsNamed labels: [String]) {
        precondition(!labels.isEmpty, "name at least one period")
        (periods, isComplete) = (labels.map(Period.init(label:)), true)
    }

    private init(periods: [Period], isComplete: Bool) { (self.periods, self.isComplete) = (periods, isComplete) }

    /// Nothing is known: a model from elsewhere. Evaluations refuse it unless leakage is allowed.
    public static let unknown = DataProvenance(periods: [], isComplete: false)

    /// Fitted on no data: a random or hand-made ranking.
    public static let noData = DataProvenance(periods: [], isComplete: true)

    /// The provenance of something made from both, for example of a model and a popularity that a reranker blends.
    public func union(_ other: DataProvenance) -> DataProvenance {
        DataProvenance(
            periods: periods + other.periods.filter { !periods.contains($0) },
            isComplete: isComplete && other.isComplete)
    }

    /// The provenance of something made from all of these.
    public static func union(_ parts: DataProvenance...) -> DataProvenance {
        parts.reduce(.noData) { $0.union($1) }
    }
}
