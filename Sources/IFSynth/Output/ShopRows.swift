import IFCore

/// Rows of some users, column by column, before they become tables.
struct ShopRows: Sendable {
    struct Lines: Sendable {
        var order: [Int32] = []
        var product: [Int32] = []
        var position: [Int32] = []
        var reordered: [Int32] = []

        mutating func append(_ other: Lines) {
            order += other.order
            product += other.product
            position += other.position
            reordered += other.reordered
        }

        var table: Table {
            Table([
                "order_id": .int32(order), "product_id": .int32(product), "add_to_cart_order": .int32(position),
                "reordered": .int32(reordered),
            ])
        }
    }

    /// Which part of the evaluation an order belongs to; the raw value indexes `names`.
    enum EvaluationSet: UInt8, Sendable {
        case prior, train, test
        static let names = ["prior", "train", "test"].map { Array($0.utf8) }
    }

    var order: [Int32] = []
    var user: [Int32] = []
    var evaluation: [EvaluationSet] = []
    var number: [Int32] = []
    var day: [Int32] = []
    var hour: [Int32] = []
    /// True days since the order before; −1 on first orders.
    var trueDays: [Int32] = []
    var isLast: [Bool] = []
    var cluster: [Int32] = []
    var prior = Lines()
    var train = Lines()

    mutating func append(_ other: ShopRows) {
        order += other.order
        user += other.user
        evaluation += other.evaluation
        number += other.number
        day += other.day
        hour += other.hour
        trueDays += other.trueDays
        isLast += other.isLast
        cluster += other.cluster
        prior.append(other.prior)
        train.append(other.train)
    }

    /// The orders as the publisher shows them: intervals above `cap` days read `cap`.
    func orders(cap: Int) -> Table {
        Table([
            "order_id": .int32(order), "user_id": .int32(user), "eval_set": evaluationColumn,
            "order_number": .int32(number), "order_dow": .int32(day), "order_hour_of_day": .int32(hour),
            "days_since_prior_order": days { min($0, Int32(clamping: cap)) },
        ])
    }

    /// What the publisher knows and does not show.
    var truth: Table {
        Table([
            "order_id": .int32(order), "user_id": .int32(user), "order_number": .int32(number),
            "is_last": .bool(ColumnValues(isLast)), "days_true": days { $0 }, "cluster": .int32(cluster),
        ])
    }

    private func days(_ shown: (Int32) -> Int32) -> Column {
        .double(
            ColumnValues(
                trueDays.map { $0 < 0 ? 0 : Double(shown($0)) }, validity: Bitmap(trueDays.map { $0 >= 0 })))
    }

    private var evaluationColumn: Column {
        var offsets = [0]
        var bytes: [UInt8] = []
        offsets.reserveCapacity(evaluation.count + 1)
        bytes.reserveCapacity(evaluation.count * 5)
        for set in evaluation {
            bytes += EvaluationSet.names[Int(set.rawValue)]
            offsets.append(bytes.count)
        }
        return .string(StringValues(offsets: offsets, bytes: bytes))
    }
}
