import Testing

@testable import IFLinearAlgebra
