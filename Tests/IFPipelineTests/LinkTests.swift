import Testing

@testable import IFPipeline
