import FoundationEssentials
import IFCharts

/// Numbers of the report as text; the same everywhere, whatever the locale.
enum ReportFormat {
    /// 12,345.
    static func count(_ value: Int) -> String { NumberFormat.decimal(0).text(Double(value)) }

    /// 350 ms, 2.5 s, 1 min 12 s.
    static func seconds(_ value: Double) -> String {
        if value < 1 { return NumberFormat.decimal(0).text(value * 1000) + " ms" }
        if value < 60 { return NumberFormat.decimal(1).text(value) + " s" }
        let whole = Int(value.rounded())
        return "\(whole / 60) min \(whole % 60) s"
    }

    /// 512 B, 3.2 MB, 1.45 GB.
    static func bytes(_ value: Int) -> String {
        let number = Double(value)
        if number < 1e3 { return "\(value) B" }
        if number < 1e6 { return NumberFormat.decimal(1).text(number / 1e3) + " kB" }
        if number < 1e9 { return NumberFormat.decimal(1).text(number / 1e6) + " MB" }
        return NumberFormat.decimal(2).text(number / 1e9) + " GB"
    }

    /// 2026-01-31 12:00:00 UTC.
    static func time(_ date: Date) -> String {
        ArtifactJSON.timestamp(date).replacing("T", with: " ").replacing("Z", with: " UTC")
    }

    /// A change with its sign: +0.0123.
    static func change(_ value: Double?, _ format: NumberFormat) -> String {
        guard let value, value.isFinite else { return "–" }
        return (value > 0 ? "+" : "") + format.text(value)
    }
}
