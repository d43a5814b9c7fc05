/// Dot products and squared distances with sixteen (eight) independent accumulators.
///
/// A strict left-to-right sum does not vectorise; the accumulators fix another order, the same on every call, so
/// results do not depend on alignment or on neighbours.
package enum DotProduct {
    /// Σ x·y in single precision.
    ///
    /// - Precondition: Equal lengths.
    package static func dot(_ x: Span<Float>, _ y: Span<Float>) -> Float {
        precondition(x.count == y.count, "vectors of different lengths")
        var sums = SIMD16<Float>.zero
        let whole = x.count & ~15
        var start = 0
        while start < whole {
            var a = SIMD16<Float>.zero
            var b = SIMD16<Float>.zero
            for lane in 0..<16 {
                a[lane] = x[start + lane]
                b[lane] = y[start + lane]
            }
            sums += a * b
            start += 16
        }
        var total = sums.sum()
        for index in whole..<x.count { total += x[index] * y[index] }
        return total
    }

    /// Σ x·y in double precision.
    ///
    /// - Precondition: Equal lengths.
    package static func dot(_ x: Span<Double>, _ y: Span<Double>) -> Double {
        precondition(x.count == y.count, "vectors of different lengths")
        var sums = SIMD8<Double>.zero
        let whole = x.count & ~7
        var start = 0
        while start < whole {
            var a = SIMD8<Double>.zero
            var b = SIMD8<Double>.zero
            for lane in 0..<8 {
                a[lane] = x[start + lane]
                b[lane] = y[start + lane]
            }
            sums += a * b
            start += 8
        }
        var total = sums.sum()
        for index in whole..<x.count { total += x[index] * y[index] }
        return total
    }

    /// Σ (x − y)² in double precision.
    ///
    /// - Precondition: Equal lengths.
    package static func squaredDistance(_ x: Span<Double>, _ y: Span<Double>) -> Double {
        precondition(x.count == y.count, "vectors of different lengths")
        var sums = SIMD8<Double>.zero
        let whole = x.count & ~7
        var start = 0
        while start < whole {
            var difference = SIMD8<Double>.zero
            for lane in 0..<8 { difference[lane] = x[start + lane] - y[start + lane] }
            sums += difference * difference
            start += 8
        }
        var total = sums.sum()
        for index in whole..<x.count {
            let difference = x[index] - y[index]
            total += difference * difference
        }
        return total
    }
}
