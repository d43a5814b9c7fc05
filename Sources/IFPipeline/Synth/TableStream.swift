import IFCore
import IFFiles

/// A file that grows table by table, in any of the shop's formats.
final class TableStream {
    private enum Sink {
        case none
        case parquet(ParquetWriter)
        case csv(CSVStreamWriter)
    }

    private let path: String
    private let format: ShopWriter.Format
    private let context: RunContext
    private var sink = Sink.none

    init(_ path: String, _ format: ShopWriter.Format, _ context: RunContext) {
        self.path = path
        self.format = format
        self.context = context
    }

    func write(_ table: Table) throws {
        if case .none = sink {
            switch format {
            case .parquet: sink = .parquet(try ParquetWriter(path, like: table, workers: context.workers))
            case .csv, .csvGzip: sink = .csv(try CSVStreamWriter(path))
            }
        }
        switch sink {
        case .none: break
        case .parquet(let writer): try writer.write(table)
        case .csv(let writer): try writer.write(table)
        }
    }

    func close() throws {
        switch sink {
        case .none: break
        case .parquet(let writer): try writer.close()
        case .csv(let writer): try writer.close()
        }
    }
}
