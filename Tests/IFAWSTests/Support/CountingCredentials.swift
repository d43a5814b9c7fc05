import IFCore

@testable import IFAWS

/// Other keys each time: `AK1`, `AK2` and so on.
struct CountingCredentials: AWSCredentialSource {
    let token: String?
    private let count = Locked(0)
    var name: String { "counting" }

    init(token: String?) { self.token = token }

    func load() -> AWSCredentials? {
        let number = count.withLock { count in
            count += 1
            return count
        }
        return AWSCredentials(accessKey: "AK\(number)", secretKey: "secret", sessionToken: token)
    }
}
