public import IFCore

/// A shop's orders and lines, read and validated.
public struct ShopData: Sendable {
    /// How to read.
    public struct Options: Codable, Hashable, Sendable {
        /// Whether a bad row stops the load, or is repaired by its rule and counted.
        public var strictness: Strictness
        /// Whether lines have add_to_cart_order and reordered, where the files do.
        public var readsCartDetails: Bool
        /// Whether products, aisles and departments are read, where they are there.
        public var readsCatalogue: Bool
        /// How many places of each kind of finding the report keeps.
        public var exampleLimit: Int

        /// Creates options.
        public init(
            strictness: Strictness = .strict, readsCartDetails: Bool = false, readsCatalogue: Bool = true,
            exampleLimit: Int = 5
        ) {
            self.strictness = strictness
            self.readsCartDetails = readsCartDetails
            self.readsCatalogue = readsCatalogue
            self.exampleLimit = exampleLimit
        }
    }

    /// What happens to rows that break a rule of the data model.
    public enum Strictness: String, Codable, Hashable, Sendable, CaseIterable {
        /// The load fails and says what was found, how often, and where first.
        case strict
        /// Each kind is repaired by the rule of ``ValidationReport/Kind`` and counted.
        case lenient
    }

    /// order_id, user_id (int32, int64 or string), eval_set string, order_number int32 (1…n a user),
    /// days_since_prior_order double (nulls; at least 0); order_dow and order_hour_of_day int32 where known. From
    /// transactions also order_value double, order_time timestamp, and source_order_id, where mapped.
    public var orders: Table
    /// order_id, product_id, and on request add_to_cart_order and reordered int32: lines of the prior orders; `nil`
    /// where the input has none.
    public var priorLines: Table?
    /// The same of the train orders.
    public var trainLines: Table?
    /// product_id, product_name, aisle_id, department_id, as far as given; from transactions product_id and
    /// product_name where a description is mapped.
    public var products: Table?
    /// aisle_id, aisle.
    public var aisles: Table?
    /// department_id, department.
    public var departments: Table?
    /// Whether any order has an interval: `false` for sequences without dates.
    public var hasIntervals: Bool
    /// What was found in the input and what became of it.
    public var report: ValidationReport
    /// The files read, in the order of the tables and by name: the same list, sizes and times mean the same input.
    public var files: [InputFile.Part]
}

extension ShopData {
    /// Reads a folder of orders and lines, or plain transactions where a mapping is given.
    ///
    /// - Parameters:
    ///   - path: A folder with the tables of ``InputLocation``; with a mapping a file or a folder of parts.
    ///   - mapping: Which column of plain transactions is what.
    ///   - options: Strictness, and what is read.
    ///   - context: Workers, progress, cancellation.
    /// - Throws: `IFError`: `notFound`, `conflict`, `missingColumn` with the nearest name, `typeMismatch`,
    ///   `invalidData` under ``Strictness/strict``, `emptyData` where no order is left.
    @concurrent
    public static func load(
        from path: String, mapping: TransactionMapping? = nil, options: Options = Options(), in context: RunContext
    ) async throws -> ShopData {
        guard let mapping else {
            return try await load(from: InputLocation(discoveringIn: path), options: options, in: context)
        }
        return try await TransactionLoading(mapping: mapping, options: options, context: context).load(path)
    }

    /// Reads the tables of a folder.
    ///
    /// - Throws: As ``load(from:mapping:options:in:)``.
    @concurrent
    public static func load(
        from location: InputLocation, options: Options = Options(), in context: RunContext
    ) async throws -> ShopData {
        try await ShopLoading(location: location, options: options, context: context).load()
    }

    /// As the two above, where some of the files are read from afar.
    @concurrent
    static func load(
        from location: InputLocation, sources: InputSources, options: Options, in context: RunContext
    ) async throws -> ShopData {
        try await ShopLoading(location: location, options: options, context: context, sources: sources).load()
    }

    @concurrent
    static func load(
        from path: String, mapping: TransactionMapping, sources: InputSources, options: Options, in context: RunContext
    ) async throws -> ShopData {
        try await TransactionLoading(mapping: mapping, options: options, context: context, sources: sources).load(path)
    }

    /// Whether a column of intervals holds one.
    static func hasIntervals(_ orders: Table) -> Bool {
        guard let column = orders["days_since_prior_order"] else { return false }
        return column.nullCount < column.count
    }
}
