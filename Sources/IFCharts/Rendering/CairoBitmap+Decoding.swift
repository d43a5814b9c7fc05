internal import CPangoCairo
import IFCore

extension CairoBitmap {
    /// The pixels of a PNG file, for comparing pictures.
    ///
    /// - Throws: ``IFError`` where the bytes are no PNG file.
    static func pixels(png: [UInt8]) throws -> Raster {
        let source = ByteSource(png)
        // The pointer does not keep the source alive, and nothing reads it afterwards.
        let surface = unsafe withExtendedLifetime(source) {
            unsafe cairo_image_surface_create_from_png_stream(ByteSource.read, source.context)
        }
        defer { unsafe cairo_surface_destroy(surface) }
        unsafe try check(cairo_surface_status(surface))
        unsafe cairo_surface_flush(surface)
        let width = unsafe Int(cairo_image_surface_get_width(surface))
        let height = unsafe Int(cairo_image_surface_get_height(surface))
        let stride = unsafe Int(cairo_image_surface_get_stride(surface))
        guard let data = unsafe cairo_image_surface_get_data(surface) else {
            throw IFError(.corruptFile, "The PNG file has no pixels.")
        }
        var raster = Raster(width: width, height: height, pixels: [])
        raster.pixels.reserveCapacity(width * height)
        for y in 0..<height {
            let row = unsafe UnsafeRawPointer(data + y * stride)
            for x in 0..<width {
                unsafe raster.pixels.append(row.loadUnaligned(fromByteOffset: 4 * x, as: UInt32.self))
            }
        }
        return raster
    }
}

/// Hands bytes to Cairo.
private final class ByteSource {
    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var context: UnsafeMutableRawPointer { unsafe Unmanaged.passUnretained(self).toOpaque() }

    static let read: cairo_read_func_t = { context, target, count in
        guard let context = unsafe context, let target = unsafe target else { return CAIRO_STATUS_READ_ERROR }
        let source = unsafe Unmanaged<ByteSource>.fromOpaque(context).takeUnretainedValue()
        guard source.place + Int(count) <= source.bytes.count else { return CAIRO_STATUS_READ_ERROR }
        for index in 0..<Int(count) { unsafe target[index] = source.bytes[source.place + index] }
        source.place += Int(count)
        return CAIRO_STATUS_SUCCESS
    }
}
