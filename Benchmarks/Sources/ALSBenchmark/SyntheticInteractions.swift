import Foundation
import IFCore

/// Interactions with Zipf items and lognormal users, like a shop's.
struct SyntheticInteractions {
    var users = 100_000
    var items = 20_000
    /// Mean and deviation of the logarithm of a user's draws.
    var logMean = 3.3
    var logDeviation = 1.0
    /// Zipf exponent and shift of item popularity.
    var exponent = 0.9
    var seed: UInt64 = 1

    func make() -> Interactions {
        var cumulative: [Double] = []
        var total = 0.0
        for item in 0..<items {
            total += pow(Double(item + 10), -exponent)
            cumulative.append(total)
        }
        let source = RandomSource(seed: seed)
        var offsets = [0]
        offsets.reserveCapacity(users + 1)
        var columns: [Int32] = []
        var values: [Float] = []
        // Room is only taken up as it fills, and never copied: the peak is that of the matrix.
        columns.reserveCapacity(users * 128)
        values.reserveCapacity(users * 128)
        var names = Array(0..<Int32(items))
        var order = source.stream("bench/names")
        order.shuffle(&names)
        for user in 0..<users {
            var stream = source.stream("bench/user", block: user)
            let draws = min(items / 4, max(1, Int(exp(logMean + logDeviation * stream.normal()))))
            var basket = Set<Int32>()
            for _ in 0..<draws {
                let target = stream.uniform() * total
                var (low, high) = (0, items - 1)
                while low < high {
                    let middle = (low + high) / 2
                    if cumulative[middle] < target { low = middle + 1 } else { high = middle }
                }
                basket.insert(names[low])
            }
            for item in basket.sorted() {
                columns.append(item)
                values.append(Float(1 + log(2 + stream.exponential() * 2)))
            }
            offsets.append(columns.count)
        }
        return Interactions(
            users: IDMap(integers: (0..<Int64(users)).map { $0 }),
            items: IDMap(integers: (0..<Int64(items)).map { $0 }),
            matrix: CSRMatrix(
                rowCount: users, columnCount: items, offsets: offsets, columns: columns, values: values))
    }
}

extension CSRMatrix {
    /// Writes offsets (Int64), columns (Int32) and values (Float), little-endian, for programs to compare with.
    func export(to folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        func write<Element>(_ name: String, _ values: [Element]) throws {
            try unsafe values.withUnsafeBytes { bytes in
                try unsafe Data(bytes).write(to: URL(filePath: folder + "/" + name))
            }
        }
        try write("offsets.i64", offsets.map { Int64($0) })
        try write("columns.i32", columns)
        try write("values.f32", values)
    }
}
