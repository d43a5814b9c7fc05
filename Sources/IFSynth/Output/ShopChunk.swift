public import IFCore

/// The rows of some consecutive users, as tables. All ids start at 1.
public struct ShopChunk: Sendable {
    /// Ids of the users.
    public let users: ClosedRange<Int>
    /// order_id int32, user_id int32, eval_set string (`prior`, `train`, `test`), order_number int32 (1…n), order_dow
    /// int32 (0…6), order_hour_of_day int32 (0…23), days_since_prior_order double (null on first orders, capped);
    /// by user and order number.
    public let orders: Table
    /// order_id, product_id, add_to_cart_order (1…n), reordered (0 or 1), all int32: lines of the prior orders.
    public let priorLines: Table
    /// The same of the train orders; test orders have no lines.
    public let trainLines: Table
    /// order_id int32, user_id int32, order_number int32, is_last bool, days_true double (whole days without the cap,
    /// null on first orders), cluster int32 (0-based, of the user): a row for every order, in the order of `orders`.
    public let truth: Table
}
