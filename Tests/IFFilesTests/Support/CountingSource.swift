import FoundationEssentials
import IFCore
import Synchronization

/// Bytes in memory that count how they are read, and fail where a test says so.
final class CountingSource: RandomAccessSource {
    struct Count: Sendable {
        var ranges: [Range<Int>] = []
        var underway = 0
        var mostAtOnce = 0

        var bytes: Int { ranges.reduce(0) { $0 + $1.count } }
    }

    let name: String
    let size: Int
    private let bytes: @Sendable (Range<Int>) async throws -> Data
    private let counts = Mutex(Count())

    init(
        size: Int, name: String = "s3://bucket/t.parquet",
        _ bytes: @escaping @Sendable (Range<Int>) async throws -> Data
    ) {
        self.name = name
        self.size = size
        self.bytes = bytes
    }

    convenience init(_ data: Data, name: String = "s3://bucket/t.parquet") {
        self.init(size: data.count, name: name) { data.subdata(in: $0) }
    }

    var count: Count { counts.withLock { $0 } }

    func read(_ range: Range<Int>) async throws -> Data {
        counts.withLock { count in
            count.ranges.append(range)
            count.underway += 1
            count.mostAtOnce = max(count.mostAtOnce, count.underway)
        }
        defer { counts.withLock { $0.underway -= 1 } }
        return try await bytes(range)
    }
}

/// Waits until `condition` holds; fails to end where it never does.
func eventually(_ condition: () -> Bool) async throws {
    while !condition() { try await Task.sleep(for: .milliseconds(2)) }
}
