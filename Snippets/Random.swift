// Random streams named by stage and block, and blocks computed side by side: the same numbers for any workers.
import IFCore

// snippet.streams
let random = RandomSource(seed: 42)
var third = random.stream("shuffle", block: 3)
let draws = (0..<4).map { _ in third.integer(below: 100) }
// snippet.end

var again = RandomSource(seed: 42).stream("shuffle", block: 3)
precondition((0..<4).map { _ in again.integer(below: 100) } == draws, "a stream is a function of its name")

// snippet.blocks
/// The sum of a million normal draws, a block of rows at a time.
func total(in context: RunContext) async throws -> Double {
    let blocks = BlockRanges(rowCount: 1_000_000, blockSize: 1 << 16)
    let random = context.random
    let sums = try await context.mapBlocks(blocks.count) { block in
        var stream = random.stream("total", block: block)
        return blocks[block].reduce(0.0) { sum, _ in sum + stream.normal() }
    }
    // Blocks are added up in their order, not in the order in which they ended.
    return sums.reduce(0, +)
}
// snippet.end

let alone = try await total(in: RunContext(seed: 42, workers: 1))
let several = try await total(in: RunContext(seed: 42, workers: 5))
precondition(alone.bitPattern == several.bitPattern, "the same bytes for any number of workers")
let other = try await total(in: RunContext(seed: 43))
precondition(other.bitPattern != alone.bitPattern, "the seed matters")
