import Testing

@testable import IFStore
