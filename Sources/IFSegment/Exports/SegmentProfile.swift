public import IFCore

/// One line of bedrock_inputs.jsonl: who a user is, and what the user's segment buys.
///
/// In JSON: `user_id`, `segment`, `rfm_z {r_z, f_z, m_z}`, `top_products [{product_id, rank, score}]`.
public struct SegmentProfile: Hashable, Sendable, Codable {
    /// A product of the user's segment.
    public struct Product: Hashable, Sendable, Codable {
        /// The product; a number or a string in JSON.
        public var productID: JSONIdentifier
        /// From 1.
        public var rank: Int
        /// Popularity within the segment.
        public var score: Double

        enum CodingKeys: String, CodingKey {
            case productID = "product_id"
            case rank, score
        }
    }

    /// The user's z-scores.
    public struct ZScores: Hashable, Sendable, Codable {
        /// Recency.
        public var recency: Double
        /// Frequency.
        public var frequency: Double
        /// Monetary value.
        public var monetary: Double

        enum CodingKeys: String, CodingKey {
            case recency = "r_z"
            case frequency = "f_z"
            case monetary = "m_z"
        }
    }

    /// The user; a number or a string in JSON.
    public var userID: JSONIdentifier
    /// The user's segment.
    public var segment: Int
    /// The user's z-scores.
    public var zScores: ZScores
    /// The segment's first products.
    public var topProducts: [Product]

    enum CodingKeys: String, CodingKey {
        case userID = "user_id"
        case segment
        case zScores = "rfm_z"
        case topProducts = "top_products"
    }
}

/// An ``ID`` in JSON: integers as numbers, strings as strings.
public struct JSONIdentifier: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The id.
    public var id: ID

    /// Wraps an id.
    public init(_ id: ID) { self.id = id }

    /// Reads the value as it stands in files.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let value = try? container.decode(Int64.self) {
            id = .integer(value)
        } else {
            id = .string(try container.decode(String.self))
        }
    }

    /// Writes the value as it stands in files.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch id {
        case .integer(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        }
    }

    /// The text shown to people.
    public var description: String { id.description }
}

/// One line of Amazon Bedrock's batch inference: a record's name and the model's input.
public struct BedrockRecord<ModelInput: Sendable>: Sendable {
    /// Names the record in the output: 11 letters and digits.
    public var recordId: String
    /// What the model gets; its form is the model's.
    public var modelInput: ModelInput

    /// Creates a record.
    public init(recordId: String, modelInput: ModelInput) {
        self.recordId = recordId
        self.modelInput = modelInput
    }
}

extension BedrockRecord: Encodable where ModelInput: Encodable {}
extension BedrockRecord: Decodable where ModelInput: Decodable {}
extension BedrockRecord: Equatable where ModelInput: Equatable {}
extension BedrockRecord: Hashable where ModelInput: Hashable {}

extension SegmentExports {
    /// One profile for every different user of ``userRecommendations()``, in the order of their first row.
    public func profiles() -> [SegmentProfile] {
        let rows = ranking.rows()
        var seen = Set<Int>()
        var left = configuration.rowLimit ?? .max
        var out: [SegmentProfile] = []
        for user in highValue + random {
            let entries = (rows[users.segments[user]] ?? 0..<0).prefix(configuration.topPerSegment)
            guard left > 0, !entries.isEmpty else { continue }
            left -= entries.count
            guard seen.insert(user).inserted else { continue }
            out.append(
                SegmentProfile(
                    userID: JSONIdentifier(users.users[user]), segment: Int(users.segments[user]),
                    zScores: SegmentProfile.ZScores(
                        recency: users.zScores[0][user], frequency: users.zScores[1][user],
                        monetary: users.zScores[2][user]),
                    topProducts: entries.map {
                        SegmentProfile.Product(
                            productID: JSONIdentifier(ranking.products[$0]), rank: Int(ranking.ranks[$0]),
                            score: ranking.scores[$0])
                    }))
        }
        return out
    }

    /// The profiles in the form of Amazon Bedrock's batch inference.
    ///
    /// - Parameter input: Makes the model's input of a profile, for example a prompt in the form that the model expects.
    public func batchRecords<ModelInput: Sendable>(
        _ input: (SegmentProfile) throws -> ModelInput
    ) rethrows -> [BedrockRecord<ModelInput>] {
        try profiles().enumerated().map { number, profile in
            let digits = String(number + 1)
            let padding = String(repeating: "0", count: max(0, 8 - digits.count))
            return BedrockRecord(recordId: "REC" + padding + digits, modelInput: try input(profile))
        }
    }
}
