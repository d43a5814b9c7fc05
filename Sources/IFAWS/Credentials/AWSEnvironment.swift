public import FoundationEssentials
internal import IFCore

/// The settings that AWS tools agree on: environment variables and the files `~/.aws/config` and
/// `~/.aws/credentials`.
public struct AWSEnvironment: Sendable {
    private let variables: [String: String]

    /// Reads settings from these variables, the process's by default.
    public init(variables: [String: String] = ProcessInfo.processInfo.environment) { self.variables = variables }

    /// The same settings with other variables beside its own, or in place of those of the same name. An empty one counts as
    /// absent.
    public func replacing(_ others: [String: String]) -> AWSEnvironment {
        AWSEnvironment(variables: variables.merging(others) { _, other in other })
    }

    /// A variable; an empty one counts as absent.
    subscript(_ name: String) -> String? {
        guard let value = variables[name], !value.isEmpty else { return nil }
        return value
    }

    /// The region by `AWS_REGION`, `AWS_DEFAULT_REGION` or the profile.
    ///
    /// - Throws: As ``AWSCredentialSource/load()`` for a profile that is named and missing.
    public func region() throws -> String? {
        try self["AWS_REGION"] ?? self["AWS_DEFAULT_REGION"] ?? profile()?["region"]
    }

    /// The address of a service, such as `s3`, where it is not AWS's own: `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`,
    /// then the profile's `services` and `endpoint_url`; none where `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` or the profile's
    /// `ignore_configured_endpoint_urls` is `true`.
    ///
    /// - Throws: As ``region()``.
    public func endpoint(of service: String) throws -> String? {
        let isIgnored =
            try self["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] ?? profile()?["ignore_configured_endpoint_urls"]
        if isIgnored?.lowercased() == "true" { return nil }
        if let url = self["AWS_ENDPOINT_URL_\(service.uppercased())"] ?? self["AWS_ENDPOINT_URL"] { return url }
        guard let profile = try profile() else { return nil }
        if let name = profile["services"], let url = try files().config["services \(name)"]?["\(service).endpoint_url"]
        {
            return url
        }
        return profile["endpoint_url"]
    }

    /// `AWS_RETRY_MODE` or the profile's `retry_mode`, in lower case.
    func retryMode() throws -> String? {
        try (self["AWS_RETRY_MODE"] ?? profile()?["retry_mode"]).map { $0.lowercased() }
    }

    /// How connections are made: `AWS_CA_BUNDLE` or the profile's `ca_bundle`, `HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`
    /// in either case.
    func connectionSettings() throws -> CurlEngine.Settings {
        var settings = CurlEngine.Settings()
        settings.certificates = try self["AWS_CA_BUNDLE"] ?? profile()?["ca_bundle"]
        // Upper-case HTTP_PROXY can be set by a request's header "Proxy:" under CGI.
        settings.proxy = self["http_proxy"] ?? (self["REQUEST_METHOD"] == nil ? self["HTTP_PROXY"] : nil)
        settings.secureProxy = self["https_proxy"] ?? self["HTTPS_PROXY"]
        settings.withoutProxy = self["no_proxy"] ?? self["NO_PROXY"]
        if let path = settings.certificates, !FileManager.default.fileExists(atPath: path) {
            throw IFError(.notFound, "AWS_CA_BUNDLE names a file that is not there; correct it", file: path)
        }
        return settings
    }

    /// A variable, or else the profile's setting of the same meaning.
    func setting(_ variable: String, _ key: String) throws -> String? { try self[variable] ?? profile()?[key] }

    // MARK: Profiles

    /// The name of the profile in use, and whether it was asked for.
    var profileName: (name: String, isExplicit: Bool) {
        if let name = self["AWS_PROFILE"] ?? self["AWS_DEFAULT_PROFILE"] { return (name, true) }
        return ("default", false)
    }

    /// The profile's settings, those of the credentials file first; `nil` where neither file has it.
    ///
    /// - Throws: ``IFError/Code/notFound`` where it was asked for and is missing.
    func profile() throws -> [String: String]? {
        let (name, isExplicit) = profileName
        return try profile(named: name, isExplicit: isExplicit)
    }

    /// The settings of a profile; where it is missing, `nil`, or an error where it was asked for.
    func profile(named name: String, isExplicit: Bool) throws -> [String: String]? {
        let files = try files()
        guard let settings = merge(files.credentials[name], Self.profile(name, in: files.config)) else {
            guard isExplicit else { return nil }
            throw IFError(
                .notFound, "there is no profile '\(name)'; add it, or set AWS_PROFILE to another", file: configPath)
        }
        return settings
    }

    /// The settings of a profile in the credentials file alone.
    func profileInCredentialsFile(_ name: String) throws -> [String: String]? { try files().credentials[name] }

    /// The settings of a profile in the configuration file alone.
    func profileInConfigurationFile(_ name: String) throws -> [String: String]? {
        Self.profile(name, in: try files().config)
    }

    private static func profile(_ name: String, in config: ProfileFile) -> [String: String]? {
        name == "default" ? config["default"] ?? config["profile default"] : config["profile \(name)"]
    }

    /// The settings of a section `[sso-session NAME]`, `nil` where there is none.
    func signOnSession(_ name: String) throws -> [String: String]? { try files().config["sso-session \(name)"] }

    /// The folder in which `aws sso login` keeps tokens.
    var signOnCache: String { "\(home)/.aws/sso/cache" }

    /// The folder in which `aws login` keeps keys.
    var loginCache: String { self["AWS_LOGIN_CACHE_DIRECTORY"].map(expanded) ?? "\(home)/.aws/login/cache" }

    private func merge(_ first: [String: String]?, _ second: [String: String]?) -> [String: String]? {
        guard let first else { return second }
        return first.merging(second ?? [:]) { mine, _ in mine }
    }

    private var home: String { self["HOME"] ?? self["USERPROFILE"] ?? "" }
    private var configPath: String { self["AWS_CONFIG_FILE"].map(expanded) ?? "\(home)/.aws/config" }
    private var credentialsPath: String {
        self["AWS_SHARED_CREDENTIALS_FILE"].map(expanded) ?? "\(home)/.aws/credentials"
    }

    /// A path with `~` written out.
    func expanded(_ path: String) -> String { path.hasPrefix("~/") ? home + path.dropFirst() : path }

    private func files() throws -> (config: ProfileFile, credentials: ProfileFile) {
        (try ProfileFile(path: configPath), try ProfileFile(path: credentialsPath))
    }
}
