import Testing

@testable import IFSynth
