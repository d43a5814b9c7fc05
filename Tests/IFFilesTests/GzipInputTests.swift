import Foundation
import IFCore
import IFFiles
import IFTesting
import Testing

/// Gzip files as they come: of several members, with every header field, cut off, damaged, padded.
@Suite struct GzipInputTests {
    /// One member whose text is the lines, as the writer compresses it.
    private func member(_ lines: [Int64], in folder: String) throws -> [UInt8] {
        var options = CSVOptions()
        options.hasHeader = false
        try CSVWriter.write(Table(["n": .int64(lines.map { $0 })]), to: folder + "/member.csv.gz", options: options)
        return try bytes(folder + "/member.csv.gz")
    }

    private func read(_ gzip: [UInt8], in folder: String, workers: Int = 1) async throws -> [Int64?] {
        try write(gzip, to: folder + "/t.csv.gz")
        var options = CSVOptions()
        options.hasHeader = false
        let table = try await CSVReader.read(
            folder + "/t.csv.gz", types: ["column1": .int64], options: options,
            in: RunContext(workers: WorkerBudget(workers)))
        let column = try table.int64("column1")
        return (0..<column.values.count).map { column[$0] }
    }

    private func failure(_ gzip: [UInt8], in folder: String) async -> IFError? {
        do {
            _ = try await read(gzip, in: folder)
        } catch {
            return error as? IFError
        }
        return nil
    }

    @Test func manyMembersAreOneText() async throws {
        try await withTemporaryFolder { folder in
            // Members of every length, so that headers and trailers fall on every place of the buffers.
            var all: [UInt8] = []
            var expected: [Int64] = []
            var next: Int64 = 0
            for size in 0..<700 {
                let lines = (0..<Int64(size)).map { _ in
                    next += 1
                    return next &* 0x9E37_79B9_7F4A_7C1 >> 3
                }
                all += try member(lines, in: folder)
                expected += lines
            }
            #expect(all.count > 1 << 20)
            for workers in [1, 2, 5] {
                #expect(try await read(all, in: folder, workers: workers) == expected.map(Optional.some))
            }
        }
    }

    @Test func everyHeaderFieldIsPassedOver() async throws {
        try await withTemporaryFolder { folder in
            let plain = try member([1, 2, 3], in: folder)
            let body = plain[10...]
            let fixed: [UInt8] = [0x1F, 0x8B, 8]
            let times: [UInt8] = [1, 2, 3, 4, 0, 3]
            let extra = fixed + [4] + times + [3, 0, 7, 8, 9] + body
            let name = fixed + [8] + times + Array("orders.csv".utf8) + [0] + body
            let comment = fixed + [16] + times + Array("by hand".utf8) + [0] + body
            let several = fixed + [28] + times + [1, 0, 0x1F] + Array("a".utf8) + [0, 0] + body
            // The header's own checksum: the lower half of its CRC-32, by Python's zlib 1.2.13.
            let checked = fixed + [2] + times + [0x50, 0xF0] + body
            let wrong = fixed + [2] + times + [0x51, 0xF0] + body
            #expect(await failure(wrong, in: folder)?.code == .corruptFile)
            for file in [extra, name, comment, several, checked] {
                #expect(try await read(file, in: folder) == [1, 2, 3])
                #expect(try await read(file + file, in: folder) == [1, 2, 3, 1, 2, 3])
            }
            let otherMethod = [0x1F, 0x8B, 7] + plain[3...]
            #expect(await failure(otherMethod, in: folder)?.code == .unsupported)
        }
    }

    @Test func whatIsCutOffIsSaid() async throws {
        try await withTemporaryFolder { folder in
            let first = try member((0..<40).map { $0 &* 7919 }, in: folder)
            let two = first + first
            // Four bytes tell the reader that the file is gzip at all.
            for count in 4..<two.count where count != first.count {
                let error = await failure(Array(two[..<count]), in: folder)
                #expect(error?.code == .corruptFile, "\(count) bytes")
                #expect(error?.location.file == folder + "/t.csv.gz")
                #expect(error?.message.contains("stops in the middle") == true)
            }
        }
    }

    @Test func whatFollowsIsNotPassedOver() async throws {
        try await withTemporaryFolder { folder in
            let whole = try member([1, 2, 3], in: folder)
            let tails: [[UInt8]] = [
                [0], [0, 0, 0, 0], Array(repeating: 0, count: 512), Array("x".utf8), Array("trailing text\n".utf8),
                [0x1F, 0x8C, 8, 0, 0, 0, 0, 0, 0, 3, 0, 0],
            ]
            for tail in tails {
                let error = await failure(whole + tail, in: folder)
                #expect(error?.code == .corruptFile, "\(tail)")
                #expect(error?.location.file == folder + "/t.csv.gz")
                #expect(error?.message.contains("not gzip") == true)
            }
            #expect(await failure(whole + [0x1F], in: folder)?.code == .corruptFile)
        }
    }

    @Test func noFlippedBitGivesOtherText() async throws {
        try await withTemporaryFolder { folder in
            let lines = (0..<60).map { Int64($0) &* 104_729 }
            let whole = try member(lines, in: folder)
            var thrown = 0
            for place in 4..<whole.count {
                for bit in 0..<8 {
                    var flipped = whole
                    flipped[place] ^= 1 << UInt8(bit)
                    do {
                        // Time, level and system of the header mean nothing to the text.
                        #expect(try await read(flipped, in: folder) == lines.map(Optional.some))
                    } catch let error as IFError {
                        thrown += 1
                        #expect(error.location.file == folder + "/t.csv.gz")
                        #expect(error.code == .corruptFile)
                    }
                }
            }
            // The last byte of the compressed text may have bits that nobody reads.
            #expect(thrown >= (whole.count - 10) * 8 - 7)
            for place in whole.count - 8..<whole.count {
                var wrong = whole
                wrong[place] ^= 1
                #expect(await failure(wrong, in: folder)?.message.contains("checksum or length") == true)
            }
        }
    }
}
