import Testing

@testable import IFFiles
