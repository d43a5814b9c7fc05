import IFCore

/// Counts and interval sums of one block of users: the hot loop of the join, and the one file of this module that
/// works on raw memory (with ``RunChains``).
///
/// Why it is in bounds: codes are below `width` (`ProductCodes` takes the range over all lines), slots and runs come
/// from the tables that made them, and the tables here have `width` cells and a bit for each. Nothing outlives `run`.
struct PairKernel<Product: FixedWidthInteger & BitwiseCopyable & Sendable> {
    /// Lines (low half) and lines with an interval (high half) of a product, and the sum of those intervals.
    private struct Cell: BitwiseCopyable {
        var counts: UInt64
        var sum: Double
    }

    let chains: RunChains
    let slotOffsets: [Int32]
    let intervals: [Double]
    let chunks: [[Product]]
    let base: Product
    let width: Int

    /// Groups the lines of `users`.
    func run(users: Range<Int>) -> PairBlock {
        unsafe withPointers(chunks, []) { chunks in
            unsafe chains.heads.withUnsafeMutableBuffer { heads in
                unsafe chains.next.withUnsafeMutableBuffer { next in
                    unsafe chains.runs.withUnsafeBufferPointer { runs in
                        let source = unsafe Source(
                            runs: runs, heads: UnsafeBufferPointer(heads), next: UnsafeBufferPointer(next),
                            chunks: chunks)
                        return unsafe group(users, source)
                    }
                }
            }
        }
    }

    @unsafe private struct Source {
        let runs: UnsafeBufferPointer<LineRun>
        let heads: UnsafeBufferPointer<Int32>
        let next: UnsafeBufferPointer<Int32>
        let chunks: [UnsafeBufferPointer<Product>]
    }

    /// Lines of one order, found: where its products are, how many, and its interval.
    @unsafe private struct Found {
        let products: UnsafePointer<Product>
        let count: Int
        let interval: Double
    }

    private func group(_ users: Range<Int>, _ source: Source) -> PairBlock {
        let words = (width + 63) / 64
        let cells = UnsafeMutablePointer<Cell>.allocate(capacity: width)
        unsafe cells.initialize(repeating: Cell(counts: 0, sum: 0), count: width)
        var marks = unsafe Marks(words: words)
        defer {
            unsafe cells.deallocate()
            unsafe marks.deallocate()
        }
        var block = PairBlock(firstUser: users.lowerBound)
        var seen = [UInt64](repeating: 0, count: words)
        var found = unsafe [Found]()
        for user in users {
            unsafe find(Int(slotOffsets[user])..<Int(slotOffsets[user + 1]), source, &found)
            for unsafe run in unsafe found {
                let hasInterval = unsafe !run.interval.isNaN
                let step: UInt64 = hasInterval ? 1 << 32 | 1 : 1
                let days = unsafe hasInterval ? run.interval : 0
                for line in unsafe 0..<run.count {
                    let code = unsafe Int(truncatingIfNeeded: run.products[line] &- base)
                    unsafe cells[code].counts &+= step
                    unsafe cells[code].sum += days
                    unsafe marks.set(code)
                }
            }
            let before = block.codes.count
            unsafe marks.drain(into: &seen) { code in
                let cell = unsafe cells[code]
                unsafe cells[code] = Cell(counts: 0, sum: 0)
                block.append(code, lines: cell.counts & 0xFFFF_FFFF, known: cell.counts >> 32, sum: cell.sum)
            }
            block.pairsOfUser.append(Int32(truncatingIfNeeded: block.codes.count - before))
        }
        block.seen = seen
        return block
    }

    /// Collects a user's runs before any of their lines is read, so that the cache misses overlap.
    @inline(__always)
    private func find(_ slots: Range<Int>, _ source: Source, _ found: inout [Found]) {
        unsafe found.removeAll(keepingCapacity: true)
        for slot in slots {
            var run = unsafe Int(source.heads[slot])
            while run >= 0 {
                let place = unsafe source.runs[run]
                if let products = unsafe source.chunks[place.chunk].baseAddress {
                    unsafe found.append(
                        Found(products: products + place.start, count: place.count, interval: intervals[slot]))
                }
                run = unsafe Int(source.next[run])
            }
        }
    }
}

/// Which codes a user has: one bit a code, and one bit for each word that has any, so that a user's few codes come
/// out in ascending order without a sort and without reading all words.
@unsafe private struct Marks {
    private let bits: UnsafeMutablePointer<UInt64>
    private let summary: UnsafeMutablePointer<UInt64>
    private let summaryCount: Int

    init(words: Int) {
        unsafe bits = .allocate(capacity: words)
        unsafe bits.initialize(repeating: 0, count: words)
        unsafe summaryCount = (words + 63) / 64
        unsafe summary = .allocate(capacity: summaryCount)
        unsafe summary.initialize(repeating: 0, count: summaryCount)
    }

    func deallocate() {
        unsafe bits.deallocate()
        unsafe summary.deallocate()
    }

    @inline(__always)
    mutating func set(_ code: Int) {
        unsafe bits[code >> 6] |= 1 << UInt64(code & 63)
        unsafe summary[code >> 12] |= 1 << UInt64(code >> 6 & 63)
    }

    /// Hands out the codes in ascending order and forgets them; adds them to `seen`.
    @inline(__always)
    mutating func drain(into seen: inout [UInt64], _ body: (Int) -> Void) {
        for group in unsafe 0..<summaryCount {
            var wordsLeft = unsafe summary[group]
            guard wordsLeft != 0 else { continue }
            unsafe summary[group] = 0
            while wordsLeft != 0 {
                let word = group << 6 | wordsLeft.trailingZeroBitCount
                wordsLeft &= wordsLeft &- 1
                var codesLeft = unsafe bits[word]
                unsafe bits[word] = 0
                seen[word] |= codesLeft
                while codesLeft != 0 {
                    body(word << 6 | codesLeft.trailingZeroBitCount)
                    codesLeft &= codesLeft &- 1
                }
            }
        }
    }
}

/// Opens all arrays at once; their number is bounded by `ProductChunks.packingLimit`.
private func withPointers<Element, Result>(
    _ arrays: [[Element]], _ opened: [UnsafeBufferPointer<Element>],
    _ body: ([UnsafeBufferPointer<Element>]) -> Result
) -> Result {
    guard unsafe opened.count < arrays.count else { return unsafe body(opened) }
    return unsafe arrays[opened.count].withUnsafeBufferPointer { pointer in
        unsafe withPointers(arrays, opened + [pointer], body)
    }
}
