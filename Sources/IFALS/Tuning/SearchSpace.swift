import IFCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension ALSSearch {
    /// What may be drawn. A range of one value keeps that value.
    ///
    /// Drawn numbers have four significant digits, so that a row of the table can be typed. Drawn candidates have one λ
    /// for users and items.
    public struct Space: Hashable, Sendable, Codable {
        /// Lengths of the vectors, drawn with equal chances; at least one.
        public var factors = [32, 64, 128]
        /// λ as it would be at ν = 1, drawn evenly on a logarithmic scale.
        ///
        /// For another ν, λ is rescaled so that the sum of all rows' λ·nᵛ stays the same (Rendle et al., "Revisiting the
        /// performance of iALS", section 4): so one range serves all exponents.
        public var regularization: ClosedRange<Double> = 0.001...1
        /// ν, drawn evenly.
        public var exponent: ClosedRange<Double> = 0...1
        /// α, drawn evenly on a logarithmic scale.
        public var alpha: ClosedRange<Double> = 0.3...40
        /// α₀, drawn evenly on a logarithmic scale.
        public var unobservedWeight: ClosedRange<Double> = 0.01...1

        /// Creates the default space.
        public init() {}

        /// Checks all ranges.
        ///
        /// - Throws: ``IFError/Code/invalidArgument``, naming the range.
        public func validate() throws {
            func require(_ holds: Bool, _ key: String, _ message: String) throws {
                guard holds else { throw IFError(.invalidArgument, message, key: key) }
            }
            try require(
                !factors.isEmpty && factors.allSatisfy { (1...1024).contains($0) }, "factors",
                "\(factors) are not one or more numbers in 1...1024")
            for (key, range) in [
                ("regularization", regularization), ("alpha", alpha), ("unobservedWeight", unobservedWeight),
            ] {
                try require(
                    range.lowerBound > 0 && range.upperBound.isFinite, key,
                    "\(range) is not above 0 and finite, as a logarithmic scale needs")
            }
            try require(
                exponent.lowerBound >= 0 && exponent.upperBound.isFinite, "exponent",
                "\(exponent) is below 0 or infinite")
            try require(unobservedWeight.upperBound <= 1, "unobservedWeight", "\(unobservedWeight) is above 1")
        }

        /// Draws one candidate. Five numbers are drawn whatever the ranges are, so that one range does not change the
        /// others' draws.
        func draw(_ stream: inout RandomStream, base: ImplicitALS.Configuration, rows: RowCounts)
            -> ImplicitALS.Configuration
        {
            func logarithmic(_ range: ClosedRange<Double>, _ share: Double) -> Double {
                // The bounds themselves where the range is one value: no rounding.
                guard range.lowerBound < range.upperBound else { return range.lowerBound }
                return Self.readable(range.lowerBound * pow(range.upperBound / range.lowerBound, share))
            }
            let shares = (0..<5).map { _ in stream.uniform() }
            var out = base
            out.factors = factors[min(factors.count - 1, Int(shares[0] * Double(factors.count)))]
            let nu = exponent.lowerBound + shares[2] * (exponent.upperBound - exponent.lowerBound)
            out.itemRegularization = nil
            out.itemRegularizationScaling = nil
            out.regularizationScaling = RegularizationScaling(
                exponent: Self.readable(nu), countsUnobserved: base.regularizationScaling.countsUnobserved)
            out.alpha = logarithmic(alpha, shares[3])
            out.unobservedWeight = min(1, logarithmic(unobservedWeight, shares[4]))
            var linear = out.regularizationScaling
            linear.exponent = 1
            let ratio = rows.total(linear, out) / rows.total(out.regularizationScaling, out)
            out.regularization = Self.readable(logarithmic(regularization, shares[1]) * ratio)
            return out
        }

        /// A number of four significant digits.
        private static func readable(_ value: Double) -> Double {
            guard value > 0 else { return value }
            let scale = pow(10, 3 - floor(log10(value)))
            return (value * scale).rounded() / scale
        }
    }

    /// How many ratings the rows of both sides have.
    struct RowCounts: Sendable {
        private let users: [Int]
        private let items: [Int]

        init(_ matrix: CSRMatrix) {
            users = (0..<matrix.rowCount).map { matrix.range(ofRow: $0).count }
            var items = [Int](repeating: 0, count: matrix.columnCount)
            for column in matrix.columns { items[Int(column)] += 1 }
            self.items = items
        }

        /// Σ nᵛ over the rows of both sides that have ratings.
        func total(_ scaling: RegularizationScaling, _ configuration: ImplicitALS.Configuration) -> Double {
            func sum(_ counts: [Int], others: Int) -> Double {
                let unobserved = configuration.unobservedWeight * Double(others)
                return counts.reduce(0.0) {
                    $1 == 0 ? $0 : $0 + scaling.factor(count: $1, unobserved: unobserved)
                }
            }
            return sum(users, others: items.count) + sum(items, others: users.count)
        }
    }
}
