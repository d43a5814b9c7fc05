import IFCore

/// How the systems of a sweep without the bound x ≥ 0 are solved.
public struct ALSSolver: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The stable name.
    public let name: String
    /// Steps a row and sweep; 0 for solvers without steps.
    public let steps: Int
    /// Coordinates of a block; 0 for solvers without blocks.
    public let blockSize: Int

    private init(name: String, steps: Int = 0, blockSize: Int = 0) {
        self.name = name
        self.steps = steps
        self.blockSize = blockSize
    }

    /// Exact: Cholesky factorization, in the dual form for rows of few ratings.
    public static let cholesky = ALSSolver(name: "cholesky")

    /// Approximate: steps of conjugate gradients from the row's vector of the last sweep, which needs less work a
    /// sweep and more sweeps (G. Takács, I. Pilászy, D. Tikk, RecSys 2011, doi:10.1145/2043932.2043987).
    ///
    /// As implicit (Python) does with 3 steps. Folding in stays exact.
    ///
    /// - Parameter steps: 1...1000.
    public static func conjugateGradient(steps: Int = 3) -> ALSSolver {
        ALSSolver(name: "conjugate-gradient", steps: steps)
    }

    /// Approximate: from the row's vector of the last sweep, exact steps in blocks of its coordinates, one block after
    /// the other (iALS++: S. Rendle, W. Krichene, L. Zhang, Y. Koren, 2021, arXiv:2110.14044). For 128 factors and
    /// more: a sweep takes O(entries · rank · blockSize) instead of O(entries · rank²), and the objective never rises.
    ///
    /// A sweep goes over all blocks of the items and then over all blocks of the users, where the paper changes sides
    /// after every block. Rows of few ratings, up to three eighths of the factors, are solved exactly in the dual form where
    /// that is faster. Folding in stays exact.
    ///
    /// - Parameter blockSize: A multiple of 16 in 16...1024; the last block of a vector may be smaller. A block as long
    ///   as the vectors solves exactly.
    public static func blockCoordinate(blockSize: Int = 32) -> ALSSolver {
        ALSSolver(name: "block-coordinate", blockSize: blockSize)
    }

    /// The text shown to people.
    public var description: String {
        steps > 0 ? "\(name) (\(steps) steps)" : blockSize > 0 ? "\(name) (blocks of \(blockSize))" : name
    }

    /// Reads the value as it stands in files; steps are 3 and blocks 32 where they are not given.
    public init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: CodingKeys.self)
        let name = try keys.decode(String.self, forKey: .name)
        guard
            let solver = Self.named(
                name, steps: try keys.decodeIfPresent(Int.self, forKey: .steps),
                blockSize: try keys.decodeIfPresent(Int.self, forKey: .blockSize))
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .name, in: keys,
                debugDescription: "a solver is one of \(Self.names.joined(separator: ", ")), not \(name)")
        }
        self = solver
    }

    /// The names of all solvers.
    public static let names = [cholesky.name, conjugateGradient().name, blockCoordinate().name]

    /// The solver of that name; `nil` where there is none.
    ///
    /// - Parameters:
    ///   - steps: Those of conjugate gradients, 3 where `nil`; other solvers have none.
    ///   - blockSize: That of block-coordinate descent, 32 where `nil`; other solvers have none.
    public static func named(_ name: String, steps: Int? = nil, blockSize: Int? = nil) -> ALSSolver? {
        switch name {
        case cholesky.name: cholesky
        case conjugateGradient().name: conjugateGradient(steps: steps ?? conjugateGradient().steps)
        case blockCoordinate().name: blockCoordinate(blockSize: blockSize ?? blockCoordinate().blockSize)
        default: nil
        }
    }

    var isExact: Bool { self == .cholesky }

    /// Checks the ranges.
    ///
    /// - Throws: ``IFError/Code/invalidArgument``.
    func validate(nonnegative: Bool) throws {
        func require(_ holds: Bool, _ message: String) throws {
            guard holds else { throw IFError(.invalidArgument, message, key: "solver") }
        }
        guard !isExact else { return }
        if name == Self.conjugateGradient().name {
            try require((1...1000).contains(steps), "\(steps) steps are outside 1...1000")
        } else {
            try require(
                (16...1024).contains(blockSize) && blockSize % 16 == 0,
                "a block size of \(blockSize) is not a multiple of 16 in 16...1024")
        }
        try require(
            !nonnegative, "\(name) does not keep factors nonnegative; use cholesky, or set nonnegative to false")
    }
}
