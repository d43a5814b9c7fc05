/// How a rating becomes the confidence of an observed pair. Of a dislike (a rating below 0, where the configuration
/// allows it) the forms take |r|, and the preference is 0 instead of 1.
///
/// The first form is that of Y. Hu, Y. Koren, C. Volinsky, "Collaborative filtering for implicit feedback datasets",
/// ICDM 2008, doi:10.1109/ICDM.2008.22, section 4, and of Spark; the second is their equation (6), 1 + α·ln(1 + r/ε), at
/// ε = 1: give r/ε for another. implicit (Python) takes c = α·r: what it is given times α, ``asGiven``, are the same
/// numbers here.
public struct ConfidenceForm: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The stable name.
    public let name: String

    private init(name: String) { self.name = name }

    /// c = 1 + α·r.
    public static let linear = ConfidenceForm(name: "linear")
    /// c = 1 + α·ln(1 + r).
    public static let logarithmic = ConfidenceForm(name: "logarithmic")
    /// c = r; α is not used.
    public static let asGiven = ConfidenceForm(name: "as-given")

    static let all = [linear, logarithmic, asGiven]

    /// The text shown to people.
    public var description: String { name }

    /// Reads the value as it stands in files.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let name = try container.decode(String.self)
        guard let form = Self.all.first(where: { $0.name == name }) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "a confidence is one of \(Self.all), not \(name)")
        }
        self = form
    }

    /// Writes the value as it stands in files.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}
