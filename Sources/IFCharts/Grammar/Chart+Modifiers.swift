extension Chart {
    func changing(_ change: (inout Chart) -> Void) -> Chart {
        var copy = self
        change(&copy)
        return copy
    }

    /// A second line under the title.
    public func subtitle(_ text: String) -> Chart { changing { $0.subtitle = text } }

    /// A small line under the chart: source, sample, method.
    public func caption(_ text: String) -> Chart { changing { $0.caption = text } }

    /// The text that stands for the picture where it cannot be seen. Without it, one is made from titles and axes.
    public func accessibilityLabel(_ text: String) -> Chart { changing { $0.summary = text } }

    /// The name of the x axis, instead of its values' label. An empty text leaves it away.
    public func chartXAxisLabel(_ text: String) -> Chart { changing { $0.x.label = text } }

    /// The name of the y axis, instead of its values' label. An empty text leaves it away.
    public func chartYAxisLabel(_ text: String) -> Chart { changing { $0.y.label = text } }

    /// How the numbers at the x axis are written.
    public func chartXAxisFormat(_ format: NumberFormat) -> Chart { changing { $0.x.format = format } }

    /// How the numbers at the y axis are written.
    public func chartYAxisFormat(_ format: NumberFormat) -> Chart { changing { $0.y.format = format } }

    /// The kind and range of a continuous x axis.
    ///
    /// - Parameters:
    ///   - type: Linear or logarithmic.
    ///   - domain: First and last value; nil spans the values. Seconds since 1970 for moments.
    ///   - includesZero: Whether zero is in the range; nil includes it where bars or bins start from it.
    public func chartXScale(
        _ type: ScaleType = .automatic, domain: ClosedRange<Double>? = nil, includesZero: Bool? = nil
    ) -> Chart {
        changing {
            $0.x.scale = type
            $0.x.domain = domain
            $0.x.includesZero = includesZero
        }
    }

    /// The kind and range of a continuous y axis.
    ///
    /// - Parameters:
    ///   - type: Linear or logarithmic.
    ///   - domain: First and last value; nil spans the values.
    ///   - includesZero: Whether zero is in the range; nil includes it where bars or bins start from it.
    public func chartYScale(
        _ type: ScaleType = .automatic, domain: ClosedRange<Double>? = nil, includesZero: Bool? = nil
    ) -> Chart {
        changing {
            $0.y.scale = type
            $0.y.domain = domain
            $0.y.includesZero = includesZero
        }
    }

    /// The order of the names along x; names that are not given follow.
    public func chartXOrder(_ names: [String]) -> Chart { changing { $0.x.order = names } }

    /// The order of the names along y, from the top; names that are not given follow.
    public func chartYOrder(_ names: [String]) -> Chart { changing { $0.y.order = names } }

    /// The order of the series in the legend, and colours of their own where wanted.
    ///
    /// - Parameters:
    ///   - names: Series in order; those that are not given follow.
    ///   - colors: Colours of the first names; the others take the palette's.
    public func chartForegroundStyleScale(order names: [String], colors: [Color] = []) -> Chart {
        changing {
            $0.colors.names = names
            $0.colors.assigned = colors
        }
    }

    /// The colours of numbers.
    ///
    /// - Parameters:
    ///   - ramp: Colours from the lowest to the highest value; nil takes the sequential one of the theme, or with a
    ///     midpoint the diverging one.
    ///   - domain: Values of the first and last colour; nil spans the values.
    ///   - midpoint: The value of the middle colour; both sides then have the same reach.
    ///   - format: How the legend writes numbers.
    public func chartColorScale(
        _ ramp: ColorRamp? = nil, domain: ClosedRange<Double>? = nil, midpoint: Double? = nil,
        format: NumberFormat = .automatic
    ) -> Chart {
        changing {
            $0.colors.ramp = ramp
            $0.colors.domain = domain
            $0.colors.midpoint = midpoint
            $0.colors.format = format
        }
    }

    /// Whether a legend is drawn where there is something to explain.
    public func chartLegend(isShown: Bool) -> Chart { changing { $0.showsLegend = isShown } }

    /// How small multiples are laid out.
    ///
    /// - Parameters:
    ///   - columns: Charts in a row; nil chooses by their number.
    ///   - sharesY: Whether all have the same y axis.
    public func chartFacets(columns: Int? = nil, sharesY: Bool = true) -> Chart {
        changing {
            $0.facets.columns = columns
            $0.facets.sharesY = sharesY
        }
    }
}
