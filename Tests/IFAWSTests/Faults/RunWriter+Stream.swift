import Foundation
import IFCore
import IFStore

extension RunWriter {
    /// Writes a file of the run piece by piece, and gives it up where that fails.
    func stream(_ data: Data, to path: String, pieces size: Int) async throws {
        let stream = try await stream(to: path)
        do {
            for start in Swift.stride(from: 0, to: data.count, by: size) {
                try await stream.write(data[start..<min(start + size, data.count)])
            }
            try await stream.finish()
        } catch {
            await stream.abandon()
            throw error
        }
    }
}
