import IFCore

/// Which column of plain transactions is what, and how rows become orders.
///
/// A row is an item that a user bought, or a purchase as a whole where there are no items. At least one of `timestamp`,
/// `sequence` and `order` is needed.
///
/// - Orders: rows of one user with the same `order` id; without it the same `sequence`; without that the same day or
///   timestamp (``grouping``). An order's time is the earliest of its rows.
/// - Order numbers: by time, then sequence, then file order. Days since the order before are whole calendar days, not
///   capped; null throughout where there is no timestamp.
/// - Lines: rows of an order with the same item are added up into one, at the place of the first.
/// - Returns: see ``Returns``. Rows without a user are left out. Both are counted, not errors.
public struct TransactionMapping: Codable, Hashable, Sendable {
    /// Column of the user id.
    public var user: String
    /// Column of the item id; without it there are orders but no lines.
    public var item: String?
    /// Column of the time.
    public var timestamp: String?
    /// Column of whole numbers that ascend with a user's orders, for data without dates.
    public var sequence: String?
    /// Column of the order id.
    public var order: String?
    /// Column of the number of pieces; 1 where not mapped.
    public var quantity: String?
    /// Column of the price of a piece.
    public var price: String?
    /// Column of the amount of the row; taken before price times quantity.
    public var amount: String?
    /// Column of the item's name.
    public var description: String?
    /// How times are written in text or numbers.
    public var timestampFormat = TimestampFormat.iso8601
    /// Between fields: one character, `tab`, or `whitespace` for runs of blanks.
    public var delimiter = ","
    /// Column names of text without a header; empty where the first row names them.
    public var columns: [String] = []
    /// Whether rows without an order id and sequence are one order a day or one a timestamp.
    public var grouping = Grouping.day
    /// What becomes of returns.
    public var returns = Returns.drop
    /// How order ids of cancellations begin, for example `C`; rows with a quantity of 0 or less are returns as well.
    public var cancellationPrefix: String?
    /// Which orders are held out for evaluation.
    public var holdout = Holdout.lastOrder
    /// Takes ids for text even where all are whole numbers, so that leading zeros stay.
    public var idsAreText = false

    /// What makes an order where rows have neither order id nor sequence.
    public enum Grouping: String, Codable, Hashable, Sendable, CaseIterable {
        /// A user's rows of one calendar day.
        case day
        /// A user's rows of one timestamp.
        case timestamp
    }

    /// What becomes of cancellations and of rows with a quantity of 0 or less.
    public enum Returns: String, Codable, Hashable, Sendable, CaseIterable {
        /// They are left out; what was bought counts as bought.
        case drop
        /// They are left out, and what they return is taken off the user's latest earlier purchases of the item;
        /// purchases of which nothing remains are left out too. Needs item and quantity.
        case net
    }

    /// Which orders are held out for evaluation.
    public enum Holdout: String, Codable, Hashable, Sendable, CaseIterable {
        /// The last order of users with two orders or more is `train`, all others are `prior`.
        case lastOrder = "last-order"
        /// All orders are `prior`.
        case none
    }

    /// Creates a mapping; set what else there is.
    public init(
        user: String, item: String? = nil, timestamp: String? = nil, sequence: String? = nil, order: String? = nil,
        quantity: String? = nil
    ) {
        self.user = user
        self.item = item
        self.timestamp = timestamp
        self.sequence = sequence
        self.order = order
        self.quantity = quantity
    }

    /// Checks that the parts fit together.
    ///
    /// - Throws: ``IFError/Code/invalidConfiguration`` with the key.
    public func validate() throws {
        func fail(_ key: String, _ message: String) -> IFError {
            IFError(.invalidConfiguration, message, key: "transactions.\(key)")
        }
        if timestamp == nil, sequence == nil, order == nil {
            throw fail("timestamp", "name the column of timestamp, sequence or order: nothing tells orders apart")
        }
        if returns == .net, item == nil || quantity == nil {
            throw fail("returns", "net needs the columns of item and quantity")
        }
        if price != nil, amount != nil { throw fail("price", "name the column of price or of amount, not both") }
        if description != nil, item == nil { throw fail("description", "names of items need the column of item") }
        if cancellationPrefix != nil, order == nil {
            throw fail("cancellationPrefix", "cancellations are known by the order id: name the column of order")
        }
        if cancellationPrefix?.isEmpty == true { throw fail("cancellationPrefix", "an empty prefix fits every order") }
        if delimiterCharacter == nil {
            throw fail("delimiter", "\"\(delimiter)\" is not one ASCII character, tab or whitespace")
        }
        try timestampFormat.validate(key: "transactions.timestampFormat")
        var names: Set<String> = []
        for name in mapped.map(\.name) where !names.insert(name).inserted {
            throw fail(name, "one column cannot be two things")
        }
    }

    var isWhitespaceSeparated: Bool { delimiter == "whitespace" }

    var delimiterCharacter: Character? {
        switch delimiter {
        case "tab", "\\t": "\t"
        case "whitespace": " "
        default: delimiter.count == 1 && delimiter.utf8.count == 1 ? delimiter.first : nil
        }
    }

    /// Mapped columns, and what they are read as from text; ids have no type of their own.
    var mapped: [InputRequest.Wanted] {
        let optional: [(String?, ColumnType?)] = [
            (user, nil), (item, nil), (order, nil), (timestamp, timestampFormat.textType), (sequence, .int64),
            (quantity, .double), (price, .double), (amount, .double), (description, .string),
        ]
        return optional.compactMap { name, type in name.map { .init(name: $0, type: type) } }
    }
}
