import Testing

@testable import IFSegment
