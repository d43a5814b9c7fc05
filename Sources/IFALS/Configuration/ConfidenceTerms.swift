import IFLinearAlgebra

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The confidence of a configuration in the affine form of the kernels: c = scale · |g(r)| + offset, where g keeps the
/// sign of a dislike.
struct ConfidenceTerms: Sendable {
    let form: ConfidenceForm
    let scale: Float
    let offset: Float
    let unobserved: Float

    init(_ configuration: ImplicitALS.Configuration) {
        form = configuration.confidence
        scale = form == .asGiven ? 1 : Float(configuration.alpha)
        offset = form == .asGiven ? 0 : 1
        unobserved = Float(configuration.unobservedWeight)
    }

    /// g(r) of every rating; the array itself where g is the identity, so nothing is copied.
    func transformed(_ ratings: [Float]) -> [Float] {
        form == .logarithmic ? ratings.map { $0 < 0 ? -log1pf(-$0) : log1pf($0) } : ratings
    }

    /// c of a transformed rating.
    func confidence(_ transformed: Float) -> Float { scale * abs(transformed) + offset }

    /// The kernels' terms for a row.
    func row(ridge: Double) -> RowTerms {
        RowTerms(scale: scale, offset: offset, unobserved: unobserved, ridge: Float(ridge))
    }
}

extension ImplicitALS.Configuration {
    /// The confidence of a rating in double precision: what the kernels' terms round.
    func confidence(_ rating: Double) -> Double {
        switch confidence {
        case .asGiven: abs(rating)
        case .logarithmic: 1 + alpha * log1p(abs(rating))
        default: 1 + alpha * abs(rating)
        }
    }
}
