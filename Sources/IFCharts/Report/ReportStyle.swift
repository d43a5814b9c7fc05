/// The look of a page. Colours come from the themes, so that text has the contrast which ThemeTests ask of them.
enum ReportStyle {
    static func sheet(light: Theme, dark: Theme) -> String {
        let fonts = light.fontFamilies.map { $0.contains(" ") ? "\"\($0)\"" : $0 }.joined(separator: ", ")
        return """
            :root { color-scheme: light dark; \(variables(light)) }
            * { box-sizing: border-box; }
            html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
            body { --side: clamp(1rem, 4vw, 2.5rem); margin: 0 auto; padding: 1rem var(--side) 4rem; max-width: 68rem;
              color: var(--ink); background: var(--background); font: 1rem/1.55 \(fonts), system-ui, sans-serif; }
            h1 { font-size: 1.75rem; line-height: 1.2; margin: 1.5rem 0 0.5rem; }
            h2 { font-size: 1.3rem; line-height: 1.25; margin: 3rem 0 0.75rem; padding-top: 0.75rem;
              border-top: 1px solid var(--grid); }
            h3 { font-size: 1.05rem; margin: 2rem 0 0.5rem; }
            h1, h2, h3, dd, li, p, figcaption, summary { overflow-wrap: anywhere; }
            p, ul, dl { margin: 0.6rem 0; max-width: 46rem; }
            header p, figcaption, caption, dt { color: var(--muted); }
            a { color: inherit; text-underline-offset: 0.15em; }
            a:focus-visible, button:focus-visible, summary:focus-visible, .scroll:focus-visible {
              outline: 2px solid currentColor; outline-offset: 2px; }
            .skip { position: absolute; left: -100vw; padding: 0.5rem; background: var(--background); }
            .skip:focus { left: 0; }
            nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; list-style: none; padding: 0; max-width: none; }
            nav a { display: inline-block; padding: 0.25rem 0; }
            dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 9.5rem), 1fr)); gap: 0.75rem 1.5rem;
              max-width: none; }
            dt { font-size: 0.85rem; }
            dd { margin: 0; font-variant-numeric: tabular-nums; }
            code { font: 0.9em/1.4 ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
            .scroll { overflow-x: auto; max-width: 100%; }
            table { border-collapse: collapse; margin: 0.75rem 0; font-size: 0.92rem; font-variant-numeric: tabular-nums; }
            caption { text-align: left; padding: 0.25rem 0; font-size: 0.9rem; }
            caption span { display: inline-block; position: sticky; left: 0;
              max-width: min(100%, calc(100vw - 2 * var(--side))); }
            .warning { border-left: 0.25rem solid currentColor; padding: 0.25rem 0 0.25rem 0.75rem; }
            th, td { padding: 0.35rem 0.9rem 0.35rem 0; text-align: left; vertical-align: top;
              border-bottom: 1px solid var(--grid); }
            thead th { border-bottom-color: var(--axis); vertical-align: bottom; }
            tbody th { font-weight: 400; }
            .number { text-align: right; white-space: nowrap; }
            th code, td code { overflow-wrap: normal; white-space: nowrap; }
            td bdi { display: inline-block; min-width: 12rem; }
            th button { font: inherit; font-weight: 600; color: inherit; background: none; border: 0; padding: 0;
              text-align: inherit; white-space: nowrap; cursor: pointer; }
            th button::after { content: " \\2195"; color: var(--muted); font-weight: 400; }
            th[aria-sort="ascending"] button::after { content: " \\2191"; color: inherit; }
            th[aria-sort="descending"] button::after { content: " \\2193"; color: inherit; }
            .figures { display: flex; flex-wrap: wrap; gap: 1.25rem 2rem; align-items: flex-start; }
            figure { margin: 0.75rem 0; max-width: 100%; }
            figure svg { display: block; max-width: 100%; height: auto; }
            figure svg.narrow { display: none; }
            figure .scroll svg { max-width: none; }
            figcaption { font-size: 0.9rem; max-width: 46rem; }
            summary { cursor: pointer; padding: 0.35rem 0; }
            @media screen { details:not([open]) + .folded { display: none; } }
            @media screen and (max-width: 52rem) {
              .figures figure { flex: 1 1 22rem; max-width: min(100%, 30rem); }
              figure svg.wide { display: none; }
              figure svg.narrow { display: block; width: 100%; }
            }
            @media screen and (prefers-color-scheme: dark) {
              :root { \(variables(dark)) }
            \(recolored(light, dark))}
            @media print {
              body { max-width: none; padding: 0; font-size: 10pt; }
              nav, .skip { display: none; }
              th button::after { content: none; }
              h2, h3, caption, summary { break-after: avoid; }
              tr, dl div, .warning { break-inside: avoid; }
              .figures { display: block; }
              figure { display: inline-block; vertical-align: top; margin-right: 1rem; break-inside: avoid; }
              figure .scroll svg { max-width: 100%; }
              .scroll { overflow: visible; }
              caption span { position: static; max-width: 100%; }
              table { font-size: 8.5pt; }
              th, td { padding-right: 0.6rem; }
              th button, th code, td code { white-space: normal; }
              th code, td code { overflow-wrap: anywhere; }
              td bdi { min-width: 0; }
              summary { list-style: none; font-weight: 600; }
              summary::-webkit-details-marker { display: none; }
            }

            """
    }

    private static func variables(_ theme: Theme) -> String {
        [
            ("background", theme.background), ("ink", theme.ink), ("muted", theme.muted), ("grid", theme.grid),
            ("axis", theme.axis),
        ].map { "--\($0): \($1.hex);" }.joined(separator: " ")
    }

    /// Rules that give the charts, drawn in the light theme, the dark theme's colours. Cells keep theirs, and so does
    /// the ink on them.
    private static func recolored(_ light: Theme, _ dark: Theme) -> String {
        var pairs = [
            (light.ink, dark.ink), (light.muted, dark.muted), (light.grid, dark.grid), (light.axis, dark.axis),
        ]
        // Series beyond the palette have colours of their own until the second round.
        let series = (0..<3 * max(light.palette.count, dark.palette.count))
            .map { (light.seriesColor($0), dark.seriesColor($0)) }
        pairs += series
        var rules = "  figure rect[fill=\"\(light.background.hex)\"] { fill: \(dark.background.hex); }\n"
        for (old, new) in pairs where old != new {
            rules += "  figure [fill=\"\(old.hex)\"] { fill: \(new.hex); }\n"
            rules += "  figure [stroke=\"\(old.hex)\"] { stroke: \(new.hex); }\n"
        }
        // Numbers within bars: what is read on the light theme's colour is not what is read on the dark one's.
        for (old, new) in series {
            rules += "  figure .bar rect[fill=\"\(old.hex)\"] + text[fill=\"\(light.ink(on: old).hex)\"] "
            rules += "{ fill: \(dark.ink(on: new).hex); }\n"
        }
        for color in [light.ink, light.background] {
            rules += "  figure .cell [fill=\"\(color.hex)\"] { fill: \(color.hex); }\n"
        }
        return rules
    }
}
