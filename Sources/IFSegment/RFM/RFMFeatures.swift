public import IFCore

/// Recency, frequency and monetary value of every user, and their z-scores; users ascend.
public struct RFMFeatures: Hashable, Sendable {
    /// Rows that could not be used, and how many of each kind there were.
    public struct Report: Hashable, Sendable, Codable {
        /// Rows of the orders or transactions.
        public internal(set) var rows = 0
        /// Users whose last interval was missing and counts as 0.
        public internal(set) var usersWithoutInterval = 0
        /// Users whose R is greater than ``RFM/recencyCap`` and was cut to it.
        public internal(set) var usersAboveRecencyCap = 0
        /// Users without a train order; their M is 1.
        public internal(set) var usersWithoutTrainOrder = 0
        /// Train lines whose order is not among the orders.
        public internal(set) var linesWithoutOrder = 0
    }

    /// User ids, ascending: 64-bit integers or strings.
    public let users: IDColumn
    /// Recency, days.
    public let recency: [Double]
    /// Frequency: different orders, at least 1.
    public let frequency: [Int64]
    /// Monetary value: what ``RFM`` says it is made of.
    public let monetary: [Double]
    /// z-scores (sample standard deviation; 0 where there is no spread) of the three.
    public let recencyZ: [Double]
    /// z-scores of ``frequency``.
    public let frequencyZ: [Double]
    /// z-scores of ``monetary``.
    public let monetaryZ: [Double]
    /// What was found in the input.
    public let report: Report

    init(users: IDColumn, recency: [Double], frequency: [Int64], monetary: [Double], report: Report) {
        self.users = users
        self.recency = recency
        self.frequency = frequency
        self.monetary = monetary
        recencyZ = Standardization.zScores(recency)
        frequencyZ = Standardization.zScores(frequency.map(Double.init))
        monetaryZ = Standardization.zScores(monetary)
        self.report = report
    }

    /// Users.
    public var count: Int { recency.count }

    /// The z-scores, columns `r_z`, `f_z`, `m_z`: what segmenters are fitted on.
    public var standardized: FeatureMatrix {
        Self.matrix(["r_z", "f_z", "m_z"], recencyZ, frequencyZ, monetaryZ)
    }

    /// The values as they are, columns `r`, `f`, `m`.
    public var raw: FeatureMatrix { Self.matrix(["r", "f", "m"], recency, frequency.map(Double.init), monetary) }

    /// The table user_seg: `user_id` (int64 or string), `R` double, `F` int64, `M` double, `segment` int32, `r_z`,
    /// `f_z`, `m_z` double.
    ///
    /// - Precondition: One segment a user.
    public func table(segments: [Int32]) -> Table {
        precondition(segments.count == count, "one segment a user is needed")
        return Table([
            "user_id": users.column, "R": .double(recency), "F": .int64(frequency), "M": .double(monetary),
            "segment": .int32(segments), "r_z": .double(recencyZ), "f_z": .double(frequencyZ),
            "m_z": .double(monetaryZ),
        ])
    }

    private static func matrix(_ names: [String], _ r: [Double], _ f: [Double], _ m: [Double]) -> FeatureMatrix {
        var values: [Double] = []
        values.reserveCapacity(3 * r.count)
        for row in r.indices {
            values.append(r[row])
            values.append(f[row])
            values.append(m[row])
        }
        return FeatureMatrix(names: names, rowCount: r.count, values: values)
    }
}
