import Foundation
import IFCore
import IFTesting
import Testing

@testable import IFAWS

@Suite("S3 store", .enabled(if: S3Python.interpreter != nil, S3Python.missing)) struct StoreTests {
    private func server() throws -> LoopbackServer { try #require(try LoopbackServer.verifying.get()) }

    @Test func listsManyPages() async throws {
        let store = try server().store()
        let keys = (0..<25).map { "page/\($0 < 10 ? "0" : "")\($0)" }
        for key in keys { try await store.put(Data(key.utf8), at: key) }
        let found = try await store.client.list(store.place.key("page/"), pageSize: 4)
        #expect(found.map(\.key) == keys.map { store.place.key($0) })
    }

    @Test func deletesManyAtOnce() async throws {
        let server = try server()
        let store = try server.store()
        let keys = (0..<30).map { "many/\($0) & <čaj> \"\t" }
        for key in keys { try await store.put(Data([1]), at: key) }
        try await store.delete(keys + ["many/none"])
        #expect(try await store.list("").isEmpty)
        #expect(try server.requests().filter { $0.hasPrefix("DELETE \(store.target("many"))") }.isEmpty)
    }

    @Test func copiesOnTheServer() async throws {
        let store = try server().store()
        try await store.put(Data("one".utf8), at: "a b/č+")
        try await store.copy("a b/č+", to: "c d/ž")
        #expect(try await store.get("c d/ž") == Data("one".utf8))
        await #expect(throws: IFError.self) { try await store.copy("none", to: "x") }
    }

    /// As objects over 5 GiB are, with a threshold that a test can reach.
    @Test func copiesLargeObjectsInParts() async throws {
        let server = try server()
        let environment = AWSEnvironment(variables: server.variables())
        var settings = try S3Settings(environment)
        settings.copyThreshold = 6 << 20
        settings.copyPartSize = 5 << 20
        let place = try S3Location(bucket: LoopbackServer.bucket, prefix: "test/\(UUID().uuidString)")
        let store = try S3Store(place, session: AWSSession(environment: environment), settings: settings)
        try await withTemporaryFolder { folder in
            for (name, count, parts) in [("small", 6 << 20, 0), ("large", 6 << 20 | 1, 2), ("larger", 11 << 20, 3)] {
                let data = Data((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 9) })
                try data.write(to: URL(filePath: folder + "/in"))
                try await store.put(contentsOf: folder + "/in", at: name, if: .always)
                let before = try server.requests().count
                try await store.copy(name, to: "copy/\(name)")
                let sent = try server.requests().dropFirst(before)
                let target = "PUT \(store.target("copy/\(name)"))?"
                #expect(sent.filter { $0.hasPrefix(target) && $0.contains("partNumber=") }.count == parts)
                try await store.download("copy/\(name)", to: folder + "/out")
                #expect(try Data(contentsOf: URL(filePath: folder + "/out")) == data)
                if parts > 0 { #expect(try await store.stat("copy/\(name)")?.version.hasSuffix("-\(parts)") == true) }
            }
        }
        #expect(try await store.abortUploads(olderThan: -60) == 0)
    }

    @Test func presignedAddressesNeedNoKeys() async throws {
        let server = try server()
        let store = try server.store()
        try await store.put(Data("open".utf8), at: "a b/č+")
        let url = try await store.presignedURL("a b/č+", seconds: 60)
        let answer = try await CurlEngine().send(HTTPRequest(method: "GET", url: url, isDirect: true))
        #expect(answer.status == 200 && answer.body == Data("open".utf8))
        // Where the requester pays, the address says so, under its signature.
        var settings = try S3Settings(AWSEnvironment(variables: server.variables()))
        settings.requesterPays = true
        let session = try AWSSession(environment: AWSEnvironment(variables: server.variables()))
        let paid = try await S3Store(store.place, session: session, settings: settings).presignedURL("a b/č+")
        #expect(paid.contains("x-amz-request-payer=requester"))
        #expect(try await CurlEngine().send(HTTPRequest(method: "GET", url: paid, isDirect: true)).status == 200)
        let tampered = url.replacing("X-Amz-Expires=60", with: "X-Amz-Expires=600")
        #expect(try await CurlEngine().send(HTTPRequest(method: "GET", url: tampered, isDirect: true)).status == 403)
    }

    @Test func missingBucketIsNamed() async throws {
        let server = try server()
        let environment = AWSEnvironment(variables: server.variables())
        let store = try S3Store(S3Location("s3://no-such-bucket/x"), session: AWSSession(environment: environment))
        for body in [
            { _ = try await store.list("") }, { try await store.put(Data([1]), at: "a") },
            { _ = try await store.get("a") },
        ]
            as [() async throws -> Void]
        {
            let error = await #expect(throws: IFError.self) { try await body() }
            #expect(error?.code == .notFound)
            #expect(error?.description.contains("bucket") == true)
        }
    }

    @Test func corruptedObjectIsNoticed() async throws {
        let store = try server().store()
        try await store.put(Data("one".utf8), at: "a")
        let object = try #require(try await store.client.head(store.place.key("a"), withChecksum: true))
        #expect(object.checksum != nil, "the server keeps the checksum")
        #expect(throws: IFError.self) { try store.client.check(CRC32C(), of: object) }
    }

    @Test func badKeysAreRefused() async throws {
        let store = try server().store()
        for key in ["", "/a", "a//b", "../a", "a/.b", String(repeating: "a/", count: 600) + "b"] {
            let error = await #expect(throws: IFError.self) { try await store.put(Data(), at: key) }
            #expect(error?.code == .invalidArgument)
        }
    }

    @Test func credentialEndpoints() async throws {
        let server = try #require(try LoopbackServer.withSession.get())
        let base = server.variables().filter { !$0.key.hasPrefix("AWS_ACCESS") && !$0.key.hasPrefix("AWS_SECRET") }
        for (name, value) in [
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "\(server.endpoint)/credentials/container"),
            ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "\(server.endpoint)/credentials/ec2/"),
        ] {
            let store = try server.store(variables: base.merging([name: value]) { mine, _ in mine })
            try await store.put(Data("one".utf8), at: "a")
            #expect(try await store.get("a") == Data("one".utf8))
        }
        var pod = base
        pod["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "\(server.endpoint)/credentials/pod"
        pod["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "pod-token"
        try await server.store(variables: pod).put(Data("one".utf8), at: "a")
        pod["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "wrong"
        let error = await #expect(throws: IFError.self) { try await server.store(variables: pod).get("a") }
        #expect(error?.code == .accessDenied)
    }

    /// The server repeats what was signed when a signature is wrong; none of it may come out.
    @Test func errorsHoldNoSecrets() async throws {
        let server = try #require(try LoopbackServer.withSession.get())
        var wrong = server.variables(token: true)
        wrong["AWS_SECRET_ACCESS_KEY"] = "another-secret+that/never=shows"
        var stranger = server.variables(token: true)
        stranger["AWS_ACCESS_KEY_ID"] = "AKSTRANGER"
        var gone = server.variables(token: true)
        gone["AWS_ENDPOINT_URL_S3"] = "http://127.0.0.1:9"
        for variables in [wrong, stranger, gone] {
            let store = try server.store(attempts: 1, variables: variables)
            for body in [{ _ = try await store.list("") }, { try await store.put(Data([1]), at: "a", if: .ifAbsent) }]
                as [() async throws -> Void]
            {
                let error = try #require(await #expect(throws: IFError.self) { try await body() })
                var text = "\(error) \(String(reflecting: error)) \(error.shortDescription)"
                dump(error, to: &text)
                for secret in ["never=shows", LoopbackServer.secretKey, LoopbackServer.sessionToken] {
                    #expect(!text.contains(secret))
                    #expect(!text.contains(PercentEncoding.encode(secret)))
                }
            }
        }
    }
}
