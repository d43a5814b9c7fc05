import Foundation
import IFCharts

/// How colours look to a kind of readers, as a matrix on linear sRGB: without red-, green- or blue-sensitive cones by G. M.
/// Machado, M. M. Oliveira and L. A. F. Fernandes, "A Physiologically-based Model for Simulation of Color Vision
/// Deficiency", IEEE Transactions on Visualization and Computer Graphics 15 (6), 2009, at full severity; and the first two by
/// F. Viénot, H. Brettel and J. D. Mollon, "Digital Video Colourmaps for Checking the Legibility of Displays by
/// Dichromats", Color Research and Application 24 (4), 1999.
struct ColorVision: Sendable {
    var name: String
    private var rows: [[Double]]

    static let usual = ColorVision(name: "usual", rows: [[1, 0, 0], [0, 1, 0], [0, 0, 1]])

    static let all: [ColorVision] = [
        usual,
        ColorVision(
            name: "protanopia",
            rows: [
                [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998],
            ]),
        ColorVision(
            name: "deuteranopia",
            rows: [
                [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881],
            ]),
        ColorVision(
            name: "tritanopia",
            rows: [
                [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900],
            ]),
        ColorVision(
            name: "protanopia by Viénot",
            rows: [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]]),
        ColorVision(
            name: "deuteranopia by Viénot",
            rows: [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]]),
    ]

    /// The colour as it is seen, in CIELAB under D65.
    func lab(_ color: Color) -> [Double] {
        func linear(_ value: Double) -> Double { value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4) }
        let rgb: [Double] = ColorVision.product(rows, [linear(color.red), linear(color.green), linear(color.blue)])
            .map { (part: Double) -> Double in min(1, max(0, part)) }
        let toXYZ: [[Double]] = [
            [0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041],
        ]
        let xyz = ColorVision.product(toXYZ, rgb)
        func f(_ t: Double) -> Double { t > 0.008856 ? cbrt(t) : 7.787 * t + 16.0 / 116 }
        let (x, y, z) = (f(xyz[0] / 0.95047), f(xyz[1]), f(xyz[2] / 1.08883))
        return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
    }

    private static func product(_ rows: [[Double]], _ vector: [Double]) -> [Double] {
        rows.map { (row: [Double]) -> Double in row[0] * vector[0] + row[1] * vector[1] + row[2] * vector[2] }
    }
}
