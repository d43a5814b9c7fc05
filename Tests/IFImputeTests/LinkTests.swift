import Testing

@testable import IFImpute
