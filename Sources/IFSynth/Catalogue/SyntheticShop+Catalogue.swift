public import IFCore

extension SyntheticShop {
    /// Products: product_id int32, product_name, aisle_id int32, department_id int32; ids start at 1.
    public func products() -> Table {
        let count = catalogue.count
        return Table([
            "product_id": .int32((1...Int32(count)).map { $0 }),
            "product_name": .strings((0..<count).map(productName)),
            "aisle_id": .int32(catalogue.aisles.map { $0 + 1 }),
            "department_id": .int32(catalogue.aisles.map { Int32(catalogue.department(ofAisle: Int($0)) + 1) }),
        ])
    }

    /// Aisles: aisle_id int32, aisle.
    public func aisles() -> Table {
        Table([
            "aisle_id": .int32((1...Int32(catalogue.aisleCount)).map { $0 }),
            "aisle": .strings((0..<catalogue.aisleCount).map(Names.aisle)),
        ])
    }

    /// Departments: department_id int32, department.
    public func departments() -> Table {
        Table([
            "department_id": .int32((1...Int32(catalogue.departmentCount)).map { $0 }),
            "department": .strings((0..<catalogue.departmentCount).map(Names.department)),
        ])
    }

    private func productName(_ item: Int) -> String {
        "\(Names.range(Int(catalogue.ranges[item]))) \(Names.aisle(Int(catalogue.aisles[item]))) No. \(item + 1)"
    }
}

/// Names that can be told apart and read in a table.
enum Names {
    private static let wares = [
        "Apples", "Bread", "Cheese", "Yogurt", "Pasta", "Rice", "Beans", "Soup", "Juice", "Water", "Coffee", "Tea",
        "Cereal", "Crackers", "Cookies", "Chocolate", "Berries", "Greens", "Herbs", "Eggs", "Milk", "Butter", "Fish",
        "Sauce", "Spices", "Oil", "Nuts", "Soap", "Paper", "Snacks",
    ]
    private static let kinds = ["Fresh", "Frozen", "Dried", "Canned", "Bulk"]
    private static let areas = ["Produce", "Dairy", "Bakery", "Pantry", "Drinks", "Frozen Food", "Household"]
    private static let ranges = ["Classic", "Organic", "Budget", "Fine"]

    static func aisle(_ index: Int) -> String {
        let kind = index / wares.count
        return "\(numbered(kinds, kind)) \(wares[index % wares.count])"
    }

    static func department(_ index: Int) -> String { numbered(areas, index) }

    static func range(_ index: Int) -> String { numbered(ranges, index) }

    private static func numbered(_ names: [String], _ index: Int) -> String {
        let round = index / names.count
        return round == 0 ? names[index] : "\(names[index % names.count]) \(round + 1)"
    }
}
