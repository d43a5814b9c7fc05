/// Many dots as one picture: each is a stamp of coverage, blended over what is there.
///
/// Stamps exist for 4 × 4 positions within a pixel, which keeps clouds free of a visible grid. About three times as
/// fast as filling circles one by one, and the size of the result does not grow with the number of dots.
struct ScatterRaster {
    private static let phases = 4
    private static let samples = 8

    private let width: Int
    private let height: Int
    private let side: Int
    private let stamps: [UInt8]
    private var pixels: [UInt32]

    /// - Parameters:
    ///   - width: Pixels across.
    ///   - height: Pixels down.
    ///   - radius: Radius of a dot in pixels.
    init(width: Int, height: Int, radius: Double) {
        self.width = width
        self.height = height
        side = Int((radius * 2).rounded(.up)) + 2
        stamps = ScatterRaster.makeStamps(side: side, radius: radius)
        pixels = Array(repeating: 0, count: width * height)
    }

    /// The share of each pixel that a dot covers, by supersampling.
    private static func makeStamps(side: Int, radius: Double) -> [UInt8] {
        var stamps = [UInt8](repeating: 0, count: phases * phases * side * side)
        let middle = Double(side) / 2
        var place = 0
        for phaseY in 0..<phases {
            for phaseX in 0..<phases {
                let centerX = middle - 0.5 + (Double(phaseX) + 0.5) / Double(phases)
                let centerY = middle - 0.5 + (Double(phaseY) + 0.5) / Double(phases)
                for y in 0..<side {
                    for x in 0..<side {
                        var inside = 0
                        for sample in 0..<(samples * samples) {
                            let dx = Double(x) + (Double(sample % samples) + 0.5) / Double(samples) - centerX
                            let dy = Double(y) + (Double(sample / samples) + 0.5) / Double(samples) - centerY
                            if dx * dx + dy * dy <= radius * radius { inside += 1 }
                        }
                        stamps[place] = UInt8(inside * 255 / (samples * samples))
                        place += 1
                    }
                }
            }
        }
        return stamps
    }

    /// Stamps dots in their order.
    ///
    /// - Parameters:
    ///   - xs: Middle of each dot in pixels; those that are not finite are passed over.
    ///   - ys: Middle of each dot in pixels.
    ///   - codes: Index of each dot's colour; nil takes the first for all.
    ///   - colors: Colours.
    mutating func stamp(_ xs: [Double], _ ys: [Double], codes: [Int32]?, colors: [Color]) {
        let inks = colors.map { color -> SIMD4<UInt32> in
            let alpha = color.alpha
            return SIMD4(
                UInt32((color.blue * alpha * 255).rounded()), UInt32((color.green * alpha * 255).rounded()),
                UInt32((color.red * alpha * 255).rounded()), UInt32((alpha * 255).rounded()))
        }
        let phases = ScatterRaster.phases
        let (width, height, side) = (width, height, side)
        let table = stamps  // an array of its own, so that the pixels can be changed meanwhile
        let stamps = table.span
        var target = pixels.mutableSpan
        for index in xs.indices {
            let left = xs[index] - Double(side) / 2 + 0.5
            let top = ys[index] - Double(side) / 2 + 0.5
            guard left > Double(-side), top > Double(-side), left < Double(width), top < Double(height) else {
                continue
            }
            let column = Int(left.rounded(.down))
            let row = Int(top.rounded(.down))
            let phaseX = min(phases - 1, Int((left - Double(column)) * Double(phases)))
            let phaseY = min(phases - 1, Int((top - Double(row)) * Double(phases)))
            let stamp = (phaseY * phases + phaseX) * side * side
            let ink = inks[codes.map { Int($0[index]) } ?? 0]
            let firstX = max(0, -column)
            let lastX = min(side, width - column)
            guard firstX < lastX else { continue }
            for y in max(0, -row)..<max(max(0, -row), min(side, height - row)) {
                let line = (row + y) * width + column
                for x in firstX..<lastX {
                    let coverage = UInt32(stamps[stamp + y * side + x])
                    if coverage == 0 { continue }
                    target[line + x] = ScatterRaster.blend(ink, coverage, over: target[line + x])
                }
            }
        }
    }

    /// Porter and Duff's "over" on premultiplied bytes; x / 255 is rounded as (x + 128 + (x + 128) / 256) / 256.
    private static func blend(_ ink: SIMD4<UInt32>, _ coverage: UInt32, over below: UInt32) -> UInt32 {
        func divided(_ value: SIMD4<UInt32>) -> SIMD4<UInt32> {
            let shifted = value &+ SIMD4(repeating: 128)
            return (shifted &+ (shifted &>> SIMD4(repeating: 8))) &>> SIMD4(repeating: 8)
        }
        let source = divided(ink &* SIMD4(repeating: coverage))
        let old = SIMD4<UInt32>(below & 255, below >> 8 & 255, below >> 16 & 255, below >> 24)
        let sum = source &+ divided(old &* SIMD4(repeating: 255 &- source[3]))
        return sum[3] << 24 | sum[2] << 16 | sum[1] << 8 | sum[0]
    }

    /// What was stamped.
    var raster: Raster { Raster(width: width, height: height, pixels: pixels) }
}
