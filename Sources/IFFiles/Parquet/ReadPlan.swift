internal import CArrow
import IFCore

/// What to read of which parts: the columns with one type each, and where the rows of every row group go.
struct ReadPlan: Sendable {
    struct PlannedColumn: Sendable {
        var name: String
        var type: ColumnType
        /// The column's position in each part.
        var positions: [Int]
    }

    /// A row group of a part, and the table row at which it begins.
    struct Group: Sendable {
        var part: Int
        var group: Int
        var firstRow: Int
        var rows: Int
    }

    let parts: [ParquetFile]
    let columns: [PlannedColumn]
    let groups: [Group]
    let rowCount: Int
    /// Columns of a type that cannot be read, passed over because all columns were wanted.
    let skipped: [FileColumn]

    /// Plans a read.
    ///
    /// - Throws: ``IFError/Code/missingColumn`` naming part and column, ``IFError/Code/unsupported`` for a column of
    ///   a type that cannot be read, ``IFError/Code/typeMismatch`` where parts disagree.
    init(_ parts: [ParquetFile], columns wanted: [String]?) throws {
        self.parts = parts
        var columns: [PlannedColumn] = []
        var skipped: [FileColumn] = []
        for name in wanted ?? Self.allNames(parts) {
            guard !columns.contains(where: { $0.name == name }) else { continue }
            let positions = try parts.map { try Self.position(of: name, in: $0) }
            let fields = zip(parts, positions).map { $0.fields[$1] }
            if wanted == nil, let odd = fields.first(where: { $0.column.type == nil }) {
                skipped.append(odd.column)
                continue
            }
            columns.append(
                PlannedColumn(name: name, type: try Self.type(of: fields, in: parts), positions: positions))
        }
        self.columns = columns
        self.skipped = skipped
        var groups: [Group] = []
        var row = 0
        for (part, file) in parts.enumerated() {
            for (group, rows) in file.groupRows.enumerated() where rows > 0 {
                groups.append(Group(part: part, group: group, firstRow: row, rows: rows))
                row += rows
            }
        }
        self.groups = groups
        rowCount = row
    }

    private static func allNames(_ parts: [ParquetFile]) -> [String] {
        var seen = Set<String>()
        return parts.flatMap { $0.fields.map(\.column.name) }.filter { seen.insert($0).inserted }
    }

    private static func position(of name: String, in file: ParquetFile) throws -> Int {
        let matches = file.fields.indices.filter { file.fields[$0].column.name == name }
        guard let first = matches.first else {
            let names = file.fields.map(\.column.name).joined(separator: ", ")
            throw IFError(
                .missingColumn, "the file has no such column; it has \(names)", file: file.path, column: name)
        }
        guard matches.count == 1 else {
            throw IFError(.invalidData, "the file has several columns of this name", file: file.path, column: name)
        }
        return first
    }

    private static func type(of fields: [ParquetFile.Field], in parts: [ParquetFile]) throws -> ColumnType {
        var known: ColumnType?
        for (field, file) in zip(fields, parts) {
            let column = field.column
            guard let type = column.type else {
                throw IFError(
                    .unsupported, "columns of type \(column.physicalType) cannot be read", file: file.path,
                    column: column.name)
            }
            // A part in which every row is null was written without a type: it takes that of the others.
            if field.kind == IF_NULL { continue }
            guard let common = known.map({ TypeUnion.of($0, type) }) ?? type else {
                throw IFError(
                    .typeMismatch,
                    "this part holds \(type.rawValue), earlier ones \(known?.rawValue ?? ""); they have no common type",
                    file: file.path, column: column.name)
            }
            known = common
        }
        return known ?? .double
    }
}
