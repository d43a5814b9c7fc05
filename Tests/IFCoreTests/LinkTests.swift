import Testing

@testable import IFCore
