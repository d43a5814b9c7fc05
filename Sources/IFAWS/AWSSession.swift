internal import IFCore

/// Connections and credentials that several stores share.
public struct AWSSession: Sendable {
    let environment: AWSEnvironment
    let transport: any HTTPTransport
    let credentials: CredentialChain

    /// Opens connections by AWS's conventions.
    ///
    /// - Parameters:
    ///   - environment: Variables and profile.
    ///   - sources: Where credentials are looked for, in this order; AWS's usual places by default.
    /// - Throws: ``IFError/Code/missingDependency`` where libcurl cannot be used; ``IFError/Code/notFound`` for a
    ///   profile or certificate file that is named and missing.
    public init(environment: AWSEnvironment = AWSEnvironment(), sources: [any AWSCredentialSource]? = nil) throws {
        let engine = try CurlEngine(try environment.connectionSettings())
        self.init(
            environment: environment, transport: engine,
            credentials: sources.map { CredentialChain($0) } ?? .standard(environment, engine))
    }

    init(environment: AWSEnvironment, transport: any HTTPTransport, credentials: CredentialChain) {
        self.environment = environment
        self.transport = transport
        self.credentials = credentials
    }
}
