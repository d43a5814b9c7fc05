// A made-up shop with the truth to score against.
import IFCore
import IFSynth

// snippet.shop
let shop = try SyntheticShop(.init(users: 300, seed: 7))
let chunk = try await shop.tables(in: RunContext(workers: 2))
// snippet.end

precondition(chunk.users == 1...300, "all users in one chunk")
let alone = try await shop.tables(in: RunContext(workers: 1))
precondition(alone.orders == chunk.orders, "the same for any workers")

// snippet.truth
// The orders table shows 30 for "30 or more"; the truth has the interval that was cut off.
let shown = try chunk.orders.double("days_since_prior_order")
let actual = try chunk.truth.double("days_true")
let censored = (0..<shown.count).filter { shown[$0] == 30 && (actual[$0] ?? 0) > 30 }
// snippet.end

precondition(!censored.isEmpty, "some intervals are longer than they look")

// snippet.stream
// A shop of any size in little memory: the next chunk is made while this one is used.
var lines = 0
try await shop.generate(in: RunContext(workers: 2)) { chunk in
    lines += chunk.priorLines.rowCount + chunk.trainLines.rowCount
}
// snippet.end

precondition(lines == chunk.priorLines.rowCount + chunk.trainLines.rowCount, "chunk by chunk or at once: the same shop")
