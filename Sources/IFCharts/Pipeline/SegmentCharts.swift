import IFCore

/// Charts of customer segments.
public enum SegmentCharts {
    /// z-scores of the segments' centroids as coloured cells.
    ///
    /// - Parameters:
    ///   - segments: Names, from the top.
    ///   - features: Names, from the left.
    ///   - zScores: Row by row, one for each segment and feature.
    public static func profiles(segments: [String], features: [String], zScores: [Double]) -> Chart {
        Chart("Profiles of the segments") {
            HeatmapPlot(
                columns: .values("", distinct(features)), rows: .values("Segment", distinct(segments)),
                values: .values("z-score of the centroid", zScores)
            ).annotation(.decimal(2))
        }
        .subtitle("How far each segment's mean lies from the mean of all customers, in standard deviations")
        .chartColorScale(midpoint: 0)
        .frame(width: 640, height: max(300, 190 + 34 * Double(segments.count)))
    }

    /// Customers in the plane of the first two principal components, coloured by segment.
    ///
    /// - Parameters:
    ///   - first: Coordinate along the first component.
    ///   - second: Coordinate along the second.
    ///   - segments: Index of each customer's segment.
    ///   - names: Names of the segments.
    ///   - shares: Shares of the variance that the components explain, in 0...1.
    ///   - note: How the customers were sampled; nil where all are shown.
    public static func plane(
        first: [Double], second: [Double], segments: [Int32], names: [String], shares: (first: Double, second: Double),
        note: String? = nil
    ) -> Chart {
        let percent = NumberFormat.percent()
        let chart = Chart("Customers by segment") {
            PointPlot(
                x: .values("First principal component (\(percent.text(shares.first)) of the variance)", first),
                y: .values("Second principal component (\(percent.text(shares.second)))", second)
            )
            .foregroundStyle(by: .categories("Segment", codes: segments, names: names))
        }
        .subtitle("Recency, frequency and monetary value, projected to the plane of the greatest variance")
        .frame(width: 800, height: 600)
        return note.map { chart.caption($0) } ?? chart
    }

    /// How much more often segments buy products than all customers do, as coloured cells.
    ///
    /// - Parameters:
    ///   - products: Names, from the top: those whose lift varies most over the segments.
    ///   - segments: Names, from the left.
    ///   - lifts: Support in the segment over support in all, row by row; not finite where a product has none.
    public static func lift(products: [String], segments: [String], lifts: [Double]) -> Chart {
        // Twice as often and half as often are equally far from the middle.
        let log = lifts.map { $0 > 0 && $0.isFinite ? NumberText.log2($0) : .nan }
        let reach = max(1, log.filter(\.isFinite).map { abs($0) }.max() ?? 1)
        return Chart("Products that tell the segments apart") {
            HeatmapPlot(
                columns: .values("Segment", distinct(segments)), rows: .values("", distinct(products)),
                values: .values("log₂ of the lift (1 is twice as often)", log)
            ).annotation(.decimal(1))
        }
        .subtitle("Share of the segment's purchases over the share of all purchases")
        .chartColorScale(domain: -reach...reach, midpoint: 0)
        .frame(width: 860, height: max(320, 170 + 19 * Double(products.count)))
    }

    /// How many customers each segment has, as lying bars.
    ///
    /// - Parameters:
    ///   - segments: Names, from the top.
    ///   - customers: Customers of each.
    public static func sizes(segments: [String], customers: [Int]) -> Chart {
        let total = customers.reduce(0, +)
        return Chart("Customers in each segment") {
            BarPlot(x: .values("Customers", customers), y: .values("Segment", distinct(segments)))
                .annotation(.decimal(0))
        }
        .subtitle("\(NumberText.fixed(Double(total), digits: 0)) customers in \(segments.count) segments")
        .frame(width: 720, height: max(260, 130 + 27 * Double(segments.count)))
    }

    /// Means of recency, frequency and monetary value of each segment, in their own units.
    ///
    /// - Parameters:
    ///   - segments: Names, from the left.
    ///   - recency: Mean days since the prior order.
    ///   - frequency: Mean count of orders.
    ///   - monetary: Mean lines per order.
    public static func means(
        segments: [String], recency: [Double], frequency: [Double], monetary: [Double]
    ) -> Chart {
        Chart("Recency, frequency and monetary value of the segments") {
            for (name, values) in [
                ("Recency: days", recency), ("Frequency: orders", frequency), ("Monetary: lines an order", monetary),
            ] {
                BarPlot(x: .values("Segment", distinct(segments)), y: .values("", values)).facet(by: .value("", name))
            }
        }
        .subtitle("Means over the customers of each segment")
        .chartFacets(columns: 3, sharesY: false)
        .frame(width: 960, height: 380)
    }

    /// How many customers fall into each pair of a fifth by recency and a fifth by frequency.
    ///
    /// Fifths are cut at the quintiles; customers with equal values share a fifth, so fifths may differ in size.
    ///
    /// - Parameters:
    ///   - recency: Days since the prior order, of each customer.
    ///   - frequency: Count of orders, of each customer.
    /// - Precondition: Equal counts, all finite.
    /// - Complexity: O(customers · log customers).
    public static func matrix(recency: [Double], frequency: [Double]) -> Chart {
        precondition(recency.count == frequency.count, "one frequency for each recency")
        let rows = fifths(frequency)
        let columns = fifths(recency)
        var counts = [Double](repeating: 0, count: 25)
        for (row, column) in zip(rows, columns) { counts[(4 - row) * 5 + column] += 1 }
        return Chart("Customers by recency and frequency") {
            HeatmapPlot(
                columns: .values(
                    "Fifth by days since the prior order", ["1 (recent)", "2", "3", "4", "5 (long ago)"]),
                rows: .values("Fifth by count of orders", ["5 (many)", "4", "3", "2", "1 (few)"]),
                values: .values("Customers", counts)
            ).annotation(.decimal(0))
        }
        .chartColorScale(domain: 0...max(1, counts.max() ?? 1))
        .frame(width: 640, height: 480)
    }

    /// Names that occur again get a number, so that each keeps its own row: products may share a name.
    static func distinct(_ names: [String]) -> [String] {
        var taken = Set(names)
        var seen: Set<String> = []
        return names.map { name in
            if seen.insert(name).inserted { return name }
            var number = 2
            while taken.contains("\(name) (\(number))") { number += 1 }
            let other = "\(name) (\(number))"
            taken.insert(other)
            return other
        }
    }

    /// 0 to 4: the fifth that the middle of a value's ranks lies in, so that equal values stay together and do not all move to
    /// one end.
    static func fifths(_ values: [Double]) -> [Int] {
        let sorted = values.sorted()
        var fifths: [Double: Int] = [:]
        var start = 0
        while start < sorted.count {
            var end = start + 1
            while end < sorted.count, sorted[end] == sorted[start] { end += 1 }
            let middle = Double(start + end) / 2
            fifths[sorted[start]] = min(4, Int(5 * middle / Double(sorted.count)))
            start = end
        }
        return values.map { fifths[$0] ?? 0 }
    }
}
