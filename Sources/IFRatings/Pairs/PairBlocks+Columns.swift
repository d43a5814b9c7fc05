import IFCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension PairBlocks {
    private enum Part: Sendable {
        case ids(IDColumn)
        case counts([Int64])
        case numbers([Double])
    }

    /// Lays the blocks end to end, one column a task.
    func columns(orders: OrderIndex, products: ProductCodes, in context: RunContext) async throws -> PairColumns {
        let users = usersWithPairs()
        let isInt32 = orders.userType == .int32
        let parts = try await context.mapBlocks(5) { column -> Part in
            switch column {
            case 0: .numbers(ratings())
            case 1: .counts(joined { $0.counts.map { Int64($0) } })
            case 2: .numbers(joined(\.intervals))
            case 3: .ids(repeatedUsers(users, orders.users, isInt32: isInt32))
            default: .ids(products.ids(of: blocks.lazy.map(\.codes).joined()))
            }
        }
        guard case .numbers(let ratings) = parts[0], case .counts(let counts) = parts[1],
            case .numbers(var intervals) = parts[2], case .ids(let userIDs) = parts[3],
            case .ids(let productIDs) = parts[4]
        else { preconditionFailure("columns come back in the order of their tasks") }
        var validity: Bitmap?
        if withoutInterval > 0 {
            validity = Bitmap(intervals.lazy.map { !$0.isNaN })
            // Not NaN, so that equal results compare equal.
            for row in intervals.indices where intervals[row].isNaN { intervals[row] = 0 }
        }
        return PairColumns(
            users: userIDs, products: productIDs, counts: counts, intervals: intervals,
            intervalValidity: validity, ratings: ratings,
            distinctUsers: orders.users.ids(at: users.indices).narrowed(isInt32), userOffsets: users.offsets,
            distinctProducts: products.ids(of: distinctCodes))
    }

    private func joined<Element>(_ values: (PairBlock) -> [Element]) -> [Element] {
        var out: [Element] = []
        out.reserveCapacity(count)
        for block in blocks { out.append(contentsOf: values(block)) }
        return out
    }

    /// 1 + ln(1 + lines); logarithms of small counts are looked up.
    private func ratings() -> [Double] {
        let table = (0..<1024).map { 1 + log(1 + Double($0)) }
        return joined { block in
            block.counts.map { Int($0) < table.count ? table[Int($0)] : 1 + log(1 + Double($0)) }
        }
    }

    /// Indices of users that have pairs, and where the pairs of each begin.
    private func usersWithPairs() -> (indices: [Int32], offsets: [Int]) {
        var indices: [Int32] = []
        var offsets = [0]
        var end = 0
        for block in blocks {
            for (place, pairs) in block.pairsOfUser.enumerated() where pairs > 0 {
                indices.append(Int32(block.firstUser + place))
                end += Int(pairs)
                offsets.append(end)
            }
        }
        return (indices, offsets)
    }

    private func repeatedUsers(
        _ users: (indices: [Int32], offsets: [Int]), _ map: IDMap, isInt32: Bool
    ) -> IDColumn {
        func repeated<Element>(_ ids: [Element]) -> [Element] {
            var out: [Element] = []
            out.reserveCapacity(count)
            for (place, id) in ids.enumerated() {
                out.append(contentsOf: repeatElement(id, count: users.offsets[place + 1] - users.offsets[place]))
            }
            return out
        }
        switch map.ids(at: users.indices).narrowed(isInt32) {
        case .int32(let ids): return .int32(repeated(ids))
        case .int64(let ids): return .int64(repeated(ids))
        case .strings(let ids): return .strings(ids.gather(repeated(Array(0..<ids.count))))
        }
    }
}
