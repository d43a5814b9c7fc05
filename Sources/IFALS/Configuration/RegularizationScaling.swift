#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How regularization grows with the number of ratings n of a row: λ·nᵛ.
///
/// Spark scales by n (ν = 1), implicit does not (ν = 0); S. Rendle et al., "Revisiting the performance of iALS",
/// RecSys 2022, doi:10.1145/3523227.3548486, find values between the two best.
public struct RegularizationScaling: Hashable, Sendable, Codable {
    /// ν, at least 0.
    public var exponent: Double

    /// Creates a scaling.
    public init(exponent: Double) { self.exponent = exponent }

    /// λ for every row.
    public static let none = RegularizationScaling(exponent: 0)
    /// λ·n: Spark's.
    public static let count = RegularizationScaling(exponent: 1)
    /// λ·nᵛ.
    public static func count(exponent: Double) -> RegularizationScaling { RegularizationScaling(exponent: exponent) }

    /// nᵛ.
    func factor(count: Int) -> Double {
        if exponent == 0 { return 1 }
        return exponent == 1 ? Double(count) : pow(Double(count), exponent)
    }
}
