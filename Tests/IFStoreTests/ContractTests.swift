import IFCore
import IFStore
import IFTesting
import Testing

@Suite("Artifact store contract") struct ContractTests {
    @Test(arguments: ArtifactStoreContract.cases)
    func memory(_ check: ArtifactStoreContract.Case) async throws { try await check.run(on: MemoryStore()) }

    @Test(arguments: ArtifactStoreContract.cases)
    func folder(_ check: ArtifactStoreContract.Case) async throws {
        try await withTemporaryFolder { root in try await check.run(on: FolderStore(root: root + "/not/yet/there")) }
    }

    @Test(arguments: ArtifactStoreContract.cases)
    func scratchFolder(_ check: ArtifactStoreContract.Case) async throws {
        try await withTemporaryFolder { root in try await check.run(on: FolderStore(root: root, isDurable: false)) }
    }
}
