/// How a row's values become its normal equations.
///
/// A = base + ridge·I + Σ (c − unobserved)·y·yᵀ and b = Σ t·y, where c = scale · |value| + offset and t is the
/// entry's target.
package struct RowTerms: Hashable, Sendable {
    /// What an entry pulls its score to, times its confidence.
    package enum Target: Hashable, Sendable {
        /// Preference 1 where the value is above 0, else 0: t = c or 0.
        case preference
        /// The value itself: t = value, for confidences of 1.
        case value
    }

    /// Factor of a value in its confidence.
    package var scale: Float
    /// Confidence of an entry of value 0.
    package var offset: Float
    /// Confidence of pairs that were not observed; `base` is that much of the Gram matrix of all vectors.
    package var unobserved: Float
    /// Added to the diagonal.
    package var ridge: Float
    /// What entries pull to.
    package var target: Target

    /// Creates terms.
    package init(scale: Float, offset: Float, unobserved: Float, ridge: Float, target: Target = .preference) {
        self.scale = scale
        self.offset = offset
        self.unobserved = unobserved
        self.ridge = ridge
        self.target = target
    }

    /// c and t of an entry.
    package func entry(_ value: Float) -> (confidence: Float, target: Float) {
        let confidence = scale * abs(value) + offset
        return (confidence, target == .value ? value : value > 0 ? confidence : 0)
    }
}
