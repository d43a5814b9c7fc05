import Testing

@testable import IFCLI
