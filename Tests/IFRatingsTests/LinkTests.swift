import Testing

@testable import IFRatings
