import IFCore

/// How the systems of a sweep without the bound x ≥ 0 are solved.
public struct ALSSolver: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The stable name.
    public let name: String
    /// Steps a row and sweep; 0 for direct solvers.
    public let steps: Int

    private init(name: String, steps: Int) {
        self.name = name
        self.steps = steps
    }

    /// Exact: Cholesky factorization, in the dual form for rows of few ratings.
    public static let cholesky = ALSSolver(name: "cholesky", steps: 0)

    /// Approximate: steps of conjugate gradients from the row's vector of the last sweep, which needs less work a
    /// sweep and more sweeps (G. Takács, I. Pilászy, D. Tikk, RecSys 2011, doi:10.1145/2043932.2043987).
    ///
    /// As implicit (Python) does with 3 steps. Folding in stays exact.
    public static func conjugateGradient(steps: Int = 3) -> ALSSolver {
        ALSSolver(name: "conjugate-gradient", steps: steps)
    }

    /// The text shown to people.
    public var description: String { self == .cholesky ? name : "\(name) (\(steps) steps)" }

    /// Reads the value as it stands in files; steps are 3 where they are not given.
    public init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: CodingKeys.self)
        let name = try keys.decode(String.self, forKey: .name)
        switch name {
        case Self.cholesky.name: self = .cholesky
        case Self.conjugateGradient().name:
            self = .conjugateGradient(steps: try keys.decodeIfPresent(Int.self, forKey: .steps) ?? 3)
        default:
            throw DecodingError.dataCorruptedError(
                forKey: .name, in: keys,
                debugDescription: "a solver is cholesky or conjugate-gradient, not \(name)")
        }
    }

    var isExact: Bool { self == .cholesky }
}
