extension TransactionMapping {
    enum CodingKeys: String, CodingKey, CaseIterable {
        case user, item, timestamp, sequence, order, quantity, price, amount, description, timestampFormat, delimiter
        case columns, grouping, returns, cancellationPrefix, holdout, idsAreText
    }

    /// Reads a mapping; only `user` has to be there.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(user: try container.decode(String.self, forKey: .user))
        func text(_ key: CodingKeys) throws -> String? { try container.decodeIfPresent(String.self, forKey: key) }
        item = try text(.item)
        timestamp = try text(.timestamp)
        sequence = try text(.sequence)
        order = try text(.order)
        quantity = try text(.quantity)
        price = try text(.price)
        amount = try text(.amount)
        description = try text(.description)
        cancellationPrefix = try text(.cancellationPrefix)
        delimiter = try text(.delimiter) ?? delimiter
        timestampFormat =
            try container.decodeIfPresent(TimestampFormat.self, forKey: .timestampFormat) ?? timestampFormat
        columns = try container.decodeIfPresent([String].self, forKey: .columns) ?? columns
        grouping = try container.decodeIfPresent(Grouping.self, forKey: .grouping) ?? grouping
        returns = try container.decodeIfPresent(Returns.self, forKey: .returns) ?? returns
        holdout = try container.decodeIfPresent(Holdout.self, forKey: .holdout) ?? holdout
        idsAreText = try container.decodeIfPresent(Bool.self, forKey: .idsAreText) ?? idsAreText
    }
}
