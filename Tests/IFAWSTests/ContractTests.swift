import IFCore
import IFTesting
import Testing

@testable import IFAWS

@Suite("Artifact store contract on S3") struct S3ContractTests {
    @Test(.enabled(if: S3Python.interpreter != nil, S3Python.missing), arguments: ArtifactStoreContract.cases)
    func verifyingServer(_ check: ArtifactStoreContract.Case) async throws {
        let server = try #require(try LoopbackServer.verifying.get())
        try await check.run(on: try server.store())
    }

    @Test(.enabled(if: LoopbackServer.hasCeph, LoopbackServer.missingCeph), arguments: ArtifactStoreContract.cases)
    func ceph(_ check: ArtifactStoreContract.Case) async throws {
        let server = try #require(try LoopbackServer.ceph.get())
        try await check.run(on: try server.store())
    }
}
