// Text with a bad cell, read strictly and leniently, and Parquet there and back.
import Foundation
import IFCore
import IFFiles

let folder = FileManager.default.temporaryDirectory.appending(path: "snippet-files-\(UUID().uuidString)").path()
try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(atPath: folder) }

let text = "order_id,days,paid\n1,,true\n2,7.5,true\n3,soon,false\n"
try Data(text.utf8).write(to: URL(filePath: folder + "/orders.csv"))

// snippet.strict
do {
    _ = try await CSVReader.read(
        folder + "/orders.csv", types: ["order_id": .int32, "days": .double], in: RunContext())
    preconditionFailure("'soon' was read as a number")
} catch let error as IFError where error.code == .typeMismatch {
    // The file, line 4, column days: 'soon' is not of type double.
    print(error)
}
// snippet.end

// snippet.lenient
let read = try await CSVReader.readReporting(
    folder + "/orders.csv", types: ["order_id": .int32, "days": .double], options: CSVOptions(strictness: .lenient),
    in: RunContext(workers: 2))
for cell in read.report.badCells { print("line \(cell.line), \(cell.column): '\(cell.text)' became null") }
// snippet.end

precondition(read.table.rowCount == 3, "no row is lost")
precondition(read.report.badCellCounts == ["days": 1], "the cell is counted")
let paid = try read.table.column("paid")
precondition(paid.type == .bool, "a column that nobody named was inferred")
precondition(read.report.badCells[0].line == 4, "lines count from 1, the header among them")

// snippet.parquet
try await ParquetWriter.writeFolder(read.table, to: folder + "/orders.parquet", partRows: 2, in: RunContext(workers: 2))
let orders = try await ParquetReader.read(folder + "/orders.parquet", columns: ["order_id", "days"], in: RunContext())
// snippet.end

let (before, after) = (try read.table.double("days"), try orders.double("days"))
precondition((0..<3).map { before[$0] } == (0..<3).map { after[$0] }, "what was written is read back, nulls too")

// snippet.any
// The format is found out: Parquet, CSV or JSON Lines, a file or a folder of parts.
let any = try await DataFiles.read(
    folder + "/orders.parquet", columns: ["order_id", ColumnRequest("days", .float)], in: RunContext())
// snippet.end

let days = try any.column("days")
precondition(days.type == .float, "numbers are converted to the type asked for")
