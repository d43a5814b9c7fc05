import Testing

@testable import IFEval
