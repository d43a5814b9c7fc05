#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The natural logarithm, without Foundation.
enum NaturalLogarithm {
    static func of(_ x: Double) -> Double { log(x) }
}
