internal import CPangoCairo
import IFCore

/// Pixels as a PNG file, through Cairo.
enum CairoBitmap {
    /// - Throws: ``IFError`` where Cairo refuses the size or has no memory.
    static func png(_ raster: Raster) throws -> [UInt8] {
        var raster = raster
        let sink = ByteSink()
        let (width, height) = (Int32(raster.width), Int32(raster.height))
        unsafe try raster.pixels.withUnsafeMutableBytes { bytes in
            let surface = unsafe cairo_image_surface_create_for_data(
                bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), CAIRO_FORMAT_ARGB32, width, height, width * 4)
            defer { unsafe cairo_surface_destroy(surface) }
            try withExtendedLifetime(sink) {
                unsafe try check(cairo_surface_write_to_png_stream(surface, ByteSink.write, sink.context))
            }
        }
        return sink.bytes
    }

    /// Throws what a status of Cairo says.
    static func check(_ status: cairo_status_t) throws {
        guard status != CAIRO_STATUS_SUCCESS else { return }
        let reason = unsafe cairo_status_to_string(status).map { unsafe String(cString: $0) } ?? "unknown reason"
        throw IFError(.inputOutput, "Cairo could not draw the chart: \(reason). A smaller size may help.")
    }
}
