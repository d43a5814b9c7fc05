import FoundationEssentials
import IFCore
import IFPipeline
import IFTesting

/// A small shop as CSV files, one part of which a test spoils.
struct InputFixture {
    var orders = """
        order_id,user_id,eval_set,order_number,order_dow,order_hour_of_day,days_since_prior_order
        11,1,prior,1,2,08,
        12,1,prior,2,3,10,7.0
        13,1,train,3,4,23,30.0
        21,2,prior,1,0,00,
        22,2,test,2,6,12,0.0
        """
    var prior = """
        order_id,product_id,add_to_cart_order,reordered
        11,100,1,0
        11,200,2,0
        12,100,1,1
        21,300,1,0
        """
    var train = """
        order_id,product_id,add_to_cart_order,reordered
        13,200,1,1
        """

    /// Written where given.
    var products: String?

    /// Loads the files from a folder of their own.
    func load(_ options: ShopData.Options = .init(), workers: WorkerBudget = 2) async throws -> ShopData {
        try await withTemporaryFolder { folder in
            try write(folder, "orders.csv", orders)
            try write(folder, "order_products__prior.csv", prior)
            try write(folder, "order_products__train.csv", train)
            if let products { try write(folder, "products.csv", products) }
            return try await ShopData.load(from: folder, options: options, in: RunContext(workers: workers))
        }
    }

    func lenient() async throws -> ShopData { try await load(.init(strictness: .lenient)) }
}

/// Writes a text file, with a line end.
func write(_ folder: String, _ name: String, _ text: String) throws {
    let path = URL(filePath: folder).appending(path: name)
    try FileManager.default.createDirectory(at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data((text + "\n").utf8).write(to: path)
}

extension Table {
    /// The ids of a column as text, for comparisons with literals.
    func texts(_ name: String) throws -> [String] {
        let ids = try ids(name)
        return (0..<ids.count).map { ids[$0].description }
    }

    func doubles(_ name: String) throws -> [Double?] {
        let column = try double(name)
        return (0..<column.count).map { column[$0] }
    }
}
