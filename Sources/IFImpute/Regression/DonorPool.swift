import IFCore

/// Donors sorted by predicted value, and the nearest of them to a target: mice's `matchindex`.
///
/// 1. Shuffle the donors, so that equal predictions come in random order.
/// 2. Sort them by prediction, stably.
/// 3. For a target draw h of 1...k, find its place by binary search, and walk outward to the h-th nearest donor
///    (at equal distance the greater prediction first).
///
/// As in mice, the order of equal donors is drawn once for all targets of a step.
///
/// - Complexity: O(n) radix sort to build, O(log n + k) a target.
struct DonorPool {
    /// Predictions, ascending.
    let predictions: [Double]
    /// Position of each among the donors handed in.
    let positions: [Int32]

    init(_ unsorted: [Double], using random: inout RandomStream) {
        var shuffled = (0..<Int32(unsorted.count)).map { $0 }
        var last = shuffled.count - 1
        while last > 0 {
            shuffled.swapAt(last, random.integer(below: last + 1))
            last -= 1
        }
        positions = RadixOrder.stable(shuffled, by: unsorted)
        predictions = positions.map { unsorted[Int($0)] }
    }

    /// Position of a donor drawn from the `count` nearest to each target.
    ///
    /// - Precondition: There is a donor.
    func draws(for targets: [Double], donors count: Int, using random: inout RandomStream) -> [Int32] {
        let sorted = predictions.span
        let most = min(max(1, count), sorted.count)
        var out = [Int32]()
        out.reserveCapacity(targets.count)
        for target in targets {
            let rank = random.integer(below: most) + 1
            out.append(positions[Self.nearest(rank, to: target, in: sorted)])
        }
        return out
    }

    private static func nearest(_ rank: Int, to target: Double, in sorted: Span<Double>) -> Int {
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < target { low = middle + 1 } else { high = middle }
        }
        var right = low
        var left = low - 1
        var found = 0
        for _ in 0..<rank {
            let takeLeft =
                right >= sorted.count || (left >= 0 && target - sorted[left] < sorted[right] - target)
            if takeLeft {
                found = left
                left -= 1
            } else {
                found = right
                right += 1
            }
        }
        return found
    }
}

/// Least-significant-digit radix sort of doubles: stable, linear, and the same on every machine.
enum RadixOrder {
    /// `items` ordered by `keys[item]`, equal keys in the order given.
    ///
    /// - Precondition: Keys are finite.
    static func stable(_ items: [Int32], by keys: [Double]) -> [Int32] {
        let count = items.count
        var codes = items.map { code(keys[Int($0)]) }
        var order = items
        var otherCodes = codes
        var otherOrder = order
        for shift in stride(from: 0, to: 64, by: 11) {
            var starts = [Int](repeating: 0, count: 2049)
            for index in 0..<count { starts[Int(truncatingIfNeeded: codes[index] >> UInt64(shift)) & 2047 &+ 1] &+= 1 }
            // A digit that all keys share moves nothing.
            if starts.contains(count) { continue }
            for digit in 1...2048 { starts[digit] &+= starts[digit - 1] }
            for index in 0..<count {
                let digit = Int(truncatingIfNeeded: codes[index] >> UInt64(shift)) & 2047
                let place = starts[digit]
                starts[digit] = place &+ 1
                otherCodes[place] = codes[index]
                otherOrder[place] = order[index]
            }
            swap(&codes, &otherCodes)
            swap(&order, &otherOrder)
        }
        return order
    }

    /// Bits whose unsigned order is the order of the numbers; -0 and 0 are one.
    private static func code(_ value: Double) -> UInt64 {
        let bits = (value + 0).bitPattern
        return bits >> 63 == 1 ? ~bits : bits | 1 << 63
    }
}
