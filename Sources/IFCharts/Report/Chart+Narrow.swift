extension Chart {
    /// What is left beside the margins of a page on a phone.
    static let narrowWidth = 360.0

    /// The same chart for a phone: letters of the same size, panels one below the other, as high as that needs.
    ///
    /// nil where the chart is hardly wider as it is.
    var narrowed: Chart? {
        guard (frame.width ?? 800) > Chart.narrowWidth * 1.1 else { return nil }
        let height = frame.height ?? 480
        let panels = Set(layers.flatMap { $0.facet?.column.categories?.names ?? [] }).count
        var copy = self
        copy.frame.width = Chart.narrowWidth
        if panels > 1 {
            let grid = PanelGrid(count: panels, columns: facets.columns, sharesY: facets.sharesY)
            copy.facets.columns = 1
            copy.frame.height = 80 + Double(panels) * max(190, 0.5 * height / Double(grid.rows))
        } else if !layers.contains(where: { $0.y?.column.categories != nil }) {
            copy.frame.height = max(320, 0.75 * height)
        }
        // Rows of names keep the height that they were given.
        return copy
    }
}
