#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How regularization grows with the number of ratings n of a row: λ·nᵛ, or λ·(n + α₀·m)ᵛ.
///
/// Spark scales by n (ν = 1), implicit does not (ν = 0); S. Rendle et al., "Revisiting the performance of iALS on item
/// recommendation benchmarks", RecSys 2022, doi:10.1145/3523227.3548486, find values between the two best, and count
/// each of the m rows of the other side as one more rating of weight α₀ (``countsUnobserved``). Ratings of all signs
/// count; Spark counts those above 0.
public struct RegularizationScaling: Hashable, Sendable, Codable {
    /// ν, at least 0.
    public var exponent: Double
    /// Whether α₀·m is added to n: α₀ is the weight of pairs that were not observed, m the rows of the other side.
    public var countsUnobserved: Bool

    /// Creates a scaling.
    public init(exponent: Double, countsUnobserved: Bool = false) {
        self.exponent = exponent
        self.countsUnobserved = countsUnobserved
    }

    /// Reads the value as it stands in files.
    public init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: CodingKeys.self)
        exponent = try keys.decode(Double.self, forKey: .exponent)
        countsUnobserved = try keys.decodeIfPresent(Bool.self, forKey: .countsUnobserved) ?? false
    }

    /// λ for every row.
    public static let none = RegularizationScaling(exponent: 0)
    /// λ·n: Spark's.
    public static let count = RegularizationScaling(exponent: 1)
    /// λ·nᵛ.
    public static func count(exponent: Double) -> RegularizationScaling { RegularizationScaling(exponent: exponent) }
    /// λ·(n + α₀·m)ᵛ: Rendle's.
    public static func weight(exponent: Double) -> RegularizationScaling {
        RegularizationScaling(exponent: exponent, countsUnobserved: true)
    }

    /// nᵛ, or (n + `unobserved`)ᵛ.
    func factor(count: Int, unobserved: Double) -> Double {
        if exponent == 0 { return 1 }
        let weight = countsUnobserved ? Double(count) + unobserved : Double(count)
        return exponent == 1 ? weight : pow(weight, exponent)
    }
}
