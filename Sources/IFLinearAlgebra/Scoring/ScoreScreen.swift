import CIFKernels

/// Item vectors in one byte a number, to find the few items that can be among a query's best without reading all
/// vectors: the exact scores of those few decide.
///
/// An item's vector y is kept as s·q with integers q in −127...127, and with the length of what is lost, |y − s·q|. By
/// Cauchy and Schwarz the exact score x·y lies within |x|·|y − s·q| of s·(x·q); rounding of both sums is added to the
/// bound. So no item of the true list is ever left out, and lists are the same to the bit as without screening.
package struct ScoreScreen: Hashable, Sendable {
    /// The instruction set that screens.
    package var kernels = KernelSet.best
    private let rank: Int
    private let itemCount: Int
    private let panels: [Int8]
    private let scales: [Float]
    private let errors: [Float]

    /// Quantizes vectors.
    ///
    /// - Parameter vectors: Vectors of `rank` numbers, one after the other.
    /// - Complexity: O(items · rank)
    package init(vectors: Span<Float>, rank: Int) {
        precondition(rank > 0 && vectors.count % rank == 0, "vectors do not fill rows of \(rank)")
        self.rank = rank
        let width = Int(IF_PANEL)
        let count = vectors.count / rank
        itemCount = count
        let padded = (count + width - 1) / width * width
        var panels = [Int8](repeating: 0, count: padded * rank)
        var scales = [Float](repeating: 0, count: padded)
        var errors = [Float](repeating: 0, count: padded)
        // Each sum of `rank` products is off by at most rank · 2⁻²⁴ · |x|·|y|; two sums, with room for the rest.
        let rounding = Double(rank + 8) * 0x1p-22
        for item in 0..<count {
            var greatest: Float = 0
            var squares = 0.0
            for index in 0..<rank {
                let value = vectors[item * rank + index]
                greatest = max(greatest, abs(value))
                squares += Double(value) * Double(value)
            }
            let scale = greatest / 127
            var lost = 0.0
            if squares.isFinite && scale >= .leastNormalMagnitude {
                for index in 0..<rank {
                    let value = vectors[item * rank + index]
                    let quantized = max(-127, min(127, (value / scale).rounded()))
                    panels[item / width * width * rank + index * width + item % width] = Int8(quantized)
                    let rest = Double(value) - Double(scale) * Double(quantized)
                    lost += rest * rest
                }
                scales[item] = scale
                let bound = (lost.squareRoot() + rounding * squares.squareRoot()) * 1.000_01
                errors[item] = Float(bound).nextUp
            } else {
                // Of numbers that are not finite, or too small to divide by, nothing is known.
                errors[item] = squares == 0 ? 0 : .infinity
            }
        }
        self.panels = panels
        self.scales = scales
        self.errors = errors
    }

    /// The items that can be among the best `count` of a query; all others certainly are not.
    ///
    /// - Parameters:
    ///   - query: `rank` numbers.
    ///   - isExcluded: Whether an item may not be listed at all; asked of few items.
    /// - Returns: Ascending items, those that are excluded perhaps among them; `nil` where screening does not help.
    /// - Complexity: O(items · rank), reading one byte a number.
    package func candidates(_ count: Int, query: Span<Float>, isExcluded: (Int32) -> Bool) -> [Int32]? {
        precondition(query.count == rank, "a query of another rank")
        var squares = 0.0
        for index in 0..<rank { squares += Double(query[index]) * Double(query[index]) }
        let length = Float(squares.squareRoot() * 1.000_000_1)
        guard length.isFinite, length >= .leastNormalMagnitude, count > 0, count <= itemCount / 32 else { return nil }
        var lower = [Float](repeating: 0, count: scales.count)
        var upper = lower
        screen(query, length, &lower, &upper)
        var best = TopK(capacity: count)
        for item in 0..<itemCount
        where lower[item] > best.threshold && lower[item] < .infinity && !isExcluded(Int32(item)) {
            best.insert(Int32(item), lower[item])
        }
        guard best.count == count else { return nil }
        let threshold = best.threshold
        var out: [Int32] = []
        // A bound that overflowed to NaN says nothing: such an item stays.
        for item in 0..<itemCount where !(upper[item] < threshold) { out.append(Int32(item)) }
        return out.count <= itemCount / 8 ? out : nil
    }

    private func screen(_ query: Span<Float>, _ length: Float, _ lower: inout [Float], _ upper: inout [Float]) {
        unsafe query.withUnsafeBufferPointer { query in
            unsafe panels.withUnsafeBufferPointer { panels in
                unsafe scales.withUnsafeBufferPointer { scales in
                    unsafe errors.withUnsafeBufferPointer { errors in
                        unsafe lower.withUnsafeMutableBufferPointer { lower in
                            unsafe upper.withUnsafeMutableBufferPointer { upper in
                                var job = unsafe if_screening(
                                    panels: panels.baseAddress, panel_count: scales.count / Int(IF_PANEL), rank: rank,
                                    query: query.baseAddress, scales: scales.baseAddress, errors: errors.baseAddress,
                                    length: length, lower: lower.baseAddress, upper: upper.baseAddress)
                                unsafe if_screen(kernels.variant, &job)
                            }
                        }
                    }
                }
            }
        }
    }
}
