public import FoundationEssentials

/// A type whose values have a place on an axis: numbers, names, moments.
///
/// `Double`, `Float`, the common integers, `String` and `Date` conform; the type of the first value decides the kind
/// of axis (continuous, one band per name, time in UTC).
public protocol Plottable: Sendable {
    /// The values as the columns that charts hold.
    static func plotColumn(_ values: [Self]) -> PlotColumn
}

/// Values in the form that charts hold: numbers, seconds since 1970, or names with codes.
public struct PlotColumn: Sendable, Hashable {
    enum Storage: Sendable, Hashable {
        case numbers([Double])
        case times([Double])
        case categories(Categories)
    }

    var storage: Storage

    /// Continuous values. Values that are not finite count as missing.
    public static func numbers(_ values: [Double]) -> PlotColumn { PlotColumn(storage: .numbers(values)) }

    /// Moments, as seconds since 1970-01-01T00:00:00Z.
    public static func times(_ secondsSince1970: [Double]) -> PlotColumn {
        PlotColumn(storage: .times(secondsSince1970))
    }

    /// Names, in the order in which they first appear.
    public static func categories(_ names: [String]) -> PlotColumn {
        PlotColumn(storage: .categories(Categories(names)))
    }

    var count: Int {
        switch storage {
        case .numbers(let values), .times(let values): values.count
        case .categories(let values): values.codes.count
        }
    }

    /// Numbers or seconds; nil for names.
    var continuous: [Double]? {
        switch storage {
        case .numbers(let values), .times(let values): values
        case .categories: nil
        }
    }

    var categories: Categories? {
        if case .categories(let values) = storage { values } else { nil }
    }

    /// The values in words.
    var texts: [String] {
        switch storage {
        case .numbers(let values): values.map { NumberFormat.automatic.text($0) }
        case .times(let values): values.map { $0.isFinite ? CivilDate(seconds: $0).timestamp : "–" }
        case .categories(let values): values.codes.map { values.names[Int($0)] }
        }
    }

    /// Whether the values are moments.
    var isTime: Bool { if case .times = storage { true } else { false } }

    /// Adds the values of a column of the same kind; false where the kinds differ.
    mutating func append(_ other: PlotColumn) -> Bool {
        switch (storage, other.storage) {
        case (.numbers(var mine), .numbers(let theirs)):
            storage = .numbers([])
            mine += theirs
            storage = .numbers(mine)
        case (.times(var mine), .times(let theirs)):
            storage = .times([])
            mine += theirs
            storage = .times(mine)
        case (.categories(var mine), .categories(let theirs)):
            storage = .numbers([])
            mine.append(theirs)
            storage = .categories(mine)
        default: return false
        }
        return true
    }
}

/// Names by code: every value is an index into the distinct names.
struct Categories: Sendable, Hashable {
    var codes: [Int32]
    var names: [String]

    init(codes: [Int32], names: [String]) {
        self.codes = codes
        self.names = names
    }

    /// Codes the names in the order in which they first appear.
    init(_ values: [String]) {
        var lookup: [String: Int32] = [:]
        names = []
        codes = []
        codes.reserveCapacity(values.count)
        for value in values {
            if let code = lookup[value] {
                codes.append(code)
            } else {
                let code = Int32(names.count)
                lookup[value] = code
                names.append(value)
                codes.append(code)
            }
        }
    }

    mutating func append(_ other: Categories) {
        let mapped = other.names.map { name in
            if let index = names.firstIndex(of: name) { return Int32(index) }
            names.append(name)
            return Int32(names.count - 1)
        }
        codes += other.codes.map { mapped[Int($0)] }
    }
}

/// One value with the name of what it measures, for a mark: `.value("Recall", 0.31)`.
public struct PlotValue: Sendable {
    var label: String
    var column: PlotColumn

    /// Names a value.
    ///
    /// - Parameters:
    ///   - label: What the value measures, with its unit; names the axis or the legend.
    ///   - value: A number, a name or a moment.
    public static func value<Value: Plottable>(_ label: String, _ value: Value) -> PlotValue {
        PlotValue(label: label, column: Value.plotColumn([value]))
    }
}

/// Many values with the name of what they measure, for a plot of columns: `.values("Days", days)`.
public struct PlotValues: Sendable {
    var label: String
    var column: PlotColumn

    /// Names a column of values.
    ///
    /// - Parameters:
    ///   - label: What the values measure, with their unit; names the axis or the legend.
    ///   - values: Numbers, names or moments.
    public static func values<Value: Plottable>(_ label: String, _ values: [Value]) -> PlotValues {
        PlotValues(label: label, column: Value.plotColumn(values))
    }

    /// Names a column of categories given by code, which for many rows is faster than an array of names.
    ///
    /// - Parameters:
    ///   - label: What the categories are.
    ///   - codes: Indices into `names`.
    ///   - names: Distinct names, in the order of the legend or axis.
    /// - Precondition: Every code is an index of `names`.
    public static func categories(_ label: String, codes: [Int32], names: [String]) -> PlotValues {
        precondition(codes.allSatisfy { $0 >= 0 && Int($0) < names.count }, "every code is an index of names")
        return PlotValues(
            label: label, column: PlotColumn(storage: .categories(Categories(codes: codes, names: names))))
    }
}

extension Double: Plottable {
    /// The numbers themselves.
    public static func plotColumn(_ values: [Double]) -> PlotColumn { .numbers(values) }
}

extension Float: Plottable {
    /// The numbers in double precision.
    public static func plotColumn(_ values: [Float]) -> PlotColumn { .numbers(values.map { Double($0) }) }
}

extension Int: Plottable {
    /// The numbers in double precision.
    public static func plotColumn(_ values: [Int]) -> PlotColumn { .numbers(values.map { Double($0) }) }
}

extension Int32: Plottable {
    /// The numbers in double precision.
    public static func plotColumn(_ values: [Int32]) -> PlotColumn { .numbers(values.map { Double($0) }) }
}

extension Int64: Plottable {
    /// The numbers in double precision.
    public static func plotColumn(_ values: [Int64]) -> PlotColumn { .numbers(values.map { Double($0) }) }
}

extension String: Plottable {
    /// Names, in the order in which they first appear.
    public static func plotColumn(_ values: [String]) -> PlotColumn { .categories(values) }
}

extension Date: Plottable {
    /// Moments in UTC.
    public static func plotColumn(_ values: [Date]) -> PlotColumn { .times(values.map { $0.timeIntervalSince1970 }) }
}
