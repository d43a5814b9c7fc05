import Foundation
import IFALS
import IFCore
import IFTesting
import Testing

@Suite struct VectorExportTests {
    private static let python = ProcessInfo.processInfo.environment["INSIGHTFLOW_TEST_PYTHON"]

    private struct Read: Decodable {
        var shape: [Int]
        var dtype: String
        var contiguous: Bool
        var values: [Double]
    }

    private func readByNumPy(_ path: String) throws -> Read {
        let script = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "../../../Scripts/golden/als/check_vectors.py").standardized.path()
        let process = Process()
        process.executableURL = URL(filePath: try #require(Self.python))
        process.arguments = [script, path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return try JSONDecoder().decode(Read.self, from: data)
    }

    @Test(
        .enabled(if: python != nil, "INSIGHTFLOW_TEST_PYTHON does not name a Python with numpy"),
        arguments: [VectorFileFormat.fvecs, .npy])
    func numPyReadsWhatIsWritten(_ format: VectorFileFormat) async throws {
        let model = try ServingGolden.load().model()
        try await withTemporaryFolder { folder in
            let path = "\(folder)/items.\(format)"
            let ids = try model.exportItemVectors(to: path, as: format)
            let read = try readByNumPy(path)
            #expect(read.shape == [30, 6] && read.dtype == "<f4" && read.contiguous)
            #expect(read.values.map { Float($0) } == model.itemFactors.values)
            let lines = try String(contentsOfFile: ids, encoding: .utf8)
            #expect(lines == (0..<30).map { "\($0 * 10)\n" }.joined())
            try model.exportItemVectors(to: path, as: format, unitLength: true)
            let unit = try readByNumPy(path)
            for row in 0..<30 {
                let length = unit.values[row * 6..<row * 6 + 6].reduce(0) { $0 + $1 * $1 }
                #expect(abs(length - 1) < 1e-6)
            }
        }
    }

    /// The formats' bytes as their specifications give them, for machines without Python.
    @Test func bytes() async throws {
        let model = ALSModel(
            users: IDMap(integers: [1]), items: IDMap(strings: ["b", "a"]),
            userFactors: FactorMatrix(rowCount: 1, rank: 2, values: [0, 0]),
            itemFactors: FactorMatrix(rowCount: 2, rank: 2, values: [1, -2, 0.5, 0]), configuration: .init())
        let numbers: [[UInt8]] = [[0, 0, 0x80, 0x3F], [0, 0, 0, 0xC0], [0, 0, 0, 0x3F], [0, 0, 0, 0]]
        try await withTemporaryFolder { folder in
            try model.exportItemVectors(to: "\(folder)/v.fvecs", as: .fvecs)
            let fvecs = try Data(contentsOf: URL(filePath: "\(folder)/v.fvecs"))
            let length: [UInt8] = [2, 0, 0, 0]
            let expected: [UInt8] = [length, numbers[0], numbers[1], length, numbers[2], numbers[3]].flatMap { $0 }
            #expect(Array(fvecs) == expected)
            try model.exportItemVectors(to: "\(folder)/v.npy", as: .npy)
            let npy = Array(try Data(contentsOf: URL(filePath: "\(folder)/v.npy")))
            let beginning: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, 118, 0]
            #expect(Array(npy.prefix(10)) == beginning)
            let header = String(decoding: npy[10..<128], as: UTF8.self)
            #expect(header.hasPrefix("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }"))
            #expect(header.hasSuffix(" \n"))
            #expect(Array(npy[128...]) == numbers.flatMap { $0 })
            #expect(try String(contentsOfFile: "\(folder)/v.npy.ids.txt", encoding: .utf8) == "a\nb\n")
        }
    }

    @Test func idsWithLineEndsAreRefused() async throws {
        let model = ALSModel(
            users: IDMap(integers: [1]), items: IDMap(strings: ["a\nb"]),
            userFactors: FactorMatrix(rowCount: 1, rank: 1, values: [0]),
            itemFactors: FactorMatrix(rowCount: 1, rank: 1, values: [1]), configuration: .init())
        try await withTemporaryFolder { folder in
            let error = #expect(throws: IFError.self) {
                try model.exportItemVectors(to: "\(folder)/v.npy", as: .npy)
            }
            #expect(error?.code == .invalidData)
            let left = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(left.isEmpty)
        }
    }
}
