import CIFKernels

/// The instruction set that kernels use.
///
/// Results of two sets differ in the last digits: the widest one the processor has is used throughout, others only
/// where tests ask for them.
package struct KernelSet: Hashable, Sendable, CustomStringConvertible {
    let variant: if_variant

    /// The sets that this processor can run, the best first.
    package static let available = [IF_AVX512, IF_AVX2, IF_PLAIN].filter { if_variant_runs($0) != 0 }
        .map { KernelSet(variant: $0) }
    /// The best set of this processor.
    package static let best = available.first ?? KernelSet(variant: IF_PLAIN)

    package var description: String {
        variant == IF_AVX512 ? "AVX-512" : variant == IF_AVX2 ? "AVX2" : "baseline"
    }
}
