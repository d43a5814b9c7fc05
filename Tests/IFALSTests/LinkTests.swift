import Testing

@testable import IFALS
