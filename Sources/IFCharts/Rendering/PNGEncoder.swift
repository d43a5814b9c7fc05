internal import CPangoCairo
import IFCore

/// Opaque pixels as a PNG file (ISO/IEC 15948).
///
/// Every row is stored as its difference from the row above (filter 2). Charts are flat, so nearly all differences are 0,
/// and zlib passes over them; trying all five filters on each row, as libpng does where Cairo calls it, takes most of the
/// time of a chart and saves little.
enum PNGEncoder {
    private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    private static let level: Int32 = 6

    /// - Parameters:
    ///   - pixels: `height` rows of `stride` bytes, each pixel 0xXXRRGGBB in the machine's byte order.
    ///   - width: Pixels of a row.
    ///   - height: Rows.
    ///   - stride: Bytes from row to row.
    /// - Throws: ``IFError`` where zlib has no memory.
    static func encode(_ pixels: UnsafeRawBufferPointer, width: Int, height: Int, stride: Int) throws -> [UInt8] {
        let rows = unsafe filtered(pixels, width: width, height: height, stride: stride)
        var bound = compressBound(uLong(rows.count))
        var status: Int32 = Z_OK
        let packed = unsafe [UInt8](unsafeUninitializedCapacity: Int(bound)) { buffer, count in
            status = unsafe compress2(buffer.baseAddress, &bound, rows, uLong(rows.count), level)
            count = status == Z_OK ? Int(bound) : 0
        }
        guard status == Z_OK else {
            throw IFError(.inputOutput, "the picture could not be compressed: zlib answered \(status)")
        }
        var file = signature
        // 8 bits a channel, colour type 2 (red, green, blue), the only compression and filter methods, not interlaced.
        append("IHDR", bigEndian(width) + bigEndian(height) + [8, 2, 0, 0, 0], to: &file)
        append("IDAT", packed, to: &file)
        append("IEND", [], to: &file)
        return file
    }

    private static func filtered(
        _ pixels: UnsafeRawBufferPointer, width: Int, height: Int, stride: Int
    ) -> [UInt8] {
        let rowBytes = 1 + 3 * width
        return unsafe [UInt8](unsafeUninitializedCapacity: rowBytes * height) { buffer, count in
            for row in 0..<height {
                var place = row * rowBytes
                unsafe buffer[place] = 2
                place += 1
                for column in 0..<width {
                    let offset = row * stride + 4 * column
                    let pixel = unsafe pixels.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
                    let above =
                        row == 0
                        ? 0 : unsafe pixels.loadUnaligned(fromByteOffset: offset - stride, as: UInt32.self)
                    unsafe buffer[place] = UInt8(truncatingIfNeeded: (pixel >> 16) &- (above >> 16))
                    unsafe buffer[place + 1] = UInt8(truncatingIfNeeded: (pixel >> 8) &- (above >> 8))
                    unsafe buffer[place + 2] = UInt8(truncatingIfNeeded: pixel &- above)
                    place += 3
                }
            }
            count = rowBytes * height
        }
    }

    private static func append(_ name: StaticString, _ data: [UInt8], to file: inout [UInt8]) {
        let content = Array(name.description.utf8) + data
        file += bigEndian(data.count)
        file += content
        file += bigEndian(Int(unsafe crc32(0, content, uInt(content.count))))
    }

    private static func bigEndian(_ value: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}
