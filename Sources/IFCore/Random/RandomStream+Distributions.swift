import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension RandomStream {
    /// Uniform in [0, 1), with 53 random bits.
    public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Uniform in (0, 1): never exactly 0, so that its logarithm is finite.
    public mutating func openUniform() -> Double { (Double(next() >> 11) + 0.5) * 0x1p-53 }

    /// Uniform in 0..<bound, without bias (D. Lemire, doi:10.1145/3230636).
    ///
    /// - Precondition: `bound > 0`.
    public mutating func integer(below bound: Int) -> Int {
        precondition(bound > 0, "bound must be positive")
        let range = UInt64(bound)
        var (high, low) = next().multipliedFullWidth(by: range)
        if low < range {
            let threshold = (0 &- range) % range
            while low < threshold { (high, low) = next().multipliedFullWidth(by: range) }
        }
        return Int(high)
    }

    /// Standard normal, by the Box–Muller transform; one value a call, so a stream's position stays simple.
    public mutating func normal() -> Double {
        let radius = (-2 * log(openUniform())).squareRoot()
        return radius * cos(2 * Double.pi * uniform())
    }

    /// Exponential with mean 1.
    public mutating func exponential() -> Double { -log(openUniform()) }

    /// Gamma with the given shape and scale 1 (G. Marsaglia, W. W. Tsang, doi:10.1145/358407.358414).
    ///
    /// - Precondition: `shape > 0`.
    public mutating func gamma(shape: Double) -> Double {
        precondition(shape > 0, "shape must be positive")
        if shape < 1 { return gamma(shape: shape + 1) * pow(openUniform(), 1 / shape) }
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = normal()
            let root = 1 + c * x
            guard root > 0 else { continue }
            let v = root * root * root
            let u = openUniform()
            if log(u) < 0.5 * x * x + d - d * v + d * log(v) { return d * v }
        }
    }

    /// Chi-squared with the given degrees of freedom.
    public mutating func chiSquared(degreesOfFreedom: Double) -> Double { 2 * gamma(shape: degreesOfFreedom / 2) }

    /// Poisson with the given mean: by inversion up to 30, above it by halving through gamma draws
    /// (J. H. Ahrens, U. Dieter, doi:10.1007/BF02293108).
    public mutating func poisson(mean: Double) -> Int {
        var mean = mean
        var total = 0
        while mean > 30 {
            let n = Int(mean * 7 / 8)
            let x = gamma(shape: Double(n))
            if x > mean {
                var successes = 0
                for _ in 1..<max(1, n) where uniform() < mean / x { successes += 1 }
                return total + successes
            }
            total += n
            mean -= x
        }
        let limit = exp(-mean)
        var product = openUniform()
        while product > limit {
            total += 1
            product *= openUniform()
        }
        return total
    }

    /// Shuffles in place (Fisher–Yates).
    public mutating func shuffle<Element>(_ values: inout [Element]) {
        guard values.count > 1 else { return }
        for last in stride(from: values.count - 1, to: 0, by: -1) {
            values.swapAt(last, integer(below: last + 1))
        }
    }

    /// `count` different numbers of 0..<bound in random order (R. W. Floyd's method, then a shuffle).
    ///
    /// - Precondition: `count <= bound`.
    public mutating func sample(_ count: Int, below bound: Int) -> [Int] {
        precondition(count >= 0 && count <= bound, "cannot draw \(count) of \(bound) without repetition")
        var seen = Set<Int>(minimumCapacity: count)
        var out: [Int] = []
        out.reserveCapacity(count)
        for upper in (bound - count)..<bound {
            let pick = integer(below: upper + 1)
            let value = seen.contains(pick) ? upper : pick
            seen.insert(value)
            out.append(value)
        }
        shuffle(&out)
        return out
    }
}
