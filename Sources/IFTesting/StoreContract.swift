public import IFCore
public import Testing

/// What every ``ArtifactStore`` must do. Run all cases against your own store:
///
/// ```swift
/// @Test(arguments: ArtifactStoreContract.cases)
/// func contract(_ check: ArtifactStoreContract.Case) async throws {
///     try await check.run(on: MyStore())
/// }
/// ```
///
/// Every case wants a store that is empty below `contract/`.
public enum ArtifactStoreContract {
    /// One promise.
    public struct Case: Sendable, CustomTestStringConvertible {
        /// What is promised.
        public let name: String
        /// Whether the case takes seconds rather than milliseconds.
        public let isSlow: Bool
        let check: @Sendable (any ArtifactStore) async throws -> Void

        init(
            _ name: String, isSlow: Bool = false, _ check: @escaping @Sendable (any ArtifactStore) async throws -> Void
        ) {
            self.name = name
            self.isSlow = isSlow
            self.check = check
        }

        /// Checks the promise.
        public func run(on store: some ArtifactStore) async throws { try await check(store) }

        /// The name of the case in test output.
        public var testDescription: String { name }
    }

    /// All promises.
    public static var cases: [Case] {
        objectCases + listingCases + conditionCases + contentCases + concurrencyCases + rangeCases + streamCases
    }

    /// The error code that `body` throws, `nil` where it throws none.
    static func code(of body: () async throws -> Void) async throws -> IFError.Code? {
        do {
            try await body()
            return nil
        } catch let error as IFError {
            return error.code
        }
    }

    /// Expects `body` to throw an ``IFError`` of this code.
    static func expect(
        _ code: IFError.Code, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
    ) async throws {
        let thrown = try await self.code(of: body)
        #expect(thrown == code, sourceLocation: sourceLocation)
    }
}
