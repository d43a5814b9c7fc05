public import IFCore

extension SyntheticShop {
    /// Generates the shop chunk by chunk, in user order.
    ///
    /// The next chunk is made while `sink` takes the last one. Chunks are cut by users alone: neither their number
    /// nor their content depends on the workers. Reports progress in users as stage `synth`.
    ///
    /// - Parameters:
    ///   - context: Workers and progress; its seed is not used, the configuration has the shop's own.
    ///   - sink: Takes each chunk, for example to write it.
    /// - Throws: ``IFError/Code/invalidArgument`` where the orders do not fit 32-bit ids; whatever `sink` throws;
    ///   `CancellationError`.
    /// - Complexity: O(lines) time; memory for two chunks of about 4,000 users, and for the items.
    public func generate(in context: RunContext, _ sink: (ShopChunk) async throws -> Void) async throws {
        let plan = try await plan(in: context)
        var chunk = try await makeChunk(0, plan, context)
        for index in 0..<chunkCount {
            let isLast = index + 1 == chunkCount
            async let upcoming = isLast ? nil : makeChunk(index + 1, plan, context)
            try await sink(chunk)
            context.progress(
                Progress(
                    stage: "synth", completed: chunk.users.upperBound, total: configuration.users, unit: "users"))
            if let next = try await upcoming { chunk = next }
        }
    }

    /// The whole shop at once, for shops that fit memory.
    public func tables(in context: RunContext) async throws -> ShopChunk {
        let plan = try await plan(in: context)
        return try await makeChunk(blocks: 0..<blocks.count, plan, context)
    }

    /// Orders that the shop will have. Complexity: O(users).
    public func orderCount(in context: RunContext) async throws -> Int { try await plan(in: context).orderCount }

    /// Where the orders of each block start, and how they are numbered.
    struct Plan: Sendable {
        var starts: [Int]
        var orderCount: Int
        var numbering: OrderNumbering
    }

    func plan(in context: RunContext) async throws -> Plan {
        let counts = try await context.mapBlocks(blocks.count) { block in
            blocks[block].reduce(0) { $0 + shoppers.orderCount(user: $1) }
        }
        var starts: [Int] = []
        var total = 0
        for count in counts {
            starts.append(total)
            total += count
        }
        guard total <= Int(Int32.max) else {
            throw IFError(
                .invalidArgument, "\(total) orders do not fit 32-bit order ids; ask for fewer users", key: "synth.users"
            )
        }
        return Plan(
            starts: starts, orderCount: total, numbering: OrderNumbering(count: total, random: shoppers.random))
    }

    private func makeChunk(_ index: Int, _ plan: Plan, _ context: RunContext) async throws -> ShopChunk {
        let first = index * Self.blocksPerChunk
        return try await makeChunk(blocks: first..<min(blocks.count, first + Self.blocksPerChunk), plan, context)
    }

    private func makeChunk(blocks range: Range<Int>, _ plan: Plan, _ context: RunContext) async throws -> ShopChunk {
        let parts = try await context.mapBlocks(range.count) { makeRows(block: range.lowerBound + $0, plan) }
        var rows = ShopRows()
        for part in parts { rows.append(part) }
        return ShopChunk(
            users: blocks[range.lowerBound].lowerBound + 1...blocks[range.upperBound - 1].upperBound,
            orders: rows.orders(cap: configuration.intervals.cap), priorLines: rows.prior.table,
            trainLines: rows.train.table, truth: rows.truth)
    }

    /// The rows of a block of users.
    func makeRows(block: Int, _ plan: Plan) -> ShopRows {
        var rows = ShopRows()
        var maker = BasketMaker(self)
        var position = plan.starts[block]
        for user in blocks[block] {
            let (shopper, start) = shoppers.shopper(user, tastes: tastes)
            var stream = start
            maker.beginUser()
            var day = shopper.firstDay
            for number in 1...shopper.orders {
                let isLast = number == shopper.orders
                let waited = number == 1 ? -1 : shoppers.interval(shopper, from: day, isLast: isLast, &stream)
                day = (day + max(0, waited)) % 7
                let order = Int32(plan.numbering(position) + 1)
                position += 1
                let set: ShopRows.EvaluationSet = !isLast ? .prior : shopper.isTrain ? .train : .test
                rows.order.append(order)
                rows.user.append(Int32(user + 1))
                rows.evaluation.append(set)
                rows.number.append(Int32(number))
                rows.day.append(Int32(day))
                rows.hour.append(Int32(shoppers.rhythm.hour(near: shopper.usualHour, &stream)))
                rows.trueDays.append(Int32(waited))
                rows.isLast.append(isLast)
                rows.cluster.append(Int32(shopper.cluster))
                guard set != .test else { continue }
                maker.fill(
                    cluster: shopper.cluster, size: shoppers.basketSize(shopper, &stream),
                    repeatChance: shoppers.repeatChance(shopper, earlier: number - 1), &stream)
                if set == .prior { rows.prior.append(order, maker) } else { rows.train.append(order, maker) }
                maker.endOrder()
            }
        }
        return rows
    }
}

extension ShopRows.Lines {
    /// The basket at hand as lines of an order.
    fileprivate mutating func append(_ order: Int32, _ maker: BasketMaker) {
        let count = maker.basket.count
        self.order.append(contentsOf: repeatElement(order, count: count))
        product.append(contentsOf: maker.basket.lazy.map { $0 + 1 })
        position.append(contentsOf: 1...Int32(count))
        reordered.append(contentsOf: maker.basket.lazy.map { maker.isKnown($0) ? 1 : 0 })
    }
}
