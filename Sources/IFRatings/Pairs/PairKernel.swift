import IFCore

/// Counts and interval sums of one block of users: the hot loop of the join, and the one file of this module that
/// works on raw memory.
///
/// Why it is in bounds: product codes are below `width` (`ProductCodes` takes the range over all lines), a run lies
/// within its chunk (`LineBlock` cuts it from there), the tables have a cell and a bit for each code, and the output
/// has room for as many pairs as the users have lines. Nothing outlives `run`.
struct PairKernel<Product: FixedWidthInteger & BitwiseCopyable & Sendable, Cell: PairCell>: Sendable {
    /// Users whose runs are looked up together: some hundred runs, whose lines fit the nearest caches.
    private static var usersAtOnce: Int { 16 }

    let runs: RunsBySlot
    let slotOffsets: [Int32]
    let intervals: [Double]
    let chunks: [[Product]]
    let base: Product
    let width: Int

    /// Groups the lines of `users`.
    func run(users: Range<Int>) -> PairBlock {
        unsafe withPointers(chunks, []) { chunks in unsafe group(users, chunks) }
    }

    private func group(_ users: Range<Int>, _ chunks: [UnsafeBufferPointer<Product>]) -> PairBlock {
        var table = unsafe CellTable<Cell>(width: width)
        defer { unsafe table.deallocate() }
        var output = unsafe PairOutput(capacity: lineCount(users))
        var block = PairBlock(firstUser: users.lowerBound)
        block.pairsOfUser.reserveCapacity(users.count)
        var seen = [UInt64](repeating: 0, count: (width + 63) / 64)
        for batch in stride(from: users.lowerBound, to: users.upperBound, by: Self.usersAtOnce) {
            let some = batch..<min(users.upperBound, batch + Self.usersAtOnce)
            block.touched &+= unsafe touch(runsOf(some), chunks)
            for user in some {
                unsafe count(user, chunks, &table)
                let before = unsafe output.count
                unsafe table.drain(into: &output, seen: &seen)
                block.pairsOfUser.append(unsafe Int32(truncatingIfNeeded: output.count - before))
            }
        }
        block.seen = seen
        unsafe output.take(into: &block)
        return block
    }

    private func runsOf(_ users: Range<Int>) -> Range<Int> {
        Int(runs.offsets[Int(slotOffsets[users.lowerBound])])..<Int(runs.offsets[Int(slotOffsets[users.upperBound])])
    }

    private func lineCount(_ users: Range<Int>) -> Int { runs.runs[runsOf(users)].reduce(0) { $0 + $1.count } }

    /// Reads the first and last line of every run. Runs lie anywhere in memory, and a short loop over many of them lets
    /// the processor wait for many at once; counted one by one, the waits would add up.
    ///
    /// - Returns: A sum over what was read, so that the loads are not optimised away.
    @inline(__always)
    private func touch(_ range: Range<Int>, _ chunks: [UnsafeBufferPointer<Product>]) -> Int {
        var sum: Product = 0
        for run in runs.runs[range] {
            guard let chunk = unsafe chunks[run.chunk].baseAddress else { continue }
            sum &+= unsafe chunk[run.start] &+ chunk[run.start + run.count - 1]
        }
        return Int(truncatingIfNeeded: sum)
    }

    /// Adds a user's lines to the cells of their products.
    @inline(__always)
    private func count(_ user: Int, _ chunks: [UnsafeBufferPointer<Product>], _ table: inout CellTable<Cell>) {
        for slot in Int(slotOffsets[user])..<Int(slotOffsets[user + 1]) {
            let line = Cell(interval: intervals[slot])
            for run in runs.runs[Int(runs.offsets[slot])..<Int(runs.offsets[slot + 1])] {
                guard let products = unsafe chunks[run.chunk].baseAddress.map({ unsafe $0 + run.start }) else {
                    continue
                }
                for place in 0..<run.count {
                    unsafe table.add(line, to: Int(truncatingIfNeeded: products[place] &- base))
                }
            }
        }
    }
}

/// A cell for every code; and marks of the codes in use, one bit a code and one bit for each word that has any, so
/// that a user's few codes come out in ascending order without a sort and without reading the whole table.
@unsafe private struct CellTable<Cell: PairCell> {
    private let cells: UnsafeMutablePointer<Cell>
    private let bits: UnsafeMutablePointer<UInt64>
    private let summary: UnsafeMutablePointer<UInt64>
    private let summaryCount: Int

    init(width: Int) {
        let words = (width + 63) / 64
        unsafe summaryCount = (words + 63) / 64
        unsafe cells = .allocate(capacity: width)
        unsafe bits = .allocate(capacity: words)
        unsafe summary = .allocate(capacity: summaryCount)
        unsafe cells.initialize(repeating: Cell(), count: width)
        unsafe bits.initialize(repeating: 0, count: words)
        unsafe summary.initialize(repeating: 0, count: summaryCount)
    }

    func deallocate() {
        unsafe cells.deallocate()
        unsafe bits.deallocate()
        unsafe summary.deallocate()
    }

    @inline(__always)
    mutating func add(_ line: Cell, to code: Int) {
        unsafe cells[code].add(line)
        unsafe bits[code >> 6] |= 1 << UInt64(truncatingIfNeeded: code & 63)
        unsafe summary[code >> 12] |= 1 << UInt64(truncatingIfNeeded: code >> 6 & 63)
    }

    /// Writes the pairs in ascending order of their codes and empties the table; adds the codes to `seen`.
    @inline(__always)
    mutating func drain(into output: inout PairOutput, seen: inout [UInt64]) {
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
                    let code = word << 6 | codesLeft.trailingZeroBitCount
                    codesLeft &= codesLeft &- 1
                    unsafe output.append(code, cells[code])
                    unsafe cells[code] = Cell()
                }
            }
        }
    }
}

/// Room for the pairs of a block: more than is needed, but memory that is not written costs nothing.
@unsafe private struct PairOutput {
    private(set) var count = 0
    private let codes: UnsafeMutablePointer<Int32>
    private let lines: UnsafeMutablePointer<UInt32>
    private let intervals: UnsafeMutablePointer<Double>

    init(capacity: Int) {
        unsafe codes = .allocate(capacity: capacity)
        unsafe lines = .allocate(capacity: capacity)
        unsafe intervals = .allocate(capacity: capacity)
    }

    @inline(__always)
    mutating func append<Cell: PairCell>(_ code: Int, _ cell: Cell) {
        unsafe codes[count] = Int32(truncatingIfNeeded: code)
        unsafe lines[count] = cell.lines
        unsafe intervals[count] = cell.mean
        unsafe count &+= 1
    }

    /// Moves the pairs to `block` and frees the room.
    mutating func take(into block: inout PairBlock) {
        block.codes = unsafe Array(UnsafeBufferPointer(start: codes, count: count))
        block.counts = unsafe Array(UnsafeBufferPointer(start: lines, count: count))
        block.intervals = unsafe Array(UnsafeBufferPointer(start: intervals, count: count))
        unsafe codes.deallocate()
        unsafe lines.deallocate()
        unsafe intervals.deallocate()
    }
}

/// Opens all arrays at once; `ProductChunks.packingLimit` bounds their number.
private func withPointers<Element, Result>(
    _ arrays: [[Element]], _ opened: [UnsafeBufferPointer<Element>],
    _ body: ([UnsafeBufferPointer<Element>]) -> Result
) -> Result {
    guard unsafe opened.count < arrays.count else { return unsafe body(opened) }
    return unsafe arrays[opened.count].withUnsafeBufferPointer { pointer in
        unsafe withPointers(arrays, opened + [pointer], body)
    }
}
