import Testing

@testable import IFRerank
