internal import FoundationEssentials
internal import IFCore

/// Looks for credentials in one place after another, keeps what it finds and renews it in time.
///
/// Whoever asks while a search is under way waits for that search, which ends where all who wait are cancelled. Keys are
/// renewed five minutes before they expire; where that fails, the old ones serve as long as they are valid.
actor CredentialChain {
    private let sources: [any AWSCredentialSource]
    private let now: @Sendable () -> Date
    private var current: AWSCredentials?
    private var search: Task<AWSCredentials, any Error>?
    /// How many wait for the search and were not cancelled.
    private var waiting = 0

    init(_ sources: [any AWSCredentialSource], now: @escaping @Sendable () -> Date = { Date() }) {
        self.sources = sources
        self.now = now
    }

    /// The places in the order in which AWS tools look: variables, web identity, profile, container, instance.
    static func standard(_ environment: AWSEnvironment, _ transport: any HTTPTransport) -> CredentialChain {
        CredentialChain([
            EnvironmentCredentials(environment),
            WebIdentityCredentials(environment: environment, transport: transport),
            ProfileCredentials(environment, transport: transport),
            ContainerCredentials(environment: environment, transport: transport),
            InstanceCredentials(environment: environment, transport: transport),
        ])
    }

    /// Valid credentials.
    ///
    /// - Throws: ``IFError/Code/accessDenied`` where no place has any, naming the places; what a place threw;
    ///   `CancellationError`.
    func credentials() async throws -> AWSCredentials {
        if let current, isValid(current, for: 300) { return current }
        try Task.checkCancellation()
        let search = self.search ?? Task { try await Self.find(in: sources) }
        if self.search != search { waiting = 0 }
        self.search = search
        waiting += 1
        do {
            let found = try await withTaskCancellationHandler {
                try await search.value
            } onCancel: {
                Task { await self.leave(search) }
            }
            if self.search == search {
                current = found
                self.search = nil
            }
            return found
        } catch {
            if self.search == search { self.search = nil }
            if let current, isValid(current, for: 0), !(error is CancellationError) { return current }
            throw error
        }
    }

    /// One who waited for a search is cancelled.
    private func leave(_ search: Task<AWSCredentials, any Error>) {
        guard self.search == search else { return }
        waiting -= 1
        guard waiting == 0 else { return }
        // Whoever comes from here on begins a search of its own.
        self.search = nil
        search.cancel()
    }

    /// Forgets credentials that a server called expired.
    func reject(_ credentials: AWSCredentials) { if current == credentials { current = nil } }

    private func isValid(_ credentials: AWSCredentials, for seconds: TimeInterval) -> Bool {
        credentials.expiration.map { $0.timeIntervalSince(now()) > seconds } ?? true
    }

    private static func find(in sources: [any AWSCredentialSource]) async throws -> AWSCredentials {
        for source in sources { if let found = try await source.load() { return found } }
        throw IFError(
            .accessDenied,
            "no AWS credentials were found (\(sources.map(\.name).joined(separator: ", "))); set AWS_ACCESS_KEY_ID and "
                + "AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or give the machine a role")
    }
}
