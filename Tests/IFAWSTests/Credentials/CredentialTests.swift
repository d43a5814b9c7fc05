import Foundation
import IFCore
import IFTesting
import Testing

@testable import IFAWS

@Suite("Credentials") struct CredentialTests {
    private static let none = ScriptedTransport { _ in throw HTTPFailure.network }

    private static let document = """
        {"Code": "Success", "AccessKeyId": "AKROLE", "SecretAccessKey": "role-secret", "Token": "role-token",
         "Expiration": "2099-01-01T00:00:00Z"}
        """

    private func find(
        _ variables: [String: String], _ transport: ScriptedTransport = CredentialTests.none
    ) async throws -> AWSCredentials {
        let defaults = ["AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent"]
        let environment = AWSEnvironment(variables: defaults.merging(variables) { _, given in given })
        return try await CredentialChain.standard(environment, transport).credentials()
    }

    private func code(_ variables: [String: String], _ transport: ScriptedTransport = CredentialTests.none) async
        -> IFError.Code?
    {
        await #expect(throws: IFError.self) { _ = try await find(variables, transport) }?.code
    }

    @Test func environmentComesFirst() async throws {
        let found = try await find([
            "AWS_ACCESS_KEY_ID": "AK", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://localhost/x",
        ])
        #expect(found == AWSCredentials(accessKey: "AK", secretKey: "secret", sessionToken: "token"))
        #expect(await code(["AWS_ACCESS_KEY_ID": "AK"]) == .accessDenied)
        #expect(await code(["AWS_SECRET_ACCESS_KEY": "secret"]) == .accessDenied)
    }

    @Test func keysOfTheEnvironmentMayExpire() async throws {
        let keys = ["AWS_ACCESS_KEY_ID": "AK", "AWS_SECRET_ACCESS_KEY": "the-secret"]
        let later = keys.merging(["AWS_CREDENTIAL_EXPIRATION": "2099-01-01T00:00:00+00:00"]) { $1 }
        #expect(try await find(later).expiration == Date(timeIntervalSince1970: 4_070_908_800))
        for (time, text) in [("2020-01-01T00:00:00Z", "expired at 2020-01-01"), ("soon", "AWS_CREDENTIAL_EXPIRATION")] {
            let error = await #expect(throws: IFError.self) {
                try await find(keys.merging(["AWS_CREDENTIAL_EXPIRATION": time]) { $1 })
            }
            #expect(error?.code == .accessDenied && error?.message.contains(text) == true)
            #expect(error?.description.contains("the-secret") == false)
        }
    }

    /// Taken for none, keys would be used until a server refuses them.
    @Test func expiriesThatCannotBeReadAreErrors() async throws {
        let odd = Self.document.replacing("2099-01-01T00:00:00Z", with: "in an hour")
        let container = ScriptedTransport { _ in .make(200, odd) }
        let error = await #expect(throws: IFError.self) {
            try await find(["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x"], container)
        }
        #expect(error?.message.contains("no ISO 8601 time") == true)
        #expect(error?.description.contains("role-secret") == false)
        try await withProfiles(config: files.config, credentials: files.credentials) {
            (variables) async throws -> Void in
            let service = ScriptedTransport { _ in
                .make(200, Self.assumed.replacing("2099-01-01T00:00:00Z", with: "never"))
            }
            let environment = AWSEnvironment(variables: variables.merging(["AWS_PROFILE": "role"]) { $1 })
            let error = await #expect(throws: IFError.self) {
                try await ProfileCredentials(environment, transport: service).load()
            }
            #expect(error?.message.contains("no ISO 8601 time") == true)
        }
    }

    @Test func nothingAnywhereNamesThePlaces() async throws {
        let error = await #expect(throws: IFError.self) { _ = try await find([:]) }
        #expect(error?.code == .accessDenied)
        for place in ["environment", "web identity", "profile default", "container", "EC2 instance"] {
            #expect(error?.description.contains(place) == true)
        }
    }

    // MARK: Profiles

    private func withProfiles(
        config: String = "", credentials: String = "", _ body: ([String: String]) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            try Data(config.utf8).write(to: URL(filePath: folder + "/config"))
            try Data(credentials.utf8).write(to: URL(filePath: folder + "/credentials"))
            try await body([
                "AWS_CONFIG_FILE": folder + "/config", "AWS_SHARED_CREDENTIALS_FILE": folder + "/credentials",
            ])
        }
    }

    private let files = (
        config: """
        # the team's settings
        [default]
        region = eu-north-1
        [profile work]
        region=eu-west-3 # Paris
        services = local
        [services local]
        s3 =
          endpoint_url = http://127.0.0.1:9
        [profile sso]
        sso_session = x
        sso_account_id = 1
        sso_role_name = r
        aws_access_key_id = AKNO
        aws_secret_access_key = no
        [profile role]
        role_arn = arn:aws:iam::1:role/x
        source_profile = default
        external_id = shop & co
        duration_seconds = 1800
        role_session_name = nightly
        [profile own]
        role_arn = arn:aws:iam::1:role/own
        source_profile = own
        aws_access_key_id = AKOWN
        aws_secret_access_key = own-secret
        [profile chain]
        role_arn = arn:aws:iam::1:role/second
        source_profile = role
        [profile machine]
        role_arn = arn:aws:iam::1:role/x
        credential_source = Environment
        [profile code]
        role_arn = arn:aws:iam::1:role/x
        source_profile = default
        mfa_serial = arn:aws:iam::1:mfa/me
        [profile token]
        role_arn = arn:aws:iam::1:role/web
        web_identity_token_file = ~/token
        role_session_name = nightly
        [profile roleless]
        web_identity_token_file = ~/token
        [profile login]
        login_session = arn:aws:sts::1:x
        [profile circle]
        role_arn = arn:aws:iam::1:role/x
        source_profile = circle2
        [profile circle2]
        role_arn = arn:aws:iam::1:role/x
        source_profile = circle
        [profile sourceless]
        role_arn = arn:aws:iam::1:role/x
        [profile program]
        credential_process = /nonexistent/keys
        [profile half]
        aws_access_key_id = AKHALF
        """,
        credentials: """
        [default]
        aws_access_key_id = AKDEFAULT
        aws_secret_access_key = default/secret+=
        [work]
        aws_access_key_id=AKWORK
        aws_secret_access_key=work-secret ; not for others
        aws_session_token = work-token
        """
    )

    @Test func profilesAreRead() async throws {
        try await withProfiles(config: files.config, credentials: files.credentials) {
            (variables) async throws -> Void in
            #expect(try await find(variables) == AWSCredentials(accessKey: "AKDEFAULT", secretKey: "default/secret+="))
            let work = variables.merging(["AWS_PROFILE": "work"]) { mine, _ in mine }
            #expect(
                try await find(work)
                    == AWSCredentials(accessKey: "AKWORK", secretKey: "work-secret", sessionToken: "work-token"))
            let environment = AWSEnvironment(variables: work)
            #expect(try environment.region() == "eu-west-3")
            #expect(try environment.endpoint(of: "s3") == "http://127.0.0.1:9")
            #expect(try environment.endpoint(of: "sts") == nil)
            #expect(try AWSEnvironment(variables: variables).region() == "eu-north-1")
        }
    }

    @Test(arguments: [
        ("sso", IFError.Code.accessDenied), ("code", .unsupported), ("program", .accessDenied),
        ("half", .accessDenied), ("missing", .notFound), ("circle", .accessDenied), ("sourceless", .accessDenied),
        ("machine", .accessDenied), ("login", .accessDenied), ("roleless", .accessDenied), ("token", .accessDenied),
    ])
    func brokenProfilesAreErrors(_ profile: String, _ code: IFError.Code) async throws {
        try await withProfiles(config: files.config, credentials: files.credentials) {
            (variables) async throws -> Void in
            let error = await #expect(throws: IFError.self) {
                _ = try await find(variables.merging(["AWS_PROFILE": profile]) { mine, _ in mine })
            }
            #expect(error?.code == code)
            #expect(error?.description.contains(profile) == true)
        }
    }

    private static let assumed = """
        <AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId>
        <SecretAccessKey>role-secret</SecretAccessKey><SessionToken>role-token</SessionToken>
        <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>
        """

    @Test func rolesAreAskedForWithTheKeysOfTheirSource() async throws {
        try await withProfiles(config: files.config, credentials: files.credentials) {
            (variables) async throws -> Void in
            func ask(_ profile: String) async throws -> (found: AWSCredentials, requests: [HTTPRequest]) {
                let transport = ScriptedTransport { _ in .make(200, Self.assumed) }
                let environment = AWSEnvironment(
                    variables: variables.merging(["AWS_PROFILE": profile, "AWS_REGION": "eu-west-1"]) { $1 })
                // The profile alone: variables would come first in the chain.
                let found = try await ProfileCredentials(environment, transport: transport).load()
                return (try #require(found), transport.requests)
            }
            let (found, requests) = try await ask("role")
            #expect(found.accessKey == "ASIAROLE" && found.sessionToken == "role-token" && found.expiration != nil)
            let request = try #require(requests.first)
            #expect(request.url == "https://sts.eu-west-1.amazonaws.com/" && request.method == "POST")
            let authorization = try #require(request.header("Authorization"))
            #expect(authorization.contains("Credential=AKDEFAULT/"))
            #expect(authorization.contains("/eu-west-1/sts/aws4_request"))
            #expect(authorization.contains("SignedHeaders=content-type;host;x-amz-date"))
            guard case .data(let body) = request.body else {
                Issue.record("the request has no body")
                return
            }
            #expect(
                String(decoding: body, as: UTF8.self)
                    == "Version=2011-06-15&Action=AssumeRole&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fx"
                    + "&RoleSessionName=nightly&ExternalId=shop%20%26%20co&DurationSeconds=1800")

            // A profile may be its own source, and a role may be asked for with another role's keys.
            let own = try await ask("own").requests
            #expect(own.map { $0.header("Authorization")?.contains("Credential=AKOWN/") } == [true])
            let chain = try await ask("chain").requests
            #expect(chain.map { $0.header("X-Amz-Security-Token") } == [nil, "role-token"])
            #expect(chain.last?.header("Authorization")?.contains("Credential=ASIAROLE/") == true)
        }
    }

    @Test func profilesNameTokensOfOtherProviders() async throws {
        try await withProfiles(config: files.config, credentials: files.credentials) {
            (variables) async throws -> Void in
            let home = String(try #require(variables["AWS_CONFIG_FILE"]).dropLast("/config".count))
            try Data("jwt+/=\n".utf8).write(to: URL(filePath: "\(home)/token"))
            let transport = ScriptedTransport { _ in .make(200, Self.assumed) }
            let environment = AWSEnvironment(
                variables: variables.merging(["AWS_PROFILE": "token", "AWS_REGION": "eu-west-1", "HOME": home]) { $1 })
            let found = try await ProfileCredentials(environment, transport: transport).load()
            #expect(found?.accessKey == "ASIAROLE")
            let request = try #require(transport.requests.first)
            #expect(transport.requests.count == 1 && request.header("Authorization") == nil)
            guard case .data(let body) = request.body else {
                Issue.record("the request has no body")
                return
            }
            #expect(
                String(decoding: body, as: UTF8.self)
                    == "Version=2011-06-15&Action=AssumeRoleWithWebIdentity&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fweb"
                    + "&RoleSessionName=nightly&WebIdentityToken=jwt%2B%2F%3D")
        }
    }

    // MARK: Programs

    private static let printed = """
        {"Version": 1, "AccessKeyId": "AKPROGRAM", "SecretAccessKey": "its-secret", "SessionToken": "its token",
         "Expiration": "2099-01-01T00:00:00Z"}
        """

    @Test func programsPrintKeys() async throws {
        try await withTemporaryFolder { folder in
            let file = folder + "/keys of mine.json"
            let config = "[default]\ncredential_process = cat '\(file)'\n"
            try await withProfiles(config: config) { (variables) async throws -> Void in
                try Data(Self.printed.utf8).write(to: URL(filePath: file))
                let found = try await find(variables)
                #expect(found.accessKey == "AKPROGRAM" && found.secretKey == "its-secret")
                #expect(found.sessionToken == "its token" && found.expiration != nil)
                let odd = Self.printed.replacing("2099-01-01T00:00:00Z", with: "in an hour")
                for text in ["its-secret", Self.printed.replacing("1,", with: "2,"), "{\"Version\": 1}", odd] {
                    try Data(text.utf8).write(to: URL(filePath: file))
                    let error = await #expect(throws: IFError.self) { try await find(variables) }
                    #expect(error?.code == .accessDenied)
                    #expect(error?.description.contains("profile default") == true)
                    #expect(error?.description.contains("its-secret") == false)
                }
            }
            let failing = "[default]\ncredential_process = echo '\(Self.printed.filter { $0 != "\n" })'; exit 3\n"
            try await withProfiles(config: failing) { (variables) async throws -> Void in
                let error = await #expect(throws: IFError.self) { try await find(variables) }
                #expect(error?.description.contains("failed") == true)
            }
        }
    }

    /// Whether a process is there; one that has ended and that nobody has asked about does not count.
    private func isAlive(_ process: String) -> Bool {
        let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        return status.map { !$0.contains(") Z ") } ?? false
    }

    /// A program that goes on for ever, with a child of its own, and what it has started.
    private func withEndlessProgram(
        _ body: (String, () async throws -> [String]) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let command = "sleep 600 & echo $$ $! > '\(folder)/new'; mv '\(folder)/new' '\(folder)/started'; wait"
            try await body(command) {
                var text: String?
                while text == nil {
                    try await Task.sleep(for: .milliseconds(10))
                    text = try? String(contentsOfFile: "\(folder)/started", encoding: .utf8)
                }
                return (text ?? "").split(whereSeparator: \.isWhitespace).map(String.init)
            }
        }
    }

    @Test(.timeLimit(.minutes(30))) func programsThatDoNotEndAreEnded() async throws {
        try await withEndlessProgram { (command, started) async throws -> Void in
            let start = ContinuousClock.now
            let error = await #expect(throws: IFError.self) {
                try await ProgramCredentials.load(command, profile: "slow", timeout: .seconds(1))
            }
            #expect(error?.code == .accessDenied && error?.message.contains("did not end within 1 s") == true)
            #expect(error?.message.contains("profile slow") == true)
            #expect(ContinuousClock.now - start >= .seconds(1))
            let processes = try await started()
            #expect(processes.count == 2)
            // Neither the shell nor what it started is left.
            for _ in 0..<200 where processes.contains(where: isAlive) { try await Task.sleep(for: .milliseconds(20)) }
            #expect(processes.filter(isAlive) == [])
        }
    }

    @Test(.timeLimit(.minutes(30))) func cancellingEndsTheProgram() async throws {
        try await withEndlessProgram { (command, started) async throws -> Void in
            try await withProfiles(config: "[default]\ncredential_process = \(command)\n") {
                (variables) async throws -> Void in
                let none = ["AWS_EC2_METADATA_DISABLED": "true"]
                let environment = AWSEnvironment(variables: variables.merging(none) { $1 })
                let chain = CredentialChain.standard(environment, Self.none)
                // Two wait for one search; it ends with the second.
                let waiting = (0..<2).map { _ in Task { try await chain.credentials() } }
                let processes = try await started()
                waiting[0].cancel()
                try await Task.sleep(for: .milliseconds(200))
                #expect(processes.filter(isAlive) == processes)
                waiting[1].cancel()
                for task in waiting { await #expect(throws: CancellationError.self) { try await task.value } }
                for _ in 0..<200 where processes.contains(where: isAlive) {
                    try await Task.sleep(for: .milliseconds(20))
                }
                #expect(processes.filter(isAlive) == [])
            }
        }
    }

    /// More programs than there are threads for tasks, and a task that is to run meanwhile.
    @Test(.timeLimit(.minutes(30))) func programsHoldNoThreadOfTasks() async throws {
        try await withTemporaryFolder { folder in
            let gate = "\(folder)/gate"
            let keys = Self.printed.filter { $0 != "\n" }
            let command = "while [ ! -e '\(gate)' ]; do sleep 0.05; done; echo '\(keys)'"
            let count = 2 * ProcessInfo.processInfo.activeProcessorCount + 2
            try await withThrowingTaskGroup(of: AWSCredentials.self) { group in
                for _ in 0..<count {
                    group.addTask { try await ProgramCredentials.load(command, profile: "p", timeout: .seconds(50)) }
                }
                // Were the threads held, nobody would open the gate.
                try await Task.sleep(for: .milliseconds(300))
                try await Task.detached { try Data().write(to: URL(filePath: gate)) }.value
                for try await found in group { #expect(found.accessKey == "AKPROGRAM") }
            }
        }
    }

    @Test(.timeLimit(.minutes(30))) func programsOfOtherKinds() async throws {
        // What is left in the background holds the pipe open; the keys are there all the same.
        let keys = Self.printed.filter { $0 != "\n" }
        let found = try await ProgramCredentials.load("echo '\(keys)'; sleep 20 &", profile: "p")
        #expect(found.accessKey == "AKPROGRAM")
        for (command, text) in [
            ("head -c 2000000 /dev/zero; sleep 20", "more than a megabyte"), ("kill -9 $$", "status 137"),
            ("exec >&-; exit 4", "status 4"),
        ] {
            let error = await #expect(throws: IFError.self) {
                try await ProgramCredentials.load(command, profile: "p", timeout: .seconds(10))
            }
            #expect(error?.message.contains(text) == true, "\(error?.message ?? "")")
        }
        // A terminal's own group: only the shell itself is ended.
        let ending = try await ShellCommand.run("sleep 30", timeout: .milliseconds(200), hasGroup: false)
        guard case .timedOut = ending else {
            Issue.record("the command was not ended: \(ending)")
            return
        }
    }

    /// A program may print and end between the look at what it has printed and the look at whether it has ended.
    @Test(.timeLimit(.minutes(30))) func whatAProgramPrintsLastIsRead() async throws {
        let hasWaited = Locked(false)
        let ending = try await ShellCommand.run("sleep 0.3; seq 2000", timeout: .seconds(30)) {
            // The first look at the pipe, of 50 ms, found nothing.
            guard
                hasWaited.withLock({ waited in
                    defer { waited = true }
                    return !waited
                })
            else { return }
            Thread.sleep(forTimeInterval: 1.5)
        }
        guard case .ended(let status, let output) = ending else {
            Issue.record("the command did not end: \(ending)")
            return
        }
        #expect(status == 0 && output == Data((1...2000).map { "\($0)\n" }.joined().utf8))
    }

    @Test func refusedRolesAreErrorsWithoutSecrets() async throws {
        try await withProfiles(config: files.config, credentials: files.credentials) {
            (variables) async throws -> Void in
            let transport = ScriptedTransport { _ in .error(403, "AccessDenied") }
            let environment = AWSEnvironment(variables: variables.merging(["AWS_PROFILE": "role"]) { $1 })
            let error = await #expect(throws: IFError.self) {
                try await ProfileCredentials(environment, transport: transport).load()
            }
            #expect(error?.code == .accessDenied)
            #expect(error?.description.contains("profile role") == true)
            #expect(error?.description.contains("default/secret") == false)
        }
    }

    /// The server checks the signature and the body, and knows roles.
    @Test(.enabled(if: S3Python.interpreter != nil, S3Python.missing))
    func aServerTakesTheSignature() async throws {
        let server = try #require(try LoopbackServer.verifying.get())
        let config = "[profile role]\nrole_arn = arn:aws:iam::123456789012:role/x\nsource_profile = base\n"
        for (secret, isTaken) in [(LoopbackServer.secretKey, true), ("wrong", false)] {
            let credentials =
                "[base]\naws_access_key_id = \(LoopbackServer.accessKey)\naws_secret_access_key = \(secret)\n"
            try await withProfiles(config: config, credentials: credentials) { (variables) async throws -> Void in
                let environment = AWSEnvironment(
                    variables: variables.merging(["AWS_PROFILE": "role", "AWS_ENDPOINT_URL_STS": server.endpoint]) {
                        $1
                    })
                if isTaken {
                    let found = try #require(try await ProfileCredentials(environment).load())
                    #expect(found.accessKey.hasPrefix("ASIA") && found.sessionToken != nil && found.expiration != nil)
                } else {
                    let error = await #expect(throws: IFError.self) { try await ProfileCredentials(environment).load() }
                    #expect(error?.description.contains("SignatureDoesNotMatch") == true)
                }
            }
        }
    }

    @Test func variablesComeBeforeProfiles() throws {
        let environment = AWSEnvironment(variables: [
            "AWS_REGION": "a", "AWS_DEFAULT_REGION": "b", "AWS_ENDPOINT_URL": "http://all",
            "AWS_ENDPOINT_URL_S3": "http://s3",
        ])
        #expect(try environment.region() == "a")
        #expect(try environment.endpoint(of: "s3") == "http://s3")
        #expect(try environment.endpoint(of: "sts") == "http://all")
        #expect(try AWSEnvironment(variables: ["AWS_REGION": "", "AWS_DEFAULT_REGION": "b"]).region() == "b")
    }

    @Test func profilesSetWhatVariablesDoNot() async throws {
        let config = """
            [default]
            endpoint_url = http://all
            services = local
            metadata_service_timeout = 7
            ec2_metadata_service_endpoint_mode = IPv6
            [services local]
            sso_oidc =
              endpoint_url = http://oidc
            [profile deaf]
            endpoint_url = http://all
            ignore_configured_endpoint_urls = true
            """
        try await withProfiles(config: config) { (variables) async throws -> Void in
            let environment = AWSEnvironment(variables: variables)
            #expect(try environment.endpoint(of: "sso_oidc") == "http://oidc")
            #expect(try environment.endpoint(of: "sso") == "http://all")
            let given = AWSEnvironment(
                variables: variables.merging(["AWS_ENDPOINT_URL_SSO_OIDC": "http://given"]) { $1 })
            #expect(try given.endpoint(of: "sso_oidc") == "http://given")
            let deaf = AWSEnvironment(variables: variables.merging(["AWS_PROFILE": "deaf"]) { $1 })
            #expect(try deaf.endpoint(of: "sso") == nil)

            let transport = ScriptedTransport { $0.method == "PUT" ? .make(200, "session") : .make(404) }
            #expect(try await InstanceCredentials(environment: environment, transport: transport).load() == nil)
            #expect(transport.requests.first?.url == "http://[fd00:ec2::254]/latest/api/token")
            #expect(transport.requests.map(\.limits.total) == [7, 7])
        }
    }

    // MARK: Endpoints

    @Test func containers() async throws {
        let transport = ScriptedTransport { _ in .make(200, Self.document) }
        let found = try await find(["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/abc"], transport)
        #expect(found.accessKey == "AKROLE" && found.sessionToken == "role-token" && found.expiration != nil)
        #expect(transport.requests.map(\.url) == ["http://169.254.170.2/v2/abc"])
        #expect(transport.requests.map(\.isDirect) == [true])
    }

    @Test func podsSendTheirTokenAndReadItAnew() async throws {
        try await withTemporaryFolder { folder in
            let file = folder + "/token"
            let transport = ScriptedTransport { _ in .make(200, Self.document) }
            let variables = [
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/credentials",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": file,
            ]
            for token in ["one", "two"] {
                try Data("\(token)\n".utf8).write(to: URL(filePath: file))
                _ = try await find(variables, transport)
            }
            #expect(transport.requests.map { $0.header("Authorization") } == ["one", "two"])
        }
    }

    @Test(arguments: [
        "http://example.com/x", "http://169.254.170.2.example.com/", "http://169.254.170.2@example.com/",
        "http://localhost:80@example.com", "ftp://localhost/", "http://169.254.169.254/",
    ])
    func tokensDoNotGoToStrangers(_ url: String) async throws {
        let transport = ScriptedTransport { _ in .make(200, Self.document) }
        let variables = ["AWS_CONTAINER_CREDENTIALS_FULL_URI": url, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "token"]
        #expect(await code(variables, transport) == .accessDenied)
        #expect(transport.requests.isEmpty)
    }

    /// As botocore's partitions.json has it.
    @Test(arguments: [
        ("eu-west-1", "amazonaws.com"), ("us-gov-west-1", "amazonaws.com"), ("cn-north-1", "amazonaws.com.cn"),
        ("us-iso-east-1", "c2s.ic.gov"), ("us-isob-east-1", "sc2s.sgov.gov"), ("us-isof-south-1", "csp.hci.ic.gov"),
        ("eu-isoe-west-1", "cloud.adc-e.uk"), ("eusc-de-east-1", "amazonaws.eu"),
    ])
    func domainsOfPartitions(_ region: String, _ domain: String) { #expect(AWSPartition.domain(of: region) == domain) }

    @Test func trustedHosts() {
        for url in [
            "https://example.com/", "http://localhost:1234/", "http://127.0.0.1", "http://[::1]:80/x",
            "http://[fd00:ec2::23]/v1",
        ] {
            #expect(ContainerCredentials.isTrusted(url))
        }
    }

    @Test func brokenContainerDoesNotFallThrough() async throws {
        let transport = ScriptedTransport { $0.url.contains("169.254.170.2") ? .make(404) : .make(200, Self.document) }
        #expect(await code(["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x"], transport) == .accessDenied)
        #expect(transport.requests.count == 1)
        #expect(await code(["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x"]) == .accessDenied)
    }

    @Test func instances() async throws {
        let transport = ScriptedTransport { request in
            switch (request.method, request.url) {
            case ("PUT", "http://169.254.169.254/latest/api/token"): .make(200, "session")
            case ("GET", let url) where request.header("X-aws-ec2-metadata-token") == "session":
                url.hasSuffix("security-credentials/") ? .make(200, "a-role\n") : .make(200, Self.document)
            default: .make(401)
            }
        }
        #expect(try await find([:], transport).accessKey == "AKROLE")
        #expect(transport.requests.last?.url.hasSuffix("/security-credentials/a-role") == true)
        #expect(transport.requests.map(\.isDirect) == [true, true, true])
        #expect(transport.requests.map(\.limits.total) == [1, 1, 1])
        #expect(await code(["AWS_EC2_METADATA_DISABLED": "true"], transport) == .accessDenied)
    }

    @Test func instanceWithoutRoleHasNone() async throws {
        let transport = ScriptedTransport { $0.method == "PUT" ? .make(200, "session") : .make(404) }
        let environment = AWSEnvironment(variables: [:])
        #expect(try await InstanceCredentials(environment: environment, transport: transport).load() == nil)
    }

    @Test func webIdentity() async throws {
        try await withTemporaryFolder { folder in
            try Data("jwt+/=\n".utf8).write(to: URL(filePath: folder + "/token"))
            let transport = ScriptedTransport { _ in
                .make(
                    200,
                    "<R><Credentials><AccessKeyId>AKWEB</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
                        + "<SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></R>"
                )
            }
            let variables = [
                "AWS_WEB_IDENTITY_TOKEN_FILE": folder + "/token", "AWS_ROLE_ARN": "arn:x", "AWS_REGION": "eu-west-1",
            ]
            #expect(try await find(variables, transport).accessKey == "AKWEB")
            let request = try #require(transport.requests.first)
            #expect(request.url == "https://sts.eu-west-1.amazonaws.com/")
            guard case .data(let body) = request.body else {
                Issue.record("a form was expected")
                return
            }
            #expect(String(decoding: body, as: UTF8.self).contains("WebIdentityToken=jwt%2B%2F%3D"))
            let refusing = ScriptedTransport { _ in .error(403, "AccessDenied") }
            #expect(await code(variables, refusing) == .accessDenied)
            #expect(await code(["AWS_WEB_IDENTITY_TOKEN_FILE": folder + "/token"], transport) == .accessDenied)
        }
    }

    // MARK: Renewal

    /// Hands out keys that live for so many seconds from the clock's time.
    private final class Renewing: AWSCredentialSource {
        let clock = Locked(Date(timeIntervalSince1970: 1_000_000))
        let loads = Locked(0)
        let isBroken = Locked(false)
        var name: String { "renewing" }

        func load() async throws -> AWSCredentials? {
            if isBroken.withLock({ $0 }) { throw IFError(.accessDenied, "broken") }
            let number = loads.withLock { loads in
                loads += 1
                return loads
            }
            try await Task.sleep(for: .milliseconds(20))
            let expiration = clock.withLock { $0.addingTimeInterval(3600) }
            return AWSCredentials(accessKey: "AK\(number)", secretKey: "s", expiration: expiration)
        }
    }

    @Test func manyWhoAskAtOnceShareOneSearch() async throws {
        let source = Renewing()
        let chain = CredentialChain([source], now: { source.clock.withLock { $0 } })
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<50 { group.addTask { try await chain.credentials().accessKey } }
            for try await key in group { #expect(key == "AK1") }
        }
        #expect(source.loads.withLock { $0 } == 1)
    }

    @Test func renewsFiveMinutesBeforeExpiry() async throws {
        let source = Renewing()
        let chain = CredentialChain([source], now: { source.clock.withLock { $0 } })
        #expect(try await chain.credentials().accessKey == "AK1")
        source.clock.withLock { $0 += 3299 }
        #expect(try await chain.credentials().accessKey == "AK1")
        source.clock.withLock { $0 += 2 }
        #expect(try await chain.credentials().accessKey == "AK2")
        // Where renewal fails, valid keys still serve; expired ones do not.
        source.isBroken.withLock { $0 = true }
        source.clock.withLock { $0 += 3400 }
        #expect(try await chain.credentials().accessKey == "AK2")
        source.clock.withLock { $0 += 300 }
        await #expect(throws: IFError.self) { try await chain.credentials() }
    }

    @Test func credentialsDoNotShowTheirSecrets() {
        let keys = AWSCredentials(accessKey: "AK", secretKey: "the-secret", sessionToken: "the-token")
        var dumped = ""
        dump(keys, to: &dumped)
        dump([keys] as [Any], to: &dumped)
        for text in ["\(keys)", String(reflecting: keys), "\([keys])", "\(keys as Optional)", dumped] {
            #expect(text.contains("AK"))
            #expect(!text.contains("the-secret") && !text.contains("the-token"))
        }
    }
}
