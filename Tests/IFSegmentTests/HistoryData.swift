import Foundation
import IFCore
import IFTesting

/// Reads the real order histories that tests compare with: gzip, then plain comma-separated numbers and words.
enum HistoryData {
    static func orders() throws -> Table {
        let rows = try read("orders")
        return Table([
            "order_id": .int32(rows["order_id"]?.compactMap { Int32($0) } ?? []),
            "user_id": .int32(rows["user_id"]?.compactMap { Int32($0) } ?? []),
            "eval_set": .strings(rows["eval_set"] ?? []),
            "order_number": .int32(rows["order_number"]?.compactMap { Int32($0) } ?? []),
            "days_since_prior_order": .double(rows["days_since_prior_order"]?.map { Double($0) } ?? []),
        ])
    }

    static func lines(_ name: String) throws -> Table {
        let rows = try read(name)
        return Table([
            "order_id": .int32(rows["order_id"]?.compactMap { Int32($0) } ?? []),
            "product_id": .int32(rows["product_id"]?.compactMap { Int32($0) } ?? []),
        ])
    }

    /// The purchases of the CDNOW customers: user, day and value.
    static func purchases() throws -> Table {
        let lines = try unpacked("cdnow/CDNOW_master.txt").split(whereSeparator: \.isNewline).dropFirst()
        let cells = lines.map { $0.split(separator: " ") }.filter { $0.count == 4 }
        return Table([
            "customer": .strings(cells.map { String($0[0]) }), "day": .strings(cells.map { String($0[1]) }),
            "value": .double(cells.map { Double($0[3]) }),
        ])
    }

    private static func unpacked(_ name: String) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", SharedData.path("data/\(name).gz")]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }

    private static func read(_ name: String) throws -> [String: [String]] {
        let lines = try unpacked("instacart/history/\(name).csv").split(whereSeparator: \.isNewline)
        guard let header = lines.first?.split(separator: ",").map(String.init) else { return [:] }
        var columns = [[String]](repeating: [], count: header.count)
        for line in lines.dropFirst() {
            for (place, cell) in line.split(separator: ",", omittingEmptySubsequences: false).enumerated() {
                columns[place].append(String(cell))
            }
        }
        return Dictionary(uniqueKeysWithValues: zip(header, columns))
    }
}
