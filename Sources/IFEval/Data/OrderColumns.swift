/// Names of the columns that evaluation reads from orders and order lines; by default those of the Instacart schema.
public struct OrderColumns: Hashable, Sendable, Codable {
    /// Order id, in orders and lines.
    public var order = "order_id"
    /// User id, in orders.
    public var user = "user_id"
    /// Item id, in lines.
    public var item = "product_id"
    /// Name of the eval set an order belongs to, in orders.
    public var evalSet = "eval_set"
    /// Position of the order in the user's history, in orders.
    public var sequence = "order_number"

    /// The default names.
    public init() {}
}
