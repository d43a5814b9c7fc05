/// A table of the shop's data model, and the file names it goes by.
public enum InputTable: String, CaseIterable, Codable, Hashable, Sendable {
    /// One row an order: user, number, evaluation set, interval.
    case orders
    /// One row an item of an order before the evaluated period.
    case priorLines = "order_products_prior"
    /// One row an item of an order that is held out for evaluation.
    case trainLines = "order_products_train"
    /// One row a product: name, aisle, department.
    case products
    /// One row an aisle.
    case aisles
    /// One row a department.
    case departments
    /// Plain transactions, which become orders and lines.
    case transactions

    /// What progress calls the table.
    var label: String {
        switch self {
        case .orders, .products, .aisles, .departments, .transactions: rawValue
        case .priorLines: "prior lines"
        case .trainLines: "train lines"
        }
    }

    /// How file names of this table begin, without regard to case.
    var stems: [String] {
        switch self {
        case .orders: ["orders"]
        case .priorLines: ["order_products_prior", "order_products__prior"]
        case .trainLines: ["order_products_train", "order_products__train"]
        case .products: ["products"]
        case .aisles: ["aisles"]
        case .departments: ["departments"]
        case .transactions: ["transactions"]
        }
    }

    /// Tables that ``InputLocation`` looks for.
    static let discovered: [InputTable] = [.orders, .priorLines, .trainLines, .products, .aisles, .departments]
}
