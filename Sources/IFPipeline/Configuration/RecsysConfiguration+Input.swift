import IFCore

extension RecsysConfiguration {
    /// What carries the stages out.
    public struct Engine: RawRepresentable, Codable, Hashable, Sendable {
        /// The name as it stands in files.
        public let rawValue: String

        /// Creates an engine by name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// This machine.
        public static let local = Engine(rawValue: "local")
        /// A Spark cluster.
        public static let spark = Engine(rawValue: "spark")

        static var all: [Engine] { [.local, .spark] }
    }

    /// The form of the input files.
    public struct InputFormat: RawRepresentable, Codable, Hashable, Sendable {
        /// The name as it stands in files.
        public let rawValue: String

        /// Creates a format by name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// By the names of the files.
        public static let auto = InputFormat(rawValue: "auto")
        /// CSV, plain or compressed by gzip.
        public static let csv = InputFormat(rawValue: "csv")
        /// Parquet.
        public static let parquet = InputFormat(rawValue: "parquet")

        static var all: [InputFormat] { [.auto, .csv, .parquet] }
    }

    /// What happens to rows that break a rule.
    public struct Validation: RawRepresentable, Codable, Hashable, Sendable {
        /// The name as it stands in files.
        public let rawValue: String

        /// Creates a mode by name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The first such row ends the run.
        public static let strict = Validation(rawValue: "strict")
        /// Such rows are counted, reported and left out.
        public static let lenient = Validation(rawValue: "lenient")

        static var all: [Validation] { [.strict, .lenient] }
    }

    /// `input`: where the data come from. InsightFlow's own section.
    public struct Input: Codable, Hashable, Sendable {
        /// A folder or s3:// prefix with orders and lines, or with transactions.
        public var path: String?
        /// The form of the files: others are passed over, or refused where transactions are of another form.
        public var format = InputFormat.auto
        /// What happens to rows that break a rule.
        public var validation = Validation.strict
        /// The columns of plain transactions; `nil` for orders and lines.
        public var transactions: TransactionColumns?

        /// All defaults.
        public init() {}
    }
}

/// `input.transactions`: the keys of a ``TransactionMapping``, which column of a plain table of transactions holds what.
public struct TransactionColumns: Codable, Hashable, Sendable {
    /// Who bought. Required.
    public var user: String?
    /// What was bought; without it only segments of users can be made.
    public var item: String?
    /// When. This or `sequence` is required.
    public var timestamp: String?
    /// How timestamps are written, such as `yyyy-MM-dd HH:mm:ss`; ISO 8601 without it.
    public var timestampFormat: String?
    /// The number of the order in the user's history, where there are no timestamps.
    public var sequence: String?
    /// The order; without it, a user's rows of one timestamp or sequence number are an order.
    public var order: String?
    /// How many; below 0 for what came back.
    public var quantity: String?
    /// Price of one.
    public var price: String?
    /// Amount of the row; taken instead of price times quantity.
    public var amount: String?
    /// Name of the item.
    public var description: String?
    /// Between fields: one character, `tab` or `whitespace`.
    public var delimiter: String?
    /// Names of the columns of a file without a header.
    public var columns: [String] = []
    /// What an order is without order and sequence: rows of one day or of one timestamp.
    public var grouping = TransactionMapping.Grouping.day
    /// What becomes of cancellations and of quantities of 0 or less.
    public var returns = TransactionMapping.Returns.drop
    /// Orders that begin with this text are cancellations.
    public var cancellationPrefix: String?
    /// Which orders are held out for evaluation.
    public var holdout = TransactionMapping.Holdout.lastOrder
    /// Take ids for text even where all are whole numbers.
    public var idsAreText = false

    /// No columns.
    public init() {}
}

extension RecsysConfiguration.Input: ConfigurationSection {
    static var fields: [Field<Self>] {
        [
            .text("path", \.path),
            .choice("format", \.format, RecsysConfiguration.InputFormat.all),
            .choice("validation", \.validation, RecsysConfiguration.Validation.all),
            .section("transactions", \.transactions),
        ]
    }
}

extension TransactionColumns: ConfigurationSection {
    static var fields: [Field<Self>] {
        [
            .text("user", \.user),
            .text("item", \.item),
            .text("timestamp", \.timestamp),
            .text("timestamp_format", \.timestampFormat),
            .text("sequence", \.sequence),
            .text("order", \.order),
            .text("quantity", \.quantity),
            .text("price", \.price),
            .text("amount", \.amount),
            .text("description", \.description),
            .text("delimiter", \.delimiter),
            .texts("columns", \.columns),
            .choice("grouping", \.grouping, TransactionMapping.Grouping.allCases),
            .choice("returns", \.returns, TransactionMapping.Returns.allCases),
            .text("cancellation_prefix", \.cancellationPrefix),
            .choice("holdout", \.holdout, TransactionMapping.Holdout.allCases),
            .flag("ids_are_text", \.idsAreText),
        ]
    }

    var remarks: [Remark] {
        var remarks: [Remark] = []
        if user == nil {
            remarks.append(Remark(key: "user", message: "missing; name the column that says who bought"))
        }
        if timestamp == nil && sequence == nil && order == nil {
            remarks.append(
                Remark(
                    key: "timestamp",
                    message: "missing, and so are sequence and order; name the column that tells orders apart"))
        }
        return remarks
    }
}

extension TransactionMapping {
    /// The mapping that the configuration describes.
    ///
    /// - Throws: ``IFError/Code/invalidConfiguration`` with the key.
    init(_ columns: TransactionColumns) throws {
        guard let user = columns.user else {
            throw IFError(
                .invalidConfiguration, "name the column that says who bought", key: "input.transactions.user")
        }
        self.init(
            user: user, item: columns.item, timestamp: columns.timestamp, sequence: columns.sequence,
            order: columns.order, quantity: columns.quantity)
        price = columns.price
        amount = columns.amount
        description = columns.description
        if let format = columns.timestampFormat { timestampFormat = TimestampFormat(rawValue: format) }
        if let delimiter = columns.delimiter { self.delimiter = delimiter }
        self.columns = columns.columns
        grouping = columns.grouping
        returns = columns.returns
        cancellationPrefix = columns.cancellationPrefix
        holdout = columns.holdout
        idsAreText = columns.idsAreText
        try validate()
    }
}
