/// The labels along an axis, chosen so that they do not touch.
struct AxisLabels {
    /// A label at a position along the axis.
    struct Label {
        var position: Double
        var text: String
        var context: String?
    }

    var labels: [Label] = []
    /// Positions of the ticks, also of those without a label.
    var ticks: [Double] = []
    /// Degrees clockwise; 0 or −45.
    var angle = 0.0
    /// Extent across the axis.
    var depth = 0.0
    var widest = 0.0
    var hasContext = false

    private static let gap = 8.0
    private static let longest = 120.0

    /// Labels under a plot, for a scale whose start and end are set.
    static func below(_ scale: PositionScale, format: NumberFormat, _ letters: Lettering) throws -> AxisLabels {
        scale.isBand ? try namesBelow(scale, letters) : try numbersBelow(scale, format, letters)
    }

    private static func numbersBelow(
        _ scale: PositionScale, _ format: NumberFormat, _ letters: Lettering
    ) throws -> AxisLabels {
        let room = abs(scale.end - scale.start)
        var best = AxisLabels()
        for target in stride(from: max(3, Int(room / 60)), through: 2, by: -1) {
            var found = AxisLabels()
            var right = -Double.infinity
            var isFree = true
            for tick in scale.ticks(target: target, format: format) {
                let position = scale.position(tick.value)
                let width = max(
                    try letters.width(tick.label, letters.tick), try letters.width(tick.context ?? "", letters.tick))
                if position - width / 2 < right + gap { isFree = false }
                right = position + width / 2
                found.labels.append(Label(position: position, text: tick.label, context: tick.context))
                found.ticks.append(position)
                found.widest = max(found.widest, width)
                if tick.context != nil { found.hasContext = true }
            }
            best = found
            if isFree { break }
        }
        best.depth = letters.theme.tickSize * (best.hasContext ? 2.7 : 1.4)
        return best
    }

    private static func namesBelow(_ scale: PositionScale, _ letters: Lettering) throws -> AxisLabels {
        let style = letters.name
        let band = scale.bandWidth
        var found = AxisLabels()
        let texts = try scale.names.map { try letters.fitted($0, style, within: longest) }
        let widest = try texts.map { try letters.width($0, style) }.max() ?? 0
        // Turned labels need a line's height each; where bands are narrower, some go without.
        let isTurned = widest > band - gap
        let stride = isTurned ? max(1, Int((letters.theme.tickSize * 1.35 / max(band, 1e-9)).rounded(.up))) : 1
        for (index, text) in texts.enumerated() where index % stride == 0 {
            found.labels.append(Label(position: scale.center(ofBand: index), text: text))
        }
        found.widest = widest
        found.angle = isTurned ? -45 : 0
        found.depth = isTurned ? widest * 0.7071 + letters.theme.tickSize : letters.theme.tickSize * 1.4
        return found
    }

    /// Labels left of a plot, for a scale whose start and end are set.
    static func beside(
        _ scale: PositionScale, format: NumberFormat, _ letters: Lettering, within limit: Double
    ) throws -> AxisLabels {
        var found = AxisLabels()
        let room = abs(scale.end - scale.start)
        if scale.isBand {
            let stride = max(1, Int((letters.theme.tickSize * 1.15 / max(scale.bandWidth, 1e-9)).rounded(.up)))
            for (index, name) in scale.names.enumerated() where index % stride == 0 {
                let text = try letters.fitted(name, letters.name, within: limit)
                found.labels.append(Label(position: scale.center(ofBand: index), text: text))
                found.widest = max(found.widest, try letters.width(text, letters.name))
            }
        } else {
            let target = min(9, max(2, Int(room / 52) + 1))
            for tick in scale.ticks(target: target, format: format) {
                let position = scale.position(tick.value)
                let text = [tick.label, tick.context].compactMap { $0 }.joined(separator: " ")
                found.labels.append(Label(position: position, text: text))
                found.ticks.append(position)
                found.widest = max(found.widest, try letters.width(text, letters.tick))
            }
        }
        found.depth = found.widest
        return found
    }
}
