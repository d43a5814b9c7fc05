/// How a row's values become its normal equations.
///
/// A = base + ridge·I + Σ (c − unobserved)·y·yᵀ and b = Σ c·y, where c = scale · value + offset.
package struct RowTerms: Hashable, Sendable {
    /// Factor of a value in its confidence.
    package var scale: Float
    /// Confidence of an entry of value 0.
    package var offset: Float
    /// Confidence of pairs that were not observed; `base` is that much of the Gram matrix of all vectors.
    package var unobserved: Float
    /// Added to the diagonal.
    package var ridge: Float

    /// Creates terms.
    package init(scale: Float, offset: Float, unobserved: Float, ridge: Float) {
        self.scale = scale
        self.offset = offset
        self.unobserved = unobserved
        self.ridge = ridge
    }
}
